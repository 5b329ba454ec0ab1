// One training run, free of any face: epochs of recorded steps, validation after each, progress on the
// way. Between submits it can be paused, stepped, slowed and stopped, and where it stands can be kept; it
// stops by itself when the loss is no longer finite.
import {
  type Schedule,
  type Scored,
  type StepMetrics,
  type TrainStep,
  MOST_STEPS,
} from '../nn/index.ts';
import type { Kept, Position } from './checkpoint.ts';
import type { RunControl } from './control.ts';
import type { JudgedWeights } from './judgedWeights.ts';
import type { EpochRecord } from './record.ts';
import type { Snapshots } from './snapshots.ts';
import { Tally } from './tally.ts';
import { stepsBy } from './extent.ts';
import { type RateChange, scaledBy, withChange } from './rateChanges.ts';

export interface FitOptions {
  /** Of the network that learns. */
  readonly snapshots: Snapshots;
  readonly step: TrainStep;
  readonly judged: JudgedWeights;
  /** Scores the validation images; absent when nothing is held out. */
  readonly validate: (() => Promise<Judged>) | undefined;
  readonly epochs: number;
  readonly batch: number;
  /** Training images, the length of an epoch. */
  readonly samples: number;
  /** The learning rate as long as nobody turns it. */
  readonly schedule: Schedule;
  /** Turns known beforehand. */
  readonly turns: readonly RateChange[];
  /** Where the run was left, when it goes on; `step` has been restored to it. */
  readonly from?: Position | undefined;
  readonly control: RunControl;
  readonly onProgress: (progress: FitProgress) => void;
  /** With what the network then says to the validation images, where some are held out. */
  readonly onEpoch: (epoch: EpochRecord, judged: Judged | undefined) => void;
  /** It holds, or goes on after that. */
  readonly onPause?: (isPaused: boolean) => void;
  /** The learning rate has been changed: all changes so far, and the rate of the next step. */
  readonly onRateChange?: (turns: readonly RateChange[], learningRate: number) => void;
  /** The run as it stands, all its values finite: after every epoch, at the latest after 20 s, and when asked. */
  readonly onKeep?: (kept: Kept) => void | Promise<void>;
  /** Milliseconds since any fixed time. */
  readonly now: () => number;
}

/** The validation images as the network names them after an epoch. */
export type Judged = Pick<Scored, 'loss' | 'accuracy' | 'predictions' | 'probabilities'>;

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
  /** Of the last step alone. */
  readonly latest: { readonly loss: number; readonly hits: number; readonly learningRate: number };
  readonly imagesPerSecond: number;
  /** Time left for all epochs, validation included. */
  readonly etaMs: number;
}

export interface FitOutcome {
  readonly stopped: 'completed' | 'interrupted' | 'diverged';
  readonly epochs: readonly EpochRecord[];
  readonly turns: readonly RateChange[];
  /** The step whose loss was not finite or whose update left weights that are not, from 0. */
  readonly divergedAt: number | undefined;
  /** What puts good weights back, the newest first, for a run whose last ones are not. */
  readonly waysBack: readonly (() => void)[];
  /** Wall time of each submit divided by its steps, one entry a step; of this session alone. */
  readonly stepMs: readonly number[];
}

/** With a checkpoint this often a crash costs little. */
const KEEP_MS = 20_000;

/**
 * Trains until the epochs are done, the person stops, or the loss or a weight is no longer finite.
 * A batch is at most as large as the samples are many, so that each epoch has a step.
 */
export function fit(options: FitOptions): Promise<FitOutcome> {
  return new Fit(options).run();
}

/** A run under way: what its epochs share, and the present epoch. */
class Fit {
  readonly #options: FitOptions;
  readonly #snapshots: Snapshots;
  readonly #records: EpochRecord[];
  readonly #stepMs: number[] = [];
  /** Steps of the whole run. */
  readonly #steps: number;
  #turns: readonly RateChange[];
  #rateOf: Schedule;
  #validationMs = 0;
  #keptAt: number;

  #epoch: number;
  /** The steps before the epoch, and before its end. */
  #from: number;
  #end = 0;
  #tally: Tally;
  /** When the epoch began; later by every pause, earlier by what it took before a break. */
  #started: number;
  #flying: Flight | undefined;
  #landedAt: number;
  #divergedAt: number | undefined;

  constructor(options: FitOptions) {
    const { snapshots, step, batch, schedule, from, now } = options;
    this.#options = options;
    this.#snapshots = snapshots;
    this.#records = [...(from?.epochs ?? [])];
    this.#steps = this.#endOf(options.epochs);
    this.#turns = from?.turns ?? options.turns;
    this.#rateOf = scaledBy(schedule, this.#turns);
    step.setLearningRate(this.#rateOf);
    this.#keptAt = this.#landedAt = now();
    this.#epoch = from?.epoch ?? 1;
    this.#from = from?.from ?? step.stepsDone;
    this.#tally = new Tally(batch, from?.tally);
    this.#started = now() - (from?.timeMs ?? 0);
  }

  async run(): Promise<FitOutcome> {
    const { step, epochs, control, validate, now, judged: weights } = this.#options;
    if (!(await this.#snapshots.areSound())) return this.#diverged(step.stepsDone);
    for (; this.#epoch <= epochs && !weights.isOver(this.#records); this.#next()) {
      await this.#train();
      if (this.#divergedAt !== undefined) return this.#diverged(this.#divergedAt);
      if (step.stepsDone === this.#from) {
        await this.#keepIfDue();
        return this.#outcome('interrupted');
      }
      const timeMs = now() - this.#started;
      // The last update may have broken the weights, or left such that no loss can be computed with.
      if (!(await this.#snapshots.areSound())) return this.#diverged(step.stepsDone - 1);
      const validating = now();
      const judged = await validate?.();
      this.#validationMs = now() - validating;
      if (judged && !Number.isFinite(judged.loss)) return this.#diverged(step.stepsDone - 1);
      await this.#keepIfDue();
      this.#record(timeMs, judged);
      weights.note(this.#records);
      const isOver = this.#epoch === epochs && step.stepsDone === this.#end;
      if (control.isStopped && !isOver) return this.#outcome('interrupted');
      control.keep();
    }
    await this.#keepIfDue();
    return this.#outcome('completed');
  }

  /** To the end of the epoch, unless it is stopped or diverges. One submit is read while the next one runs. */
  async #train(): Promise<void> {
    const { step, control, now } = this.#options;
    this.#end = this.#endOf(this.#epoch);
    this.#landedAt = now();
    while (step.stepsDone < this.#end && !control.isStopped && this.#divergedAt === undefined) {
      this.#changeRate();
      if (now() - this.#keptAt > KEEP_MS) control.keep();
      if (control.isPaused || control.keepIsDue) await this.#land(this.#takeOff());
      if (this.#divergedAt !== undefined) return;
      await this.#keepIfDue();
      if (control.isPaused && !control.takeStep()) {
        await this.#hold();
        continue;
      }
      const landing = this.#takeOff();
      this.#submit(control.isPaused ? 1 : this.#stepsThatFit());
      await this.#land(landing);
    }
    await this.#land(this.#takeOff());
  }

  #stepsThatFit(): number {
    const { step, control } = this.#options;
    const typical = this.#stepMs.at(-1) ?? Infinity;
    const fitting = Math.min(Math.floor(control.submitMs / typical), MOST_STEPS / 2);
    return Math.max(1, Math.min(this.#end - step.stepsDone, fitting));
  }

  #submit(steps: number): void {
    const { step } = this.#options;
    this.#snapshots.take();
    const first = step.stepsDone;
    step.run(steps);
    const metrics = step.metrics(first);
    metrics.catch(() => {}); // a lost device is met where the figures are awaited
    this.#flying = { metrics, steps };
  }

  #takeOff(): Flight | undefined {
    const flying = this.#flying;
    this.#flying = undefined;
    return flying;
  }

  /** Waits for the figures of a submit and tells of them. */
  async #land(flight: Flight | undefined): Promise<void> {
    if (!flight) return;
    const { epochs, batch, now, onProgress } = this.#options;
    const { steps } = flight;
    const metrics = await flight.metrics;
    const time = now();
    for (let i = 0; i < steps; i++) this.#stepMs.push((time - this.#landedAt) / steps);
    this.#landedAt = time;
    this.#tally.add(metrics);
    this.#divergedAt ??= metrics.divergedAt;

    const done = metrics.from + steps;
    const stepsInEpoch = this.#end - this.#from;
    const msPerStep = (time - this.#started) / (done - this.#from);
    const epochsLeft = epochs - this.#epoch + 1;
    onProgress({
      epoch: this.#epoch,
      stepsDone: done,
      stepsInEpoch,
      share: (done - this.#from) / stepsInEpoch,
      loss: this.#tally.loss,
      accuracy: this.#tally.accuracy,
      latest: {
        loss: metrics.loss.at(-1) ?? NaN,
        hits: metrics.values.get('correct')?.at(-1) ?? NaN,
        learningRate: this.#rateOf(done - 1),
      },
      imagesPerSecond: (1000 * batch) / msPerStep,
      etaMs: (this.#steps - done) * msPerStep + epochsLeft * this.#validationMs,
    });
  }

  /** Paused: until a lever is pulled. The time does not count. */
  async #hold(): Promise<void> {
    const { control, now, onPause } = this.#options;
    const from = now();
    onPause?.(true);
    await control.pulled();
    if (!control.isPaused) onPause?.(false);
    const pausedMs = now() - from;
    this.#started += pausedMs;
    this.#landedAt += pausedMs;
  }

  #changeRate(): void {
    const { step, schedule, control, onRateChange } = this.#options;
    const factor = control.takeRateChange();
    if (factor === undefined) return;
    this.#turns = withChange(this.#turns, { step: step.stepsDone, factor });
    this.#rateOf = scaledBy(schedule, this.#turns);
    step.setLearningRate(this.#rateOf);
    onRateChange?.(this.#turns, step.learningRate);
  }

  async #keepIfDue(): Promise<void> {
    const { step, judged, control, now, onKeep } = this.#options;
    if (!control.takeKeep()) return;
    if (onKeep) {
      const state = await step.checkpoint();
      const values = [...state.weights.values(), ...state.moments.values()];
      const isFinite = values.every(({ data }) => data.every(Number.isFinite));
      const position: Position = {
        epoch: this.#epoch,
        from: this.#from,
        tally: this.#tally.sums,
        timeMs: now() - this.#started,
        epochs: [...this.#records],
        turns: this.#turns,
      };
      const best = await judged.best();
      if (isFinite) await onKeep({ position, state, ...(best && { best }) });
    }
    this.#keptAt = now();
  }

  #record(timeMs: number, judged: Judged | undefined): void {
    const { step, batch, onEpoch } = this.#options;
    const [steps, stepsInEpoch] = [step.stepsDone - this.#from, this.#end - this.#from];
    const record: EpochRecord = {
      epoch: this.#epoch,
      ...(steps < stepsInEpoch && { steps, stepsInEpoch }),
      trainLoss: this.#tally.loss,
      trainAccuracy: this.#tally.accuracy,
      validationLoss: judged?.loss ?? null,
      validationAccuracy: judged?.accuracy ?? null,
      learningRate: this.#rateOf(this.#from),
      timeMs,
      imagesPerSecond: (steps * batch * 1000) / timeMs,
    };
    this.#records.push(record);
    onEpoch(record, judged);
  }

  #next(): void {
    const { step, batch, now } = this.#options;
    this.#epoch++;
    this.#from = step.stepsDone;
    this.#tally = new Tally(batch);
    this.#started = now();
  }

  #diverged(divergedAt: number): FitOutcome {
    return { ...this.#outcome('diverged'), divergedAt };
  }

  #outcome(stopped: FitOutcome['stopped']): FitOutcome {
    const [epochs, turns, stepMs] = [this.#records, this.#turns, this.#stepMs];
    const waysBack = this.#snapshots.waysBack();
    return { stopped, epochs, turns, divergedAt: undefined, waysBack, stepMs };
  }

  #endOf(epoch: number): number {
    return stepsBy(epoch, this.#options.samples, this.#options.batch);
  }
}

/** A submit whose figures are on their way. */
interface Flight {
  readonly metrics: Promise<StepMetrics>;
  readonly steps: number;
}
