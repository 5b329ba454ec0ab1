// Optimiser updates: one dispatch moves every parameter of an arena. What changes from step to step is
// read from tensors: `schedule`, f32 [rows, 4], in its row step mod rows, and `state`, u32 [seed, step].
import { TensorError } from '../errors.ts';
import { linearGrid } from '../grid.ts';
import { type Kernel, kernel } from '../kernel.ts';
import { boolean, checkOptions, finite, required } from '../options.ts';
import { dim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { Constants } from '../wgsl.ts';
import adamSource from '../../shaders/adam.wgsl?raw';
import rmspropSource from '../../shaders/rmsprop.wgsl?raw';
import sgdSource from '../../shaders/sgd.wgsl?raw';

const sgdKernel = kernel('sgd', sgdSource);
const adamKernel = kernel('adam', adamSource);
const rmspropKernel = kernel('rmsprop', rmspropSource);

const share = required(finite({ from: 0, below: 1 }));
const positive = required(finite({ from: 1e-30 })); // in f32 a smaller one could be flushed to zero, and 0 / 0 is NaN
const decay = required(finite({ from: 0 }));

/** The tensors of every update; parameters, gradients and moments are f32 of one shape. */
export interface Update {
  readonly parameters: Tensor;
  readonly gradients: Tensor;
  /** f32 [rows, 4]: what the update reads in a row is said at each. */
  readonly schedule: Tensor;
  /** u32 [2]: seed and step. */
  readonly state: Tensor;
}

/**
 * u ← momentum · u + g + l2 · p;  p ← p − lr · u, or with Nesterov p − lr · (g + l2 · p + momentum · u).
 * PyTorch's convention: with u = 0 at the beginning the first u is the gradient. Row: lr.
 */
export function sgdUpdate(
  tensors: Update & { readonly velocity: Tensor },
  options: { readonly momentum: number; readonly nesterov: boolean; readonly l2: number },
): void {
  checkOptions('sgdUpdate', options, { momentum: share, nesterov: required(boolean), l2: decay });
  const { momentum: MOMENTUM, nesterov: NESTEROV, l2: L2 } = options;
  update(sgdKernel, tensors, { MOMENTUM, NESTEROV, L2 });
}

/**
 * m ← β1 · m + (1 − β1) · g;  v ← β2 · v + (1 − β2) · g²;
 * p ← p − lr · decay · p − lr · m̂ / (√v̂ + eps), m̂ = m / (1 − β1^t), v̂ = v / (1 − β2^t), t = step + 1,
 * with g + l2 · p for g (Kingma & Ba 2015; the decay that stays out of g: Loshchilov & Hutter 2019).
 * Row: lr, 1 / (1 − β1^t), 1 / (1 − β2^t), lr · decay.
 */
export function adamUpdate(
  tensors: Update & { readonly m: Tensor; readonly v: Tensor },
  options: {
    readonly beta1: number;
    readonly beta2: number;
    readonly eps: number;
    readonly l2: number;
  },
): void {
  checkOptions('adamUpdate', options, { beta1: share, beta2: share, eps: positive, l2: decay });
  const { beta1: BETA1, beta2: BETA2, eps: EPS, l2: L2 } = options;
  update(adamKernel, tensors, { BETA1, BETA2, GAIN1: 1 - BETA1, GAIN2: 1 - BETA2, EPS, L2 });
}

/**
 * s ← rho · s + (1 − rho) · g²;  u ← momentum · u + g / (√s + eps);  p ← p − lr · u, with g + l2 · p for g.
 * PyTorch's convention. Row: lr.
 */
export function rmspropUpdate(
  tensors: Update & { readonly squares: Tensor; readonly velocity: Tensor },
  options: {
    readonly rho: number;
    readonly eps: number;
    readonly momentum: number;
    readonly l2: number;
  },
): void {
  checkOptions('rmspropUpdate', options, { rho: share, eps: positive, momentum: share, l2: decay });
  const { rho: RHO, eps: EPS, momentum: MOMENTUM, l2: L2 } = options;
  update(rmspropKernel, tensors, { RHO, GAIN: 1 - RHO, EPS, MOMENTUM, L2 });
}

function update(kernel: Kernel, tensors: Update, constants: Constants): void {
  const { parameters, schedule, state, ...others } = tensors;
  for (const [name, tensor] of Object.entries<Tensor>(others)) {
    if (tensor.size !== parameters.size) {
      throw new TensorError(`${kernel.name}: ${name} ${tensor} is not shaped like ${parameters}`);
    }
  }
  const VECTORS = Math.ceil(parameters.size / 4);
  const ROWS = dim(schedule.shape, 0);
  parameters.device.launch(
    kernel,
    { VECTORS, ROWS, ...constants },
    { parameters, schedule, state, ...others },
    linearGrid(VECTORS),
  );
}
