// Judges a trained network on labeled images: every figure and every list that the terminal,
// the report and the discussion speak of, from one matrix of logits.

import {
  argmaxRows,
  calibration,
  classificationReport,
  confusionMatrix,
  topKAccuracy,
  wilsonInterval,
  type Calibration,
  type ClassificationReport,
  type Interval,
  type Scored,
} from '../nn/index.ts';
import type { Labels } from './data/dataset.ts';

export interface Evaluation {
  /** Names of the classes; all class numbers below are indices into them. */
  readonly classes: readonly string[];
  /** Number of images judged. */
  readonly count: number;
  readonly accuracy: number;
  /** Mean of the recalls of the classes that have images: each class counts alike. */
  readonly balancedAccuracy: number;
  /** Share of the images whose class is among the five most probable; of more than ten classes. */
  readonly topFive?: number;
  /** Mean cross-entropy in nats, from the logits; NaN where one of them is. */
  readonly loss: number;
  /** Wilson 95 % interval of the accuracy. */
  readonly interval: Interval;
  readonly report: ClassificationReport;
  /** Row: true class, column: predicted class. */
  readonly confusion: readonly (readonly number[])[];
  /** Pairs with at least one error, the most frequent first. */
  readonly confusedPairs: readonly ConfusedPair[];
  /** Every misclassified image, the most confident error first. */
  readonly misclassified: readonly Misclassified[];
  readonly calibration: Calibration;
}

interface ConfusedPair {
  readonly label: number;
  readonly predicted: number;
  readonly count: number;
  /** Share of the images of class `label` that this error takes. */
  readonly share: number;
  /** Share of all errors. */
  readonly shareOfErrors: number;
}

export interface Misclassified {
  /** Position of the image in the set judged. */
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
  /** Probability of the predicted class. */
  readonly probability: number;
  readonly probabilityOfTruth: number;
}

/**
 * Judges what a network said to N labeled images. Outputs that are not numbers are judged as they are: the loss and
 * the calibration are NaN then.
 * @throws RangeError on outputs that do not match the labels, and on a label without a class
 */
export function judge(
  scored: Pick<Scored, 'logits' | 'probabilities' | 'predictions' | 'loss'>,
  labels: ArrayLike<number>,
  classes: readonly string[],
): Evaluation {
  const { probabilities, predictions, loss } = scored;
  const confusion = confusionMatrix(labels, predictions, classes.length);
  const misclassified = errors(scored, labels, classes.length);
  const count = labels.length;
  const report = classificationReport(labels, predictions, classes);
  return {
    classes,
    count,
    accuracy: report.accuracy,
    balancedAccuracy: balanced(report),
    ...(classes.length > 10 && { topFive: topKAccuracy(probabilities, labels, classes.length, 5) }),
    loss,
    interval: wilsonInterval(count - misclassified.length, count),
    report,
    confusion,
    confusedPairs: pairs(confusion, misclassified.length),
    misclassified,
    calibration: calibration(probabilities, labels, classes.length),
  };
}

function balanced({ classes }: ClassificationReport): number {
  const seen = classes.filter(({ support }) => support > 0);
  return seen.reduce((sum, { recall }) => sum + recall, 0) / Math.max(1, seen.length);
}

/** What more there is to say than the accuracy, by name: where classes are not alike, and where there are many. */
export function moreFigures({ accuracy, balancedAccuracy, topFive }: Evaluation) {
  return [
    ...(Math.abs(accuracy - balancedAccuracy) > 1e-3
      ? [['Balanced accuracy', balancedAccuracy] as const]
      : []),
    ...(topFive === undefined ? [] : [['Top-5 accuracy', topFive] as const]),
  ];
}

/** Counts [true class][predicted class] of the images of a split that were answered. */
export function confusionOf({ images, predicted }: Answers, labels: Labels, classes: number) {
  const truth = Array.from(images, (index) => labels[index] as number);
  return confusionMatrix(truth, predicted, classes);
}

/** What a network said to some images of a split. */
export interface Answers {
  /** Positions in the split. */
  readonly images: Uint32Array;
  readonly predicted: Int32Array;
  /** Probability of the predicted class. */
  readonly confidence: Float32Array;
}

/** Probabilities [images, classes] as the answers to all images of a split, or to some. */
export function answersOf(
  probabilities: Float32Array,
  classes: number,
  images: Uint32Array = Uint32Array.from({ length: probabilities.length / classes }, (_, i) => i),
): Answers {
  const predicted = argmaxRows(probabilities, classes);
  const confidence = Float32Array.from(
    predicted,
    (k, i) => probabilities[i * classes + k] as number,
  );
  return { images, predicted, confidence };
}

/** Both directions of one confusion taken together. */
interface MutualPair {
  readonly count: number;
  /** The direction with more errors. */
  readonly there: Direction;
  readonly back: Direction;
}

export interface Direction {
  /** The true class and what it was taken for. */
  readonly name: string;
  readonly other: string;
  readonly count: number;
  /** Share of the images of the true class. */
  readonly share: number;
}

/** Pairs of classes that are confused with each other in either direction, the most errors first. */
export function mutualPairs(evaluation: Evaluation): readonly MutualPair[] {
  const { classes, confusion, confusedPairs } = evaluation;
  const direction = (label: number, predicted: number): Direction => {
    const count = confusion[label]?.[predicted] ?? 0;
    const support = (confusion[label] ?? []).reduce((total, n) => total + n, 0);
    const share = support === 0 ? 0 : count / support;
    return { name: classes[label] ?? '', other: classes[predicted] ?? '', count, share };
  };
  const seen = new Set<string>();
  return confusedPairs
    .filter(({ label, predicted }) => {
      const key = [label, predicted].toSorted((a, b) => a - b).join();
      return !seen.has(key) && seen.add(key);
    })
    .map(({ label, predicted }) => {
      const there = direction(label, predicted);
      const back = direction(predicted, label);
      return { count: there.count + back.count, there, back };
    })
    .toSorted((a, b) => b.count - a.count);
}

function errors(
  { logits, probabilities, predictions }: Pick<Scored, 'logits' | 'probabilities' | 'predictions'>,
  labels: ArrayLike<number>,
  classes: number,
): Misclassified[] {
  const found: { readonly error: Misclassified; readonly doubt: number }[] = [];
  predictions.forEach((predicted, index) => {
    const label = labels[index] ?? NaN;
    if (predicted === label) return;
    const error = {
      index,
      label,
      predicted,
      probability: probabilities[index * classes + predicted] ?? NaN,
      probabilityOfTruth: probabilities[index * classes + label] ?? NaN,
    };
    const row = logits.subarray(index * classes, (index + 1) * classes);
    found.push({ error, doubt: doubtOf(row, predicted) });
  });
  return found
    .sort((a, b) => a.doubt - b.doubt || a.error.index - b.error.index)
    .map(({ error }) => error);
}

/** (1 − p) / p of the predicted class: it tells errors apart whose probabilities all round to 1. The largest number for NaN. */
function doubtOf(row: Float32Array, predicted: number): number {
  const top = row[predicted] ?? NaN;
  const doubt = row.reduce((sum, z, k) => (k === predicted ? sum : sum + Math.exp(z - top)), 0);
  return Number.isNaN(doubt) ? Number.MAX_VALUE : doubt;
}

function pairs(confusion: Evaluation['confusion'], errorCount: number): ConfusedPair[] {
  const found: ConfusedPair[] = [];
  confusion.forEach((row, label) => {
    const support = row.reduce((total, count) => total + count, 0);
    row.forEach((count, predicted) => {
      if (predicted === label || count === 0) return;
      found.push({
        label,
        predicted,
        count,
        share: count / support,
        shareOfErrors: count / errorCount,
      });
    });
  });
  return found.sort((a, b) => b.count - a.count || a.label - b.label || a.predicted - b.predicted);
}
