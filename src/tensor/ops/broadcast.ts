// broadcastTo and sum: repeating along axes and adding up along them, each the gradient of the other.
import { TensorError } from '../errors.ts';
import { type Grads, INTERNAL, defineOp } from '../op.ts';
import { type OptionKinds, boolean, checkOptions, listOf, whole } from '../options.ts';
import {
  axesOf,
  broadcast,
  broadcastStrides,
  sameShape,
  show,
  sizeOf,
  type Shape,
} from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { type Elementwise, elementwise, literal, runElementwise } from '../elementwise.ts';
import { reduceInto } from './reduction.ts';
import { readStrided, WORDS } from './strided.ts';
import { reshape, shapeKind } from './view.ts';

const expand = defineOp('broadcastTo', {
  inputs: ['x'],
  options: INTERNAL,
  dtypes: { x: WORDS },
  dtype: ({ x }) => x.dtype,
  shape: (_, { shape }: { shape: Shape }) => shape,
  run: ({ x, y }) => readStrided(x, y, broadcastStrides(x.shape, y.shape)),
  vjp: ({ x, dy }): Grads<'x'> => ({ x: sumTo(dy, x.shape) }),
});

/**
 * x repeated along its axes of size 1, and along new ones in front, as NumPy broadcasts.
 * @throws TensorError when x does not broadcast to `shape`
 */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  checkOptions('broadcastTo', { shape }, shapeKind);
  if (sameShape(x.shape, shape)) return x;
  if (!sameShape(broadcast('broadcastTo', x.shape, shape), shape)) {
    throw new TensorError(`broadcastTo: ${x.type} does not broadcast to shape ${show(shape)}`);
  }
  return expand(x, { shape });
}

/** Of `sum`, `mean`, `max` and other reductions: by default over all axes, which go. */
export interface ReduceOptions {
  /** Axes that go; negative ones count from the end; all of them by default, none for []. */
  readonly axes?: readonly number[] | undefined;
  /** Keep those axes, with size 1. */
  readonly keepDims?: boolean | undefined;
}

export const reduceKinds: OptionKinds<ReduceOptions> = { axes: listOf(whole()), keepDims: boolean };

/** The axes that a reduction takes away, rising. */
export const axesFor = (op: string, x: Tensor, { axes }: ReduceOptions): number[] =>
  axesOf(op, axes, x.shape.length);

/** x's shape with the reduced axes of size 1. */
export const keptShape = (x: Tensor, axes: readonly number[]): Shape =>
  x.shape.map((d, i) => (axes.includes(i) ? 1 : d));

/** What a reduction leaves of the shape of x. */
export const reducedShape = (x: Tensor, axes: readonly number[], keepDims = false): Shape =>
  keepDims ? keptShape(x, axes) : x.shape.filter((_, i) => !axes.includes(i));

/** dy, which a reduction of x over `axes` left, given to every element of x that it came from. */
export const spread = (dy: Tensor, x: Tensor, axes: readonly number[]): Tensor =>
  broadcastTo(reshape(dy, keptShape(x, axes)), x.shape);

/**
 * y = Σ x over `axes`, in a fixed tree of at most 256 terms an invocation; of nothing it is 0.
 * @throws TensorError when an axis is not there or is named twice
 */
export const sum = defineOp('sum', {
  inputs: ['x'],
  options: reduceKinds,
  shape: ({ x }, options: ReduceOptions) =>
    reducedShape(x, axesFor('sum', x, options), options.keepDims),
  run: ({ x, y }, options) => void reduceInto('SUM', x, y, axesFor('sum', x, options)),
  vjp: ({ x, dy }, options): Grads<'x'> => ({ x: spread(dy, x, axesFor('sum', x, options)) }),
});

interface Scale {
  readonly by: number;
}

/** y = by · x, elementwise, for a number that stands in the kernel. */
export const scale = defineOp<readonly ['x'], Scale & Elementwise, Scale>('scale', {
  inputs: ['x'],
  options: INTERNAL,
  attributes: (_, { by }) => ({ by, ...elementwise('scale', { x: 'f32' }, `${literal(by)} * x`) }),
  shape: ({ x }) => x.shape,
  run: (tensors, attributes) => runElementwise(tensors, attributes, tensors.y),
  vjp: ({ dy }, { by }): Grads<'x'> => ({ x: scale(dy, { by }) }),
});

/** The gradient of broadcasting from `shape`: dy summed over the axes along which an operand was repeated. */
export function sumTo(dy: Tensor, shape: Shape): Tensor {
  if (sameShape(dy.shape, shape)) return dy;
  const added = dy.shape.length - shape.length;
  const axes = dy.shape.flatMap((d, i) =>
    i < added || (d !== 1 && shape[i - added] === 1) ? [i] : [],
  );
  return reshape(sum(dy, { axes }), shape);
}

/** How many elements make one output of a reduction. */
export const countOf = (x: Tensor, axes: readonly number[]): number =>
  sizeOf(x.shape.filter((_, i) => axes.includes(i)));
