// Classification metrics on plain arrays: confusion matrix, accuracy with its Wilson interval,
// top-k, calibration. Precision, recall and F1 stand in classificationReport.ts.

type Labels = ArrayLike<number>;

/** A confidence interval, from 0 to 1. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Coverage, 0.95 for a 95 % interval. */
  readonly confidence: number;
}

/** Answers of about the same confidence. */
export interface CalibrationBin {
  /** The bin holds confidences in (low, high]. */
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Mean of the highest probability over the bin's samples, 0 for an empty bin. */
  readonly confidence: number;
  /** Share of the bin's samples predicted correctly, 0 for an empty bin. */
  readonly accuracy: number;
}

/** How far a network's confidence is to be trusted. */
export interface Calibration {
  /** Expected calibration error, 0 (confidence equals accuracy in every bin) to 1. */
  readonly error: number;
  /** Mean confidence minus accuracy over all samples: above 0 is overconfident. */
  readonly bias: number;
  readonly bins: readonly CalibrationBin[];
}

/** Two-sided 95 % quantile of the standard normal distribution. */
const Z95 = 1.959963984540054;

/**
 * Confusion matrix C [classes, classes]: C[t][p] counts samples of true class t predicted as p.
 * Throws a RangeError on a label outside 0..classes-1 and on lists of different lengths.
 */
export function confusionMatrix(
  labels: Labels,
  predictions: Labels,
  classes: number,
): readonly (readonly number[])[] {
  requirePairs('confusionMatrix', labels, predictions);
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) {
    const row = matrix[requireLabel('confusionMatrix', 'labels', labels, i, classes)];
    const p = requireLabel('confusionMatrix', 'predictions', predictions, i, classes);
    if (row !== undefined) row[p] = (row[p] ?? 0) + 1;
  }
  return matrix;
}

/** Share of predictions equal to the label: hits / N. Throws a RangeError for N = 0. */
export function accuracy(labels: Labels, predictions: Labels): number {
  requirePairs('accuracy', labels, predictions);
  let hits = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] === predictions[i]) hits++;
  return hits / labels.length;
}

/**
 * Wilson score interval of a proportion p = hits / total:
 * (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), z = 1.96 for 95 %.
 * Unlike the normal approximation it stays inside 0..1 and is sound near both ends.
 * Source: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical
 * Inference, JASA 22 (1927), 209-212.
 */
export function wilsonInterval(hits: number, total: number): Interval {
  if (!(total > 0) || hits < 0 || hits > total)
    throw new RangeError(`wilsonInterval: ${hits} hits of ${total}`);
  const p = hits / total;
  const z2 = Z95 * Z95;
  const center = p + z2 / (2 * total);
  const half = Z95 * Math.sqrt((p * (1 - p)) / total + z2 / (4 * total * total));
  const scale = 1 + z2 / total;
  // At 0 and total hits one end is exactly 0 or 1; rounding must not push it outside.
  return {
    low: hits === 0 ? 0 : Math.max(0, (center - half) / scale),
    high: hits === total ? 1 : Math.min(1, (center + half) / scale),
    confidence: 0.95,
  };
}

/** Softmax over rows of logits [N, classes], in f64, the row's maximum subtracted before exp. */
export function softmaxRows(logits: ArrayLike<number>, classes: number): Float64Array {
  requireRows('softmaxRows', logits, classes);
  const out = new Float64Array(logits.length);
  for (let start = 0; start < logits.length; start += classes) {
    let top = -Infinity;
    for (let k = start; k < start + classes; k++) top = Math.max(top, logits[k] ?? NaN);
    let total = 0;
    for (let k = start; k < start + classes; k++) {
      const e = Math.exp((logits[k] ?? NaN) - top);
      out[k] = e;
      total += e;
    }
    for (let k = start; k < start + classes; k++) out[k] = (out[k] ?? NaN) / total;
  }
  return out;
}

/** Index of the largest score in each row of [N, classes], the first one on a tie; NaN is the largest. */
export function argmaxRows(scores: ArrayLike<number>, classes: number): Int32Array {
  requireRows('argmaxRows', scores, classes);
  const out = new Int32Array(scores.length / classes);
  for (let i = 0; i < out.length; i++) {
    let best = 0;
    for (let k = 1; k < classes; k++) {
      const [score, most] = [scores[i * classes + k] ?? NaN, scores[i * classes + best] ?? NaN];
      if (score > most || (Number.isNaN(score) && !Number.isNaN(most))) best = k;
    }
    out[i] = best;
  }
  return out;
}

/**
 * Share of samples whose true class is among the k highest scores of its row [N, classes].
 * A tie counts for the class with the lower index, so that top-1 equals accuracy of argmax.
 */
export function topKAccuracy(
  scores: ArrayLike<number>,
  labels: Labels,
  classes: number,
  k: number,
): number {
  requireScores('topKAccuracy', scores, labels, classes);
  if (!Number.isInteger(k) || k < 1 || k > classes)
    throw new RangeError(`topKAccuracy: k is ${k}, it must be in 1..${classes}`);
  let hits = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = requireLabel('topKAccuracy', 'labels', labels, i, classes);
    const own = scores[i * classes + label] ?? NaN;
    let ahead = 0;
    for (let c = 0; c < classes; c++) {
      const other = scores[i * classes + c] ?? NaN;
      if (other > own || (other === own && c < label)) ahead++;
    }
    if (ahead < k) hits++;
  }
  return hits / labels.length;
}

/**
 * Expected calibration error over equal-width confidence bins B:
 * Σ_b |B_b|/N · |accuracy(B_b) - confidence(B_b)|, confidence being the highest probability.
 * Source: Guo, Pleiss, Sun, Weinberger, On Calibration of Modern Neural Networks
 * (ICML 2017), eq. 3. A sample whose probability is NaN lies in no bin; error and bias are NaN then.
 */
export function calibration(
  probabilities: ArrayLike<number>,
  labels: Labels,
  classes: number,
  binCount = 10,
): Calibration {
  requireScores('calibration', probabilities, labels, classes);
  const predictions = argmaxRows(probabilities, classes);
  const counts = new Float64Array(binCount);
  const confidences = new Float64Array(binCount);
  const hits = new Float64Array(binCount);
  for (let i = 0; i < labels.length; i++) {
    const predicted = predictions[i] ?? 0;
    const p = probabilities[i * classes + predicted] ?? NaN;
    if (Number.isNaN(p)) continue;
    const bin = Math.min(binCount - 1, Math.max(0, Math.ceil(p * binCount) - 1));
    counts[bin] = (counts[bin] ?? 0) + 1;
    confidences[bin] = (confidences[bin] ?? 0) + p;
    hits[bin] = (hits[bin] ?? 0) + (predicted === labels[i] ? 1 : 0);
  }
  const bins = Array.from({ length: binCount }, (_, b): CalibrationBin => {
    const count = counts[b] ?? 0;
    return {
      low: b / binCount,
      high: (b + 1) / binCount,
      count,
      confidence: ratio(confidences[b] ?? 0, count),
      accuracy: ratio(hits[b] ?? 0, count),
    };
  });
  const n = labels.length;
  if (sum(counts) < n) return { error: NaN, bias: NaN, bins };
  return {
    error: sum(bins.map((b) => (b.count / n) * Math.abs(b.accuracy - b.confidence))),
    bias: sum(bins.map((b) => (b.count / n) * (b.confidence - b.accuracy))),
    bins,
  };
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function requirePairs(where: string, labels: Labels, predictions: Labels): void {
  if (labels.length !== predictions.length)
    throw new RangeError(`${where}: ${labels.length} labels, ${predictions.length} predictions`);
  if (labels.length === 0) throw new RangeError(`${where}: no samples`);
}

function requireRows(where: string, scores: ArrayLike<number>, classes: number): void {
  if (!Number.isInteger(classes) || classes < 1 || scores.length % classes !== 0)
    throw new RangeError(`${where}: ${scores.length} scores do not make rows of ${classes}`);
}

function requireScores(
  where: string,
  scores: ArrayLike<number>,
  labels: Labels,
  classes: number,
): void {
  requireRows(where, scores, classes);
  if (labels.length === 0) throw new RangeError(`${where}: no samples`);
  if (scores.length !== labels.length * classes)
    throw new RangeError(
      `${where}: ${scores.length} scores for ${labels.length} labels of ${classes} classes`,
    );
}

function requireLabel(
  where: string,
  what: string,
  values: Labels,
  i: number,
  classes: number,
): number {
  const value = values[i] ?? NaN;
  if (!Number.isInteger(value) || value < 0 || value >= classes)
    throw new RangeError(`${where}: ${what}[${i}] is ${value}, classes are 0..${classes - 1}`);
  return value;
}
