// conv2d and linear: y = x ∗ w + b, with ReLU, a pool or dropout fused on request.
import { TensorError } from '../errors.ts';
import { defineOp } from '../op.ts';
import { type OptionKinds, boolean, finite } from '../options.ts';
import { dim, show, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { contract, contractGrads } from './contraction.ts';
import { type ConvShape, denseShape } from './convShape.ts';
import { type DropoutOptions, checkState, dropInto, dropoutKinds } from './dropout.ts';
import { type WindowOptions, windowGeometry, windowKinds } from './geometry.ts';
import { reluGrad } from './unary.ts';

/** What may be done on the way, in the same kernels. */
export interface Fusions {
  /** Apply max(0, ·) to the result. */
  readonly relu?: boolean | undefined;
  /** With `relu`: leave its gradient to the op that takes the result, which then has `masks`. */
  readonly unmasked?: boolean | undefined;
  /** x comes from such an op: its gradient is kept where x > 0, times this number. */
  readonly masks?: number | undefined;
}

const fusionKinds: OptionKinds<Fusions> = { relu: boolean, unmasked: boolean, masks: finite() };

export interface Conv2dOptions extends WindowOptions, Fusions {
  /** Keep only the maximum of each 2x2 window of the result, as `maxPool2d`; K must be a multiple of 4. */
  readonly pool?: boolean | undefined;
}

function convShape(
  { x, w, b }: { x: Tensor; w: Tensor; b: Tensor | undefined },
  options: Conv2dOptions,
): ConvShape {
  if (x.shape.length !== 4 || w.shape.length !== 4) {
    throw new TensorError(
      `conv2d: x must be [N,H,W,C] and w [R,S,C,K], got ${show(x.shape)} and ${show(w.shape)}`,
    );
  }
  const [N, H, W, C] = x.shape as [number, number, number, number];
  const [R, S, taken, K] = w.shape as [number, number, number, number];
  if (taken !== C) {
    throw new TensorError(
      `conv2d: w ${show(w.shape)} takes ${taken} channels, x ${show(x.shape)} has ${C}`,
    );
  }
  if (H * W * C === 0) throw new TensorError(`conv2d: the images of x ${show(x.shape)} are empty`);
  if (R * S === 0) throw new TensorError(`conv2d: the filters of w ${show(w.shape)} are empty`);
  checkBias('conv2d', b, K);
  const { pool, stride, padding, dilation } = options;
  const shape = { N, H, W, C, K, R, S, pool };
  const geometry = windowGeometry('conv2d', { H, W }, { R, S }, { stride, padding, dilation });
  if (pool && (K % 4 !== 0 || geometry.P < 2 || geometry.Q < 2)) {
    throw new TensorError(
      `conv2d: it pools 2x2 windows of a multiple of 4 channels, here are ${geometry.P}x${geometry.Q} of ${K}`,
    );
  }
  return { ...shape, ...geometry };
}

/** Of an image [N,P,Q,K], or of its 2x2 windows. */
const outputShape = ({ N, P, Q, K, pool }: ConvShape) =>
  pool ? [N, Math.floor(P / 2), Math.floor(Q / 2), K] : [N, P, Q, K];

function checkBias(op: string, b: Tensor | undefined, K: number): void {
  if (b && (b.shape.length !== 1 || b.shape[0] !== K)) {
    throw new TensorError(`${op}: b must be [${K}], one for each output, got ${show(b.shape)}`);
  }
}

/**
 * 2-D convolution (cross-correlation, as deep learning has it), NHWC with filters HWIO:
 * y[n,p,q,k] = b[k] + Σ_{r,s,c} x[n, p·strideH + r·dilationH − top, q·strideW + s·dilationW − left, c] · w[r,s,c,k],
 * where x is 0 outside the image; with `relu` then max(0, y); with `pool` then the maximum of each 2x2 window. NaN comes
 * through both. A product of NaN or ±∞ with a 0 from outside the image may be made, in the gradients, too, and is NaN
 * then; one with a 0 that stands for what `relu` or `pool` dropped may be left out, where PyTorch makes it.
 * x [N,H,W,C], w [R,S,C,K], b [K] → y [N,P,Q,K], or [N,⌊P/2⌋,⌊Q/2⌋,K]; see `windowGeometry` for P and Q.
 * @throws TensorError when shapes do not fit, or images or filters are empty, as in PyTorch
 * @see Dumoulin & Visin 2016, "A guide to convolution arithmetic for deep learning"
 */
export const conv2d = defineOp('conv2d', {
  inputs: ['x', 'w', 'b?'],
  options: { ...windowKinds, ...fusionKinds, pool: boolean },
  shape: (t, options: Conv2dOptions) => outputShape(convShape(t, options)),
  saved(t, options) {
    if (!options.pool) return undefined;
    const [N = 0, P = 0, Q = 0, K = 0] = outputShape(convShape(t, options));
    return { shape: [N, P, Q, K / 4], dtype: 'u32' }; // where each maximum was
  },
  run({ saved, ...t }, options) {
    contract(convShape(t, options), { ...t, which: saved }, options);
  },
  vjp: (t, options, want) => gradients(convShape(t, options), t, options, want),
});

function linearShape(
  op: string,
  { x, w, b }: { x: Tensor; w: Tensor; b: Tensor | undefined },
): ConvShape {
  const I = x.shape.at(-1);
  if (I === undefined || w.shape.length !== 2 || I !== w.shape[0]) {
    throw new TensorError(
      `${op}: x ${show(x.shape)} has ${I ?? 'no'} features, w ${show(w.shape)} takes ${w.shape[0] ?? 'none'}`,
    );
  }
  const O = dim(w.shape, 1);
  checkBias(op, b, O);
  return denseShape(sizeOf(x.shape.slice(0, -1)), I, O);
}

/**
 * Dense layer: y[…,o] = b[o] + Σ_i x[…,i] · w[i,o], with `relu` then max(0, y).
 * x […,I], w [I,O], b [O] → y […,O]. Without features, I = 0, y is b.
 * @throws TensorError when shapes do not fit
 */
export const linear = defineOp('linear', {
  inputs: ['x', 'w', 'b?'],
  options: fusionKinds,
  shape: (t) => [...t.x.shape.slice(0, -1), linearShape('linear', t).K],
  run(t, fusions: Fusions) {
    contract(linearShape('linear', t), t, fusions);
  },
  vjp: (t, fusions, want) => gradients(linearShape('linear', t), t, fusions, want),
});

export interface LinearDropoutOptions extends DropoutOptions, Fusions {}

/**
 * Dense layer with dropout behind it, in one kernel: what `dropout` makes of `linear`, by the same mask.
 * x […,I], w [I,O], state u32 [seed, step], b [O] → y […,O]. With `relu` and `unmasked` the op that takes the result
 * has `masks` 1 / (1 − rate).
 * @throws TensorError when shapes do not fit, rate is not in [0, 1), or state is not two numbers
 */
export const linearDropout = defineOp('linearDropout', {
  inputs: ['x', 'w', 'state', 'b?'],
  dtypes: { state: ['u32'] },
  options: { ...fusionKinds, ...dropoutKinds },
  shape(t) {
    checkState('linearDropout', t.state);
    return [...t.x.shape.slice(0, -1), linearShape('linearDropout', t).K];
  },
  run({ state, ...t }, { relu, rate, stream }: LinearDropoutOptions) {
    contract(linearShape('linearDropout', t), t, { relu, dropout: { state, rate, stream } });
  },
  vjp(t, options, want) {
    const { relu, unmasked, masks, rate } = options;
    // What is above 0 was kept, so behind a ReLU the mask need not be drawn again.
    const dz = () =>
      relu
        ? reluGrad(t.y, t.dy, undefined, 1 / (1 - rate))
        : dropInto({ x: t.dy, state: t.state, y: t.y.device.empty(t.y.shape) }, options);
    return contractGrads(
      linearShape('linearDropout', t),
      { ...t, dy: relu && unmasked ? t.dy : dz() },
      want,
      masks,
    );
  },
});

/** The gradients of conv2d and linear: dz = dy where the ReLU let something through (`which` knows), then the two contractions. */
function gradients(
  s: ConvShape,
  t: { x: Tensor; w: Tensor; y: Tensor; dy: Tensor; saved?: Tensor | undefined },
  { relu, unmasked, masks }: Fusions,
  want: { x: Tensor | undefined; w: Tensor | undefined; b: Tensor | undefined },
) {
  const dy = relu && !unmasked && !s.pool ? reluGrad(t.y, t.dy) : t.dy;
  return contractGrads(s, { ...t, dy, which: t.saved }, want, masks);
}
