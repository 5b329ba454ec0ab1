// Running means over the steps of an epoch, whose sums can be kept and taken up again.
import type { StepMetrics } from '../nn/index.ts';

export interface Sums {
  readonly steps: number;
  readonly loss: number;
  readonly hits: number;
}

const NOTHING: Sums = { steps: 0, loss: 0, hits: 0 };

export class Tally {
  #steps: number;
  #loss: number;
  #hits: number;

  constructor(
    readonly batch: number,
    { steps, loss, hits }: Sums = NOTHING,
  ) {
    [this.#steps, this.#loss, this.#hits] = [steps, loss, hits];
  }

  add({ loss, values }: StepMetrics): void {
    for (const value of loss) this.#loss += value;
    for (const value of values.get('correct') ?? []) this.#hits += value;
    this.#steps += loss.length;
  }

  get sums(): Sums {
    return { steps: this.#steps, loss: this.#loss, hits: this.#hits };
  }

  get loss(): number {
    return this.#loss / this.#steps;
  }

  get accuracy(): number {
    return this.#hits / (this.#steps * this.batch);
  }
}
