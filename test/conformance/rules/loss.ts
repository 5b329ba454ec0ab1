// Rules for losses and gradient clipping.
import { type Context, type Rules, type Shaped } from './rule.ts';

/** -Σ target · logProbability over the classes at axis 1. */
const crossEntropy = <T extends Shaped>(c: Context<T>, logProbabilities: T, target: T): T =>
  c.op.neg(c.op.sum(c.op.mul(target, logProbabilities), { axes: [1] }));

/** Negative log-likelihood of integer labels, with class weights, an ignored label and every reduction. */
function nll<T extends Shaped>(c: Context<T>, logProbabilities: T): T {
  const { op } = c;
  const depth = logProbabilities.shape[1] ?? 0;
  const { shape, data } = c.host(1);
  const ignored = c.number('ignore_index', Number.NaN);
  const labels = c.constant(
    data.map((label) => (label === ignored ? 0 : label)),
    shape,
    'i32',
  );
  const counts = c.constant(
    data.map((label) => (label === ignored ? 0 : 1)),
    shape,
  );
  const classWeights = c.optional(2);
  const weights =
    classWeights === undefined
      ? counts
      : op.mul(counts, op.gather(classWeights, labels, { axis: 0 }));
  const target = op.oneHot(labels, { depth, axis: 1 });
  const losses = op.mul(weights, crossEntropy(c, logProbabilities, target));
  const reduction = c.text('reduction', 'mean');
  if (reduction === 'none') return losses;
  return reduction === 'sum' ? op.sum(losses) : op.div(op.sum(losses), op.sum(weights));
}

/** Rows of labels as one-hot rows, smoothed: (1 - ε)·onehot + ε/C. */
const smoothed = <T extends Shaped>(c: Context<T>, hot: T, smoothing: number): T =>
  c.op.add(c.op.mul(hot, c.scalar(1 - smoothing)), c.scalar(smoothing / (hot.shape[1] ?? 1)));

export const loss: Rules = {
  NegativeLogLikelihoodLoss: { run: (c) => nll(c, c.x(0)) },
  SoftmaxCrossEntropyLoss: {
    dtypes: [undefined, 'i32'],
    run(c) {
      const x = c.x(0);
      const logProbabilities = c.op.logSoftmax(x, { axis: 1 });
      const plain =
        x.shape.length === 2 &&
        c.inputs.length === 2 &&
        c.text('reduction', 'mean') === 'mean' &&
        Number.isNaN(c.number('ignore_index', Number.NaN));
      const value = plain ? c.op.softmaxCrossEntropy(x, c.x(1)) : nll(c, logProbabilities);
      return [value, logProbabilities];
    },
  },
  /** Of float64/: gives the loss of every sample, the mean (the engine's own), and the softmax. */
  SoftmaxCrossEntropy: {
    dtypes: [undefined, 'i32'],
    loss: 1,
    run(c) {
      const [x, labels, labelSmoothing] = [c.x(0), c.x(1), c.number('label_smoothing', 0)];
      const target = smoothed(c, c.op.oneHot(labels, { depth: x.shape[1] ?? 0 }), labelSmoothing);
      return [
        crossEntropy(c, c.op.logSoftmax(x), target),
        c.op.softmaxCrossEntropy(x, labels, { labelSmoothing }),
        c.op.softmax(x),
      ];
    },
  },
  SoftmaxCrossEntropyOneHot: {
    run(c) {
      const { op } = c;
      const target = smoothed(c, c.x(1), c.number('label_smoothing', 0));
      const losses = crossEntropy(c, op.logSoftmax(c.x(0)), target);
      const weights = c.optional(2);
      if (weights === undefined) return op.mean(losses);
      return op.div(op.sum(op.mul(losses, weights)), op.sum(weights));
    },
  },
  /** g · min(1, max_norm / (‖g‖ + eps)), the norm over all tensors together. */
  ClipByGlobalNorm: {
    run(c) {
      const { op } = c;
      const squares = c.inputs.map((_, i) => op.reshape(op.sum(op.square(c.x(i))), [1]));
      const norm = op.sqrt(op.sum(op.concat(squares, { axis: 0 })));
      const eps = c.scalar(c.number('eps', 1e-6));
      const scale = op.clip(op.div(c.scalar(c.number('max_norm', 1)), op.add(norm, eps)), {
        max: 1,
      });
      const clipped = c.inputs.map((_, i) => op.mul(c.x(i), scale));
      return c.wanted[0]?.name === 'norm' ? [norm, ...clipped] : clipped;
    },
  },
};
