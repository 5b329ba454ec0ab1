// WGSL is the truth: a kernel, linked with its parts, is valid as it stands. This reads its bindings and rewrites its consts.

/**
 * What `specialize` puts into a declared const or alias: a number or bool of the declared type, the
 * name of another declared const (`{OP: 'EXP'}`), a type for an alias (`{Value: 'vec4f'}`), or numbers
 * for an array const, whose length may change.
 */
export type Constants = Readonly<Record<string, number | boolean | string | readonly number[]>>;

export interface Binding {
  readonly name: string;
  readonly index: number;
  readonly access: 'read' | 'read_write';
  /** Element type of the storage array, e.g. `f32`, `vec4f`, or the name of an alias. */
  readonly element: string;
}

const BINDING =
  /@group\(0\)\s*@binding\((\d+)\)\s*var<storage(?:,\s*(read|read_write))?>\s*(\w+)\s*:\s*array<(\w+)>/g;
const DECLARED = /^(const|alias) (\w+) = ([^;]+);/gm;

/** The storage bindings that a kernel declares, in the order of their index. */
export function readBindings(source: string): Binding[] {
  const found = [...source.matchAll(BINDING)].map(([, index, access, name, element]) => ({
    name: name as string,
    index: Number(index),
    access: (access ?? 'read') as Binding['access'],
    element: element as string,
  }));
  return found.sort((a, b) => a.index - b.index);
}

/** The scalar consts of a source as it stands: `const K = 64u;` gives K: 64. */
export function readConstants(source: string): Record<string, number> {
  const scalars = [...source.matchAll(DECLARED)].flatMap(([, keyword, name, initial]) => {
    const value = keyword === 'const' ? Number.parseFloat(initial as string) : NaN;
    return Number.isNaN(value) ? [] : [[name as string, value] as const];
  });
  return Object.fromEntries(scalars);
}

/**
 * Rewrites the initializers of declared module consts and aliases: `const K = 1u;` with {K: 64}
 * becomes `const K = 64u;`. The type is the one that the file declares.
 * @throws RangeError on a name that the file does not declare, or a value its type cannot hold
 */
export function specialize(source: string, constants: Constants): string {
  const declared = new Set([...source.matchAll(DECLARED)].map((match) => match[2] as string));
  const unknown = Object.keys(constants).filter((name) => !declared.has(name));
  if (unknown.length > 0)
    throw new RangeError(`the kernel declares no const ${unknown.join(', ')}`);
  const rewritten = source.replace(
    DECLARED,
    (line, keyword: string, name: string, initial: string) => {
      const value = Object.hasOwn(constants, name) ? constants[name] : undefined;
      if (value === undefined) return line;
      const fits = keyword === 'alias' ? aliased(value) : literal(initial, value, declared);
      if (fits === undefined) {
        throw new RangeError(
          `${keyword} ${name} = ${initial} cannot become ${JSON.stringify(value)}`,
        );
      }
      return `${keyword} ${name} = ${fits};`;
    },
  );
  return unroll(rewritten);
}

/** A loop to write out: `for (var i = 0u; i < BLOCK / 4u; i++) { // unroll`, to the brace that ends it. */
const MARKED = /^( *)for \(var (\w+) = 0u; \2 < ([\w /]+); \2\+\+\) \{ \/\/ unroll\n(.*?)^\1\}$/gms;

/**
 * Writes marked loops out: the body once for each number, in braces where it declares something. So an array that it
 * indexes may lie in registers, and a lane that it names is a constant, as WGSL demands. How many turns there are must
 * come from literals and consts by division.
 * @throws RangeError on a mark that is at no such loop, or whose turns are no whole number
 */
function unroll(source: string): string {
  if (!source.includes('// unroll')) return source;
  const initials = new Map(
    [...source.matchAll(DECLARED)].map(([, , name, initial]) => [
      name as string,
      initial as string,
    ]),
  );
  const valueOf = (text: string): number => {
    const values = text.split(' / ').map((part) => {
      if (/^\d+u?$/.test(part)) return Number.parseInt(part, 10);
      const initial = initials.get(part);
      return initial === undefined ? NaN : valueOf(initial);
    });
    return values.reduce((a, b) => a / b);
  };
  const written = source.replace(
    MARKED,
    (_, indent: string, i: string, turns: string, body: string) => {
      const count = valueOf(turns);
      if (!Number.isInteger(count)) throw new RangeError(`${turns} turns cannot be counted`);
      const declares = /^ *(let|var) /m.test(body);
      const text = declares
        ? `${indent}{\n${body}${indent}}`
        : body.replace(/^ {2}/gm, '').trimEnd();
      const index = new RegExp(`\\b${i}\\b`, 'g');
      return Array.from({ length: count }, (_, n) => text.replace(index, `${n}u`)).join('\n');
    },
  );
  if (written.includes('// unroll')) {
    throw new RangeError('a loop cannot be unrolled as it is written');
  }
  return written;
}

const aliased = (value: Constants[string]) =>
  typeof value === 'string' && /^((vec[234])?[fui](32)?|bool|vec[234]<bool>)$/.test(value)
    ? value
    : undefined;

/** The aliases of shaders/parts/f32, for a kernel whose Value is one number, or `wide`, four. */
export const valueTypes = (wide: boolean) =>
  wide
    ? { Value: 'vec4f', Bits: 'vec4i', Flags: 'vec4<bool>' }
    : { Value: 'f32', Bits: 'i32', Flags: 'bool' };

/** `value` written as WGSL of the type that `initial` has; undefined when it does not fit. */
function literal(
  initial: string,
  value: Constants[string],
  declared: ReadonlySet<string>,
): string | undefined {
  const array = /^array\((.*)\)$/s.exec(initial);
  if (array) {
    if (!Array.isArray(value) || value.length === 0) return undefined;
    const first = (array[1] as string).split(',')[0] as string;
    const items = value.map((v: number) => literal(first.trim(), v, declared));
    return items.includes(undefined) ? undefined : `array(${items.join(', ')})`;
  }
  if (typeof value === 'string') return declared.has(value) ? value : undefined;
  if (initial === 'true' || initial === 'false') {
    return typeof value === 'boolean' ? String(value) : undefined;
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  const suffix = /[uif]$/.exec(initial)?.[0];
  if (suffix === 'f') return `${Math.fround(value)}f`;
  if (!Number.isInteger(value) || (suffix === 'u' && (value < 0 || value > 0xffffffff))) {
    return undefined;
  }
  return `${value}${suffix ?? ''}`;
}
