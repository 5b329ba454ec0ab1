// The elementwise functions without options, one row each: what it is in float64, its derivative, where it is tried.
// A new one is a row here and one in src/tensor/ops. The first two lists are tried by every test of ops.
import { erf } from '../reference/special.ts';
import { type Input, positive, signed, tied, wide } from './row.ts';

export interface UnaryFunction {
  readonly f: (x: number) => number;
  /** f′ at x, with y = f(x). */
  readonly d: (x: number, y: number) => number;
  /** By default numbers from −1 to 1. */
  readonly draw?: (...shape: number[]) => Input;
  readonly tolerance?: number;
  /** Largest finite |x| that is promised; by default all. */
  readonly most?: number;
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x));
/** Of numbers behind the point: where a step of a finite difference would pass a jump there is none. */
const steps = (...shape: number[]): Input => ({ ...wide(...shape), ties: true });
const stepwise = (f: (x: number) => number): UnaryFunction => ({ f, d: () => 0, draw: steps });
const roundEven = (x: number) => {
  const near = Math.round(x);
  const result = Math.abs(x % 1) === 0.5 && near % 2 !== 0 ? near - 1 : near;
  return result === 0 && x < 0 ? -0 : result;
};
/** Where 0 meets ∞ only f itself is promised. */
const bounded = (slope: (x: number) => number, below: number, above: number) => (x: number) =>
  x === Infinity ? above : x === -Infinity ? below : slope(x);

export const UNARY = {
  neg: { f: (x) => -x, d: () => -1 },
  exp: { f: Math.exp, d: (_, y) => y },
  expm1: { f: Math.expm1, d: (x) => Math.exp(x) },
  log: { f: Math.log, d: (x) => 1 / x, draw: positive },
  log1p: { f: Math.log1p, d: (x) => 1 / (1 + x), draw: positive },
  sin: { f: Math.sin, d: Math.cos, draw: wide, most: 8192 },
  cos: { f: Math.cos, d: (x) => -Math.sin(x), draw: wide, most: 8192 },
  erf: { f: erf, d: (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x), draw: wide },
  sqrt: { f: Math.sqrt, d: (_, y) => 0.5 / y, draw: positive },
  rsqrt: { f: (x) => 1 / Math.sqrt(x), d: (_, y) => -0.5 * y * y * y, draw: positive },
  reciprocal: { f: (x) => 1 / x, d: (_, y) => -y * y, draw: positive },
  square: { f: (x) => x * x, d: (x) => 2 * x },
  /** The derivative of NaN is 0. */
  abs: { f: Math.abs, d: (x) => Math.sign(x) || 0 },
  sign: stepwise(Math.sign),
  floor: stepwise(Math.floor),
  ceil: stepwise(Math.ceil),
  round: stepwise(roundEven),
  /** The derivative at 0 is 0, and of NaN 1. */
  relu: { f: (x) => (x <= 0 ? 0 : x), d: (x) => (x <= 0 ? 0 : 1) },
  sigmoid: { f: logistic, d: (_, y) => y * (1 - y), draw: wide },
  tanh: { f: Math.tanh, d: (_, y) => 1 - y * y, draw: wide, tolerance: 2e-5 },
  silu: {
    f: (x) => x / (1 + Math.exp(-x)),
    d: bounded((x) => logistic(x) * (1 + x * logistic(-x)), 0, 1),
    draw: wide,
  },
  softplus: {
    f: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    d: logistic,
    draw: wide,
  },
  softsign: { f: (x) => x / (1 + Math.abs(x)), d: (x) => 1 / (1 + Math.abs(x)) ** 2 },
  hardSwish: {
    f: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
    d: (x) => (x < -3 ? 0 : x > 3 ? 1 : (2 * x + 3) / 6),
    draw: wide,
  },
} satisfies Record<string, UnaryFunction>;

export type UnaryName = keyof typeof UNARY;
export const UNARY_NAMES = Object.keys(UNARY) as UnaryName[];

export interface BinaryFunction {
  readonly f: (a: number, b: number) => number;
  readonly da?: (a: number, b: number) => number;
  readonly db?: (a: number, b: number) => number;
  readonly a?: (...shape: number[]) => Input;
  readonly b?: (...shape: number[]) => Input;
}

const share = (isLess: boolean, isEqual: boolean) => (isEqual ? 0.5 : isLess ? 0 : 1);
const bit = (f: (a: number, b: number) => boolean): BinaryFunction => ({
  f: (a, b) => Number(f(a, b)),
  a: tied,
  b: tied,
});
const holds = (x: number) => x !== 0;

export const BINARY = {
  add: { f: (a, b) => a + b, da: () => 1, db: () => 1 },
  sub: { f: (a, b) => a - b, da: () => 1, db: () => -1 },
  mul: { f: (a, b) => a * b, da: (_, b) => b, db: (a) => a },
  div: { f: (a, b) => a / b, da: (_, b) => 1 / b, db: (a, b) => -a / (b * b), b: positive },
  maximum: {
    f: Math.max,
    da: (a, b) => share(a < b, a === b),
    db: (a, b) => share(b < a, a === b),
  },
  minimum: {
    f: Math.min,
    da: (a, b) => share(b < a, a === b),
    db: (a, b) => share(a < b, a === b),
  },
  pow: {
    f: (a, b) => a ** b,
    da: (a, b) => (b === 0 ? 0 : b * a ** (b - 1)),
    db: (a, b) => (a === 0 && b >= 0 ? 0 : a ** b * Math.log(a)),
    ...{ a: positive, b: signed },
  },
  equal: bit((a, b) => a === b),
  notEqual: bit((a, b) => a !== b),
  greater: bit((a, b) => a > b),
  greaterEqual: bit((a, b) => a >= b),
  less: bit((a, b) => a < b),
  lessEqual: bit((a, b) => a <= b),
  logicalAnd: bit((a, b) => holds(a) && holds(b)),
  logicalOr: bit((a, b) => holds(a) || holds(b)),
} satisfies Record<string, BinaryFunction>;

export type BinaryName = keyof typeof BINARY;
export const BINARY_NAMES = Object.keys(BINARY) as BinaryName[];
