// Elementwise operations: a function and its derivative, nothing else.
import { Array64, accumulate, at, broadcast, broadcastPositions, sizeOf } from './array.ts';
import { erfc } from './special.ts';
import * as rows from '../ops/functions.ts';

/** y = f(x), dx = dy · df(x, y). */
function unary(
  x: Array64,
  f: (x: number) => number,
  df: (x: number, y: number) => number,
): Array64 {
  const y = x.data.map(f);
  return new Array64(x.shape, y, [x], (dy) => [dy.map((d, i) => d * df(at(x.data, i), at(y, i)))]);
}

/** y = f(a, b) with broadcasting; a gradient sums over the axes its operand was repeated along. */
function binary(
  a: Array64,
  b: Array64,
  f: (a: number, b: number) => number,
  dfa: (a: number, b: number) => number,
  dfb: (a: number, b: number) => number,
): Array64 {
  const shape = broadcast(a.shape, b.shape);
  const ia = broadcastPositions(a.shape, shape);
  const ib = broadcastPositions(b.shape, shape);
  const y = new Float64Array(sizeOf(shape)).map((_, o) =>
    f(at(a.data, at(ia, o)), at(b.data, at(ib, o))),
  );
  return new Array64(shape, y, [a, b], (dy) => {
    const da = new Float64Array(a.data.length);
    const db = new Float64Array(b.data.length);
    dy.forEach((d, o) => {
      const [va, vb] = [at(a.data, at(ia, o)), at(b.data, at(ib, o))];
      accumulate(da, at(ia, o), d * dfa(va, vb));
      accumulate(db, at(ib, o), d * dfb(va, vb));
    });
    return [da, db];
  });
}

const zero = () => 0;
type Each<N extends string, F> = Readonly<Record<N, F>>;

/** The rows of ops/functions.ts, as operations. */
export const functions = Object.fromEntries([
  ...rows.UNARY_NAMES.map((name) => {
    const { f, d }: rows.UnaryFunction = rows.UNARY[name];
    return [name, (x: Array64) => unary(x, f, d)];
  }),
  ...rows.BINARY_NAMES.map((name) => {
    const { f, da = zero, db = zero }: rows.BinaryFunction = rows.BINARY[name];
    return [name, (a: Array64, b: Array64) => binary(a, b, f, da, db)];
  }),
]) as Each<rows.UnaryName, (x: Array64) => Array64> &
  Each<rows.BinaryName, (a: Array64, b: Array64) => Array64>;

export const { add } = functions;

/** x where x > 0, alpha·(eˣ − 1) elsewhere. */
export const elu = (x: Array64, { alpha = 1 }: { alpha?: number } = {}) =>
  unary(
    x,
    (v) => (v > 0 ? v : alpha * Math.expm1(v)),
    (v) => (v > 0 ? 1 : alpha * Math.exp(v)),
  );

/** x where x > 0, alpha·x elsewhere. */
export const leakyRelu = (x: Array64, { alpha }: { alpha: number }) =>
  unary(
    x,
    (v) => (v > 0 ? v : alpha * v),
    (v) => (v > 0 ? 1 : alpha),
  );

/** min(max(x, min), max); the derivative is 1 from min to max, both included. */
export function clip(
  x: Array64,
  { min = -Infinity, max = Infinity }: { min?: number; max?: number },
): Array64 {
  return unary(
    x,
    (v) => Math.min(Math.max(v, min), max),
    (v) => (v >= min && v <= max ? 1 : 0),
  );
}

/** x · Φ(x), or its approximation with tanh (Hendrycks and Gimpel 2016, arXiv:1606.08415). */
export function gelu(
  x: Array64,
  { approximate = 'none' }: { approximate?: 'none' | 'tanh' } = {},
): Array64 {
  if (approximate === 'none') {
    const cdf = (v: number) => 0.5 * erfc(-v / Math.SQRT2);
    const density = (v: number) => Math.exp(-0.5 * v * v) / Math.sqrt(2 * Math.PI);
    return unary(
      x,
      (v) => v * cdf(v),
      (v) => cdf(v) + (Number.isFinite(v) || Number.isNaN(v) ? v * density(v) : 0),
    );
  }
  const c = Math.sqrt(2 / Math.PI);
  const t = (v: number) => Math.tanh(c * (v + 0.044715 * v ** 3));
  return unary(
    x,
    (v) => 0.5 * v * (1 + t(v)),
    (v) =>
      Math.abs(v) === Infinity
        ? 0.5 * (1 + t(v))
        : 0.5 * (1 + t(v)) + 0.5 * v * (1 - t(v) ** 2) * c * (1 + 3 * 0.044715 * v * v),
  );
}

/** Inverted dropout with a mask of 0 and 1 from outside: y = x / (1 - rate) where the mask is 1, else 0. */
export function dropoutMask(x: Array64, mask: Array64, { rate }: { rate: number }): Array64 {
  const kept = (values: Float64Array) =>
    values.map((v, i) => (at(mask.data, i) === 0 ? 0 : v / (1 - rate)));
  return new Array64(x.shape, kept(x.data), [x], (dy) => [kept(dy)]);
}
