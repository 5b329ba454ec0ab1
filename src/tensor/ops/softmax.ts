// softmax, its logarithm, and the cross-entropy that classification trains with.
import softmaxSource from '../../shaders/softmax.wgsl?raw';
import softmaxCrossEntropySource from '../../shaders/softmaxCrossEntropy.wgsl?raw';
import softmaxGradSource from '../../shaders/softmaxGrad.wgsl?raw';
import { TensorError } from '../errors.ts';
import { add, mul, sub } from './arithmetic.ts';
import { broadcastTo, scale, sum } from './broadcast.ts';
import { linearGrid } from '../grid.ts';
import { checkIndices } from '../hostData.ts';
import { kernel } from '../kernel.ts';
import { type Grads, INTERNAL, defineOp, defineOps } from '../op.ts';
import { finite, whole } from '../options.ts';
import { axisOf, dim, show, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { fill } from './fill.ts';
import { oneHot } from './indexing.ts';
import { exp } from './transcendental.ts';

const softmaxKernel = kernel('softmax', softmaxSource);
const softmaxGradKernel = kernel('softmaxGrad', softmaxGradSource);
const softmaxCrossEntropyKernel = kernel('softmaxCrossEntropy', softmaxCrossEntropySource);

/** Of `softmax` and `logSoftmax`. */
export interface SoftmaxOptions {
  /** The axis along which the result adds up to 1, by default the last. */
  readonly axis?: number | undefined;
}

const normalized = (name: string, LOG: boolean) => {
  const planOf = (x: Tensor, { axis = -1 }: SoftmaxOptions) => {
    const at = axisOf(name, axis, x.shape.length);
    const OUTER = sizeOf(x.shape.slice(0, at));
    const INNER = sizeOf(x.shape.slice(at + 1));
    const constants = { OUTER, C: dim(x.shape, at), INNER, LOG };
    return [constants, linearGrid(OUTER * INNER)] as const;
  };
  /** dx = y · (dy − Σ dy · y), and of the logarithm dy − eʸ · Σ dy, from the result y. */
  const grad = defineOps(`${name}Grad`, {
    inputs: ['y', 'dy'],
    options: INTERNAL,
    outputs: ({ y }) => ({ dx: { shape: y.shape } }),
    run({ y, dy, dx }, options: SoftmaxOptions) {
      const [constants, grid] = planOf(y, options);
      y.device.launch(softmaxGradKernel, constants, { y, dy, dx }, grid);
    },
    // With g for the gradient that comes: of y · (dy − Σ dy · y), and of the logarithm's dy − eʸ · Σ dy.
    vjp({ y, dy, d: { dx: g } }, options, wants): Grads<'y' | 'dy'> {
      if (!g) return { y: undefined, dy: undefined };
      const axes = [axisOf(name, options.axis ?? -1, y.shape.length)];
      const total = (t: Tensor) => sum(t, { axes, keepDims: true });
      if (LOG) {
        const weighted = mul(g, exp(y));
        return {
          y: wants.y ? scale(mul(weighted, total(dy)), { by: -1 }) : undefined,
          dy: wants.dy ? sub(g, broadcastTo(total(weighted), y.shape)) : undefined,
        };
      }
      const through = sub(mul(g, sub(dy, total(mul(dy, y)))), mul(dy, total(mul(g, y))));
      return {
        y: wants.y ? through : undefined,
        dy: wants.dy ? grad(y, g, options).dx : undefined,
      };
    },
  });
  return defineOp(name, {
    inputs: ['x'],
    options: { axis: whole() },
    shape({ x }, options: SoftmaxOptions) {
      axisOf(name, options.axis ?? -1, x.shape.length); // complains of a wrong axis
      return x.shape;
    },
    run({ x, y }, options) {
      const [constants, grid] = planOf(x, options);
      x.device.launch(softmaxKernel, constants, { x, y }, grid);
    },
    vjp: ({ y, dy }, options) => ({ x: grad(y, dy, options).dx }),
  });
};

/**
 * y = exp(x) / Σ exp(x) along `axis`, from x less its maximum there, so that nothing overflows.
 * @throws TensorError when the axis is not there
 */
export const softmax = normalized('softmax', false);

/**
 * y = x − log Σ exp(x) along `axis`, computed as such and not as the logarithm of a softmax.
 * @throws TensorError when the axis is not there
 */
export const logSoftmax = normalized('logSoftmax', true);

/** Of `softmaxCrossEntropy`. */
export interface SoftmaxCrossEntropyOptions {
  /** The share of the target that all classes get alike, 0 by default. (Szegedy et al. 2016, section 7) */
  readonly labelSmoothing?: number | undefined;
}

const planOf = (logits: Tensor, { labelSmoothing = 0 }: SoftmaxCrossEntropyOptions) => ({
  N: dim(logits.shape, 0),
  C: dim(logits.shape, 1),
  SMOOTHING: labelSmoothing,
  LANES: logits.device.info.software ? 32 : 256,
});

/**
 * The mean over n of −Σ_c t[n,c] · log softmax(logits[n])[c], with the target
 * t[n] = (1 − labelSmoothing) · onehot(labels[n]) + labelSmoothing / C.
 * logits [N,C], labels i32 [N] → a scalar. Labels are numbers of classes, 0 to C − 1. One from outside that the host
 * does not know of, as one computed on the GPU, makes the loss and the gradient of its row NaN. Of no rows the mean is NaN,
 * as in PyTorch. Labels may also be f32 [N,C], the share of each class in place of onehot: where images are mixed.
 * @throws TensorError when shapes do not fit, there is no class, labelSmoothing is not in 0..1, or the host knows of a label
 * outside
 */
export const softmaxCrossEntropy = defineOp('softmaxCrossEntropy', {
  inputs: ['logits', 'labels'],
  dtypes: { labels: ['i32', 'f32'] },
  options: { labelSmoothing: finite({ from: 0, to: 1 }) },
  shape({ logits, labels }) {
    const [N] = logits.shape;
    const wanted = labels.dtype === 'f32' ? logits.shape : [N];
    if (logits.shape.length !== 2 || labels.shape.join() !== wanted.join()) {
      throw new TensorError(
        `softmaxCrossEntropy: logits must be [N,C] and labels [N], or f32 [N,C], got ${show(logits.shape)} and ${labels.type}`,
      );
    }
    if (logits.shape[1] === 0) {
      throw new TensorError(`softmaxCrossEntropy: logits ${show(logits.shape)} have no class`);
    }
    const C = dim(logits.shape, 1);
    const has = `logits ${logits.type} have classes 0 to ${C - 1}`;
    if (labels.dtype === 'i32') checkIndices('softmaxCrossEntropy', 'labels', labels, [0, C], has);
    return [];
  },
  // One pass over a row has all that its gradient takes: with the loss comes ∂y/∂logits.
  saved: ({ logits }) => ({ shape: logits.shape, dtype: 'f32' }),
  run({ logits, labels, y, saved: dlogits = y.device.sink }, options: SoftmaxCrossEntropyOptions) {
    if (logits.size === 0) return void fill(y, NaN);
    const constants = { ...planOf(logits, options), SHARES: labels.dtype === 'f32' };
    y.device.launch(softmaxCrossEntropyKernel, constants, { logits, labels, y, dlogits }, [1]);
  },
  vjp({ logits, labels, saved, dy }, options, wants) {
    if (wants.labels) return gradsOfShares(logits, labels, dy, options);
    // What was saved is no function of the logits to those who differentiate it again.
    if (dy.device.tapes.some((tape) => tape.follows([logits])))
      return { logits: mul(errorOf(logits, labels, options), dy) };
    return { logits: saved && (dy.storage === dy.device.one.storage ? saved : mul(saved, dy)) };
  },
});

/** Where the shares are themselves differentiated: ∂y/∂labels = −(1 − labelSmoothing) · log softmax(logits) / N. */
function gradsOfShares(
  logits: Tensor,
  labels: Tensor,
  dy: Tensor,
  options: SoftmaxCrossEntropyOptions,
): Grads<'logits' | 'labels'> {
  const by = -(1 - (options.labelSmoothing ?? 0)) / dim(logits.shape, 0);
  return {
    logits: mul(errorOf(logits, labels, options), dy),
    labels: mul(scale(logSoftmax(logits), { by }), dy),
  };
}

/** ∂ softmaxCrossEntropy / ∂logits = (softmax(logits) · Σ t − t) / N, written with ops; Σ t is 1 but for odd shares. */
function errorOf(
  logits: Tensor,
  labels: Tensor,
  { labelSmoothing = 0 }: SoftmaxCrossEntropyOptions,
): Tensor {
  const [N, C] = [dim(logits.shape, 0), dim(logits.shape, 1)];
  const areShares = labels.dtype === 'f32';
  const hot = areShares ? labels : oneHot(labels, { depth: C });
  const target = add(
    scale(hot, { by: 1 - labelSmoothing }),
    scale(logits.device.one, { by: labelSmoothing / C }),
  );
  const total = areShares ? sum(target, { axes: [1], keepDims: true }) : undefined;
  const p = softmax(logits);
  return scale(sub(total ? mul(p, total) : p, target), { by: 1 / N });
}
