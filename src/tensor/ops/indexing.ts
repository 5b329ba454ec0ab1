// Ops that choose elements by index: argmax, gather, oneHot.
import gatherSource from '../../shaders/gather.wgsl?raw';
import gatherGradSource from '../../shaders/gatherGrad.wgsl?raw';
import oneHotSource from '../../shaders/oneHot.wgsl?raw';
import { TensorError } from '../errors.ts';
import { linearGrid } from '../grid.ts';
import { checkIndices } from '../hostData.ts';
import { kernel } from '../kernel.ts';
import { type Grads, INTERNAL, defineOp, defineOps } from '../op.ts';
import { boolean, required, whole } from '../options.ts';
import { type Shape, axisOf, dim, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { reducedShape } from './broadcast.ts';
import { argmaxInto } from './reduction.ts';
import { WORDS } from './strided.ts';

const gatherKernel = kernel('gather', gatherSource);
const gatherGradKernel = kernel('gatherGrad', gatherGradSource);
const oneHotKernel = kernel('oneHot', oneHotSource);

/** Of `argmax` and `argmin`. */
export interface ArgmaxOptions {
  readonly axis: number;
  /** Keep the axis, with size 1. */
  readonly keepDims?: boolean | undefined;
}

/**
 * Index of the largest element along `axis`, i32; of equal ones the first. NaN is the largest. Not differentiable.
 * @throws TensorError when the axis is not there, or is empty
 */
export const argmax = defineOp('argmax', {
  inputs: ['x'],
  dtype: 'i32',
  options: { axis: required(whole()), keepDims: boolean },
  shape({ x }, { axis, keepDims = false }: ArgmaxOptions) {
    const at = axisOf('argmax', axis, x.shape.length);
    if (x.shape[at] === 0) throw new TensorError(`argmax: axis ${axis} of ${x.type} is empty`);
    return reducedShape(x, [at], keepDims);
  },
  run: ({ x, y }, { axis }) => argmaxInto(x, y, [axisOf('argmax', axis, x.shape.length)]),
});

/** x as [OUTER, AXIS, INNER] around the axis that is indexed, INNER in vec4s where it can be. */
function gatherPlan(x: Tensor, indices: Tensor, { axis }: { axis: number }) {
  const at = axisOf('gather', axis, x.shape.length);
  const inner = sizeOf(x.shape.slice(at + 1));
  const wide = inner % 4 === 0;
  const constants = {
    OUTER: sizeOf(x.shape.slice(0, at)),
    AXIS: dim(x.shape, at),
    M: indices.size,
    INNER: wide ? inner / 4 : inner,
  };
  return { wide, constants };
}

/**
 * Slices of x along `axis`, chosen by indices (i32): y[…, m, …] = x[…, indices[m], …], where the axes of
 * `indices` take the place of `axis`. Negative indices count from the end. An index from outside that the host does not
 * know of, as one computed on the GPU, gives NaN (0 in integer dtypes), and takes no part in the gradient.
 * @throws TensorError when the axis is not there, or is empty, or the host knows of an index outside
 */
export const gather = defineOp('gather', {
  inputs: ['x', 'indices'],
  dtypes: { x: WORDS, indices: ['i32'] },
  dtype: ({ x }) => x.dtype,
  options: { axis: required(whole()) },
  shape({ x, indices }, { axis }: { axis: number }) {
    const at = axisOf('gather', axis, x.shape.length);
    if (x.shape[at] === 0 && indices.size > 0) {
      throw new TensorError(`gather: axis ${axis} of ${x.type} is empty`);
    }
    const size = dim(x.shape, at);
    const has = `axis ${axis} of ${x.type} has ${-size} to ${size - 1}`;
    checkIndices('gather', 'indices', indices, [-size, size], has);
    return x.shape.toSpliced(at, 1, ...indices.shape);
  },
  run({ x, indices, y }, options) {
    const { wide, constants } = gatherPlan(x, indices, options);
    const grid = linearGrid(constants.OUTER * constants.M * constants.INNER);
    const OUTSIDE = x.dtype === 'f32' ? 0x7fc00000 : 0; // NaN
    const all = { ...constants, OUTSIDE, Word: wide ? 'vec4u' : 'u32' };
    y.device.launch(gatherKernel, all, { x, indices, y }, grid);
  },
  vjp: ({ x, indices, dy }, { axis }): Grads<'x' | 'indices'> => ({
    x: gatherGrad(dy, indices, { axis, shape: x.shape }).dx,
  }),
});

/** The gradient of gather: every slice of dy added to the slice of `shape` that it came from. */
const gatherGrad = defineOps('gatherGrad', {
  inputs: ['dy', 'indices'],
  options: INTERNAL,
  dtypes: { indices: ['i32'] },
  outputs: (_, { shape }: { readonly axis: number; readonly shape: Shape }) => ({ dx: { shape } }),
  run({ dy, indices, dx }, options) {
    const { wide, constants } = gatherPlan(dx, indices, options);
    const grid = linearGrid(constants.OUTER * constants.AXIS * constants.INNER);
    const all = { ...constants, Value: wide ? 'vec4f' : 'f32' };
    dx.device.launch(gatherGradKernel, all, { dy, indices, dx }, grid);
  },
  vjp: ({ indices, d: { dx } }, { axis }): Grads<'dy' | 'indices'> => ({
    dy: dx && gather(dx, indices, { axis }),
  }),
});

/** Of `oneHot`. */
export interface OneHotOptions {
  /** Size of the new axis. */
  readonly depth: number;
  /** Where it stands in the result, by default last. */
  readonly axis?: number | undefined;
}

/** Shape of a one-hot encoding, and its size around the new axis. */
function oneHotPlan(indices: Tensor, { depth, axis = -1 }: OneHotOptions) {
  const at = axisOf('oneHot', axis, indices.shape.length + 1);
  return {
    shape: indices.shape.toSpliced(at, 0, depth),
    OUTER: sizeOf(indices.shape.slice(0, at)),
    INNER: sizeOf(indices.shape.slice(at)),
  };
}

/**
 * 1 at the position that each index (i32) names along a new axis, 0 elsewhere, as f32. Negative indices count from
 * the end; one outside that the host does not know of gives zeros. Not differentiable.
 * @throws TensorError when depth is not a whole number from 1, the axis is not there, or the host knows of an index
 * outside
 */
export const oneHot = defineOp('oneHot', {
  inputs: ['indices'],
  dtypes: { indices: ['i32'] },
  options: { depth: required(whole({ from: 1 })), axis: whole() },
  shape({ indices }, options: OneHotOptions) {
    const { depth } = options;
    const has = `depth ${depth} has ${-depth} to ${depth - 1}`;
    checkIndices('oneHot', 'indices', indices, [-depth, depth], has);
    return oneHotPlan(indices, options).shape;
  },
  run({ indices, y }, options) {
    const { OUTER, INNER } = oneHotPlan(indices, options);
    const constants = { OUTER, DEPTH: options.depth, INNER };
    y.device.launch(oneHotKernel, constants, { indices, y }, linearGrid(y.size));
  },
});
