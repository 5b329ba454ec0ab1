// Reductions over any axes: mean and max; sum stands with broadcasting, see broadcast.ts.
import { type Grads, INTERNAL, defineOp, defineOps } from '../op.ts';
import {
  axesFor,
  countOf,
  reduceKinds,
  type ReduceOptions,
  reducedShape,
  scale,
  spread,
} from './broadcast.ts';
import { fill } from './fill.ts';
import { atMaxima } from './maxima.ts';
import { maxGradInto, reduceInto } from './reduction.ts';

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
    if (x.size === 0) fill(y, NaN);
    else reduceInto('SUM', x, y, axes, 1 / countOf(x, axes));
  },
  vjp({ x, dy }, options) {
    const axes = axesFor('mean', x, options);
    return { x: spread(scale(dy, { by: 1 / countOf(x, axes) }), x, axes) };
  },
});

/** The gradient of `max`: dy goes to the first largest element of each output. */
const maxGrad = defineOps('maxGrad', {
  inputs: ['x', 'dy'],
  options: INTERNAL,
  outputs: ({ x }) => ({ dx: { shape: x.shape } }),
  run: ({ x, dy, dx }, { axes }: { readonly axes: readonly number[] }) =>
    maxGradInto(x, dy, dx, axes),
  vjp: ({ x, dy, d: { dx } }, { axes }): Grads<'x' | 'dy'> => ({
    x: undefined, // a small step moves no maximum
    dy: dx && atMaxima(x, dx, axes, dy.shape),
  }),
});

/**
 * y = max x over `axes`; of nothing it is −∞, as in ONNX (PyTorch refuses). NaN is the largest, so it comes through. The
 * gradient goes to the first of equal maxima, in row-major order of the reduced axes.
 * @throws TensorError when an axis is not there or is named twice
 */
export const max = defineOp('max', {
  inputs: ['x'],
  options: reduceKinds,
  shape: ({ x }, options: ReduceOptions) =>
    reducedShape(x, axesFor('max', x, options), options.keepDims),
  run: ({ x, y }, options) => void reduceInto('MAX', x, y, axesFor('max', x, options)),
  vjp: ({ x, dy }, options) => ({ x: maxGrad(x, dy, { axes: axesFor('max', x, options) }).dx }),
});
