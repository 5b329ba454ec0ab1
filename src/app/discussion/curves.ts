// Reads the training curves: where validation was best, whether the last epochs still gained, how
// far training runs ahead. Facts and a verdict; the words stand in fit.ts.

import { type EpochRecord } from '../record.ts';

/** An epoch that has finite validation figures. */
type ValidatedEpoch = EpochRecord & {
  readonly validationLoss: number;
  readonly validationAccuracy: number;
};

export interface CurveReading {
  /** Finite epochs in order; an epoch that diverged is not among them. */
  readonly epochs: readonly EpochRecord[];
  readonly first: EpochRecord;
  readonly last: EpochRecord;
  /** null when nothing was held out. */
  readonly validation: ValidationReading | null;
}

export interface ValidationReading {
  readonly last: ValidatedEpoch;
  /** The epoch of the lowest validation loss. */
  readonly best: ValidatedEpoch;
  /** Relative fall of the validation loss in the last epoch; negative when it rose. 0 for one epoch. */
  readonly lastGain: number;
  /** Relative rise of the validation loss from the best epoch to the last. */
  readonly riseSinceBest: number;
  /** Relative fall of the training loss over the same epochs. */
  readonly trainFallSinceBest: number;
  /** Training accuracy minus validation accuracy in the last epoch. */
  readonly gap: number;
  /** The gap is beyond three points and beyond what chance explains with that many images. */
  readonly gapIsClear: boolean;
  /** How often the validation loss changed direction by more than NOISE. */
  readonly reversals: number;
  readonly verdict: Verdict;
}

/**
 * single: one epoch, no curve. overfitting: the validation loss rose since its best epoch while
 * the training loss fell. unstable: it goes up and down, or it rose and so did the training
 * loss. improving: the last epoch was the best and gained at least a hundredth.
 * underfitting: levelled off with both accuracies low and close. levelled: none of these.
 */
export type Verdict =
  'single' | 'overfitting' | 'unstable' | 'improving' | 'underfitting' | 'levelled';

/** A last epoch that lowers the validation loss by less than this share has levelled off. */
const CLEAR_GAIN = 0.01;
/** A validation loss this share above its best has risen, not wobbled. */
const CLEAR_RISE = 0.02;
/** A swing of the validation loss below this share of its best is not called noise. */
const NOISE = 0.05;
const CLEAR_GAP = 0.03;
/** Accuracy of training and validation below which a levelled curve is called underfitting. */
const LOW_ACCURACY = 0.8;

/** null when not one epoch ended with finite figures. */
export function readCurves(
  all: readonly EpochRecord[],
  validationCount: number,
): CurveReading | null {
  const epochs = all.filter((e) => Number.isFinite(e.trainLoss) && finiteOrAbsent(e));
  const first = epochs[0];
  const last = epochs.at(-1);
  if (first === undefined || last === undefined) return null;
  const validated = epochs.filter(isValidated);
  return { epochs, first, last, validation: readValidation(validated, validationCount) };
}

function readValidation(
  epochs: readonly ValidatedEpoch[],
  validationCount: number,
): ValidationReading | null {
  const last = epochs.at(-1);
  if (last === undefined) return null;
  const best = epochs.reduce((a, b) => (b.validationLoss < a.validationLoss ? b : a));
  const before = epochs.at(-2);
  const p = last.validationAccuracy;
  const gap = last.trainAccuracy - p;
  const chance = 1.96 * Math.sqrt((p * (1 - p)) / validationCount);
  const facts = {
    last,
    best,
    lastGain: before === undefined ? 0 : 1 - last.validationLoss / before.validationLoss,
    riseSinceBest: last.validationLoss / best.validationLoss - 1,
    trainFallSinceBest: 1 - last.trainLoss / best.trainLoss,
    gap,
    gapIsClear: gap > CLEAR_GAP && gap > chance,
    reversals: countReversals(
      epochs.map((e) => e.validationLoss),
      NOISE * best.validationLoss,
    ),
  };
  return { ...facts, verdict: verdictOf(facts, epochs.length) };
}

function verdictOf(facts: Omit<ValidationReading, 'verdict'>, epochs: number): Verdict {
  if (epochs === 1) return 'single';
  if (facts.reversals >= 3 && facts.reversals >= epochs / 3) return 'unstable';
  if (facts.riseSinceBest >= CLEAR_RISE)
    return facts.trainFallSinceBest > 0 ? 'overfitting' : 'unstable';
  if (facts.best.epoch === facts.last.epoch && facts.lastGain >= CLEAR_GAIN) return 'improving';
  const high = Math.max(facts.last.trainAccuracy, facts.last.validationAccuracy);
  return high < LOW_ACCURACY && !facts.gapIsClear ? 'underfitting' : 'levelled';
}

/** Turning points of a series, swings smaller than `least` not counted (a zigzag filter). */
function countReversals(series: readonly number[], least: number): number {
  let extreme = series[0] ?? 0;
  let direction = 0;
  let reversals = 0;
  for (const value of series) {
    if (direction !== 0 && (value - extreme) * direction > 0) extreme = value;
    if (Math.abs(value - extreme) < least) continue;
    if (direction !== 0) reversals++;
    direction = Math.sign(value - extreme);
    extreme = value;
  }
  return reversals;
}

function finiteOrAbsent(epoch: EpochRecord): boolean {
  return epoch.validationLoss === null || Number.isFinite(epoch.validationLoss);
}

function isValidated(epoch: EpochRecord): epoch is ValidatedEpoch {
  return epoch.validationLoss !== null && epoch.validationAccuracy !== null;
}
