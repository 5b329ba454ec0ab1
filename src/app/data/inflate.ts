// Deflate (RFC 1951), strict: every length and code is checked, and the end of the stream is known to the byte.

/** What is wrong with a deflate stream; `isCut` where it ends before its last block does. */
export class InflateError extends Error {
  override readonly name = 'InflateError';
  readonly isCut: boolean;

  constructor(problem: string, isCut = false) {
    super(problem);
    this.isCut = isCut;
  }
}

/** Where the contents go. One array holds them all, as copies reach back into what came before. */
export interface Sink {
  bytes: Uint8Array<ArrayBuffer>;
  size: number;
  /** Makes room for `more` bytes behind `size`, or throws where they are too many. */
  reserve(more: number): void;
}

const MAX_BITS = 15;
const END_OF_BLOCK = 256;
const LONGEST_COPY = 258;
/** In which the lengths of a block's own codes come. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** First value and extra bits of each code that stands for a range of lengths or distances. */
function ranges(first: number, extras: readonly number[]) {
  let base = first;
  const bases = extras.map((extra) => (base += 2 ** extra) - 2 ** extra);
  return { bases: Uint16Array.from(bases), extras: Uint8Array.from(extras) };
}
const steps = (count: number, codes: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.max(0, Math.floor(i / codes) - 1));
const LENGTHS = ranges(3, steps(28, 4));
const DISTANCES = ranges(1, steps(30, 2));
/** The longest copy has a code of its own, without extra bits. */
const LONGEST_CODE = END_OF_BLOCK + 1 + 28;

/** Codes of up to this many bits are looked up at once; rare longer ones are found bit by bit. */
const QUICK_BITS = 10;

/** A canonical prefix code. A block of a few bytes brings two, so making one has to cost little. */
interface Code {
  /** The next QUICK_BITS bits of the stream lead to symbol · 16 + length, or to 0. */
  readonly quick: Uint16Array;
  /** Codes of each length, and the symbols in the order of their codes. */
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

/** The code with these lengths. An incomplete one may have no symbol, or a single one of one bit where zlib takes it. */
function codeOf(lengths: Uint8Array, of: 'code length' | 'length' | 'distance'): Code {
  const counts = new Uint16Array(MAX_BITS + 1);
  for (const length of lengths) counts[length]!++;
  counts[0] = 0;
  const next = new Uint16Array(MAX_BITS + 2);
  const offsets = new Uint16Array(MAX_BITS + 2);
  let room = 1; // codes of this length that are still free
  for (let length = 1; length <= MAX_BITS; length++) {
    room = 2 * room - counts[length]!;
    if (room < 0) throw new InflateError(`more ${of} codes than their lengths leave room for`);
    next[length + 1] = (next[length]! + counts[length]!) << 1;
    offsets[length + 1] = offsets[length]! + counts[length]!;
  }
  const used = offsets[MAX_BITS + 1]!;
  if (room > 0 && used > 0 && (of === 'code length' || used > 1 || counts[1] === 0))
    throw new InflateError(`the ${of} codes are not complete`);
  const quick = new Uint16Array(1 << QUICK_BITS);
  const symbols = new Uint16Array(used);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    if (length === 0) continue;
    symbols[offsets[length]!++] = symbol;
    let reversed = 0;
    for (let bit = 0, code = next[length]!++; bit < length; bit++, code >>= 1)
      reversed = (reversed << 1) | (code & 1);
    if (length <= QUICK_BITS)
      for (let at = reversed; at < quick.length; at += 1 << length)
        quick[at] = (symbol << 4) | length;
  }
  return { quick, counts, symbols };
}

const FIXED = {
  literals: codeOf(
    Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)),
    'length',
  ),
  distances: codeOf(new Uint8Array(32).fill(5), 'distance'),
};

/** Reads bits from the low end of each byte. */
class Bits {
  readonly bytes: Uint8Array;
  /** The next byte that is not in `held` yet. */
  at: number;
  held = 0;
  count = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Holds `need` bits or more, at most 25; behind the end they are zeros, and `take` tells. */
  fill(need: number): void {
    while (this.count < need && this.at < this.bytes.length) {
      this.held |= this.bytes[this.at++]! << this.count;
      this.count += 8;
    }
  }

  take(need: number): number {
    this.fill(need);
    const value = this.held & ((1 << need) - 1);
    this.drop(need);
    return value;
  }

  drop(count: number): void {
    if (count > this.count) throw new InflateError('the stream ends in a block', true);
    this.held >>>= count;
    this.count -= count;
  }

  symbol(code: Code): number {
    this.fill(MAX_BITS);
    const entry = code.quick[this.held & (code.quick.length - 1)]!;
    if (entry > 0) {
      this.drop(entry & 15);
      return entry >> 4;
    }
    let [value, first, index] = [0, 0, 0];
    for (let length = 1; length <= MAX_BITS; length++) {
      value = (value << 1) | ((this.held >> (length - 1)) & 1);
      const count = code.counts[length]!;
      if (value - first < count) {
        this.drop(length);
        return code.symbols[index + value - first]!;
      }
      index += count;
      first = (first + count) << 1;
    }
    if (this.count < MAX_BITS) throw new InflateError('the stream ends in a block', true);
    throw new InflateError('a code that stands for nothing');
  }

  /** Drops the rest of a byte and gives back the whole bytes that were read ahead. */
  align(): void {
    this.at -= this.count >> 3;
    this.held = 0;
    this.count = 0;
  }
}

/**
 * Unpacks the deflate stream that begins at `start` of `bytes` into `sink`, and returns where it ends. Copies reach
 * back to the sink's size at the call and no further. @throws InflateError, and whatever the sink throws
 */
export function inflate(bytes: Uint8Array, start: number, sink: Sink): number {
  const bits = new Bits(bytes, start);
  const first = sink.size;
  for (let last = 0; last === 0;) {
    last = bits.take(1);
    const kind = bits.take(2);
    if (kind === 0) copyStored(bits, sink);
    else if (kind === 1) unpackBlock(bits, sink, first, FIXED.literals, FIXED.distances);
    else if (kind === 2) unpackBlock(bits, sink, first, ...readCodes(bits));
    else throw new InflateError('a block of kind 3, which does not exist');
  }
  bits.align();
  return bits.at;
}

function copyStored(bits: Bits, sink: Sink): void {
  bits.align();
  const { bytes, at } = bits;
  if (at + 4 > bytes.length) throw new InflateError('the stream ends in a block', true);
  const length = bytes[at]! | (bytes[at + 1]! << 8);
  const complement = bytes[at + 2]! | (bytes[at + 3]! << 8);
  if ((length ^ complement) !== 0xffff)
    throw new InflateError(
      `a stored block says ${length} and ${complement ^ 0xffff} of its length`,
    );
  const part = bytes.subarray(at + 4, at + 4 + length);
  sink.reserve(part.length);
  sink.bytes.set(part, sink.size);
  sink.size += part.length;
  bits.at = at + 4 + part.length;
  if (part.length < length) throw new InflateError('the stream ends in a block', true);
}

/** The two codes that a block brings along. */
function readCodes(bits: Bits): [literals: Code, distances: Code] {
  const [literals, distances] = [bits.take(5) + 257, bits.take(5) + 1];
  const given = bits.take(4) + 4;
  if (literals > 286 || distances > 30)
    throw new InflateError(`${literals} length and ${distances} distance codes, 286 and 30 exist`);
  const own = new Uint8Array(ORDER.length);
  for (const at of ORDER.slice(0, given)) own[at] = bits.take(3);
  const code = codeOf(own, 'code length');
  const lengths = new Uint8Array(literals + distances);
  for (let at = 0; at < lengths.length;) {
    const symbol = bits.symbol(code);
    if (symbol < 16) {
      lengths[at++] = symbol;
      continue;
    }
    if (symbol === 16 && at === 0)
      throw new InflateError('a length is repeated before there is one');
    const value = symbol === 16 ? lengths[at - 1]! : 0;
    const times =
      symbol === 16 ? bits.take(2) + 3 : symbol === 17 ? bits.take(3) + 3 : bits.take(7) + 11;
    if (at + times > lengths.length) throw new InflateError('more code lengths than codes');
    lengths.fill(value, at, (at += times));
  }
  if (lengths[END_OF_BLOCK] === 0) throw new InflateError('a block without a code for its end');
  return [
    codeOf(lengths.subarray(0, literals), 'length'),
    codeOf(lengths.subarray(literals), 'distance'),
  ];
}

function unpackBlock(bits: Bits, sink: Sink, first: number, literals: Code, distances: Code): void {
  let { bytes, size } = sink;
  for (;;) {
    if (size + LONGEST_COPY > bytes.length) {
      sink.size = size;
      sink.reserve(LONGEST_COPY);
      bytes = sink.bytes;
    }
    const symbol = bits.symbol(literals);
    if (symbol < END_OF_BLOCK) {
      bytes[size++] = symbol;
      continue;
    }
    sink.size = size;
    if (symbol === END_OF_BLOCK) return;
    if (symbol > LONGEST_CODE) throw new InflateError(`there is no length code ${symbol}`);
    const long = symbol - END_OF_BLOCK - 1;
    const length =
      symbol === LONGEST_CODE
        ? LONGEST_COPY
        : LENGTHS.bases[long]! + bits.take(LENGTHS.extras[long]!);
    const far = bits.symbol(distances);
    if (far >= 30) throw new InflateError(`there is no distance code ${far}`);
    const distance = DISTANCES.bases[far]! + bits.take(DISTANCES.extras[far]!);
    if (distance > size - first)
      throw new InflateError(
        `a copy from ${distance} bytes back, where ${size - first} came before`,
      );
    if (distance >= length) bytes.copyWithin(size, size - distance, size - distance + length);
    else for (let i = 0; i < length; i++) bytes[size + i] = bytes[size + i - distance]!;
    size += length;
  }
}
