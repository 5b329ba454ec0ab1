// Losses: functions of outputs and targets that give the scalar to be made small. They are made of ops, so that any
// other function of that form is one too.
import {
  type Tensor,
  TensorError,
  abs,
  add,
  clip,
  mean,
  mul,
  neg,
  softplus,
  square,
  sub,
} from '../tensor/index.ts';
import { checkOptions, finite } from '../tensor/options.ts';

export { countCorrect, softmaxCrossEntropy } from '../tensor/index.ts';

/**
 * What a training step makes small: a differentiable scalar of a model's outputs [N, ...] and the targets of the same
 * batch. Give options in a function around it: `(y, t) => huber(y, t, { delta: 0.1 })`.
 */
export type Loss = (outputs: Tensor, targets: Tensor) => Tensor;

/**
 * The mean over all elements of −t · ln σ(x) − (1 − t) · ln(1 − σ(x)), as t · softplus(−x) + (1 − t) · softplus(x),
 * which neither overflows nor loses small values. The outputs x are logits, without a sigmoid; the targets t, of the same
 * shape, lie in 0..1, which is not checked. Of nothing the mean is NaN.
 * @throws TensorError when the two are not f32 of one shape
 */
export function binaryCrossEntropyWithLogits(outputs: Tensor, targets: Tensor): Tensor {
  requirePair('binaryCrossEntropyWithLogits', outputs, targets);
  const yes = mul(targets, softplus(neg(outputs)));
  const no = mul(sub(1, targets), softplus(outputs));
  return mean(add(yes, no));
}

/**
 * The mean over all elements of (x − t)², for outputs x and targets t of one shape. Of nothing it is NaN.
 * @throws TensorError when the two are not f32 of one shape
 */
export function meanSquaredError(outputs: Tensor, targets: Tensor): Tensor {
  requirePair('meanSquaredError', outputs, targets);
  return mean(square(sub(outputs, targets)));
}

/**
 * The mean over all elements of |x − t|, for outputs x and targets t of one shape; where they are equal the gradient
 * is 0. Of nothing it is NaN.
 * @throws TensorError when the two are not f32 of one shape
 */
export function l1(outputs: Tensor, targets: Tensor): Tensor {
  requirePair('l1', outputs, targets);
  return mean(abs(sub(outputs, targets)));
}

/** Of `huber`. */
export interface HuberOptions {
  /** Errors beyond it count linearly; by default 1. */
  readonly delta?: number | undefined;
}

/**
 * The mean over all elements of d² / 2 where d = |x − t| is at most delta, else delta · (d − delta / 2), for outputs x and
 * targets t of one shape. Of nothing it is NaN. (Huber 1964; the convention is PyTorch's HuberLoss)
 * @throws TensorError when the two are not f32 of one shape, or delta is below 1e-30
 */
export function huber(outputs: Tensor, targets: Tensor, options: HuberOptions = {}): Tensor {
  checkOptions('huber', options, { delta: finite({ from: 1e-30 }) });
  requirePair('huber', outputs, targets);
  const { delta = 1 } = options;
  const distance = abs(sub(outputs, targets));
  const near = clip(distance, { max: delta });
  return mean(mul(near, sub(distance, mul(near, 0.5))));
}

/** Not even [N] and [N,1] are taken for one another: broadcast, they would be N² differences. */
function requirePair(loss: string, outputs: Tensor, targets: Tensor): void {
  if (outputs.dtype === 'f32' && targets.dtype === 'f32') {
    if (outputs.shape.join() === targets.shape.join()) return;
  }
  throw new TensorError(
    `${loss}: outputs and targets must be f32 of one shape, got ${outputs.type} and ${targets.type}`,
  );
}
