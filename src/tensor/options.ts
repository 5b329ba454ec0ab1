// What the options of a call may be: a row of kinds beside each op, layer, optimizer and schedule, held against what was
// given before anything runs.
import { TensorError } from './errors.ts';

/** What one option may be. */
export interface Kind {
  /** For the message: `a whole number from 1`. */
  readonly wants: string;
  readonly holds: (value: unknown) => boolean;
  /** Must it be given? By default it may be left out, which undefined does as well. */
  readonly isRequired?: true;
}

/** A kind for every option of A, and nothing else. */
export type OptionKinds<A> = { readonly [Name in keyof A]-?: Kind };

interface Bounds {
  /** The least allowed, itself included. */
  readonly from?: number;
  /** The most allowed, itself included. */
  readonly to?: number;
  /** All that is allowed is below this. */
  readonly below?: number;
}

const isWithin = (value: number, { from = -Infinity, to = Infinity, below = Infinity }: Bounds) =>
  value >= from && value <= to && (value < below || below === Infinity);

function bounded(
  what: string,
  { from = -Infinity, to = Infinity, below = Infinity }: Bounds,
): string {
  const words = [
    what,
    ...(from > -Infinity ? [`from ${from}`] : []),
    ...(to < Infinity ? [`to ${to}`] : []),
  ].join(' ');
  return below < Infinity ? `${words}, below ${below}` : words;
}

/** The largest f32. A number beyond would be infinite on the GPU, and no literal of WGSL. */
const LARGEST = (2 - 2 ** -23) * 2 ** 127;

/** A finite number of f32. */
export const finite = (bounds: Bounds = {}): Kind => ({
  wants: bounded('a finite number', bounds),
  holds: (value) =>
    typeof value === 'number' && Math.abs(value) <= LARGEST && isWithin(value, bounds),
});

const I32: Bounds = { from: -(2 ** 31), to: 2 ** 31 - 1 };

/** A whole number, of an i32 unless the bounds say otherwise. */
export const whole = (bounds: Bounds = {}): Kind => ({
  wants: bounded('a whole number', bounds),
  holds: (value) => Number.isInteger(value) && isWithin(value as number, { ...I32, ...bounds }),
});

/** A seed, or the number of a stream: what 32 bits hold. */
export const word: Kind = whole({ from: 0, to: 2 ** 32 - 1 });

/** A number of f32, an infinite one as well. */
export const number: Kind = {
  wants: 'a number',
  holds: (value) => value === Infinity || value === -Infinity || finite().holds(value),
};

export const anything: Kind = { wants: 'anything', holds: () => true };
export const boolean: Kind = { wants: 'true or false', holds: (v) => typeof v === 'boolean' };
export const text: Kind = { wants: 'a text', holds: (v) => typeof v === 'string' };
export const callable: Kind = { wants: 'a function', holds: (v) => typeof v === 'function' };

export const oneOf = (...values: readonly (string | number)[]): Kind => ({
  wants: values.map((value) => shown(value)).join(' or '),
  holds: (value) => values.some((known) => known === value),
});

/** A list, of `length` items where that is given; typed arrays are lists as well. */
export const listOf = (item: Kind, length?: number): Kind => ({
  wants: `a list${length === undefined ? '' : ` of ${length}`}, each ${item.wants}`,
  holds: (value) =>
    (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) &&
    (length === undefined || (value as ArrayLike<unknown>).length === length) &&
    Array.from(value as ArrayLike<unknown>).every(item.holds), // a hole counts as undefined
});

export const either = (...kinds: readonly Kind[]): Kind => ({
  wants: kinds.map(({ wants }) => wants).join(' or '),
  holds: (value) => kinds.some((kind) => kind.holds(value)),
});

export const required = (kind: Kind): Kind => ({ ...kind, isRequired: true });

/**
 * Holds options against their kinds. `where` names the op or layer in the message.
 * @throws TensorError that names the option and its value: one of a wrong kind, one that is missing, one that nobody knows
 */
export function checkOptions<A>(
  where: string,
  given: unknown,
  kinds: OptionKinds<A>,
): asserts given is A {
  if (typeof given !== 'object' || given === null || !isPlain(given)) {
    throw new TensorError(`${where}: the options must be an object, got ${shown(given)}`);
  }
  const known = Object.entries<Kind>(kinds);
  for (const name of Object.keys(given)) {
    if (known.some(([other]) => other === name)) continue;
    const names = known.map(([other]) => other).join(', ');
    throw new TensorError(
      `${where}: there is no option ${shown(name)}; ${names ? `it takes ${names}` : 'it takes none'}`,
    );
  }
  for (const [name, { wants, holds, isRequired }] of known) {
    const value = Object.hasOwn(given, name) ? (given as Record<string, unknown>)[name] : undefined;
    if (value === undefined ? isRequired : !holds(value)) {
      throw new TensorError(`${where}: ${name} must be ${wants}, got ${shown(value)}`);
    }
  }
}

/** Made by `{}`, here or in another realm: no array, tensor, map or instance of a class. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A value as a message shows it, cut where it would flood the terminal. */
export function shown(value: unknown): string {
  const whole = plainly(value);
  return whole.length > 80 ? `${whole.slice(0, 79)}…` : whole;
}

function plainly(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[${value.slice(0, 9).map(plainly).join(',')}]`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null)
    return isPlain(value) ? fields(value) : own(value);
  const simple = value as number | boolean | bigint | symbol | null;
  return String(simple);
}

function fields(value: object): string {
  const kinds = Object.entries(value).map(([name, field]) => `${name}: ${typeof field}`);
  return `{${kinds.slice(0, 4).join(', ')}}`;
}

/** An instance by its own words, such as `f32[2,3]`, or by its class. */
function own(value: object): string {
  const words = (value as { toString: () => string }).toString();
  return words.startsWith('[object') ? words.slice(8, -1) : words;
}
