// SGD, Adam, AdamW and RMSProp with PyTorch's conventions: recipes, and one at work.
import { type Tensor, type Update, adamUpdate, rmspropUpdate, sgdUpdate } from '../tensor/index.ts';
import { type OptionKinds, boolean, checkOptions, finite, required } from '../tensor/options.ts';
import { type Row, type Schedule, StepTable, rateKind, toSchedule } from './schedule.ts';

/** How parameters follow their gradients: plain data and two functions. */
export interface Optimiser {
  readonly name: string;
  readonly learningRate: Schedule;
  /** What it was made with, defaults included, the learning rate aside. */
  readonly options: Readonly<Record<string, number | boolean>>;
  /** Names of what it keeps beside each parameter. */
  readonly moments: readonly string[];
  /** What the update reads of a step's row. */
  readonly row: (step: number, learningRate: number) => Row;
  /** Queues the one dispatch; `moments` in the order of their names. */
  readonly update: (tensors: Update, moments: readonly Tensor[]) => void;
}

interface CommonOptions {
  /** One for all steps, or a schedule. */
  readonly learningRate?: number | Schedule;
  /** Added to the gradient as weightDecay · p (L2); AdamW takes it from p directly. By default 0. */
  readonly weightDecay?: number;
}

/** At least 0, below 1. */
const share = finite({ from: 0, below: 1 });
const least = finite({ from: 1e-30 }); // in f32 a smaller one could be flushed to zero, and 0 / 0 is NaN
const commonKinds: OptionKinds<CommonOptions> = {
  learningRate: rateKind,
  weightDecay: finite({ from: 0 }),
};

export interface SgdOptions extends CommonOptions {
  /** By default 0. */
  readonly momentum?: number;
  /** Look ahead along the momentum (Sutskever et al. 2013). By default false. */
  readonly nesterov?: boolean;
}

/** Stochastic gradient descent, learning rate 0.01 unless given. @throws TensorError on options that mean nothing */
export function sgd(options: SgdOptions = {}): Optimiser {
  checkOptions('sgd', options, { ...commonKinds, momentum: share, nesterov: boolean });
  const { learningRate = 0.01, momentum = 0, nesterov = false, weightDecay = 0 } = options;
  return {
    name: 'sgd',
    learningRate: toSchedule(learningRate),
    options: { momentum, nesterov, weightDecay },
    moments: ['velocity'],
    row: (_, rate) => [rate, 0, 0, 0],
    update: (tensors, [velocity]) =>
      sgdUpdate(
        { ...tensors, velocity: velocity as Tensor },
        { momentum, nesterov, l2: weightDecay },
      ),
  };
}

export interface AdamOptions extends CommonOptions {
  /** By default 0.9. */
  readonly beta1?: number;
  /** By default 0.999. */
  readonly beta2?: number;
  /** Added to the corrected root; by default 1e-8. */
  readonly eps?: number;
}

/** Adam (Kingma & Ba 2015), learning rate 0.001 unless given. @throws TensorError on options that mean nothing */
export const adam = (options: AdamOptions = {}): Optimiser => adamOf('adam', options, 0);

/** AdamW (Loshchilov & Hutter 2019): weight decay 0.01 unless given. @throws TensorError on options that mean nothing */
export const adamW = (options: AdamOptions = {}): Optimiser => adamOf('adamw', options, 0.01);

function adamOf(name: 'adam' | 'adamw', options: AdamOptions, usualDecay: number): Optimiser {
  const kinds: OptionKinds<AdamOptions> = {
    ...commonKinds,
    beta1: share,
    beta2: share,
    eps: least,
  };
  checkOptions(name === 'adam' ? 'adam' : 'adamW', options, kinds);
  const { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8 } = options;
  const { weightDecay = usualDecay } = options;
  const decoupled = name === 'adamw';
  const l2 = decoupled ? 0 : weightDecay;
  return {
    name,
    learningRate: toSchedule(learningRate),
    options: { beta1, beta2, eps, weightDecay },
    moments: ['m', 'v'],
    row: (step, rate) => [
      rate,
      1 / (1 - beta1 ** (step + 1)),
      1 / (1 - beta2 ** (step + 1)),
      decoupled ? rate * weightDecay : 0,
    ],
    update: (tensors, [m, v]) =>
      adamUpdate({ ...tensors, m: m as Tensor, v: v as Tensor }, { beta1, beta2, eps, l2 }),
  };
}

export interface RmspropOptions extends CommonOptions {
  /** Decay of the mean square; by default 0.9. */
  readonly rho?: number;
  /** Added to the root; by default 1e-8. */
  readonly eps?: number;
  /** By default 0. */
  readonly momentum?: number;
}

/** RMSProp (Tieleman & Hinton 2012), learning rate 0.001 unless given. @throws TensorError on options that mean nothing */
export function rmsprop(options: RmspropOptions = {}): Optimiser {
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
    row: (_, rate) => [rate, 0, 0, 0],
    update: (tensors, [squares, velocity]) =>
      rmspropUpdate(
        { ...tensors, squares: squares as Tensor, velocity: velocity as Tensor },
        { rho, eps, momentum, l2: weightDecay },
      ),
  };
}

/** An optimiser at work on one tensor of parameters, such as an arena's: its moments and its step table. */
export class OptimiserState {
  readonly moments: ReadonlyMap<string, Tensor>;
  readonly #table: StepTable;
  #learningRate: Schedule;

  constructor(
    readonly optimiser: Optimiser,
    readonly parameters: Tensor,
  ) {
    const { device, shape } = parameters;
    this.#learningRate = optimiser.learningRate;
    this.moments = new Map(optimiser.moments.map((name) => [name, device.zeros(shape)]));
    this.#table = new StepTable(device, optimiser.name, (step) =>
      optimiser.row(step, this.#learningRate(step)),
    );
  }

  /** Has what steps from..from+count-1 need on the GPU before what is queued next; at most 1,024. */
  prepare(from: number, count: number): void {
    this.#table.prepare(from, count);
  }

  /** Another learning rate from the next prepared step on. */
  setLearningRate(rate: number | Schedule): void {
    checkOptions('setLearningRate', { rate }, { rate: required(rateKind) });
    this.#learningRate = toSchedule(rate);
    this.#table.expire();
  }

  learningRateAt(step: number): number {
    return this.#learningRate(step);
  }

  /** Queues the update by gradients shaped like the parameters. @param state u32 [2]: seed and step */
  update(gradients: Tensor, state: Tensor): void {
    const { parameters } = this;
    const schedule = this.#table.tensor;
    this.optimiser.update({ parameters, gradients, schedule, state }, [...this.moments.values()]);
  }
}
