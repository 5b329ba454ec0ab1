// Folds a tensor along axes, in as many passes as its length needs. The reductions, the search for a maximum
// and the gradients of broadcasting stand on it.
import argmaxSource from '../../shaders/argmax.wgsl?raw';
import maxGradSource from '../../shaders/maxGrad.wgsl?raw';
import reduceSource from '../../shaders/reduce.wgsl?raw';
import { linearGrid } from '../grid.ts';
import { kernel } from '../kernel.ts';
import { dim, sizeOf, stridesOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { valueTypes } from '../wgsl.ts';
import { fill } from './fill.ts';
import { collapse, type Walk } from './walk.ts';

const reduceKernel = kernel('reduce', reduceSource);
const argmaxKernel = kernel('argmax', argmaxSource);
const maxGradKernel = kernel('maxGrad', maxGradSource);

/** The most elements that one invocation folds. */
const SERIAL = 256;

/** How a tensor falls apart into outputs, and each output into the elements that make it. */
interface Fold {
  readonly kept: Walk;
  readonly reduced: Walk;
}

/** Splits x: along `axes` it is folded, along the others kept. */
function foldOf(x: Tensor, axes: readonly number[]): Fold {
  const strides = stridesOf(x.shape);
  const along = (chosen: readonly number[]) =>
    collapse(
      chosen.map((d) => dim(x.shape, d)),
      chosen.map((d) => dim(strides, d)),
    );
  return {
    kept: along(x.shape.flatMap((_, d) => (axes.includes(d) ? [] : [d]))),
    reduced: along(axes),
  };
}

/** The same fold of four neighboring outputs at once, where they are neighbors in memory and stay aligned. */
function vectorFold({ kept, reduced }: Fold): Fold | undefined {
  const last = kept.shape.length - 1;
  const contiguous = kept.strides[0]?.[last] === 1 && dim(kept.shape, last) % 4 === 0;
  const others = [...(kept.strides[0] ?? []).slice(0, last), ...(reduced.strides[0] ?? [])];
  if (!contiguous || others.some((step) => step % 4 !== 0)) return undefined;
  const quarter = (steps: readonly number[]) => steps.map((s) => Math.ceil(s / 4)); // 1 stays 1
  return {
    kept: {
      shape: kept.shape.map((size, d) => (d === last ? size / 4 : size)),
      strides: kept.strides.map(quarter),
    },
    reduced: { shape: reduced.shape, strides: reduced.strides.map(quarter) },
  };
}

/** A fold as the kernels declare it. */
const constantsOf = ({ kept, reduced }: Fold) => ({
  OUTPUTS: sizeOf(kept.shape),
  KEPT_RANK: kept.shape.length,
  KEPT_SHAPE: kept.shape,
  KEPT_STRIDES: kept.strides[0] as readonly number[],
  REDUCED_RANK: reduced.shape.length,
  REDUCED_SHAPE: reduced.shape,
  REDUCED_STRIDES: reduced.strides[0] as readonly number[],
});

/**
 * y = scale · fold of x over `axes`, rising, in a fixed tree; y holds one element an output, in their order.
 * Over no elements the sum is 0 and the maximum −∞.
 */
export function reduceInto(
  op: 'SUM' | 'MAX',
  x: Tensor,
  y: Tensor,
  axes: readonly number[],
  scale = 1,
): Tensor {
  if (y.size === 0) return y;
  if (x.size === 0) return fill(y, op === 'SUM' ? 0 : -Infinity);
  const chunks = Math.ceil(x.size / y.size / SERIAL);
  const out = chunks === 1 ? y : y.device.empty([chunks, y.size], 'f32', 'reduce');
  const fold = foldOf(x, axes);
  const vectors = vectorFold(fold);
  const constants = {
    ...constantsOf(vectors ?? fold),
    OP: op,
    ...valueTypes(vectors !== undefined),
    REDUCED: sizeOf(fold.reduced.shape),
    CHUNKS: chunks,
    SCALE: chunks === 1 ? scale : 1,
  };
  x.device.launch(reduceKernel, constants, { x, y: out }, linearGrid(constants.OUTPUTS * chunks));
  if (chunks === 1) return y;
  reduceInto(op, out, y, [0], scale);
  out.storage.release(); // what follows is queued behind these passes
  return y;
}

/**
 * y (i32) = the number of the first largest element of each output of x, counted along `axes`, rising; with
 * `candidates` [count, outputs] the search is among the elements that these number.
 */
export function argmaxInto(
  x: Tensor,
  y: Tensor,
  axes: readonly number[],
  candidates?: Tensor,
): Tensor {
  if (y.size === 0) return y;
  const COUNT = (candidates ?? x).size / y.size;
  const CHUNKS = Math.ceil(COUNT / SERIAL);
  const out = CHUNKS === 1 ? y : y.device.empty([CHUNKS, y.size], 'i32', 'argmax');
  const constants = { ...constantsOf(foldOf(x, axes)), COUNT, CHUNKS, REFINE: !!candidates };
  const tensors = { x, candidates: candidates ?? x, y: out }; // unread in the first pass
  x.device.launch(argmaxKernel, constants, tensors, linearGrid(out.size));
  if (CHUNKS === 1) return y;
  argmaxInto(x, y, axes, out);
  out.storage.release();
  return y;
}

/** The gradient of a maximum over `axes`, rising: dy goes to the first largest element of each output. */
export function maxGradInto(x: Tensor, dy: Tensor, dx: Tensor, axes: readonly number[]): void {
  const position = argmaxInto(x, x.device.empty([dy.size], 'i32', 'maxGrad'), axes);
  fill(dx, 0);
  x.device.launch(
    maxGradKernel,
    constantsOf(foldOf(x, axes)),
    { position, dy, dx },
    linearGrid(dy.size),
  );
}
