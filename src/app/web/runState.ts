// What is known of a run, and how each thing that happens to it changes that. Pure; the worker keeps a
// copy of its own, for its checkpoints and for a second tab.
import type { FitOutcome, FitProgress } from '../fit.ts';
import type { EpochRecord, RunConfig } from '../record.ts';
import { type Point, withPoint } from './points.ts';
import type { ChangesLook } from './protocol.ts';
import type { RateChange } from '../rateChanges.ts';
import type { SplitCounts } from '../settings/read.ts';

export type { Point };

export type Phase =
  'preparing' | 'training' | 'paused' | 'stopping' | 'judging' | 'done' | 'failed';

export interface Run {
  readonly phase: Phase;
  readonly config: RunConfig;
  readonly counts: SplitCounts;
  readonly progress: FitProgress | undefined;
  /** Bounded, see points.ts. */
  readonly points: readonly Point[];
  readonly epochs: readonly EpochRecord[];
  /** Of the validation images, by epoch; none where nothing was held back or the page came later. */
  readonly confusions: ReadonlyMap<number, Confusion>;
  /** By the last epoch, in the answers to the validation images. */
  readonly changes: ChangesLook | undefined;
  /** That tensors and the pool hold on the GPU. */
  readonly gpuBytes: number;
  /** How the learning rate was changed so far. */
  readonly turns: readonly RateChange[];
  /** Of the next step, once it was changed. */
  readonly learningRate: number | undefined;
  /** The checkpoint that stands. */
  readonly kept: KeptMark | undefined;
  /** Why the last checkpoint could not be stored. */
  readonly notKept: string | undefined;
  /** The device is gone and another is being opened. */
  readonly recovery: { readonly attempt: number; readonly of: number } | undefined;
  readonly ending:
    | { readonly stopped: FitOutcome['stopped']; readonly divergedAt: number | undefined }
    | undefined;
  /** Kernels that were measured, while they are. */
  readonly tuning: { readonly done: number; readonly of: number } | undefined;
  /** Why it failed. */
  readonly message: string | undefined;
}

/** Row: true class, column: predicted class. */
export type Confusion = readonly (readonly number[])[];

export interface KeptMark {
  /** The epoch under way. */
  readonly epoch: number;
  /** Steps done. */
  readonly step: number;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** What happens to a run. */
export type RunEvent =
  /** It begins, or goes on from a checkpoint. */
  | { readonly kind: 'run'; readonly run: Run }
  /** It asks for the fastest kernels, which are measured first. */
  | { readonly kind: 'tuning'; readonly done: number; readonly of: number }
  | { readonly kind: 'training'; readonly warmUpMs: number; readonly gpuBytes: number }
  | { readonly kind: 'progress'; readonly progress: FitProgress; readonly gpuBytes: number }
  /** With the confusion matrix of the validation images, where some are held out. */
  | {
      readonly kind: 'epoch';
      readonly epoch: EpochRecord;
      readonly confusion: Confusion | undefined;
      readonly changes: ChangesLook | undefined;
    }
  | { readonly kind: 'paused'; readonly isPaused: boolean }
  | {
      readonly kind: 'rateChanged';
      readonly turns: readonly RateChange[];
      readonly learningRate: number;
    }
  | { readonly kind: 'kept'; readonly kept: KeptMark }
  | { readonly kind: 'notKept'; readonly message: string }
  | { readonly kind: 'recovering'; readonly attempt: number; readonly of: number }
  | { readonly kind: 'stopping' }
  | {
      readonly kind: 'ended';
      readonly stopped: FitOutcome['stopped'];
      readonly divergedAt: number | undefined;
    }
  | { readonly kind: 'failed'; readonly message: string };

export const isRunning = (run: Run | undefined): boolean =>
  run !== undefined && run.phase !== 'done' && run.phase !== 'failed';

export function freshRun(config: RunConfig, counts: SplitCounts): Run {
  return {
    phase: 'preparing',
    config,
    counts,
    progress: undefined,
    points: [],
    epochs: [],
    confusions: new Map(),
    changes: undefined,
    gpuBytes: 0,
    turns: config.turns,
    learningRate: undefined,
    kept: undefined,
    notKept: undefined,
    recovery: undefined,
    ending: undefined,
    tuning: undefined,
    message: undefined,
  };
}

export function reduceRun(run: Run, event: RunEvent): Run {
  switch (event.kind) {
    case 'run':
      return event.run;
    case 'stopping':
      return isRunning(run) && run.phase !== 'judging' ? { ...run, phase: 'stopping' } : run;
    case 'tuning': {
      const { done, of } = event;
      return { ...run, tuning: done < of ? { done, of } : undefined };
    }
    case 'training':
      return run.phase === 'preparing'
        ? { ...run, phase: 'training', recovery: undefined, gpuBytes: event.gpuBytes }
        : run;
    case 'paused':
      if (run.phase !== 'training' && run.phase !== 'paused') return run;
      return { ...run, phase: event.isPaused ? 'paused' : 'training' };
    case 'rateChanged':
      return { ...run, turns: event.turns, learningRate: event.learningRate };
    case 'progress': {
      const { progress, gpuBytes } = event;
      const points = withPoint(run.points, pointOf(progress, run.progress));
      return { ...run, progress, points, gpuBytes };
    }
    case 'epoch': {
      const isOver = event.epoch.epoch === run.config.epochs || run.phase === 'stopping';
      const epochs = [...run.epochs, event.epoch];
      const { confusion, changes } = event;
      const confusions = confusion
        ? new Map(run.confusions).set(event.epoch.epoch, confusion)
        : run.confusions;
      return { ...run, epochs, confusions, changes, ...(isOver && { phase: 'judging' }) };
    }
    case 'kept':
      return { ...run, kept: event.kept, notKept: undefined };
    case 'notKept':
      return { ...run, notKept: event.message };
    case 'recovering': {
      const { attempt, of } = event;
      return { ...run, phase: 'preparing', recovery: { attempt, of } };
    }
    case 'ended': {
      const { stopped, divergedAt } = event;
      return { ...run, phase: 'done', ending: { stopped, divergedAt } };
    }
    case 'failed':
      return isRunning(run) ? { ...run, phase: 'failed', message: event.message } : run;
    default:
      return event satisfies never;
  }
}

/** Progress tells means over the epoch so far; a point is what came since the one before. */
function pointOf(now: FitProgress, before: FitProgress | undefined): Point {
  const epoch = now.epoch - 1 + now.share;
  const earlier = before?.epoch === now.epoch ? before : undefined;
  const steps = now.share * now.stepsInEpoch;
  const stepsBefore = earlier ? earlier.share * earlier.stepsInEpoch : 0;
  const since = (value: number, valueBefore: number) =>
    (value * steps - valueBefore * stepsBefore) / (steps - stepsBefore);
  return {
    epoch,
    loss: since(now.loss, earlier?.loss ?? 0),
    accuracy: since(now.accuracy, earlier?.accuracy ?? 0),
  };
}
