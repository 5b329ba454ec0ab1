// Dropout, with a mask that follows from a counter, or one from outside.
import dropoutSource from '../../shaders/dropout.wgsl?raw';
import dropoutMaskSource from '../../shaders/dropoutMask.wgsl?raw';
import { TensorError } from '../errors.ts';
import { linearGrid } from '../grid.ts';
import { kernel } from '../kernel.ts';
import { defineOp } from '../op.ts';
import { sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { nonzeroBits, WORDS } from './strided.ts';
import { relu, reluGrad } from './unary.ts';

const dropoutKernel = kernel('dropout', dropoutSource);
const dropoutMaskKernel = kernel('dropoutMask', dropoutMaskSource);

export interface DropoutOptions {
  /** The share of elements that become 0, at least 0 and below 1. */
  readonly rate: number;
  /** Tells masks of one step apart: one number for each place in a network. By default 0. */
  readonly stream?: number | undefined;
  /** Apply max(0, ·) first, in the same kernel. */
  readonly relu?: boolean | undefined;
  /** With `relu`: leave the gradient of both to the op that takes the result, as in `Fusions`. */
  readonly unmasked?: boolean | undefined;
}

function checkRate(op: string, rate: number): void {
  if (!(rate >= 0 && rate < 1)) {
    throw new TensorError(`${op}: rate must be at least 0 and below 1, got ${rate}`);
  }
}

const constantsOf = (x: Tensor, { rate, stream = 0 }: DropoutOptions) => ({
  VECTORS: Math.ceil(x.size / 4),
  STREAM: stream,
  THRESHOLD: Math.min(Math.round(rate * 2 ** 32), 2 ** 32 - 1),
  SCALE: 1 / (1 - rate),
});

const drop = defineOp('dropout', {
  inputs: ['x', 'state'],
  dtypes: { state: ['u32'] },
  shape({ x, state }, { stream = 0 }: DropoutOptions) {
    if (state.size !== 2) {
      throw new TensorError(`dropout: state must hold seed and step, u32[2], got ${state}`);
    }
    if (!Number.isInteger(stream) || stream < 0 || stream >= 2 ** 32) {
      throw new TensorError(`dropout: stream must be a whole number below 2³², got ${stream}`);
    }
    return x.shape;
  },
  run({ x, state, y }, options) {
    const constants = { ...constantsOf(x, options), RELU: options.relu === true };
    y.device.launch(dropoutKernel, constants, { x, state, y }, linearGrid(constants.VECTORS));
  },
  vjp({ state, y, dy }, options, { x: dx }) {
    if (!dx) return {};
    if (options.relu && options.unmasked) return { x: dy };
    const constants = constantsOf(dx, options);
    // What is above 0 was kept, so then the mask need not be drawn again.
    if (options.relu) return { x: reluGrad(y, dy, dx, constants.SCALE) };
    const tensors = { x: dy, state, y: dx };
    dy.device.launch(dropoutKernel, constants, tensors, linearGrid(constants.VECTORS));
    return { x: dx };
  },
});

/**
 * Sets a random share `rate` of x to 0 and scales the rest by 1 / (1 − rate). Whether an element is kept
 * follows from seed, step, stream and its index alone: state is u32 [seed, step], and lies on the GPU so that a
 * recorded step draws anew. Without state, as when a network is only used, nothing is dropped.
 * @throws TensorError when rate is not in [0, 1), or state is not two numbers
 * @see Srivastava et al. 2014, JMLR 15; in the inverted form of section 10
 */
export function dropout(x: Tensor, state: Tensor | undefined, options: DropoutOptions): Tensor {
  checkRate('dropout', options.rate);
  if (state && options.rate > 0) return drop(x, state, options);
  return options.relu ? relu(x) : x;
}

/**
 * Dropout by a given mask: y = x / (1 − rate) where the mask is not 0, else 0. x and mask (u32, i32 or f32)
 * have one shape.
 * @throws TensorError when shapes differ or rate is not in [0, 1)
 */
export const dropoutMask = defineOp('dropoutMask', {
  inputs: ['x', 'mask'],
  dtypes: { mask: WORDS },
  shape({ x, mask }, { rate }: { rate: number }) {
    checkRate('dropoutMask', rate);
    if (!sameShape(x.shape, mask.shape)) {
      throw new TensorError(`dropoutMask: mask ${mask} is shaped unlike x ${x}`);
    }
    return x.shape;
  },
  run: ({ x, mask, y }, { rate }) => applyMask(x, mask, y, rate),
  vjp: ({ mask, dy }, { rate }, { x: dx }) => ({ x: dx && applyMask(dy, mask, dx, rate) }),
});

function applyMask(x: Tensor, mask: Tensor, y: Tensor, rate: number): Tensor {
  const VECTORS = Math.ceil(x.size / 4);
  const constants = { VECTORS, SCALE: 1 / (1 - rate), NONZERO: nonzeroBits(mask.dtype) };
  y.device.launch(dropoutMaskKernel, constants, { x, mask, y }, linearGrid(VECTORS));
  return y;
}
