// Reductions over any axes: sum, mean, max.
import { defineOp } from '../op.ts';
import { type OptionKinds, boolean, listOf, whole } from '../options.ts';
import { axesOf, broadcastStrides, sizeOf, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { fill } from './fill.ts';
import { maxGradInto, reduceInto } from './reduction.ts';
import { readStrided } from './strided.ts';

export interface ReduceOptions {
  /** Axes that go; negative ones count from the end; all of them by default, none for []. */
  readonly axes?: readonly number[] | undefined;
  /** Keep those axes, with size 1. */
  readonly keepDims?: boolean | undefined;
}

const reduceKinds: OptionKinds<ReduceOptions> = { axes: listOf(whole()), keepDims: boolean };

const axesFor = (op: string, x: Tensor, options: ReduceOptions) =>
  axesOf(op, options.axes, x.shape.length);

/** x's shape with the reduced axes of size 1. */
const keptShape = (x: Tensor, axes: readonly number[]) =>
  x.shape.map((d, i) => (axes.includes(i) ? 1 : d));

/** What a reduction leaves of the shape of x. */
export const reducedShape = (x: Tensor, axes: readonly number[], keepDims = false): Shape =>
  keepDims ? keptShape(x, axes) : x.shape.filter((_, i) => !axes.includes(i));

/** How many elements make one output. */
const countOf = (x: Tensor, axes: readonly number[]) =>
  sizeOf(x.shape.filter((_, i) => axes.includes(i)));

/** dy given to every element of x that it came from. */
const spread = (dy: Tensor, dx: Tensor, axes: readonly number[]) =>
  readStrided(dy, dx, broadcastStrides(keptShape(dx, axes), dx.shape));

/**
 * y = Σ x over `axes`, in a fixed tree of at most 256 terms an invocation; of nothing it is 0.
 * @throws TensorError when an axis is not there or is named twice
 */
export const sum = defineOp('sum', {
  inputs: ['x'],
  options: reduceKinds,
  shape: ({ x }, options: ReduceOptions) =>
    reducedShape(x, axesFor('sum', x, options), options.keepDims),
  run: ({ x, y }, options) => reduceInto('SUM', x, y, axesFor('sum', x, options)),
  vjp: ({ x, dy }, options, { x: dx }) => ({ x: dx && spread(dy, dx, axesFor('sum', x, options)) }),
});

/**
 * y = (1/n) Σ x over `axes`, n the number of elements that make one output.
 * Of nothing it is NaN, as in PyTorch.
 * @throws TensorError when an axis is not there or is named twice
 */
export const mean = defineOp('mean', {
  inputs: ['x'],
  options: reduceKinds,
  shape: ({ x }, options: ReduceOptions) =>
    reducedShape(x, axesFor('mean', x, options), options.keepDims),
  run({ x, y }, options) {
    const axes = axesFor('mean', x, options);
    return x.size === 0 ? fill(y, NaN) : reduceInto('SUM', x, y, axes, 1 / countOf(x, axes));
  },
  vjp({ x, dy }, options, { x: dx }) {
    if (!dx) return {};
    const axes = axesFor('mean', x, options);
    const share = reduceInto('SUM', dy, x.device.empty(dy.shape), [], 1 / countOf(x, axes));
    return { x: spread(share, dx, axes) };
  },
});

/**
 * y = max x over `axes`; of nothing it is −∞, as in ONNX (PyTorch refuses). NaN is the largest, so it comes through. The
 * gradient goes to the first of equal maxima, in row-major
 * order of the reduced axes.
 * @throws TensorError when an axis is not there or is named twice
 */
export const max = defineOp('max', {
  inputs: ['x'],
  options: reduceKinds,
  shape: ({ x }, options: ReduceOptions) =>
    reducedShape(x, axesFor('max', x, options), options.keepDims),
  run: ({ x, y }, options) => reduceInto('MAX', x, y, axesFor('max', x, options)),
  vjp: ({ x, dy }, options, { x: dx }) => ({
    x: dx && maxGradInto(x, dy, dx, axesFor('max', x, options)),
  }),
});
