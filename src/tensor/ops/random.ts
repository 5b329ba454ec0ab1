// Random tensors, made on the GPU: rand, randn, randint. Every number follows from seed, step, stream and its place, by a
// hash and without a generator's state, so nothing depends on what was drawn before.
import randSource from '../../shaders/rand.wgsl?raw';
import { TensorError } from '../errors.ts';
import { linearGrid } from '../grid.ts';
import { kernel } from '../kernel.ts';
import { defineOp } from '../op.ts';
import { type OptionKinds, listOf, required, whole, word } from '../options.ts';
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { Constants } from '../wgsl.ts';
import { checkState } from './state.ts';

const randKernel = kernel('rand', randSource);

/** Of `rand` and `randn`. */
export interface RandOptions {
  readonly shape: Shape;
  /** Tells the draws of one step apart: one number for each call. By default 0. */
  readonly stream?: number | undefined;
}

const randKinds: OptionKinds<RandOptions> = {
  shape: required(listOf(whole({ from: 0 }))),
  stream: word,
};

/** Fills y; neither the kinds nor dropout share numbers, whatever their streams. */
function draw(state: Tensor, y: Tensor, { stream = 0 }: RandOptions, constants: Constants): void {
  const VECTORS = Math.ceil(y.size / 4);
  const all = { ...constants, VECTORS, STREAM: stream };
  y.device.launch(randKernel, all, { state, y }, linearGrid(VECTORS));
}

function drawn(op: string, state: Tensor, { shape }: RandOptions): Shape {
  checkState(op, state);
  return shape;
}

/**
 * Uniform random numbers in [0, 1), multiples of 2⁻²⁴, f32 of `shape`. They follow from seed, step, stream and place
 * alone: the same state gives the same numbers. `state` is u32 [seed, step], and lies on the GPU so that a recorded step
 * draws anew at each replay, once something in it counts the step: `countStep`, as a training step's last op does. Calls
 * of one step need a `stream` each, else they give the same numbers.
 * @example
 * const state = device.tensor([seed, 0], [2], 'u32');
 * const noise = device.capture(() => {
 *   const x = rand(state, { shape: [64, 10] });
 *   countStep(state);
 *   return x;
 * });
 * @throws TensorError when state is not two numbers, or an option is none of its kind
 * @see Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"; the hash is pcg4d, Jarzynski & Olano 2020
 */
export const rand = defineOp('rand', {
  inputs: ['state'],
  dtypes: { state: ['u32'] },
  options: randKinds,
  shape: ({ state }, options: RandOptions) => drawn('rand', state, options),
  run: ({ state, y }, options) => draw(state, y, options, { KIND: 'UNIFORM' }),
});

/**
 * Normal random numbers of mean 0 and deviation 1, f32 of `shape`, of a size of at most 5.77; drawn as `rand` draws.
 * @throws TensorError when state is not two numbers, or an option is none of its kind
 * @see Box & Muller 1958, "A note on the generation of random normal deviates"
 */
export const randn = defineOp('randn', {
  inputs: ['state'],
  dtypes: { state: ['u32'] },
  options: randKinds,
  shape: ({ state }, options: RandOptions) => drawn('randn', state, options),
  run: ({ state, y }, options) => draw(state, y, options, { KIND: 'NORMAL' }),
});

/** Of `randint`. */
export interface RandintOptions extends RandOptions {
  /** The least; by default 0. */
  readonly low?: number | undefined;
  /** All are below it. */
  readonly high: number;
}

/**
 * Whole random numbers from `low`, by default 0, to below `high`, i32 of `shape`; drawn as `rand` draws. Of n numbers
 * none is likelier than another by more than n / 2³² of its share.
 * @throws TensorError when high is not above low, state is not two numbers, or an option is none of its kind
 */
export const randint = defineOp('randint', {
  inputs: ['state'],
  dtypes: { state: ['u32'] },
  dtype: 'i32',
  options: { ...randKinds, low: whole(), high: required(whole()) },
  shape({ state }, options: RandintOptions) {
    const { low = 0, high } = options;
    if (high <= low) throw new TensorError(`randint: high must be above low ${low}, got ${high}`);
    return drawn('randint', state, options);
  },
  run({ state, y }, options) {
    const { low = 0, high } = options;
    draw(state, y, options, { KIND: 'WHOLE', LOW: low >>> 0, RANGE: high - low });
  },
});
