// Ops with an index for every element along an axis: gatherElements and scatterAdd, each the other's gradient.
import gatherElementsSource from '../../shaders/gatherElements.wgsl?raw';
import scatterAddSource from '../../shaders/scatterAdd.wgsl?raw';
import { TensorError } from '../errors.ts';
import { linearGrid } from '../grid.ts';
import { checkIndices } from '../hostData.ts';
import { kernel } from '../kernel.ts';
import { type Grads, defineOp } from '../op.ts';
import { required, whole } from '../options.ts';
import { axisOf, dim, sameShape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { zerosLike } from './fill.ts';
import { WORDS } from './strided.ts';

const gatherElementsKernel = kernel('gatherElements', gatherElementsSource);
const scatterAddKernel = kernel('scatterAdd', scatterAddSource);

/** Of `gatherElements` and `scatterAdd`: an axis of x, from behind where it is negative. */
export interface AxisOptions {
  readonly axis: number;
}

const axisKinds = { axis: required(whole()) };

/** @throws TensorError where these are no indices along an axis of x */
function checkElements(op: string, x: Tensor, indices: Tensor, { axis }: AxisOptions): void {
  const at = axisOf(op, axis, x.shape.length);
  const size = dim(x.shape, at);
  const fits = indices.shape.length === x.shape.length;
  if (!fits || !sameShape(indices.shape.with(at, size), x.shape)) {
    throw new TensorError(
      `${op}: indices ${indices.type} must be shaped like ${x.type} but for axis ${axis}`,
    );
  }
  if (size === 0 && indices.size > 0)
    throw new TensorError(`${op}: axis ${axis} of ${x.type} is empty`);
  const has = `axis ${axis} of ${x.type} has ${-size} to ${size - 1}`;
  checkIndices(op, 'indices', indices, [-size, size], has);
}

/** x as [OUTER, AXIS, INNER] around the axis, indices as [OUTER, M, INNER]. */
function elementsPlan(op: string, x: Tensor, indices: Tensor, { axis }: AxisOptions) {
  const at = axisOf(op, axis, x.shape.length);
  return {
    OUTER: sizeOf(x.shape.slice(0, at)),
    AXIS: dim(x.shape, at),
    M: dim(indices.shape, at),
    INNER: sizeOf(x.shape.slice(at + 1)),
  };
}

/** y = the elements of x, of 32 bits, at the indices along an axis. */
export function gatherInto(x: Tensor, indices: Tensor, y: Tensor, options: AxisOptions): void {
  const OUTSIDE = x.dtype === 'f32' ? 0x7fc00000 : 0; // NaN
  const constants = { ...elementsPlan('gatherElements', x, indices, options), OUTSIDE };
  y.device.launch(gatherElementsKernel, constants, { x, indices, y }, linearGrid(y.size));
}

/**
 * Elements of x along `axis`, an index for each: y[…, m, …] = x[…, indices[…, m, …], …]. indices (i32) and y have one
 * shape, that of x but for the axis; PyTorch's gather, NumPy's take_along_axis. Negative indices count from the end. One
 * outside that the host does not know of, as one computed on the GPU, gives NaN (0 in integer dtypes), and takes no part
 * in the gradient.
 * @throws TensorError when the axis is not there or is empty, shapes do not fit, or the host knows of an index outside
 */
export const gatherElements = defineOp('gatherElements', {
  inputs: ['x', 'indices'],
  dtypes: { x: WORDS, indices: ['i32'] },
  dtype: ({ x }) => x.dtype,
  options: axisKinds,
  shape({ x, indices }, options: AxisOptions) {
    checkElements('gatherElements', x, indices, options);
    return indices.shape;
  },
  run: ({ x, indices, y }, options) => gatherInto(x, indices, y, options),
  vjp: ({ x, indices, dy }, options): Grads<'x' | 'indices'> => ({
    x: scatterAdd(zerosLike(x), indices, dy, options),
  }),
});

/**
 * x with each element of source added where its index says along `axis`: y = x, then for every m
 * y[…, indices[…, m, …], …] += source[…, m, …], in the order of m, so that the same call gives the same bits. indices (i32)
 * and source have one shape, that of x but for the axis. Negative indices count from the end; one outside that the host
 * does not know of adds nothing. Every element looks at all indices of its line: n · m steps for a line of n.
 * @throws TensorError when the axis is not there or is empty, shapes do not fit, or the host knows of an index outside
 */
export const scatterAdd = defineOp('scatterAdd', {
  inputs: ['x', 'indices', 'source'],
  dtypes: { indices: ['i32'] },
  options: axisKinds,
  shape({ x, indices, source }, options: AxisOptions) {
    checkElements('scatterAdd', x, indices, options);
    if (!sameShape(source.shape, indices.shape)) {
      throw new TensorError(
        `scatterAdd: source ${source.type} is shaped unlike indices ${indices.type}`,
      );
    }
    return x.shape;
  },
  run({ x, indices, source, y }, options) {
    const constants = elementsPlan('scatterAdd', x, indices, options);
    y.device.launch(scatterAddKernel, constants, { x, indices, source, y }, linearGrid(y.size));
  },
  vjp: ({ indices, dy }, options, wants): Grads<'x' | 'indices' | 'source'> => ({
    x: dy,
    source: wants.source ? gatherElements(dy, indices, options) : undefined,
  }),
});
