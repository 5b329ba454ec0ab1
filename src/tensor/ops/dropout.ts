// Dropout, with a mask that follows from a counter, or one from outside.
import dropoutSource from '../../shaders/dropout.wgsl?raw';
import { TensorError } from '../errors.ts';
import { linearGrid } from '../grid.ts';
import { kernel } from '../kernel.ts';
import { type Grads, defineOp } from '../op.ts';
import { type OptionKinds, checkOptions, finite, required, word } from '../options.ts';
import { sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { type Elementwise, elementwise, holds, literal, runElementwise } from '../elementwise.ts';
import { zerosLike } from './fill.ts';
import { checkState } from './state.ts';
import { WORDS } from './strided.ts';

const dropoutKernel = kernel('dropout', dropoutSource);

/** Of `dropoutMask`: the share that the mask drops, from 0, below 1. */
export interface MaskOptions {
  readonly rate: number;
}

/** Of `dropout`. */
export interface DropoutOptions {
  /** The share of elements that become 0, at least 0 and below 1. */
  readonly rate: number;
  /** Tells masks of one step apart: one number for each place in a network. By default 0. */
  readonly stream?: number | undefined;
}

const dropoutKinds: OptionKinds<DropoutOptions> = {
  rate: required(finite({ from: 0, below: 1 })),
  stream: word,
};

/** What a kernel that drops must know. */
export const dropConstants = ({ rate, stream = 0 }: DropoutOptions) => ({
  STREAM: stream,
  THRESHOLD: Math.min(Math.round(rate * 2 ** 32), 2 ** 32 - 1),
  SCALE: 1 / (1 - rate),
});

const drop = defineOp('dropout', {
  inputs: ['x', 'state'],
  dtypes: { state: ['u32'] },
  options: dropoutKinds,
  shape({ x, state }) {
    checkState('dropout', state);
    return x.shape;
  },
  run({ x, state, y }, options: DropoutOptions) {
    const VECTORS = Math.ceil(x.size / 4);
    const constants = { ...dropConstants(options), VECTORS };
    y.device.launch(dropoutKernel, constants, { x, state, y }, linearGrid(VECTORS));
  },
  vjp: ({ state, dy }, options): Grads<'x' | 'state'> => ({ x: drop(dy, state, options) }),
});

/**
 * Sets a random share `rate` of x to 0 and scales the rest by 1 / (1 − rate). Whether an element is kept
 * follows from seed, step, stream and its index alone: state is u32 [seed, step], and lies on the GPU so that a
 * recorded step draws anew. Without state, as when a network is only used, nothing is dropped.
 * @throws TensorError when rate is not in [0, 1), or state is not two numbers
 * @see Srivastava et al. 2014, JMLR 15; in the inverted form of section 10
 */
export function dropout(x: Tensor, state: Tensor | undefined, options: DropoutOptions): Tensor {
  checkOptions('dropout', options, dropoutKinds);
  return state && options.rate > 0 ? drop(x, state, options) : x;
}

/**
 * Dropout by a given mask: y = x / (1 − rate) where the mask is not 0, else 0. x and mask (u32, i32 or f32)
 * have one shape.
 * @throws TensorError when shapes differ or rate is not in [0, 1)
 */
export const dropoutMask = defineOp<readonly ['x', 'mask'], Elementwise & MaskOptions, MaskOptions>(
  'dropoutMask',
  {
    inputs: ['x', 'mask'],
    dtypes: { mask: WORDS },
    options: { rate: dropoutKinds.rate },
    attributes({ mask }, { rate }) {
      const text = `select(Value(), ${literal(1 / (1 - rate))} * x, ${holds(mask.dtype, 'mask')})`;
      return { rate, ...elementwise('dropoutMask', { x: 'f32', mask: mask.dtype }, text) };
    },
    shape({ x, mask }) {
      if (!sameShape(x.shape, mask.shape)) {
        throw new TensorError(`dropoutMask: mask ${mask.type} is shaped unlike x ${x.type}`);
      }
      return x.shape;
    },
    run: (tensors, attributes) => runElementwise(tensors, attributes, tensors.y),
    vjp: ({ x, mask, dy }, { rate }, wants): Grads<'x' | 'mask'> => ({
      x: wants.x ? dropoutMask(dy, mask, { rate }) : undefined,
      mask: wants.mask ? zerosLike(x) : undefined,
    }),
  },
);
