// Shapes: sizes, strides, axes and broadcasting, as NumPy has them.
import { TensorError } from './errors.ts';
import { shown } from './options.ts';

/** The size of each axis, the slowest first; [] is a scalar. */
export type Shape = readonly number[];

/** Number of elements, 1 for a scalar []. */
export const sizeOf = (shape: Shape) => shape.reduce((product, d) => product * d, 1);

export const sameShape = (a: Shape, b: Shape) =>
  a.length === b.length && a.every((d, i) => d === b[i]);

export const show = (shape: Shape) => `[${shape.join(',')}]`;

/** Row-major strides in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = dim(strides, i + 1) * dim(shape, i + 1);
  return strides;
}

/** A dimension that is known to be there. */
export function dim(shape: Shape, axis: number): number {
  const d = shape[axis];
  if (d === undefined) throw new TensorError(`axis ${axis} is outside a shape ${show(shape)}`);
  return d;
}

const isList = (value: unknown): boolean => Array.isArray(value);

export function checkShape(shape: Shape): Shape {
  if (!isList(shape)) throw new TensorError(`${shown(shape)} is no shape: it must be a list`);
  if (shape.length > 8) throw new TensorError(`rank ${shape.length} is above the largest, 8`);
  for (const d of shape) {
    if (!Number.isInteger(d) || d < 0) {
      throw new TensorError(`${show(shape)} is no shape: dimensions are whole numbers from 0`);
    }
  }
  return shape;
}

/** Axis counted from the front; -1 is the last. */
export function axisOf(op: string, axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || at < 0 || at >= rank) {
    throw new TensorError(`${op}: axis ${axis} is outside a tensor of rank ${rank}`);
  }
  return at;
}

/** Distinct axes in rising order; all of them when none are named. */
export function axesOf(op: string, axes: readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, i) => i);
  const found = axes.map((a) => axisOf(op, a, rank));
  if (new Set(found).size !== found.length) {
    throw new TensorError(`${op}: axes ${show(axes)} name one axis twice`);
  }
  return found.sort((a, b) => a - b);
}

/** The common shape of two operands: equal sizes, or 1 on one side, from the right. */
export function broadcast(op: string, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const da = a[i - rank + a.length] ?? 1;
    const db = b[i - rank + b.length] ?? 1;
    if (da !== db && da !== 1 && db !== 1) {
      throw new TensorError(`${op}: shapes ${show(a)} and ${show(b)} do not broadcast`);
    }
    return da === 1 ? db : da;
  });
}

/** Strides of an operand read as if it had shape `to`: 0 along the axes it is repeated over. */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const strides = stridesOf(from);
  return to.map((_, i) => {
    const j = i - to.length + from.length;
    return j < 0 || from[j] === 1 ? 0 : dim(strides, j);
  });
}
