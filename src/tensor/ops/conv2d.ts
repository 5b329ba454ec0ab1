// conv2d and linear: y = x ∗ w + b, and their gradients.
import { TensorError } from '../errors.ts';
import { type Grads, INTERNAL, checkInput, defineOp, defineOps } from '../op.ts';
import { type OptionKinds, checkOptions, whole } from '../options.ts';
import { type Shape, dim, show, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { add } from './arithmetic.ts';
import { broadcastTo } from './broadcast.ts';
import { contract, contractFilterGrad, contractInputGrad } from './contraction.ts';
import { type ConvShape, denseShape } from './convShape.ts';
import type { DropoutOptions } from './dropout.ts';
import { zerosLike } from './fill.ts';
import { type WindowOptions, windowGeometry, windowKinds } from './geometry.ts';
import { byGroups, groupedConv2d, isWide, oneOf } from './grouped.ts';

/** What a conv2d or linear comes to: a contraction, and the shapes of its tensors as the op has them. */
export interface Contraction {
  readonly s: ConvShape;
  readonly x: Shape;
  readonly w: Shape;
  readonly y: Shape;
  /** Apply max(0, ·) to the result: set by the rewrites alone, as what follows. */
  readonly relu?: boolean | undefined;
  /** Drop last, from an input `state`. */
  readonly dropout?: DropoutOptions | undefined;
  /** Input gradient: keep it where the input `x` is above 0, times this number. */
  readonly mask?: number | undefined;
}

/** One op that is a contraction, and what it and its gradient come to once options and shapes are known. */
function contraction<O extends object>(
  name: string,
  options: OptionKinds<O>,
  attributes: (t: Operands, options: O) => Contraction,
) {
  const spec = {
    inputs: ['x', 'w', 'b?'],
    shape: (_: Operands, { y }: Contraction) => y,
    run: contract,
    vjp: (
      { x, w, dy }: Operands & { readonly dy: Tensor },
      c: Contraction,
      wants: { readonly x: boolean; readonly w: boolean; readonly b: boolean },
    ): Grads<'x' | 'w' | 'b'> => {
      const filters = wants.w || wants.b ? filterGrad(x, dy, c) : undefined;
      return { x: wants.x ? inputGrad(dy, w, c).dx : undefined, w: filters?.dw, b: filters?.db };
    },
  } as const;
  const forward = defineOp<readonly ['x', 'w', 'b?'], Contraction>(name, {
    ...spec,
    options: INTERNAL,
  });
  const inputGrad = defineOps(`${name}InputGrad`, {
    inputs: ['dy', 'w'],
    options: INTERNAL,
    outputs: (_, { x }: Contraction) => ({ dx: { shape: x } }),
    run: contractInputGrad,
    // dx is linear in dy and in w.
    vjp: ({ dy, w, d: { dx } }, c, wants): Grads<'dy' | 'w'> => ({
      dy: dx && wants.dy ? forward(dx, w, undefined, c) : undefined,
      w: dx && wants.w ? filterGrad(dx, dy, c).dw : undefined,
    }),
  });
  const filterGrad = defineOps(`${name}FilterGrad`, {
    inputs: ['x', 'dy'],
    options: INTERNAL,
    outputs: (_, { s, w }: Contraction) => ({ dw: { shape: w }, db: { shape: [s.K] } }),
    run: contractFilterGrad,
    // dw is linear in x and in dy, db = Σ dy.
    vjp({ x, dy, d: { dw, db } }, c, wants): Grads<'x' | 'dy'> {
      const fromBias = db && broadcastTo(db, c.y);
      const from = dw ? forward(x, dw, db, c) : fromBias;
      return {
        x: wants.x ? (dw ? inputGrad(dy, dw, c).dx : zerosLike(x)) : undefined,
        dy: wants.dy ? from : undefined,
      };
    },
  });
  const op = defineOp<readonly ['x', 'w', 'b?'], Contraction, O>(name, {
    ...spec,
    options,
    attributes,
  });
  return { op, forward, inputGrad };
}

interface Operands {
  readonly x: Tensor;
  readonly w: Tensor;
  readonly b: Tensor | undefined;
}

/** Of `conv2d`, in pixels. */
export interface Conv2dOptions extends WindowOptions {
  /** Groups of neighboring channels and outputs; each output is made of the channels of its group. By default 1. */
  readonly groups?: number | undefined;
}

export const conv2dKinds: OptionKinds<Conv2dOptions> = {
  ...windowKinds,
  groups: whole({ from: 1 }),
};

function convolution({ x, w, b }: Operands, options: WindowOptions, groups = 1): Contraction {
  if (x.shape.length !== 4 || w.shape.length !== 4) {
    throw new TensorError(
      `conv2d: x must be [N,H,W,C] and w [R,S,C,K], got ${show(x.shape)} and ${show(w.shape)}`,
    );
  }
  const [N, H, W, C] = x.shape as [number, number, number, number];
  const [R, S, taken, K] = w.shape as [number, number, number, number];
  if (taken * groups !== C) {
    const each = groups === 1 ? '' : ` in each of ${groups} groups`;
    throw new TensorError(
      `conv2d: w ${show(w.shape)} takes ${taken} channels${each}, x ${show(x.shape)} has ${C}`,
    );
  }
  if (K % groups !== 0) {
    throw new TensorError(
      `conv2d: groups ${groups} do not divide the ${K} outputs of w ${show(w.shape)}`,
    );
  }
  if (H * W * C === 0) throw new TensorError(`conv2d: the images of x ${show(x.shape)} are empty`);
  if (R * S === 0) throw new TensorError(`conv2d: the filters of w ${show(w.shape)} are empty`);
  checkBias('conv2d', b, K);
  const geometry = windowGeometry('conv2d', { H, W }, { R, S }, options);
  const { P, Q } = geometry;
  return { s: { N, H, W, C, K, R, S, ...geometry }, x: x.shape, w: w.shape, y: [N, P, Q, K] };
}

export function checkBias(op: string, b: Tensor | undefined, K: number): void {
  if (b && (b.shape.length !== 1 || b.shape[0] !== K)) {
    throw new TensorError(`${op}: b must be [${K}], one for each output, got ${show(b.shape)}`);
  }
}

const ungrouped = contraction<WindowOptions>('conv2d', windowKinds, convolution);
export const conv2dForward = ungrouped.forward;
export const conv2dInputGrad = ungrouped.inputGrad;

/**
 * 2-D convolution (cross-correlation, as deep learning has it), NHWC with filters HWIO:
 * y[n,p,q,k] = b[k] + Σ_{r,s,c} x[n, p·strideH + r·dilationH − top, q·strideW + s·dilationW − left, c] · w[r,s,c,k],
 * where x is 0 outside the image. The products with these zeros are made: there NaN or ±∞ in w gives NaN, also in the
 * gradient of x. Where a recording pools or applies a ReLU in the same kernel, what they drop need not be multiplied: ±∞ in
 * x that no maximum came from may leave the gradient of w as it is, where PyTorch multiplies it by 0. x [N,H,W,C], w [R,S,C,K], b [K] → y [N,P,Q,K]; see `windowGeometry` for P and Q.
 * With `groups` w is [R,S,C/groups,K], and output k sums over the C/groups channels of its group, k ÷ (K/groups) rounded
 * down, alone; with C groups the convolution is depthwise. Products with zeros outside the image are then left out.
 * @throws TensorError when shapes do not fit, groups do not divide channels and outputs, or images or filters are empty,
 * as in PyTorch
 * @see Dumoulin & Visin 2016, "A guide to convolution arithmetic for deep learning"
 */
export function conv2d(x: Tensor, w: Tensor, b?: Tensor, options: Conv2dOptions = {}): Tensor {
  checkOptions('conv2d', options, conv2dKinds);
  const { groups = 1, ...windows } = options;
  if (groups === 1) return ungrouped.op(x, w, b, windows);
  checkInput('conv2d', 'x', x);
  checkInput('conv2d', 'w', w);
  if (b !== undefined) checkInput('conv2d', 'b', b);
  const c = { ...convolution({ x, w, b }, windows, groups), groups };
  const y = isWide(c)
    ? byGroups(x, w, groups, (part, filters) => conv2dForward(part, filters, undefined, oneOf(c)))
    : groupedConv2d(x, w, c).y;
  return b ? add(y, b) : y;
}

function product({ x, w, b }: Operands): Contraction {
  const I = x.shape.at(-1);
  if (I === undefined || w.shape.length !== 2 || I !== w.shape[0]) {
    throw new TensorError(
      `linear: x ${show(x.shape)} has ${I ?? 'no'} features, w ${show(w.shape)} takes ${w.shape[0] ?? 'none'}`,
    );
  }
  const O = dim(w.shape, 1);
  checkBias('linear', b, O);
  const rows = x.shape.slice(0, -1);
  return { s: denseShape(sizeOf(rows), I, O), x: x.shape, w: w.shape, y: [...rows, O] };
}

/**
 * Dense layer: y[…,o] = b[o] + Σ_i x[…,i] · w[i,o]. x […,I], w [I,O], b [O] → y […,O]. Without features, I = 0, y is b.
 * @throws TensorError when shapes do not fit
 */
export const linear = contraction<Record<never, never>>('linear', {}, product).op;
