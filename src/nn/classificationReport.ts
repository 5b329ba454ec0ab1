// Precision, recall and F1 per class with their averages: scikit-learn's numbers, and the text
// its classification_report prints, character for character.

import { accuracy, confusionMatrix } from './metrics.ts';

/** Precision, recall and F1, each from 0 to 1. */
export interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Number of samples whose true label this is. */
  readonly support: number;
}

/** The scores of one class. */
export interface ClassScores extends Scores {
  readonly name: string;
}

/** Precision, recall and F1 of each class and on average, as scikit-learn reports them. */
export interface ClassificationReport {
  readonly classes: readonly ClassScores[];
  readonly accuracy: number;
  /** Plain mean over classes. */
  readonly macro: Scores;
  /** Mean over classes, weighted by support. */
  readonly weighted: Scores;
}

/**
 * Per class, from the confusion matrix C: precision C[k][k] / Σ_t C[t][k], recall
 * C[k][k] / Σ_p C[k][p], F1 = 2 C[k][k] / (row sum + column sum); a quotient by zero is 0.
 * The numbers are those of scikit-learn's classification_report(zero_division=0).
 */
export function classificationReport(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  names: readonly string[],
): ClassificationReport {
  const matrix = confusionMatrix(labels, predictions, names.length);
  const classes = names.map((name, k): ClassScores => {
    const hits = matrix[k]?.[k] ?? 0;
    const support = sum(matrix[k] ?? []);
    const predicted = sum(matrix.map((row) => row[k] ?? 0));
    return {
      name,
      precision: ratio(hits, predicted),
      recall: ratio(hits, support),
      f1: ratio(2 * hits, support + predicted),
      support,
    };
  });
  const mean = (weight: (scores: Scores) => number): Scores => {
    const total = sum(classes.map(weight));
    const of = (key: 'precision' | 'recall' | 'f1') =>
      sum(classes.map((scores) => scores[key] * weight(scores))) / total;
    return {
      precision: of('precision'),
      recall: of('recall'),
      f1: of('f1'),
      support: labels.length,
    };
  };
  return {
    classes,
    accuracy: accuracy(labels, predictions),
    macro: mean(() => 1),
    weighted: mean((scores) => scores.support),
  };
}

/**
 * The report as text, character for character what scikit-learn's
 * classification_report(..., digits, zero_division=0) returns, trailing newline included.
 */
export function formatClassificationReport(report: ClassificationReport, digits = 2): string {
  const width = Math.max(...report.classes.map((c) => c.name.length), 'weighted avg'.length);
  const line = (name: string, cells: readonly string[]) =>
    `${name.padStart(width)} ${cells.map((cell) => ` ${cell.padStart(9)}`).join('')}\n`;
  const scores = (name: string, s: Scores) =>
    line(name, [
      fixedHalfEven(s.precision, digits),
      fixedHalfEven(s.recall, digits),
      fixedHalfEven(s.f1, digits),
      String(s.support),
    ]);
  return [
    line('', ['precision', 'recall', 'f1-score', 'support']),
    '\n',
    ...report.classes.map((c) => scores(c.name, c)),
    '\n',
    line('accuracy', [
      '',
      '',
      fixedHalfEven(report.accuracy, digits),
      String(report.macro.support),
    ]),
    scores('macro avg', report.macro),
    scores('weighted avg', report.weighted),
  ].join('');
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/**
 * Fixed decimals, rounded as Python does: an exact tie (0.125) goes to the even digit, where
 * toFixed goes up. A double is an exact tie only if it is a multiple of 2^-(digits+1).
 */
function fixedHalfEven(x: number, digits: number): string {
  const scaled = x * 10 ** digits;
  const tie = Number.isInteger(x * 2 ** (digits + 1)) && scaled % 1 === 0.5;
  return (tie ? (2 * Math.round(scaled / 2)) / 10 ** digits : x).toFixed(digits);
}
