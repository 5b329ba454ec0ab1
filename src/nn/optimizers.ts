// Optimizers with PyTorch's conventions: values that anyone can add to, each a row of its name, what it keeps and its rule.
import type { Tensor, UpdateRule } from '../tensor/index.ts';
import { type OptionKinds, boolean, checkOptions, finite } from '../tensor/options.ts';
import type { Parameter } from './arena.ts';
import { type Row, type Schedule, rateKind, toSchedule } from './schedule.ts';

/** How parameters follow their gradients. */
export interface Optimizer extends UpdateRule {
  readonly learningRate: Schedule;
  /** What it was made with, defaults included, the learning rate aside. */
  readonly options: Readonly<Record<string, number | boolean>>;
  /** What the rule reads of update number `step` as `row`; the learning rate first. By default that and zeros. */
  readonly row?: (step: number, learningRate: number) => Row;
  /** Whose gradients `direction` replaces, before the rule is applied to all in one dispatch; the rule sees `group.z` = 1. */
  readonly directs?: (parameter: Pick<Parameter, 'name' | 'shape'>) => boolean;
  /**
   * What the rule takes for the gradient of such a parameter, made of ops. It may overwrite the parameter's moments, by
   * `device.copy`.
   */
  readonly direction?: (gradient: Tensor, moments: readonly Tensor[]) => Tensor;
}

/** What every optimizer takes. */
export interface CommonOptions {
  /** One for all steps, or a schedule. */
  readonly learningRate?: number | Schedule;
  /** Added to the gradient as weightDecay · p (L2); AdamW and Lion take it from p directly. By default 0. */
  readonly weightDecay?: number;
}

/** At least 0, below 1. */
const share = finite({ from: 0, below: 1 });
const least = finite({ from: 1e-30 }); // in f32 a smaller one could be flushed to zero, and 0 / 0 is NaN
const commonKinds: OptionKinds<CommonOptions> = {
  learningRate: rateKind,
  weightDecay: finite({ from: 0 }),
};

/** Of `sgd`. */
export interface SgdOptions extends CommonOptions {
  /** By default 0. */
  readonly momentum?: number;
  /** Look ahead along the momentum (Sutskever et al. 2013). By default false. */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent, learning rate 0.01 unless given: u ← momentum · u + g; p ← p − lr · u, or with Nesterov
 * p − lr · (g + momentum · u). With u = 0 at the beginning the first u is the gradient.
 * @throws TensorError on options that mean nothing
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  checkOptions('sgd', options, { ...commonKinds, momentum: share, nesterov: boolean });
  const { learningRate = 0.01, momentum = 0, nesterov = false, weightDecay = 0 } = options;
  return {
    name: 'sgd',
    learningRate: toSchedule(learningRate),
    options: { momentum, nesterov, weightDecay },
    moments: ['velocity'],
    constants: { MOMENTUM: momentum, NESTEROV: nesterov, L2: weightDecay },
    wgsl: `g = g + L2 * group.y * p;
           velocity = MOMENTUM * velocity + g;
           p = p - lr * select(velocity, g + MOMENTUM * velocity, NESTEROV);`,
  };
}

/** Of `adam` and `adamW`. */
export interface AdamOptions extends CommonOptions {
  /** By default 0.9. */
  readonly beta1?: number;
  /** By default 0.999. */
  readonly beta2?: number;
  /** Added to the corrected root; by default 1e-8. */
  readonly eps?: number;
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1), learning rate 0.001 unless given: m ← β1 · m + (1 − β1) · g;
 * v ← β2 · v + (1 − β2) · g²; p ← p − lr · m̂ / (√v̂ + eps), m̂ = m / (1 − β1^t), v̂ = v / (1 − β2^t).
 * @throws TensorError on options that mean nothing
 */
export const adam = (options: AdamOptions = {}): Optimizer =>
  adamOf('adam', options, { isDecoupled: false, usualDecay: 0 });

/**
 * AdamW (Loshchilov & Hutter 2019): Adam, with lr · weightDecay · p taken from p. Weight decay 0.01 unless given.
 * @throws TensorError on options that mean nothing
 */
export const adamW = (options: AdamOptions = {}): Optimizer =>
  adamOf('adamW', options, { isDecoupled: true, usualDecay: 0.01 });

function adamOf(
  title: string,
  options: AdamOptions,
  { isDecoupled, usualDecay }: { readonly isDecoupled: boolean; readonly usualDecay: number },
): Optimizer {
  const kinds: OptionKinds<AdamOptions> = {
    ...commonKinds,
    beta1: share,
    beta2: share,
    eps: least,
  };
  checkOptions(title, options, kinds);
  const { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8 } = options;
  const { weightDecay = usualDecay } = options;
  return {
    name: title.toLowerCase(),
    learningRate: toSchedule(learningRate),
    options: { beta1, beta2, eps, weightDecay },
    moments: ['m', 'v'],
    constants: {
      ...{ BETA1: beta1, BETA2: beta2, EPS: eps, L2: isDecoupled ? 0 : weightDecay },
      // In f32 the difference 1 − 0.999 would be off by 5e-5 of itself.
      ...{ GAIN1: 1 - beta1, GAIN2: 1 - beta2 },
    },
    row: (step, rate) => [
      rate,
      1 / (1 - beta1 ** (step + 1)),
      1 / (1 - beta2 ** (step + 1)),
      isDecoupled ? rate * weightDecay : 0,
    ],
    wgsl: `g = g + L2 * group.y * p;
           m = BETA1 * m + GAIN1 * g;
           v = BETA2 * v + GAIN2 * g * g;
           p = p - group.x * group.y * row.w * p - lr * (m * row.y) / (sqrt(v * row.z) + EPS);`,
  };
}

/** Of `rmsprop`. */
export interface RmspropOptions extends CommonOptions {
  /** Decay of the mean square; by default 0.9. */
  readonly rho?: number;
  /** Added to the root; by default 1e-8. */
  readonly eps?: number;
  /** By default 0. */
  readonly momentum?: number;
}

/**
 * RMSProp (Tieleman & Hinton 2012), learning rate 0.001 unless given: s ← rho · s + (1 − rho) · g²;
 * u ← momentum · u + g / (√s + eps); p ← p − lr · u.
 * @throws TensorError on options that mean nothing
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  const kinds: OptionKinds<RmspropOptions> = {
    ...commonKinds,
    rho: share,
    eps: least,
    momentum: share,
  };
  checkOptions('rmsprop', options, kinds);
  const { learningRate = 1e-3, rho = 0.9, eps = 1e-8, momentum = 0, weightDecay = 0 } = options;
  return {
    name: 'rmsprop',
    learningRate: toSchedule(learningRate),
    options: { rho, eps, momentum, weightDecay },
    moments: ['squares', 'velocity'],
    constants: { RHO: rho, RHO_GAIN: 1 - rho, EPS: eps, MOMENTUM: momentum, L2: weightDecay },
    wgsl: `g = g + L2 * group.y * p;
           squares = RHO * squares + RHO_GAIN * g * g;
           velocity = MOMENTUM * velocity + g / (sqrt(squares) + EPS);
           p = p - lr * velocity;`,
  };
}

/** Of `adagrad`. */
export interface AdagradOptions extends CommonOptions {
  /** Added to the root; by default 1e-10. */
  readonly eps?: number;
}

/**
 * Adagrad (Duchi, Hazan & Singer 2011), learning rate 0.01 unless given: s ← s + g²; p ← p − lr · g / (√s + eps).
 * @throws TensorError on options that mean nothing
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  checkOptions('adagrad', options, { ...commonKinds, eps: least });
  const { learningRate = 0.01, eps = 1e-10, weightDecay = 0 } = options;
  return {
    name: 'adagrad',
    learningRate: toSchedule(learningRate),
    options: { eps, weightDecay },
    moments: ['squares'],
    constants: { EPS: eps, L2: weightDecay },
    wgsl: `g = g + L2 * group.y * p;
           squares = squares + g * g;
           p = p - lr * g / (sqrt(squares) + EPS);`,
  };
}

/** Of `lion`. */
export interface LionOptions extends CommonOptions {
  /** Of the step; by default 0.9. */
  readonly beta1?: number;
  /** Of what is kept; by default 0.99. */
  readonly beta2?: number;
}

/**
 * Lion (Chen et al. 2023, algorithm 2), learning rate 0.0001 unless given: u = sign(β1 · m + (1 − β1) · g);
 * m ← β2 · m + (1 − β2) · g; p ← p − lr · (u + weightDecay · p).
 * @throws TensorError on options that mean nothing
 */
export function lion(options: LionOptions = {}): Optimizer {
  checkOptions('lion', options, { ...commonKinds, beta1: share, beta2: share });
  const { learningRate = 1e-4, beta1 = 0.9, beta2 = 0.99, weightDecay = 0 } = options;
  return {
    name: 'lion',
    learningRate: toSchedule(learningRate),
    options: { beta1, beta2, weightDecay },
    moments: ['m'],
    constants: {
      ...{ BETA1: beta1, GAIN1: 1 - beta1, BETA2: beta2, GAIN2: 1 - beta2 },
      WEIGHT_DECAY: weightDecay,
    },
    // sign gives 0 for NaN on some adapters; the product lets it through.
    wgsl: `let ahead = BETA1 * m + GAIN1 * g;
           m = BETA2 * m + GAIN2 * g;
           p = p - lr * (sign(ahead) + 0.0 * ahead + WEIGHT_DECAY * group.y * p);`,
  };
}
