// An optimizer at work on one tensor of parameters, such as an arena's: what it keeps, and its step table.
import {
  type Kernel,
  type Tensor,
  TensorError,
  add,
  clip,
  div,
  mul,
  norm,
  updateKernel,
  updateParameters,
} from '../tensor/index.ts';
import { checkOptions, required } from '../tensor/options.ts';
import { type Parameter, slotSize } from './arena.ts';
import type { Optimizer } from './optimizers.ts';
import { type Schedule, StepTable, rateKind, toSchedule } from './schedule.ts';

/** Of `OptimizerState`. */
export interface OptimizerStateOptions {
  /** Steps whose mean gradient is one update's, by default 1. */
  readonly accumulate?: number | undefined;
  /** Gradients longer than this, all of them as one vector, are scaled to it. By default they are not. */
  readonly clipNorm?: number | undefined;
  /** Decay of a moving average of the parameters, which begins at what they are now. By default none is kept. */
  readonly average?: number | undefined;
  /** f32 [slots, 4], as `updateParameters` takes them. */
  readonly factors?: Tensor | undefined;
  /** The parameters whose gradients the optimizer's `direction` replaces. */
  readonly directed?: readonly Parameter[] | undefined;
}

/** What is kept beside the rule's moments. */
const SUM = 'gradientSum';
const AVERAGE = 'average';

/**
 * What an optimizer keeps of some parameters: its moments, shaped like them, and its table of learning rates. Parameters in
 * an arena are updated in one dispatch.
 */
export class OptimizerState {
  /** What is kept, by name: the rule's moments, and what accumulation and averaging take. */
  readonly moments: ReadonlyMap<string, Tensor>;
  readonly #kernel: Kernel;
  readonly #kept: Tensor;
  readonly #table: StepTable;
  #learningRate: Schedule;

  constructor(
    readonly optimizer: Optimizer,
    readonly parameters: Tensor,
    readonly options: OptimizerStateOptions = {},
  ) {
    const { device, shape, size } = parameters;
    const { accumulate = 1, average } = options;
    if (accumulate > 1 && optimizer.direction) {
      throw new TensorError(`${optimizer.name}: it does not go together with accumulate`);
    }
    this.#learningRate = optimizer.learningRate;
    const names = [
      ...optimizer.moments,
      ...(accumulate > 1 ? [SUM] : []),
      ...(average === undefined ? [] : [AVERAGE]),
    ];
    const slot = slotSize(size);
    this.#kept = device.zeros([Math.max(1, names.length) * slot]);
    this.moments = new Map(names.map((name, i) => [name, this.#kept.view(shape, 4 * i * slot)]));
    const averaged = this.average;
    if (averaged) device.copy(parameters, averaged);
    this.#kernel = updateKernel(optimizer);
    const row = optimizer.row ?? ((_: number, rate: number) => [rate, 0, 0, 0] as const);
    this.#table = new StepTable(device, optimizer.name, (update) =>
      row(update, this.#learningRate(update)),
    );
  }

  /** The moving average of the parameters, where one is kept. */
  get average(): Tensor | undefined {
    return this.options.average === undefined ? undefined : this.moments.get(AVERAGE);
  }

  /** Number of the update that a step belongs to. */
  #updateOf(step: number): number {
    return Math.floor(step / (this.options.accumulate ?? 1));
  }

  /** Has what steps from..from+count-1 need on the GPU before what is queued next; at most 1,024. */
  prepare(from: number, count: number): void {
    const [first, last] = [this.#updateOf(from), this.#updateOf(from + count - 1)];
    this.#table.prepare(first, last - first + 1);
  }

  /** Another learning rate from the next prepared step on. */
  setLearningRate(rate: number | Schedule): void {
    checkOptions('setLearningRate', { rate }, { rate: required(rateKind) });
    this.#learningRate = toSchedule(rate);
    this.#table.expire();
  }

  learningRateAt(step: number): number {
    return this.#learningRate(this.#updateOf(step));
  }

  /** Queues the update by gradients shaped like the parameters. @param state u32 [2]: seed and step */
  update(gradients: Tensor, state: Tensor): void {
    const { parameters, options, moments } = this;
    const { accumulate: steps, average, factors } = options;
    const names = [...moments.keys()];
    const scale = this.#scale(gradients);
    this.#direct(scale);
    updateParameters(
      this.#kernel,
      {
        ...{ parameters, gradients, state, factors },
        ...{ kept: this.#kept, schedule: this.#table.tensor, scale },
      },
      {
        ...{ slot: slotSize(parameters.size), steps },
        sum: Math.max(0, names.indexOf(SUM)),
        average: average === undefined ? undefined : { at: names.indexOf(AVERAGE), decay: average },
      },
    );
  }

  /** Puts directions in the place of gradients. */
  #direct(scale: Tensor | undefined): void {
    const { optimizer, options, parameters } = this;
    const { device } = parameters;
    const slot = 4 * slotSize(parameters.size);
    for (const { shape, tensor, gradient } of options.directed ?? []) {
      device.scope(() => {
        const moments = optimizer.moments.map((_, i) =>
          this.#kept.view(shape, i * slot + tensor.offset - parameters.offset),
        );
        const g = scale ? mul(gradient, scale) : gradient;
        const direction = optimizer.direction?.(g, moments);
        if (direction) device.copy(direction, gradient);
      });
    }
  }

  /** min(1, clipNorm / ‖g‖), g the mean of what has been added up (Pascanu, Mikolov & Bengio 2013, algorithm 1). */
  #scale(gradients: Tensor): Tensor | undefined {
    const { clipNorm, accumulate = 1 } = this.options;
    if (clipNorm === undefined) return undefined;
    const before = this.moments.get(SUM);
    const total = norm(before ? add(gradients, before) : gradients);
    return clip(div(clipNorm * accumulate, add(total, 1e-6 * accumulate)), { max: 1 });
  }
}
