// What a training makes small: the cross-entropy, smoothed or with the classes weighed, as a configuration asks.
import { type Loss, softmaxCrossEntropy } from '../nn/index.ts';
import { type Device, add, div, logSoftmax, mul, neg, oneHot, sum } from '../tensor/index.ts';
import type { Labels } from './data/dataset.ts';
import type { RunConfig } from './record.ts';

/**
 * By class n / (K · nₖ), as scikit-learn's 'balanced': so each class counts alike, however many images nₖ it has. A class
 * without images weighs 0.
 */
export function balancedWeights(labels: Labels, among: Uint32Array, K: number): number[] {
  const counts = Array.from({ length: K }, () => 0);
  for (const index of among) counts[labels[index] as number]!++;
  return counts.map((count) => (count === 0 ? 0 : among.length / (K * count)));
}

/**
 * Without weights the mean cross-entropy. With them Σᵢ Σₖ wₖ tᵢₖ (−ln pᵢₖ) / Σᵢ Σₖ wₖ tᵢₖ, where t are the labels, one-hot
 * or mixed, smoothed by s as (1 − s) t + s / K: PyTorch's CrossEntropyLoss(weight) where s is 0.
 */
export function lossOf(
  { labelSmoothing: s }: Pick<RunConfig, 'labelSmoothing'>,
  device: Device,
  weights: readonly number[] | undefined,
): Loss {
  if (!weights)
    return s > 0
      ? (logits, labels) => softmaxCrossEntropy(logits, labels, { labelSmoothing: s })
      : softmaxCrossEntropy;
  const K = weights.length;
  const w = device.tensor(weights, [1, K]);
  return (logits, labels) => {
    const hard = labels.dtype === 'i32' ? oneHot(labels, { depth: K }) : labels;
    const targets = s > 0 ? add(mul(hard, 1 - s), s / K) : hard;
    const weighed = mul(targets, w);
    return div(neg(sum(mul(weighed, logSoftmax(logits)))), sum(weighed));
  };
}
