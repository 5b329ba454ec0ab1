// conv2d and linear: y = x ∗ w + b, with ReLU fused on request.
import { TensorError } from '../errors.ts';
import { defineOp } from '../op.ts';
import { dim, show, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import {
  type ConvShape,
  contract,
  contractFilterGrad,
  contractInputGrad,
  denseShape,
} from './contraction.ts';
import { type WindowOptions, windowGeometry } from './geometry.ts';
import { reluGrad } from './unary.ts';

export interface Conv2dOptions extends WindowOptions {
  /** Apply max(0, ·) to the result, in the same kernel. */
  readonly relu?: boolean;
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
  if (C === 0) throw new TensorError(`conv2d: x ${show(x.shape)} has no channels`);
  checkBias('conv2d', b, K);
  return { N, H, W, C, K, R, S, ...windowGeometry('conv2d', { H, W }, { R, S }, options) };
}

function checkBias(op: string, b: Tensor | undefined, K: number): void {
  if (b && (b.shape.length !== 1 || b.shape[0] !== K)) {
    throw new TensorError(`${op}: b must be [${K}], one for each output, got ${show(b.shape)}`);
  }
}

/**
 * 2-D convolution (cross-correlation, as deep learning has it), NHWC with filters HWIO:
 * y[n,p,q,k] = b[k] + Σ_{r,s,c} x[n, p·strideH + r·dilationH − top, q·strideW + s·dilationW − left, c] · w[r,s,c,k],
 * where x is 0 outside the image; with `relu` then max(0, y).
 * x [N,H,W,C], w [R,S,C,K], b [K] → y [N,P,Q,K]; see `windowGeometry` for P and Q.
 * @throws TensorError when shapes do not fit
 * @see Dumoulin & Visin 2016, "A guide to convolution arithmetic for deep learning"
 */
export const conv2d = defineOp('conv2d', {
  inputs: ['x', 'w', 'b?'],
  shape(t, options: Conv2dOptions) {
    const { N, P, Q, K } = convShape(t, options);
    return [N, P, Q, K];
  },
  run(t, options) {
    contract(convShape(t, options), t, options.relu);
  },
  vjp: (t, options, want) => gradients(convShape(t, options), t, options.relu, want),
});

export interface LinearOptions {
  /** Apply max(0, ·) to the result, in the same kernel. */
  readonly relu?: boolean;
}

function linearShape({ x, w, b }: { x: Tensor; w: Tensor; b: Tensor | undefined }): ConvShape {
  const I = x.shape.at(-1);
  if (!I || w.shape.length !== 2 || I !== w.shape[0]) {
    throw new TensorError(
      `linear: x ${show(x.shape)} has ${I ?? 'no'} features, w ${show(w.shape)} takes ${w.shape[0] ?? 'none'}`,
    );
  }
  const O = dim(w.shape, 1);
  checkBias('linear', b, O);
  return denseShape(sizeOf(x.shape.slice(0, -1)), I, O);
}

/**
 * Dense layer: y[…,o] = b[o] + Σ_i x[…,i] · w[i,o], with `relu` then max(0, y).
 * x […,I], w [I,O], b [O] → y […,O].
 * @throws TensorError when shapes do not fit
 */
export const linear = defineOp('linear', {
  inputs: ['x', 'w', 'b?'],
  shape: (t) => [...t.x.shape.slice(0, -1), linearShape(t).K],
  run(t, { relu }: LinearOptions) {
    contract(linearShape(t), t, relu);
  },
  vjp: (t, { relu }, want) => gradients(linearShape(t), t, relu, want),
});

/** The gradients of both: dz = dy where the ReLU let something through, then the two contractions with it. */
function gradients(
  s: ConvShape,
  t: { x: Tensor; w: Tensor; y: Tensor; dy: Tensor },
  relu: boolean | undefined,
  want: { x: Tensor | undefined; w: Tensor | undefined; b: Tensor | undefined },
) {
  const dz = relu ? reluGrad(t.y, t.dy) : t.dy;
  const dx = want.x && contractInputGrad(s, { dy: dz, w: t.w, dx: want.x });
  if (!want.w && !want.b) return { x: dx };
  const { dw, db } = contractFilterGrad(s, { x: t.x, dy: dz, dw: want.w, db: want.b });
  return { x: dx, w: want.w && dw, b: want.b && db };
}
