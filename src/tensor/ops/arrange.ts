// Ops that arrange elements anew, made of those that move them: stack, split, squeeze, expandDims, tile, flip, roll, cumsum.
import { TensorError } from '../errors.ts';
import { checkOptions, either, listOf, required, whole } from '../options.ts';
import { axesOf, axisOf, dim, show } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { add } from './arithmetic.ts';
import { broadcastTo } from './broadcast.ts';
import { concat, pad, slice } from './movement.ts';
import { reshape } from './view.ts';

const axisKind = { axis: whole() };

/**
 * x with a new axis of size 1 at `axis` of the result; −1 is the last.
 * @throws TensorError when there can be no such axis
 */
export function expandDims(x: Tensor, options: { readonly axis: number }): Tensor {
  checkOptions('expandDims', options, { axis: required(whole()) });
  const at = axisOf('expandDims', options.axis, x.shape.length + 1);
  return reshape(x, x.shape.toSpliced(at, 0, 1));
}

/**
 * x without its axes of size 1: all of them, or those of `axes`.
 * @throws TensorError when one of `axes` is not there or has another size
 */
export function squeeze(x: Tensor, options: { readonly axes?: readonly number[] } = {}): Tensor {
  checkOptions('squeeze', options, { axes: listOf(whole()) });
  const axes = options.axes && axesOf('squeeze', options.axes, x.shape.length);
  const wide = axes?.find((axis) => x.shape[axis] !== 1);
  if (wide !== undefined)
    throw new TensorError(`squeeze: axis ${wide} of ${x.type} is not of size 1`);
  return reshape(
    x,
    x.shape.filter((d, i) => (axes ? !axes.includes(i) : d !== 1)),
  );
}

/**
 * Tensors of one shape along a new axis, by default the first.
 * @throws TensorError when there are none, or their shapes or dtypes differ
 */
export function stack(
  tensors: readonly Tensor[],
  options: { readonly axis?: number } = {},
): Tensor {
  checkOptions('stack', options, axisKind);
  const [first] = tensors;
  if (!first) throw new TensorError('stack: no tensors');
  const other = tensors.find((t) => t.dtype !== first.dtype || show(t.shape) !== show(first.shape));
  if (other) throw new TensorError(`stack: ${first.type} and ${other.type} differ`);
  const axis = axisOf('stack', options.axis ?? 0, first.shape.length + 1);
  return concat(
    tensors.map((t) => expandDims(t, { axis })),
    { axis },
  );
}

/** Of `split`. */
export interface SplitOptions {
  /** How many equal parts, or the size of each. */
  readonly parts: number | readonly number[];
  /** By default the first. */
  readonly axis?: number | undefined;
}

/**
 * x cut along an axis.
 * @throws TensorError when equal parts do not come out even, or the sizes do not add up to the axis
 */
export function split(x: Tensor, options: SplitOptions): Tensor[] {
  const parts = required(either(whole({ from: 1 }), listOf(whole({ from: 0 }))));
  checkOptions('split', options, { parts, ...axisKind });
  const axis = axisOf('split', options.axis ?? 0, x.shape.length);
  const size = dim(x.shape, axis);
  const given = options.parts;
  const sizes =
    typeof given === 'number' ? Array.from({ length: given }, () => size / given) : [...given];
  const total = sizes.reduce((sum, part) => sum + part, 0);
  if (total !== size || !sizes.every((part) => Number.isInteger(part))) {
    const asked = typeof given === 'number' ? `${given} equal parts` : `parts of ${show(given)}`;
    throw new TensorError(`split: axis ${axis} of ${x.type} has no ${asked}`);
  }
  let end = 0;
  return sizes.map((part) => {
    end += part;
    return slice(x, { starts: [end - part], ends: [end], axes: [axis] });
  });
}

/**
 * x repeated `repeats[i]` times along axis i, as a whole: [1, 2] becomes [1, 2, 1, 2].
 * @throws TensorError when there is not one number from 1 for each axis
 */
export function tile(x: Tensor, options: { readonly repeats: readonly number[] }): Tensor {
  checkOptions('tile', options, { repeats: required(listOf(whole({ from: 1 }))) });
  const { repeats } = options;
  if (repeats.length !== x.shape.length)
    throw new TensorError(`tile: repeats ${show(repeats)} are not one for each axis of ${x.type}`);
  const apart = x.shape.flatMap((d) => [1, d]);
  const repeated = x.shape.flatMap((d, i) => [dim(repeats, i), d]);
  return reshape(
    broadcastTo(reshape(x, apart), repeated),
    x.shape.map((d, i) => d * dim(repeats, i)),
  );
}

/**
 * x with its elements in the opposite order along `axes`, by default all.
 * @throws TensorError when an axis is not there or is named twice
 */
export function flip(x: Tensor, options: { readonly axes?: readonly number[] } = {}): Tensor {
  checkOptions('flip', options, { axes: listOf(whole()) });
  const axes = axesOf('flip', options.axes, x.shape.length);
  if (axes.length === 0) return x;
  return slice(x, {
    starts: axes.map((axis) => dim(x.shape, axis) - 1),
    ends: axes.map((axis) => -dim(x.shape, axis) - 1),
    axes,
    steps: axes.map(() => -1),
  });
}

/**
 * x with its elements moved `shift` places along an axis; what leaves at one end comes in at the other.
 * @throws TensorError when the axis is not there
 */
export function roll(
  x: Tensor,
  options: { readonly shift: number; readonly axis: number },
): Tensor {
  checkOptions('roll', options, { shift: required(whole()), axis: required(whole()) });
  const axis = axisOf('roll', options.axis, x.shape.length);
  const size = dim(x.shape, axis);
  const shift = size === 0 ? 0 : ((options.shift % size) + size) % size;
  if (shift === 0) return x;
  const part = (starts: number, ends: number) =>
    slice(x, { starts: [starts], ends: [ends], axes: [axis] });
  return concat([part(size - shift, size), part(0, size - shift)], { axis });
}

/**
 * y_i = x_0 + … + x_i along an axis, in ⌈log₂ n⌉ steps, each adding what lies twice as far back. (Hillis & Steele 1986)
 * @throws TensorError when the axis is not there
 */
export function cumsum(x: Tensor, options: { readonly axis: number }): Tensor {
  checkOptions('cumsum', options, { axis: required(whole()) });
  const axis = axisOf('cumsum', options.axis, x.shape.length);
  const at = (value: number) => x.shape.map((_, i) => (i === axis ? value : 0));
  let y = x;
  for (let back = 1; back < dim(x.shape, axis); back *= 2)
    y = add(y, pad(y, { pads: [...at(back), ...at(-back)] }));
  return y;
}
