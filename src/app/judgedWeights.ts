// The weights that are judged, where they are not those that learn: their moving average, or those of the best epoch.
import type { Sequential, TrainStep, Weights } from '../nn/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { EpochRecord } from './record.ts';

/** The epoch with the lowest validation loss, the first of equals. */
export const bestOf = (epochs: readonly EpochRecord[]): EpochRecord | undefined =>
  epochs.reduce<EpochRecord | undefined>(
    (best, epoch) =>
      (epoch.validationLoss ?? Infinity) < (best?.validationLoss ?? Infinity) ? epoch : best,
    undefined,
  );

interface JudgedOptions {
  /** Epochs without a lower validation loss that end a run; 0: none do, and the last weights count. */
  readonly patience: number;
  /** Of a run that goes on: the weights of its best epoch so far. */
  readonly best?: ReadonlyMap<string, Weights> | undefined;
}

export class JudgedWeights {
  readonly #spare: Tensor | undefined;
  readonly #best: Tensor | undefined;
  #hasBest = false;

  constructor(
    readonly model: Sequential,
    readonly step: TrainStep,
    readonly options: JudgedOptions,
  ) {
    const { device, values } = model.arena;
    if (step.average) this.#spare = device.zeros(values.shape);
    if (options.patience > 0) this.#best = device.zeros(values.shape);
    if (!options.best || !this.#best) return;
    device.write(this.#best, model.arena.pack('resume', options.best));
    this.#hasBest = true;
  }

  /** What f finds out of the network with the averaged weights, where there are some; then it goes on learning with its own. */
  async during<T>(f: () => Promise<T>): Promise<T> {
    if (!this.#spare) return f();
    const { device, values } = this.model.arena;
    device.copy(values, this.#spare);
    this.#average(values);
    try {
      return await f();
    } finally {
      device.copy(this.#spare, values);
    }
  }

  /** After an epoch: its weights are kept where it is the best so far. */
  note(epochs: readonly EpochRecord[]): void {
    if (!this.#best || bestOf(epochs) !== epochs.at(-1)) return;
    this.model.arena.device.copy(this.model.arena.values, this.#best);
    this.#average(this.#best);
    this.#hasBest = true;
  }

  /** Has the loss not fallen for too long? */
  isOver(epochs: readonly EpochRecord[]): boolean {
    const { patience } = this.options;
    const [best, last] = [bestOf(epochs), epochs.at(-1)];
    return patience > 0 && best !== undefined && (last?.epoch ?? 0) - best.epoch >= patience;
  }

  /** For a checkpoint. Waits for the GPU. */
  async best(): Promise<ReadonlyMap<string, Weights> | undefined> {
    if (!this.#best || !this.#hasBest) return undefined;
    return this.model.arena.split((await this.#best.data()) as Float32Array);
  }

  /** At the end: the weights that count take the place of those that learned. @param isWhole the run was not cut short */
  take(isWhole: boolean): void {
    const { device, values } = this.model.arena;
    if (isWhole && this.#best && this.#hasBest) device.copy(this.#best, values);
    else this.#average(values);
  }

  /** Puts the average in its place; buffers stay as they are. */
  #average(values: Tensor): void {
    const { average } = this.step;
    if (average) values.device.copy(average, values.view(average.shape));
  }
}
