// Normalization, channels last, made of other ops: batchNorm, batchNormTraining, layerNorm, groupNorm.
import { TensorError } from '../errors.ts';
import { checkInput } from '../op.ts';
import { type OptionKinds, checkOptions, finite, listOf, shown, whole } from '../options.ts';
import { axesOf, dim, sameShape, show, sizeOf, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { add, mul, sub } from './arithmetic.ts';
import { broadcastTo } from './broadcast.ts';
import { rsqrt, square } from './power.ts';
import { mean } from './reduce.ts';
import { reshape } from './view.ts';

/** Of `batchNorm`, `batchNormTraining` and `groupNorm`. */
export interface NormalizationOptions {
  /** Added to the variance, which may be 0; by default 1e-5. */
  readonly epsilon?: number | undefined;
}

const normalizationKinds: OptionKinds<NormalizationOptions> = { epsilon: finite({ from: 0 }) };
/** What is added to a variance by default, as in PyTorch. */
export const NORMALIZATION_EPSILON = 1e-5;

/** Weight and bias, each where there is one. */
interface WeightAndBias {
  readonly weight?: Tensor | undefined;
  readonly bias?: Tensor | undefined;
}

/**
 * Mean and variance over `axes`, which stay with size 1, and x less the mean, which is made once. The mean is taken off
 * before squaring: nothing cancels.
 */
function statistics(x: Tensor, axes: readonly number[]) {
  const middle = mean(x, { axes, keepDims: true });
  const centered = sub(x, middle);
  return { mean: middle, centered, variance: mean(square(centered), { axes, keepDims: true }) };
}

const inverseOf = (variance: Tensor, epsilon = NORMALIZATION_EPSILON) =>
  rsqrt(add(variance, epsilon));

/** centered · inverse · weight + bias, where all broadcast to the first. The product of the two small ones comes first. */
function scaled(centered: Tensor, inverse: Tensor, { weight, bias }: WeightAndBias): Tensor {
  // The inverse of nothing is NaN, which is not to reach the gradient of the weight.
  const together = weight && centered.size > 0 ? mul(inverse, weight) : inverse;
  const y = mul(centered, together);
  const weighted = weight && centered.size === 0 ? mul(y, weight) : y;
  return bias ? add(weighted, bias) : weighted;
}

function checkWeightAndBias(
  op: string,
  { weight, bias }: WeightAndBias,
  shape: Shape,
  x: Tensor,
): void {
  for (const [name, given] of Object.entries({ weight, bias }))
    if (given !== undefined) checkLike(op, name, given, shape, x);
}

function checkLike(op: string, name: string, given: unknown, shape: Shape, x: Tensor): void {
  checkInput(op, name, given);
  if (!sameShape(given.shape, shape)) {
    throw new TensorError(
      `${op}: ${name} must be ${show(shape)} for x ${show(x.shape)}, got ${show(given.shape)}`,
    );
  }
}

/** Channels of x, its last axis. @throws TensorError when x is no tensor of one axis of samples and one of channels */
function channelsOf(op: string, x: Tensor): number {
  checkInput(op, 'x', x);
  if (x.shape.length < 2) throw new TensorError(`${op}: x must be [N,…,C], got ${show(x.shape)}`);
  return dim(x.shape, x.shape.length - 1);
}

/**
 * Batch normalization by given statistics, as a trained network applies it:
 * y[…,c] = (x[…,c] − mean[c]) / √(variance[c] + ε) · weight[c] + bias[c]. x [N,…,C], the others [C]; without a weight it
 * is 1, without a bias 0. All five have gradients.
 * @throws TensorError when x has fewer than two axes, or another is not [C]
 * @see Ioffe & Szegedy 2015, arXiv:1502.03167, algorithm 2
 */
export function batchNorm(
  x: Tensor,
  middle: Tensor,
  variance: Tensor,
  weight?: Tensor,
  bias?: Tensor,
  options: NormalizationOptions = {},
): Tensor {
  checkOptions('batchNorm', options, normalizationKinds);
  const shape = [channelsOf('batchNorm', x)];
  checkLike('batchNorm', 'mean', middle, shape, x);
  checkLike('batchNorm', 'variance', variance, shape, x);
  checkWeightAndBias('batchNorm', { weight, bias }, shape, x);
  return scaled(sub(x, middle), inverseOf(variance, options.epsilon), { weight, bias });
}

/** What batch normalization of a batch gives: y, and the batch's statistics, [C], for running means of them. */
export interface BatchNormalized {
  readonly y: Tensor;
  readonly mean: Tensor;
  /** Σ (x − mean)² / n; PyTorch keeps a running mean of it times n / (n − 1). */
  readonly variance: Tensor;
}

/**
 * Batch normalization by the statistics of the batch itself, as in training: `batchNorm` with the mean and the variance
 * of each channel over all other axes, through which gradients flow as well. x [N,…,C], weight and bias [C].
 * @throws TensorError when x has fewer than two axes or one value a channel, or weight or bias is not [C]
 * @see Ioffe & Szegedy 2015, arXiv:1502.03167, algorithm 1
 */
export function batchNormTraining(
  x: Tensor,
  weight?: Tensor,
  bias?: Tensor,
  options: NormalizationOptions = {},
): BatchNormalized {
  checkOptions('batchNormTraining', options, normalizationKinds);
  const C = channelsOf('batchNormTraining', x);
  checkWeightAndBias('batchNormTraining', { weight, bias }, [C], x);
  if (sizeOf(x.shape.slice(0, -1)) === 1) {
    throw new TensorError(
      `batchNormTraining: x ${show(x.shape)} has one value a channel, which has no variance`,
    );
  }
  const found = statistics(x, axesOf('batchNormTraining', undefined, x.shape.length - 1));
  const [middle, variance] = [reshape(found.mean, [C]), reshape(found.variance, [C])];
  const inverse = inverseOf(variance, options.epsilon);
  const y = scaled(found.centered, inverse, { weight, bias });
  return { y, mean: middle, variance };
}

/** Of `layerNorm`. */
export interface LayerNormOptions extends NormalizationOptions {
  /** Axes of the values that are normalized together, by default the last alone. */
  readonly axes?: readonly number[] | undefined;
}

/**
 * Layer normalization: y = (x − mean x) / √(variance x + ε) · weight + bias, mean and variance (Σ (x − mean)² / n) over
 * `axes`, for each place along the other axes. Weight and bias have the dimensions of x along `axes`; without a weight it
 * is 1, without a bias 0. PyTorch's normalized_shape are the last axes.
 * @throws TensorError when an axis is not there or is named twice, there is none, or weight or bias has another shape
 * @see Ba, Kiros & Hinton 2016, arXiv:1607.06450
 */
export function layerNorm(
  x: Tensor,
  weight?: Tensor,
  bias?: Tensor,
  options: LayerNormOptions = {},
): Tensor {
  checkOptions('layerNorm', options, { ...normalizationKinds, axes: listOf(whole()) });
  checkInput('layerNorm', 'x', x);
  const axes = axesOf('layerNorm', options.axes ?? [-1], x.shape.length);
  if (axes.length === 0)
    throw new TensorError(`layerNorm: axes [] name none of x ${show(x.shape)}`);
  const shape = axes.map((axis) => dim(x.shape, axis));
  checkWeightAndBias('layerNorm', { weight, bias }, shape, x);
  const beside = x.shape.map((d, i) => (axes.includes(i) ? d : 1));
  const { centered, variance } = statistics(x, axes);
  // The weight last: its product with the inverse would be as large as x.
  const y = mul(centered, inverseOf(variance, options.epsilon));
  const weighted = weight ? mul(y, reshape(weight, beside)) : y;
  return bias ? add(weighted, reshape(bias, beside)) : weighted;
}

/**
 * Group normalization: the channels of each sample in `groups` of neighbors, each normalized over its channels and all
 * places: y = (x − mean) / √(variance + ε) · weight[c] + bias[c]. x [N,…,C], weight and bias [C]; without a weight it is
 * 1, without a bias 0. One group is layer normalization of a sample, C groups are instance normalization.
 * @throws TensorError when x has fewer than two axes, `groups` do not divide C, or weight or bias is not [C]
 * @see Wu & He 2018, arXiv:1803.08494
 */
export function groupNorm(
  x: Tensor,
  groups: number,
  weight?: Tensor,
  bias?: Tensor,
  options: NormalizationOptions = {},
): Tensor {
  checkOptions('groupNorm', options, normalizationKinds);
  const C = channelsOf('groupNorm', x);
  checkWeightAndBias('groupNorm', { weight, bias }, [C], x);
  if (!whole({ from: 1 }).holds(groups) || C % groups !== 0) {
    throw new TensorError(
      `groupNorm: groups must be a whole number that divides the ${C} channels of x ${show(x.shape)}, got ${shown(groups)}`,
    );
  }
  const N = dim(x.shape, 0);
  const apart = [N, sizeOf(x.shape.slice(1, -1)), groups, C / groups];
  const found = statistics(reshape(x, apart), [1, 3]);
  // For each sample and channel, so that the large chain has the shape of x, and joins its neighbors.
  const channels = x.shape.map((d, i) => (i === 0 || i === x.shape.length - 1 ? d : 1));
  const inverse = inverseOf(found.variance, options.epsilon);
  const each = reshape(broadcastTo(inverse, [N, 1, groups, C / groups]), channels);
  return scaled(reshape(found.centered, x.shape), each, { weight, bias });
}
