// A network that has collapsed: it trains on and only guesses, so what would help a learning one does not help it.

import { type Evaluation } from '../evaluation.ts';
import { stepsBy } from '../extent.ts';
import { type RunRecord } from '../record.ts';
import { type CurveReading } from './curves.ts';

export interface Collapse {
  /** Mean training loss of the last epoch. */
  readonly loss: number;
  /** ln of the number of classes: the loss of equal odds. */
  readonly guessing: number;
  readonly accuracy: number;
  /** The class that is named most often, and its share of the answers. */
  readonly named: string;
  readonly share: number;
  /** Steps done. */
  readonly steps: number;
}

/** A training loss from this share of equal odds on has learned next to nothing. */
const NOTHING_LEARNED = 0.95;
/** Before so many steps a network may still be about to begin. */
const FEW_STEPS = 50;

/**
 * The test accuracy is not clearly above always naming the most frequent class, and the training loss of the last
 * epoch is that of equal odds or more; null for a run that learned, or has hardly begun.
 */
export function readCollapse(
  record: RunRecord,
  evaluation: Evaluation,
  curves: CurveReading | null,
): Collapse | null {
  if (!curves || record.config.epochs === 0) return null;
  const { accuracy, interval, confusion, classes, count, report } = evaluation;
  const guessing = Math.log(classes.length);
  const chance = Math.max(...report.classes.map(({ support }) => support)) / count;
  const loss = curves.last.trainLoss;
  const steps = stepsBy(curves.epochs.length, record.dataset.counts.train, record.config.batchSize);
  if (interval.low > chance || loss < NOTHING_LEARNED * guessing || steps < FEW_STEPS) return null;
  const called = classes.map((_, p) => confusion.reduce((sum, row) => sum + (row[p] ?? 0), 0));
  const most = Math.max(...called);
  return {
    ...{ loss, guessing, accuracy, steps },
    named: classes[called.indexOf(most)] ?? '',
    share: most / count,
  };
}
