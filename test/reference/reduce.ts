// Reductions over any axes, argmax, and the softmax family.
import type { ReduceOptions } from '../engine.ts';
import {
  Array64,
  array64,
  at,
  axisOf,
  forEachIndex,
  select,
  type Shape,
  sizeOf,
  stridesOf,
  sumOfProducts,
} from './array.ts';

/** Output shape of a reduction, and for every input element the output element it falls into. */
function groups(shape: Shape, { axes, keepDims = false }: ReduceOptions) {
  const reduced = new Set((axes ?? shape.map((_, i) => i)).map((a) => axisOf(a, shape.length)));
  const kept = shape.map((dim, axis) => (reduced.has(axis) ? 1 : dim));
  const strides = stridesOf(kept);
  const group = new Int32Array(sizeOf(shape));
  forEachIndex(shape, (index, flat) => {
    group[flat] = index.reduce(
      (sum, i, axis) => sum + (reduced.has(axis) ? 0 : i * at(strides, axis)),
      0,
    );
  });
  const out = keepDims ? kept : shape.filter((_, axis) => !reduced.has(axis));
  return { out, group, count: sizeOf(shape) / sizeOf(kept) };
}

export function sum(x: Array64, options: ReduceOptions = {}): Array64 {
  const { out, group } = groups(x.shape, options);
  return sumOfProducts(out, x, undefined, (term) => group.forEach((o, i) => term(o, 1, i)));
}

export function mean(x: Array64, options: ReduceOptions = {}): Array64 {
  const { out, group, count } = groups(x.shape, options);
  if (x.data.length === 0)
    return new Array64(out, new Float64Array(sizeOf(out)).fill(NaN), [x], () => [x.data]);
  return sumOfProducts(out, x, undefined, (term) => group.forEach((o, i) => term(o, 1 / count, i)));
}

/** Is v the larger one? NaN is larger than any number. */
export const beats = (v: number, best: number): boolean =>
  v > best || (Number.isNaN(v) && !Number.isNaN(best));

/** Position of the first maximum of every group, -1 for an empty one. */
function firstMaxima(x: Array64, group: Int32Array, size: number): Int32Array {
  const first = new Int32Array(size).fill(-1);
  group.forEach((o, i) => {
    const best = at(first, o);
    if (best < 0 || beats(at(x.data, i), at(x.data, best))) first[o] = i;
  });
  return first;
}

/** The maximum; the gradient goes to the first element that attains it. */
export function max(x: Array64, options: ReduceOptions = {}): Array64 {
  const { out, group } = groups(x.shape, options);
  return select(x, out, firstMaxima(x, group, sizeOf(out)), -Infinity);
}

/** Each output from the values that fall into it, and the derivative by each of these. */
function reduceWith(
  x: Array64,
  options: ReduceOptions,
  f: (values: Float64Array) => number,
  df: (values: Float64Array, y: number) => ArrayLike<number>,
): Array64 {
  const { out, group } = groups(x.shape, options);
  const members: number[][] = Array.from({ length: sizeOf(out) }, () => []);
  group.forEach((o, i) => members[o]?.push(i));
  const values = members.map((places) => Float64Array.from(places, (i) => at(x.data, i)));
  const y = Float64Array.from(values, f);
  return new Array64(out, y, [x], (dy) => {
    const dx = new Float64Array(x.data.length);
    members.forEach((places, o) => {
      const slopes = df(values[o] as Float64Array, at(y, o));
      places.forEach((i, k) => (dx[i] = at(dy, o) * at(slopes, k)));
    });
    return [dx];
  });
}

/** The minimum; the gradient goes to the first element that attains it. */
export function min(x: Array64, options: ReduceOptions = {}): Array64 {
  const negated = new Array64(
    x.shape,
    x.data.map((v) => -v),
    [x],
    (dy) => [dy.map((d) => -d)],
  );
  const y = max(negated, options);
  return new Array64(
    y.shape,
    y.data.map((v) => -v),
    [y],
    (dy) => [dy.map((d) => -d)],
  );
}

/** Index along `axis` of the first minimum. */
export const argmin = (x: Array64, options: { axis: number; keepDims?: boolean }) =>
  argmax(
    new Array64(
      x.shape,
      x.data.map((v) => -v),
      [],
      () => [],
    ),
    options,
  );

/** The product; the derivative is the product of the others. */
export const prod = (x: Array64, options: ReduceOptions = {}): Array64 =>
  reduceWith(
    x,
    options,
    (values) => values.reduce((product, v) => product * v, 1),
    (values) =>
      values.map((_, k) => values.reduce((product, v, i) => (i === k ? product : product * v), 1)),
  );

type VarianceOptions = ReduceOptions & { correction?: number };

const deviations = (values: Float64Array): Float64Array => {
  const middle = total(values) / values.length;
  return values.map((v) => v - middle);
};
const varianceOf = (values: Float64Array, correction: number): number =>
  total(deviations(values).map((v) => v * v)) / Math.max(0, values.length - correction);

export const variance = (x: Array64, { correction = 0, ...options }: VarianceOptions = {}) =>
  reduceWith(
    x,
    options,
    (values) => varianceOf(values, correction),
    (values) => deviations(values).map((v) => (2 * v) / Math.max(0, values.length - correction)),
  );

export const std = (x: Array64, { correction = 0, ...options }: VarianceOptions = {}) =>
  reduceWith(
    x,
    options,
    (values) => Math.sqrt(varianceOf(values, correction)),
    (values, y) => deviations(values).map((v) => v / y / Math.max(0, values.length - correction)),
  );

export const logSumExp = (x: Array64, options: ReduceOptions = {}): Array64 =>
  reduceWith(
    x,
    options,
    (values) => {
      const largest = Math.max(...values);
      const offset = Number.isFinite(largest) ? largest : 0;
      return Math.log(total(values.map((v) => Math.exp(v - offset)))) + offset;
    },
    (values, y) => values.map((v) => Math.exp(v - y)),
  );

/** √Σ x², Σ |x| or max |x|. */
export function norm(
  x: Array64,
  { ord = 2, ...options }: ReduceOptions & { ord?: number } = {},
): Array64 {
  const size = (values: Float64Array) => values.map((v) => Math.abs(v));
  if (ord === 1)
    return reduceWith(
      x,
      options,
      (values) => total(size(values)),
      (values) => values.map((v) => Math.sign(v) || 0),
    );
  if (ord === 2)
    return reduceWith(
      x,
      options,
      (values) => Math.sqrt(total(values.map((v) => v * v))),
      (values, y) => values.map((v) => v / y),
    );
  return reduceWith(
    x,
    options,
    (values) => Math.max(...size(values)),
    (values, y) => {
      const first = size(values).indexOf(y);
      return values.map((v, i) => (i === first ? Math.sign(v) : 0));
    },
  );
}

const none = (values: Float64Array) => values.map(() => 0);
export const any = (x: Array64, options: ReduceOptions = {}): Array64 =>
  reduceWith(x, options, (values) => Number(values.some((v) => v !== 0)), none);
export const all = (x: Array64, options: ReduceOptions = {}): Array64 =>
  reduceWith(x, options, (values) => Number(values.every((v) => v !== 0)), none);

/** Index along `axis` of the first maximum. */
export function argmax(
  x: Array64,
  { axis, keepDims = false }: { axis: number; keepDims?: boolean },
) {
  const { out, group } = groups(x.shape, { axes: [axis], keepDims });
  const along = axisOf(axis, x.shape.length);
  const stride = at(stridesOf(x.shape), along);
  const first = firstMaxima(x, group, sizeOf(out));
  return array64(
    Array.from(first, (i) => Math.floor(i / stride) % at(x.shape, along)),
    out,
  );
}

/** Applies `f` to every line along `axis`; `df` gives a line's cotangent from dy and y. */
function alongLines(
  x: Array64,
  axis: number,
  f: (line: Float64Array) => Float64Array,
  df: (dy: Float64Array, y: Float64Array) => Float64Array,
): Array64 {
  const { group, out } = groups(x.shape, { axes: [axis] });
  const lines: number[][] = Array.from({ length: sizeOf(out) }, () => []);
  group.forEach((line, i) => lines[line]?.push(i));
  const y = new Float64Array(x.data.length);
  const gathered = (data: Float64Array, line: number[]) =>
    Float64Array.from(line, (i) => at(data, i));
  const scatter = (values: Float64Array, line: number[], into: Float64Array) =>
    line.forEach((i, k) => (into[i] = at(values, k)));
  for (const line of lines) scatter(f(gathered(x.data, line)), line, y);
  return new Array64(x.shape, y, [x], (dy) => {
    const dx = new Float64Array(x.data.length);
    for (const line of lines) scatter(df(gathered(dy, line), gathered(y, line)), line, dx);
    return [dx];
  });
}

const total = (line: Float64Array): number => line.reduce((sum, value) => sum + value, 0);

function logSoftmaxOf(line: Float64Array): Float64Array {
  const largest = Math.max(...line);
  const logSum = Math.log(total(line.map((v) => Math.exp(v - largest))));
  return line.map((v) => v - largest - logSum); // in this order a large offset loses nothing
}

/** e^x / Σ e^x along an axis; dx = y · (dy - Σ dy·y). */
export function softmax(x: Array64, { axis = -1 }: { axis?: number } = {}): Array64 {
  return alongLines(
    x,
    axis,
    (line) => logSoftmaxOf(line).map(Math.exp),
    (dy, y) => {
      const inner = total(dy.map((d, i) => d * at(y, i)));
      return y.map((p, i) => p * (at(dy, i) - inner));
    },
  );
}

/** x - log Σ e^x along an axis; dx = dy - e^y · Σ dy. */
export function logSoftmax(x: Array64, { axis = -1 }: { axis?: number } = {}): Array64 {
  return alongLines(x, axis, logSoftmaxOf, (dy, y) => {
    const sum = total(dy);
    return dy.map((d, i) => d - Math.exp(at(y, i)) * sum);
  });
}

/** Mean over N of -Σ target · logSoftmax(logits), target = (1 - ε)·onehot(label) + ε/C; or shares in onehot's place. */
export function softmaxCrossEntropy(
  logits: Array64,
  labels: Array64,
  { labelSmoothing = 0 }: { labelSmoothing?: number } = {},
): Array64 {
  const [n, c] = [at(logits.shape, 0), at(logits.shape, 1)];
  if (n === 0) return new Array64([], Float64Array.of(NaN), [logits], () => [logits.data]);
  // Shares of the classes, which have a gradient themselves.
  if (labels.shape.length === 2)
    return sumOfProducts([], logSoftmax(logits), labels, (term) => {
      for (let i = 0; i < n * c; i++) {
        term(0, -(1 - labelSmoothing) / n, i, i);
        if (labelSmoothing > 0) term(0, -labelSmoothing / c / n, i);
      }
    });
  return sumOfProducts([], logSoftmax(logits), undefined, (term) => {
    for (let row = 0; row < n; row++)
      for (let k = 0; k < c; k++) {
        const target = (at(labels.data, row) === k ? 1 - labelSmoothing : 0) + labelSmoothing / c;
        if (target !== 0) term(0, -target / n, row * c + k);
      }
  });
}
