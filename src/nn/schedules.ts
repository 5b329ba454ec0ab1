// More learning rates over the steps of a run, one around another, and one that waits for a loss to stand still.
import {
  type OptionKinds,
  callable,
  checkOptions,
  finite,
  required,
  whole,
} from '../tensor/options.ts';
import type { Schedule } from './schedule.ts';

const rate = finite({ from: 0 });
const share = finite({ from: 0, to: 1 });
const steps = required(whole({ from: 1 }));

/** The same rate at every step. @throws TensorError unless it is a finite number from 0 */
export function constant(learningRate: number): Schedule {
  checkOptions('constant', { learningRate }, { learningRate: required(rate) });
  return () => learningRate;
}

/** Of `stepDecay`: the first learning rate, and the factor every `steps` steps. */
export interface StepDecay {
  readonly initial: number;
  readonly rate: number;
  readonly steps: number;
}

const stepDecayKinds: OptionKinds<StepDecay> = {
  initial: required(rate),
  rate: required(rate),
  steps,
};

/**
 * initial · rate^⌊step / steps⌋: a stair, a factor of `rate` down every `steps` steps.
 * @throws TensorError on options that mean nothing
 */
export function stepDecay(options: StepDecay): Schedule {
  checkOptions('stepDecay', options, stepDecayKinds);
  const { initial, rate, steps } = options;
  return (step) => initial * rate ** Math.floor(step / steps);
}

/** Of `linearDecay`. */
export interface LinearDecay {
  readonly initial: number;
  /** By default 0. */
  readonly final?: number | undefined;
  readonly steps: number;
}

const linearKinds: OptionKinds<LinearDecay> = { initial: required(rate), final: rate, steps };

/**
 * Along a line from `initial` to `final` at step `steps`, where it stays.
 * @throws TensorError on options that mean nothing
 */
export function linearDecay(options: LinearDecay): Schedule {
  checkOptions('linearDecay', options, linearKinds);
  const { initial, final = 0, steps } = options;
  return (step) => initial + (final - initial) * Math.min(1, step / steps);
}

/** Of `oneCycle`. */
export interface OneCycle {
  readonly peak: number;
  /** Of the whole cycle. */
  readonly steps: number;
  /** The share of them on the way up, by default 0.3. */
  readonly rise?: number | undefined;
  /** Where it begins, by default peak / 25. */
  readonly initial?: number | undefined;
  /** Where it ends and stays, by default peak / 250,000. */
  readonly final?: number | undefined;
}

const oneCycleKinds: OptionKinds<OneCycle> = {
  peak: required(rate),
  steps,
  rise: share,
  initial: rate,
  final: rate,
};

/**
 * Along half a cosine from `initial` up to `peak` at step rise · steps, along another down to `final` at step `steps`
 * (Smith & Topin 2018; the cosines and the defaults are PyTorch's).
 * @throws TensorError on options that mean nothing
 */
export function oneCycle(options: OneCycle): Schedule {
  checkOptions('oneCycle', options, oneCycleKinds);
  const { peak, steps, rise = 0.3, initial = peak / 25, final = peak / 250_000 } = options;
  const top = rise * steps;
  const between = (a: number, b: number, share: number) =>
    b + ((a - b) * (1 + Math.cos(Math.PI * share))) / 2;
  return (step) =>
    step < top
      ? between(initial, peak, step / top)
      : between(peak, final, Math.min(1, (step - top) / Math.max(1, steps - top)));
}

/** Of `warmUp`. */
export interface WarmUp {
  readonly steps: number;
  /** The share of the first rate at which it begins, by default 0: the first step then has 1 / steps of it. */
  readonly from?: number | undefined;
}

const warmUpKinds: OptionKinds<WarmUp> = { steps, from: share };

/**
 * Another schedule after `steps` steps in which the rate rises along a line to that schedule's first one (Goyal et al. 2017,
 * §2.2): schedule(0) · (from + (1 − from) · (step + 1) / steps), then schedule(step − steps). So the schedule is as long as
 * alone, and the whole longer by the warm-up, as with PyTorch's SequentialLR.
 * @example warmUp(cosineDecay({ peak: 0.002, steps: 950 }), { steps: 50 }) // 1,000 steps
 * @throws TensorError on options that mean nothing
 */
export function warmUp(schedule: Schedule, options: WarmUp): Schedule {
  checkOptions('warmUp', { schedule }, { schedule: required(callable) });
  checkOptions('warmUp', options, warmUpKinds);
  const { steps, from = 0 } = options;
  return (step) =>
    step < steps
      ? (schedule(0) * (from * steps + (1 - from) * (step + 1))) / steps
      : schedule(step - steps);
}

/** Of `Plateau`. */
export interface PlateauOptions {
  readonly initial: number;
  /** What the rate is multiplied by, by default 0.1. */
  readonly factor?: number | undefined;
  /** Values in a row that are no better, after which the next one lowers the rate; by default 10. */
  readonly patience?: number | undefined;
  /** A value is better when it is below the best by more than this share of it; by default 1e-4. */
  readonly threshold?: number | undefined;
  /** The least rate, by default 0. */
  readonly floor?: number | undefined;
}

const plateauKinds: OptionKinds<PlateauOptions> = {
  initial: required(rate),
  factor: finite({ from: 0, below: 1 }),
  patience: whole({ from: 0 }),
  threshold: finite({ from: 0 }),
  floor: rate,
};

/**
 * Lowers the rate when a loss stands still. It lives on the host, for what it watches, a validation loss say, is known
 * there alone: `step.setLearningRate(plateau.observe(loss))` once an epoch. PyTorch's ReduceLROnPlateau in its usual mode.
 */
export class Plateau {
  readonly #options: { readonly [Name in keyof PlateauOptions]-?: number };
  #rate: number;
  #best = Infinity;
  #waited = 0;

  /** @throws TensorError on options that mean nothing */
  constructor(options: PlateauOptions) {
    checkOptions('Plateau', options, plateauKinds);
    const { initial, factor = 0.1, patience = 10, threshold = 1e-4, floor = 0 } = options;
    this.#options = { initial, factor, patience, threshold, floor };
    this.#rate = initial;
  }

  /** The rate from now on, after another value of the loss. NaN is no better. */
  observe(loss: number): number {
    const { factor, patience, threshold, floor } = this.#options;
    // Of a best below 0 the share would be a rise.
    const isBetter =
      loss < this.#best - threshold * Math.abs(this.#best) || this.#best === Infinity;
    if (isBetter && !Number.isNaN(loss)) {
      this.#best = loss;
      this.#waited = 0;
    } else this.#waited++;
    if (this.#waited > patience) {
      this.#rate = Math.max(floor, this.#rate * factor);
      this.#waited = 0;
    }
    return this.#rate;
  }

  get learningRate(): number {
    return this.#rate;
  }
}
