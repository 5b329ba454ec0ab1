// What the runs of a sweep came to, by setting: mean and standard deviation over its seeds, and which is the best.
import { bestOf as bestEpoch } from '../judgedWeights.ts';
import type { RunRecord } from '../record.ts';
import type { Typed } from '../settings/table.ts';
import { type Plan, type Trial, trialsOf } from './plan.ts';

/** Figures of one run; those of validation are of the epoch whose weights are kept: the last, or with patience the best. */
export interface Result {
  readonly validationAccuracy: number | null;
  readonly validationLoss: number | null;
  /** The epoch with the highest validation accuracy, from 1, and that accuracy. */
  readonly bestEpoch: number | null;
  readonly bestAccuracy: number | null;
  /** null unless it was asked for, or the run has the settings that were chosen. */
  readonly testAccuracy: number | null;
  /** The whole run, its evaluation included. */
  readonly timeMs: number;
  readonly digest: string;
}

export interface SweepRun extends Trial {
  /** From 1, in the order in which they are trained. */
  readonly number: number;
  /** 'failed': it could not be trained at all. */
  readonly state: 'waiting' | 'completed' | 'interrupted' | 'diverged' | 'failed';
  /** Why it failed, in a sentence. */
  readonly problem?: string;
  readonly result?: Result;
}

export const runsOf = (plan: Plan): readonly SweepRun[] =>
  trialsOf(plan).map((trial, i) => ({ ...trial, number: i + 1, state: 'waiting' }));

/** Is there nothing more to train for it? One that failed may be tried again. */
export const isSettled = ({ state }: SweepRun): boolean =>
  state === 'completed' || state === 'diverged';

/** @param withTest whether the test's figure is looked at */
export function resultOf(record: RunRecord, withTest: boolean): Result {
  const { config, epochs, test, speed, digest } = record;
  const kept = config.patience > 0 ? bestEpoch(epochs) : epochs.at(-1);
  const accuracies = epochs.map(({ validationAccuracy }) => validationAccuracy ?? -1);
  const best = epochs[accuracies.indexOf(Math.max(...accuracies))];
  return {
    validationAccuracy: kept?.validationAccuracy ?? null,
    validationLoss: finite(kept?.validationLoss),
    bestEpoch: best?.epoch ?? null,
    bestAccuracy: best?.validationAccuracy ?? null,
    testAccuracy: withTest ? test.accuracy : null,
    timeMs: speed.totalTimeMs,
    digest,
  };
}

const finite = (value: number | null | undefined) =>
  value !== undefined && value !== null && Number.isFinite(value) ? value : null;

/** Of the values that there are. */
export interface Spread {
  readonly mean: number;
  /** Of the sample, √(Σ(x − mean)² / (n − 1)); null for a single value. */
  readonly deviation: number | null;
  readonly count: number;
}

/** The runs with one setting. */
export interface Group {
  readonly settings: Typed;
  readonly runs: readonly SweepRun[];
  /** Over the runs that are complete; null where none is. */
  readonly validationAccuracy: Spread | null;
  readonly validationLoss: Spread | null;
  readonly testAccuracy: Spread | null;
  readonly timeMs: Spread | null;
}

export function spreadOf(values: readonly number[]): Spread | null {
  const count = values.length;
  if (count === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: count === 1 ? null : Math.sqrt(squares / (count - 1)), count };
}

/** The same settings give the same text. */
export const settingsKey = (settings: Typed): string =>
  JSON.stringify(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)));

/** By setting, the best first; those without a figure come last, in the order of the plan. */
export function groupsOf(runs: readonly SweepRun[]): readonly Group[] {
  const sets = new Map<string, SweepRun[]>();
  for (const run of runs) {
    const key = settingsKey(run.settings);
    sets.set(key, [...(sets.get(key) ?? []), run]);
  }
  return [...sets.values()].map(groupOf).sort(order);
}

function groupOf(runs: readonly SweepRun[]): Group {
  const results = runs.flatMap(({ state, result }) =>
    state === 'completed' && result ? [result] : [],
  );
  const spread = (of: keyof Omit<Result, 'digest'>) =>
    spreadOf(results.map((result) => result[of]).filter((value) => value !== null));
  return {
    settings: runs[0]?.settings ?? {},
    runs,
    validationAccuracy: spread('validationAccuracy'),
    validationLoss: spread('validationLoss'),
    testAccuracy: spread('testAccuracy'),
    timeMs: spread('timeMs'),
  };
}

/** A setting with which a run diverged or failed stands behind all with which none did. */
const isSound = ({ runs }: Group) =>
  runs.every(({ state }) => state !== 'diverged' && state !== 'failed');

function order(a: Group, b: Group): number {
  const [x, y] = [a.validationAccuracy, b.validationAccuracy];
  if (!x || !y) return Number(!x) - Number(!y);
  return (
    Number(isSound(b)) - Number(isSound(a)) ||
    y.mean - x.mean ||
    (a.validationLoss?.mean ?? Number.MAX_VALUE) - (b.validationLoss?.mean ?? Number.MAX_VALUE)
  );
}

/** The setting with the highest mean validation accuracy, at equal ones with the lower loss; undefined before there is one. */
export function bestOf(runs: readonly SweepRun[]): Group | undefined {
  const [best] = groupsOf(runs);
  return best?.validationAccuracy ? best : undefined;
}

/** 'lr 0.002, optimizer adam'; 'as usual' where nothing is varied. */
export const settingsText = (settings: Typed): string =>
  Object.entries(settings)
    .map(([flag, text]) => `${flag} ${text}`)
    .join(', ') || 'as usual';
