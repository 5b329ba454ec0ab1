// Operations that move elements: every output element is one input element, or a constant.
import type { SliceOptions } from '../engine.ts';
import {
  Array64,
  array64,
  at,
  axisOf,
  broadcast,
  broadcastPositions,
  forEachIndex,
  select,
  type Shape,
  sizeOf,
  stridesOf,
  sumOfProducts,
} from './array.ts';

/** y[index] = x[source(index)]; `source` gives undefined where the constant stands. */
function moved(
  x: Array64,
  shape: Shape,
  source: (index: readonly number[]) => readonly number[] | undefined,
  otherwise = 0,
): Array64 {
  const strides = stridesOf(x.shape);
  const positions = new Int32Array(sizeOf(shape));
  forEachIndex(shape, (index, flat) => {
    const from = source(index);
    positions[flat] = from?.reduce((sum, i, axis) => sum + i * at(strides, axis), 0) ?? -1;
  });
  return select(x, shape, positions, otherwise);
}

export const reshape = (x: Array64, shape: Shape): Array64 =>
  new Array64(shape, x.data.slice(), [x], (dy) => [dy.slice()]);

/** [N, …] to [N, the product of the rest]. */
export const flatten = (x: Array64): Array64 =>
  reshape(x, [at(x.shape, 0), sizeOf(x.shape.slice(1))]);

/** Axis i of the result is axis perm[i] of x; without perm the axes are reversed. */
export function transpose(
  x: Array64,
  perm: readonly number[] = x.shape.map((_, i) => x.shape.length - 1 - i),
): Array64 {
  const shape = perm.map((axis) => at(x.shape, axis));
  return moved(x, shape, (index) => x.shape.map((_, axis) => at(index, perm.indexOf(axis))));
}

export function concat(tensors: readonly Array64[], { axis }: { axis: number }): Array64 {
  const [first, ...rest] = tensors;
  if (first === undefined) throw new RangeError('concat of nothing');
  return rest.reduce((joined, next) => join(joined, next, axisOf(axis, first.shape.length)), first);
}

function join(a: Array64, b: Array64, axis: number): Array64 {
  const split = at(a.shape, axis);
  const shape = a.shape.with(axis, split + at(b.shape, axis));
  const [stridesA, stridesB] = [stridesOf(a.shape), stridesOf(b.shape)];
  return sumOfProducts(shape, a, b, (term) =>
    forEachIndex(shape, (index, o) => {
      const inA = at(index, axis) < split;
      const from = inA ? index : index.with(axis, at(index, axis) - split);
      const position = from.reduce((sum, i, n) => sum + i * at(inA ? stridesA : stridesB, n), 0);
      if (inA) term(o, 1, position);
      else term(o, 1, -1, position);
    }),
  );
}

/** x[start : end : step] along each of `axes`, clamped to the axis as Python does. */
export function slice(x: Array64, { starts, ends, axes, steps }: SliceOptions): Array64 {
  const from = x.shape.map(() => 0);
  const by = x.shape.map(() => 1);
  const shape = [...x.shape];
  starts.forEach((start, n) => {
    const axis = axisOf(axes?.[n] ?? n, x.shape.length);
    const dim = at(x.shape, axis);
    const step = steps?.[n] ?? 1;
    const [low, high] = step > 0 ? [0, dim] : [-1, dim - 1];
    const clamped = (i: number) => Math.min(Math.max(i < 0 ? i + dim : i, low), high);
    from[axis] = clamped(start);
    by[axis] = step;
    shape[axis] = Math.max(0, Math.ceil((clamped(at(ends, n)) - clamped(start)) / step));
  });
  return moved(x, shape, (index) => index.map((i, axis) => at(from, axis) + i * at(by, axis)));
}

/** Adds pads[axis] elements before and pads[rank + axis] after, all of them `value`. */
export function pad(
  x: Array64,
  { pads, value = 0 }: { pads: readonly number[]; value?: number },
): Array64 {
  const rank = x.shape.length;
  const shape = x.shape.map((dim, axis) => dim + at(pads, axis) + at(pads, rank + axis));
  const source = (index: readonly number[]) => {
    const from = index.map((i, axis) => i - at(pads, axis));
    return from.every((i, axis) => i >= 0 && i < at(x.shape, axis)) ? from : undefined;
  };
  return moved(x, shape, source, value);
}

/** y[…, indices, …] = x taken along `axis`; a negative index counts from the end. */
export function gather(x: Array64, indices: Array64, { axis }: { axis: number }): Array64 {
  const along = axisOf(axis, x.shape.length);
  const dim = at(x.shape, along);
  const rank = indices.shape.length;
  const strides = stridesOf(indices.shape);
  return moved(x, x.shape.toSpliced(along, 1, ...indices.shape), (index) => {
    const position = strides.reduce((sum, stride, n) => sum + at(index, along + n) * stride, 0);
    const i = at(indices.data, position);
    return index.toSpliced(along, rank, i < 0 ? i + dim : i);
  });
}

/** A new axis of `depth` elements: 1 where the index stands, 0 elsewhere. */
export function oneHot(
  indices: Array64,
  { depth, axis = -1 }: { depth: number; axis?: number },
): Array64 {
  const along = axisOf(axis, indices.shape.length + 1);
  const shape = indices.shape.toSpliced(along, 0, depth);
  const strides = stridesOf(indices.shape);
  const data = new Float64Array(sizeOf(shape));
  forEachIndex(shape, (index, flat) => {
    const position = index.toSpliced(along, 1).reduce((sum, i, n) => sum + i * at(strides, n), 0);
    data[flat] = at(indices.data, position) === at(index, along) ? 1 : 0;
  });
  return array64(data, shape);
}

/** a where the condition is not 0, else b; all three broadcast. */
export function where(condition: Array64, a: Array64, b: Array64): Array64 {
  const shape = broadcast(condition.shape, broadcast(a.shape, b.shape));
  const [ic, ia, ib] = [condition, a, b].map((x) => broadcastPositions(x.shape, shape));
  return sumOfProducts(shape, a, b, (term) => {
    for (let o = 0; o < sizeOf(shape); o++)
      if (at(condition.data, at(ic ?? [], o)) !== 0) term(o, 1, at(ia ?? [], o));
      else term(o, 1, -1, at(ib ?? [], o));
  });
}

export const expandDims = (x: Array64, { axis }: { axis: number }): Array64 =>
  reshape(x, x.shape.toSpliced(axisOf(axis, x.shape.length + 1), 0, 1));

export function squeeze(x: Array64, { axes }: { axes?: readonly number[] } = {}): Array64 {
  const gone = axes?.map((axis) => axisOf(axis, x.shape.length));
  return reshape(
    x,
    x.shape.filter((d, i) => (gone ? !gone.includes(i) : d !== 1)),
  );
}

export const stack = (tensors: readonly Array64[], { axis = 0 }: { axis?: number } = {}) =>
  concat(
    tensors.map((t) => expandDims(t, { axis })),
    { axis: axisOf(axis, at([tensors[0]?.shape.length ?? 0], 0) + 1) },
  );

export function split(
  x: Array64,
  { parts, axis = 0 }: { parts: number | readonly number[]; axis?: number },
): Array64[] {
  const along = axisOf(axis, x.shape.length);
  const even = (n: number) => Array.from({ length: n }, () => at(x.shape, along) / n);
  const sizes = typeof parts === 'number' ? even(parts) : parts;
  let from = 0;
  return sizes.map((size) => {
    const start = from;
    from += size;
    return moved(x, x.shape.with(along, size), (index) =>
      index.with(along, at(index, along) + start),
    );
  });
}

export const tile = (x: Array64, { repeats }: { repeats: readonly number[] }): Array64 =>
  moved(
    x,
    x.shape.map((d, i) => d * at(repeats, i)),
    (index) => index.map((place, i) => place % at(x.shape, i)),
  );

export function flip(x: Array64, { axes }: { axes?: readonly number[] } = {}): Array64 {
  const named = axes ?? x.shape.map((_, i) => i);
  const turned = new Set(named.map((axis) => axisOf(axis, x.shape.length)));
  return moved(x, x.shape, (index) =>
    index.map((place, i) => (turned.has(i) ? at(x.shape, i) - 1 - place : place)),
  );
}

export function roll(x: Array64, { shift, axis }: { shift: number; axis: number }): Array64 {
  const along = axisOf(axis, x.shape.length);
  const size = at(x.shape, along);
  return moved(x, x.shape, (index) =>
    index.with(along, (((at(index, along) - shift) % size) + size) % size),
  );
}

/** Running sums along an axis. */
export function cumsum(x: Array64, { axis }: { axis: number }): Array64 {
  const along = axisOf(axis, x.shape.length);
  const strides = stridesOf(x.shape);
  return sumOfProducts(x.shape, x, undefined, (term) =>
    forEachIndex(x.shape, (index, o) => {
      for (let back = 0; back <= at(index, along); back++)
        term(o, 1, o - back * at(strides, along));
    }),
  );
}
