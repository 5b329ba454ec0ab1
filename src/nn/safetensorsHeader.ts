// The JSON header of a safetensors file, scanned by its schema: what the format does not allow (other types, nesting,
// names given twice, space in front) is refused where it stands. A field of an entry that nobody knows is passed over, as the reference
// reader does, so that files of later writers can be read.

/** The format's element types and their sizes in bits (F4 and F6 pack several elements into a byte). */
const BITS: ReadonlyMap<string, number> = new Map([
  ['BOOL', 8],
  ['F4', 4],
  ['F6_E2M3', 6],
  ['F6_E3M2', 6],
  ['U8', 8],
  ['I8', 8],
  ['F8_E5M2', 8],
  ['F8_E4M3', 8],
  ['F8_E8M0', 8],
  ['F8_E4M3FNUZ', 8],
  ['F8_E5M2FNUZ', 8],
  ['I16', 16],
  ['U16', 16],
  ['F16', 16],
  ['BF16', 16],
  ['I32', 32],
  ['U32', 32],
  ['F32', 32],
  ['C64', 64],
  ['F64', 64],
  ['I64', 64],
  ['U64', 64],
]);

/** The deepest nesting of a value that is passed over: that of the reference reader (safetensors 0.8). */
const MOST_DEPTH = 125;

export interface TensorEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Byte range within the data, which begins after the header. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  /** In the order of their bytes. */
  readonly entries: readonly TensorEntry[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** A value from a file as a message shows it: quoted, and cut where it would flood the terminal. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);
}

/** Bytes that `shape` elements of `dtype` take; refuses what exceeds exact integers or ends inside a byte. */
function byteCount(
  dtype: string,
  shape: readonly number[],
  refuse: (what: string) => never,
): number {
  const bits = BITS.get(dtype);
  if (bits === undefined) return refuse(`has the unknown dtype ${quote(dtype)}`);
  let size = 1;
  for (const dim of shape) {
    size *= dim;
    if (!Number.isSafeInteger(size * bits))
      return refuse(`has a shape of more elements than can be counted exactly: ${listed(shape)}`);
  }
  if ((size * bits) % 8 !== 0)
    return refuse(`has ${size} elements of ${bits} bits, not whole bytes`);
  return (size * bits) / 8;
}

/** Dims as `[2,3]`, cut after eight. */
export function listed(dims: readonly number[]): string {
  return dims.length > 8
    ? `[${dims.slice(0, 8).join(',')},… ${dims.length} dims]`
    : `[${dims.join(',')}]`;
}

/** Steps through the text and names the place where it is not what the format says. */
class Scanner {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly refuse: (what: string) => never,
  ) {}

  fail(what: string): never {
    return this.refuse(`header, character ${this.at}: ${what}`);
  }

  private skipSpace(): void {
    while (' \t\n\r'.includes(this.text[this.at] ?? '.')) this.at++;
  }

  /** Consumes `token` if it comes next. */
  accept(token: string): boolean {
    this.skipSpace();
    if (this.text[this.at] !== token) return false;
    this.at++;
    return true;
  }

  expect(token: string, context: string): void {
    if (!this.accept(token)) this.fail(`${context}: want ${token}, found ${this.found()}`);
  }

  /** What stands here instead, for a message. */
  private found(): string {
    const rest = this.text.slice(this.at, this.at + 24);
    return rest === ''
      ? 'the end of the header'
      : quote(/^[^,\]}]+/.exec(rest)?.[0] ?? this.here());
  }

  private here(): string {
    return this.text.charAt(this.at);
  }

  string(context: string): string {
    this.skipSpace();
    if (this.here() !== '"') this.fail(`${context}: want a string, found ${this.found()}`);
    const begin = this.at++;
    for (let c = this.here(); c !== '"'; c = this.here()) {
      if (c < ' ') this.fail(`${context}: a string holds a control character or does not end`);
      this.at += c === '\\' ? 2 : 1;
    }
    this.at++;
    let value: unknown;
    try {
      value = JSON.parse(this.text.slice(begin, this.at));
    } catch {
      value = undefined;
    }
    if (typeof value !== 'string' || /\p{Surrogate}/u.test(value))
      return this.fail(`${context}: a string holds an illegal escape`);
    return value;
  }

  /** A whole number from 0 to 2^53 - 1: no sign, fraction or exponent. */
  integer(context: string): number {
    this.skipSpace();
    const literal = /^[^,\]}\s]*/.exec(this.text.slice(this.at, this.at + 32))?.[0] ?? '';
    const value = Number(literal);
    if (!/^(?:0|[1-9][0-9]*)$/.test(literal) || !Number.isSafeInteger(value))
      this.fail(`${context}: want a whole number from 0 to 2^53 - 1, found ${this.found()}`);
    this.at += literal.length;
    return value;
  }

  integers(context: string): number[] {
    const values: number[] = [];
    this.expect('[', context);
    if (this.accept(']')) return values;
    do values.push(this.integer(context));
    while (this.accept(','));
    this.expect(']', context);
    return values;
  }

  /** Calls `field` once per key with the scanner at its value; keys are compared after their escapes are read. */
  object(context: string, field: (key: string) => void): void {
    const seen = new Set<string>();
    this.expect('{', context);
    if (this.accept('}')) return;
    do {
      const key = this.string(context);
      if (seen.has(key)) this.fail(`${context}: the name ${quote(key)} stands there twice`);
      seen.add(key);
      this.expect(':', `${context}, ${quote(key)}`);
      field(key);
    } while (this.accept(','));
    this.expect('}', context);
  }

  /** Passes over one value of any kind; its brackets are counted, so that depth costs no stack. */
  skip(context: string): void {
    this.skipSpace();
    const begin = this.at;
    let depth = 0;
    do {
      const c = this.here();
      if (c === '') this.fail(`${context}: the value does not end`);
      if (c === '"') {
        this.string(context);
        continue;
      }
      if (depth === 0 && !'[{'.includes(c)) break; // a number, true, false or null
      if ('[{'.includes(c)) depth++;
      if (']}'.includes(c)) depth--;
      if (depth > MOST_DEPTH) this.fail(`${context}: nested deeper than ${MOST_DEPTH}`);
      this.at++;
    } while (depth > 0);
    if (this.at === begin) while (!',]} \t\n\r'.includes(this.here())) this.at++; // '' is in every text
    try {
      JSON.parse(this.text.slice(begin, this.at));
    } catch {
      this.at = begin;
      this.fail(`${context}: want a value, found ${this.found()}`);
    }
  }

  /** Consumes `null` if it comes next. */
  acceptNull(): boolean {
    this.skipSpace();
    if (!this.text.startsWith('null', this.at)) return false;
    this.at += 4;
    return true;
  }

  end(): void {
    this.skipSpace();
    if (this.at < this.text.length) this.fail(`want nothing more, found ${this.found()}`);
  }
}

function readEntry(scan: Scanner, name: string, refuse: (what: string) => never): TensorEntry {
  const tensor = `tensor ${quote(name)}`;
  let dtype: string | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  scan.object(tensor, (field) => {
    if (field === 'dtype') dtype = scan.string(`${tensor}, dtype`);
    else if (field === 'shape') shape = scan.integers(`${tensor}, shape`);
    else if (field === 'data_offsets') offsets = scan.integers(`${tensor}, data_offsets`);
    else scan.skip(`${tensor}, ${quote(field)}`);
  });
  if (dtype === undefined) return refuse(`${tensor} has no dtype`);
  if (shape === undefined) return refuse(`${tensor} has no shape`);
  if (offsets === undefined) return refuse(`${tensor} has no data_offsets`);
  const [begin, end] = offsets;
  if (begin === undefined || end === undefined || offsets.length !== 2)
    return refuse(`${tensor} has ${offsets.length} data_offsets, want begin and end`);
  if (begin > end) return refuse(`${tensor} begins at byte ${begin}, after its end at ${end}`);
  const bytes = byteCount(dtype, shape, (what) => refuse(`${tensor} ${what}`));
  if (bytes !== end - begin)
    return refuse(
      `${tensor}: ${dtype} ${listed(shape)} takes ${bytes} bytes, its data_offsets span ${end - begin}`,
    );
  return { name, dtype, shape, begin, end };
}

/** Refuses bytes that two tensors claim, and bytes that none does: data hidden from this reader. */
function checkCoverage(
  entries: readonly TensorEntry[],
  dataBytes: number,
  refuse: (what: string) => never,
): void {
  let covered = 0;
  for (const { name, begin, end } of entries) {
    if (begin < covered)
      refuse(
        `tensor ${quote(name)} begins at byte ${begin}, inside another that ends at ${covered}`,
      );
    if (begin > covered) refuse(`bytes ${covered} to ${begin} belong to no tensor`);
    covered = end;
  }
  if (covered > dataBytes)
    refuse(`the data end after ${dataBytes} bytes, the header describes ${covered} (truncated?)`);
  if (covered < dataBytes) refuse(`bytes ${covered} to ${dataBytes} belong to no tensor`);
}

/** Reads and checks the header `text` of a file with `dataBytes` bytes of data; `refuse` throws. */
export function parseHeader(
  text: string,
  dataBytes: number,
  refuse: (what: string) => never,
): Header {
  const scan = new Scanner(text, refuse);
  const entries: TensorEntry[] = [];
  const metadata = new Map<string, string>();
  scan.object('header', (name) => {
    if (name !== '__metadata__') entries.push(readEntry(scan, name, refuse));
    else if (!scan.acceptNull())
      scan.object('__metadata__', (key) => {
        metadata.set(key, scan.string(`__metadata__, ${quote(key)}`));
      });
  });
  scan.end();
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCoverage(entries, dataBytes, refuse);
  return { entries, metadata };
}
