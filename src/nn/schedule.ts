// Learning rates over the steps of a run, and the table that brings them to the GPU.
import type { Device, Tensor } from '../tensor/index.ts';

/** Learning rate of a step, counted from 0. */
export type Schedule = (step: number) => number;

/** A number stands for the same rate at every step. */
export const toSchedule = (rate: number | Schedule): Schedule =>
  typeof rate === 'number' ? () => rate : rate;

/**
 * Rises linearly to `peak` over the first `warmup` steps, then falls along half a cosine to `floor` at
 * step `steps`, where it stays (Loshchilov & Hutter 2017, without restarts).
 */
export function cosineDecay(options: {
  readonly peak: number;
  readonly steps: number;
  readonly warmup?: number;
  readonly floor?: number;
}): Schedule {
  const { peak, steps, warmup = 0, floor = 0 } = options;
  return (step) => {
    if (step < warmup) return (peak * (step + 1)) / warmup;
    const share = Math.min(1, (step - warmup) / Math.max(1, steps - warmup));
    return floor + ((peak - floor) * (1 + Math.cos(Math.PI * share))) / 2;
  };
}

/** initial · rate^(step / steps): a factor of `rate` every `steps` steps. */
export function exponentialDecay(options: {
  readonly initial: number;
  readonly rate: number;
  readonly steps: number;
}): Schedule {
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

  constructor(
    readonly device: Device,
    readonly row: (step: number) => Row,
  ) {
    this.tensor = device.zeros([ROWS, 4]);
  }

  /** Sees to it that the rows of steps from..from+count-1 are there when a step queued after this call runs. */
  prepare(from: number, count: number): void {
    if (count > ROWS) throw new RangeError(`the step table reaches ${ROWS} steps, asked ${count}`);
    if (from >= this.#from && from + count <= this.#to) return;
    const rows = new Float32Array(4 * ROWS);
    for (let step = from; step < from + ROWS; step++) rows.set(this.row(step), 4 * (step % ROWS));
    this.device.write(this.tensor, rows); // in order with what is queued: earlier steps have read their rows
    this.#from = from;
    this.#to = from + ROWS;
  }

  /** Has the table written anew before the next step: the rule has changed. */
  expire(): void {
    this.#to = this.#from;
  }
}
