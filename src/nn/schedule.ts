// Learning rates over the steps of a run, and the table that brings them to the GPU.
import { type Device, type Tensor, TensorError } from '../tensor/index.ts';
import {
  type OptionKinds,
  callable,
  checkOptions,
  either,
  finite,
  required,
  whole,
} from '../tensor/options.ts';

/** Learning rate of a step, counted from 0. */
export type Schedule = (step: number) => number;

const rate = finite({ from: 0 });
export const rateKind = {
  ...either(rate, callable),
  wants: 'a finite number from 0 or a function',
};

/** A number stands for the same rate at every step. */
export const toSchedule = (rate: number | Schedule): Schedule =>
  typeof rate === 'number' ? () => rate : rate;

/** Of `cosineDecay`: learning rates at the first step and at step `steps`. */
export interface CosineDecay {
  readonly peak: number;
  readonly steps: number;
  /** By default 0. */
  readonly floor?: number | undefined;
}

const cosineKinds: OptionKinds<CosineDecay> = {
  peak: required(rate),
  steps: required(whole({ from: 0 })),
  floor: rate,
};

/**
 * Falls along half a cosine from `peak` to `floor` at step `steps`, where it stays (Loshchilov & Hutter 2017, without
 * restarts): floor + (peak − floor) · (1 + cos(π · step / steps)) / 2. `warmUp` makes it rise first.
 * @throws TensorError on options that mean nothing
 */
export function cosineDecay(options: CosineDecay): Schedule {
  checkOptions('cosineDecay', options, cosineKinds);
  const { peak, steps, floor = 0 } = options;
  return (step) => {
    const share = Math.min(1, step / Math.max(1, steps));
    return floor + ((peak - floor) * (1 + Math.cos(Math.PI * share))) / 2;
  };
}

/** Of `exponentialDecay`: the first learning rate, and the factor every `steps` steps. */
export interface ExponentialDecay {
  readonly initial: number;
  readonly rate: number;
  readonly steps: number;
}

const exponentialKinds: OptionKinds<ExponentialDecay> = {
  initial: required(rate),
  rate: required(finite({ from: 0 })),
  steps: required(whole({ from: 1 })),
};

/**
 * initial · rate^(step / steps): a factor of `rate` every `steps` steps.
 * @throws TensorError on options that mean nothing
 */
export function exponentialDecay(options: ExponentialDecay): Schedule {
  checkOptions('exponentialDecay', options, exponentialKinds);
  const { initial, rate, steps } = options;
  return (step) => initial * rate ** (step / steps);
}

/** Four numbers that an update needs of a step; which, says the update. */
export type Row = readonly [number, number, number, number];

/** Steps that the table reaches ahead. */
const ROWS = 1024;

/**
 * What changes from step to step by a rule known to the host, computed there in f64 and kept on the GPU
 * for the next 1,024 steps: f32 [1024, 4], step s in row s mod 1024. Until filled it holds zeros.
 */
export class StepTable {
  readonly tensor: Tensor;
  #from = 0;
  #to = 0;
  /** Of the steps in the table the first whose row is not finite. */
  #bad = Infinity;

  constructor(
    readonly device: Device,
    /** Whose table it is, for errors. */
    readonly name: string,
    readonly row: (step: number) => Row,
  ) {
    this.tensor = device.zeros([ROWS, 4]);
  }

  /**
   * Sees to it that the rows of steps from..from+count-1 are there when a step queued after this call runs.
   * @throws TensorError when the learning rate of one of them is no number that f32 holds
   */
  prepare(from: number, count: number): void {
    if (count > ROWS) throw new RangeError(`the step table reaches ${ROWS} steps, asked ${count}`);
    if (from < this.#from || from + count > this.#to) this.#fill(from);
    if (this.#bad >= from + count || this.#bad < from) return;
    const [bad] = this.row(this.#bad);
    throw new TensorError(
      `${this.name}: the learning rate of step ${this.#bad} must be ${rate.wants}, got ${bad}`,
    );
  }

  #fill(from: number): void {
    const rows = new Float32Array(4 * ROWS);
    this.#bad = Infinity;
    for (let step = from; step < from + ROWS; step++) {
      const row = this.row(step);
      rows.set(row, 4 * (step % ROWS));
      // A rule may know no more than the steps of its run: what it says of later ones is asked of nobody yet.
      if (!rate.holds(row[0])) this.#bad = Math.min(this.#bad, step);
    }
    this.device.write(this.tensor, rows); // in order with what is queued: earlier steps have read their rows
    this.#from = from;
    this.#to = from + ROWS;
  }

  /** Has the table written anew before the next step: the rule has changed. */
  expire(): void {
    this.#to = this.#from;
  }
}
