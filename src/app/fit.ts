// One training run, free of any face: epochs of recorded steps, validation after each, progress on the
// way. It can be stopped between submits, and stops by itself when the loss is no longer finite.
import { type Sequential, type StepMetrics, type TrainStep, MOST_STEPS } from '../nn/index.ts';
import type { EpochRecord } from './record.ts';

export interface FitOptions {
  readonly model: Sequential;
  readonly step: TrainStep;
  /** Scores the validation images; absent when nothing is held out. */
  readonly validate:
    (() => Promise<{ readonly loss: number; readonly accuracy: number }>) | undefined;
  readonly epochs: number;
  readonly batch: number;
  /** Training images, the length of an epoch. */
  readonly samples: number;
  /** Aborted: end here, between two submits. */
  readonly stop: AbortSignal;
  readonly onProgress: (progress: FitProgress) => void;
  readonly onEpoch: (epoch: EpochRecord) => void;
  /** Milliseconds since any fixed time. */
  readonly now: () => number;
}

export interface FitProgress {
  /** From 1. */
  readonly epoch: number;
  readonly stepsDone: number;
  readonly stepsInEpoch: number;
  /** Share of the epoch that is done. */
  readonly share: number;
  /** Means over the epoch so far. */
  readonly loss: number;
  readonly accuracy: number;
  readonly imagesPerSecond: number;
  /** Time left for all epochs, validation included. */
  readonly etaMs: number;
}

export interface FitOutcome {
  readonly stopped: 'completed' | 'interrupted' | 'diverged';
  readonly epochs: readonly EpochRecord[];
  /** The step whose loss was not finite, from 0. */
  readonly divergedAt: number | undefined;
  /** Wall time of each submit divided by its steps, one entry a step. */
  readonly stepMs: readonly number[];
}

/** A submit should take about this long: short enough to stop at, long enough to cost nothing. */
const SUBMIT_MS = 200;

/** Trains until the epochs are done, the person stops, or the loss diverges; then the last good weights are back. */
export async function fit(options: FitOptions): Promise<FitOutcome> {
  const { model, step, epochs, batch, samples, stop, now } = options;
  const snapshots = new Snapshots(model);
  const records: EpochRecord[] = [];
  const stepMs: number[] = [];
  let validationMs = 0;
  const finish = (stopped: FitOutcome['stopped'], divergedAt?: number): FitOutcome => ({
    stopped,
    epochs: records,
    divergedAt,
    stepMs,
  });

  for (let epoch = 1; epoch <= epochs; epoch++) {
    const from = step.stepsDone;
    const end = Math.ceil((epoch * samples) / batch); // batches run on over the end of an epoch
    const started = now();
    const { learningRate } = step;
    const tally = new Tally(batch);
    let last = started;
    const account = async ({ metrics, steps }: Flight) => {
      const read = await metrics;
      const time = now();
      for (let i = 0; i < steps; i++) stepMs.push((time - last) / steps);
      last = time;
      tally.add(read);
      const done = read.from + steps;
      const msPerStep = (time - started) / (done - from);
      options.onProgress({
        epoch,
        stepsDone: done,
        stepsInEpoch: end - from,
        share: (done - from) / (end - from),
        loss: tally.loss,
        accuracy: tally.accuracy,
        imagesPerSecond: (1000 * batch) / msPerStep,
        etaMs:
          (Math.ceil((epochs * samples) / batch) - done) * msPerStep +
          (epochs - epoch + 1) * validationMs,
      });
      return read.divergedAt;
    };

    // One submit is read while the next one runs.
    let flying: Flight | undefined;
    let divergedAt: number | undefined;
    while (step.stepsDone < end && !stop.aborted && divergedAt === undefined) {
      const typical = stepMs.at(-1) ?? SUBMIT_MS;
      const steps = Math.max(
        1,
        Math.min(end - step.stepsDone, Math.floor(SUBMIT_MS / typical), MOST_STEPS / 2),
      );
      const landing = flying;
      snapshots.take();
      const first = step.stepsDone;
      step.run(steps);
      const metrics = step.metrics(first);
      metrics.catch(() => {}); // a lost device is met where the figures are awaited
      flying = { metrics, steps };
      if (landing) divergedAt = await account(landing);
    }
    if (flying) divergedAt ??= await account(flying);
    if (divergedAt !== undefined) {
      snapshots.restore();
      return finish('diverged', divergedAt);
    }
    if (stop.aborted && step.stepsDone === from) return finish('interrupted');
    if (step.stepsDone === from) continue; // a batch of the epoch before reached over all of this one

    const timeMs = now() - started;
    const judged = await options.validate?.();
    validationMs = now() - started - timeMs;
    if (judged && !Number.isFinite(judged.loss)) {
      snapshots.restore(); // the last update of the epoch broke the weights
      return finish('diverged', step.stepsDone);
    }
    const record: EpochRecord = {
      epoch,
      trainLoss: tally.loss,
      trainAccuracy: tally.accuracy,
      validationLoss: judged?.loss ?? null,
      validationAccuracy: judged?.accuracy ?? null,
      learningRate,
      timeMs,
      imagesPerSecond: ((step.stepsDone - from) * batch * 1000) / timeMs,
    };
    records.push(record);
    options.onEpoch(record);
    if (step.stepsDone < end || (stop.aborted && epoch < epochs)) return finish('interrupted');
  }
  return finish('completed');
}

/** A submit whose figures are on their way. */
interface Flight {
  readonly metrics: Promise<StepMetrics>;
  readonly steps: number;
}

/** Running means over an epoch. */
class Tally {
  #steps = 0;
  #loss = 0;
  #hits = 0;
  constructor(readonly batch: number) {}

  add({ loss, hits }: StepMetrics): void {
    for (const value of loss) this.#loss += value;
    for (const value of hits) this.#hits += value;
    this.#steps += loss.length;
  }

  get loss(): number {
    return this.#loss / this.#steps;
  }

  get accuracy(): number {
    return this.#hits / (this.#steps * this.batch);
  }
}

/**
 * Copies of the weights before each of the last submits, on the GPU. Two submits are under way at
 * most, and the weights before one are known to be good when all losses of the one before are.
 */
class Snapshots {
  readonly #slots;
  #taken = 0;

  constructor(readonly model: Sequential) {
    const { device, values } = model.arena;
    this.#slots = [0, 1, 2].map(() => device.zeros(values.shape));
  }

  take(): void {
    const { device, values } = this.model.arena;
    const slot = this.#slots[this.#taken++ % this.#slots.length];
    if (slot) device.copy(values, slot);
  }

  /** Puts back the oldest copy kept: from before the submit that went before the one with the bad loss. */
  restore(): void {
    const { device, values } = this.model.arena;
    const slot = this.#slots[Math.max(0, this.#taken - this.#slots.length) % this.#slots.length];
    if (slot) device.copy(slot, values);
  }
}
