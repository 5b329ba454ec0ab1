// conv2dTranspose: the gradient of a convolution's images, used as an op of its own.
import { TensorError } from '../errors.ts';
import { checkInput } from '../op.ts';
import { type OptionKinds, checkOptions, either, listOf, whole } from '../options.ts';
import { show } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { add } from './arithmetic.ts';
import { checkBias, type Conv2dOptions, conv2dInputGrad, conv2dKinds } from './conv2d.ts';
import { explicitPads, type Pair, pairOf, samePads } from './geometry.ts';
import { byGroups, type GroupedConvolution, groupedInputGrad, isWide, oneOf } from './grouped.ts';

const OP = 'conv2dTranspose';

/** Of `conv2dTranspose`, in pixels. */
export interface Conv2dTransposeOptions extends Conv2dOptions {
  /** Rows and columns that y has more, at the bottom and at the right; below stride or dilation. By default 0. */
  readonly outputPadding?: number | Pair | undefined;
}

const transposeKinds: OptionKinds<Conv2dTransposeOptions> = {
  ...conv2dKinds,
  outputPadding: {
    ...either(whole({ from: 0 }), listOf(whole({ from: 0 }), 2)),
    wants: 'one or two whole numbers from 0',
  },
};

/** The convolution of which this is the gradient: from y, as its image, to x. */
function convolutionOf(
  x: Tensor,
  w: Tensor,
  {
    stride = 1,
    padding = 'valid',
    dilation = 1,
    outputPadding,
    groups = 1,
  }: Conv2dTransposeOptions,
): GroupedConvolution {
  if (x.shape.length !== 4 || w.shape.length !== 4) {
    throw new TensorError(
      `${OP}: x must be [N,H,W,C] and w [R,S,K,C], got ${show(x.shape)} and ${show(w.shape)}`,
    );
  }
  const [N, H, W, C] = x.shape as [number, number, number, number];
  const [R, S, each, taken] = w.shape as [number, number, number, number];
  if (taken !== C) {
    throw new TensorError(
      `${OP}: w ${show(w.shape)} takes ${taken} channels, x ${show(x.shape)} has ${C}`,
    );
  }
  if (C % groups !== 0) {
    throw new TensorError(
      `${OP}: groups ${groups} do not divide the ${C} channels of x ${show(x.shape)}`,
    );
  }
  if (H * W * C === 0) throw new TensorError(`${OP}: the images of x ${show(x.shape)} are empty`);
  if (R * S === 0) throw new TensorError(`${OP}: the filters of w ${show(w.shape)} are empty`);
  if (padding === 'same' && outputPadding !== undefined) {
    throw new TensorError(
      `${OP}: outputPadding ${String(outputPadding)} has no place beside padding 'same', which says how large y is`,
    );
  }
  const [strides, dilations, more] = [pairOf(stride), pairOf(dilation), pairOf(outputPadding ?? 0)];
  const [strideH, strideW] = strides;
  const [dilationH, dilationW] = dilations;
  const span: Pair = [dilationH * (R - 1) + 1, dilationW * (S - 1) + 1];
  for (const d of [0, 1] as const) {
    if (more[d] > 0 && more[d] >= Math.max(strides[d], dilations[d])) {
      throw new TensorError(
        `${OP}: outputPadding ${show(more)} must be below stride ${show(strides)} or dilation ${show(dilations)}`,
      );
    }
  }
  const isSame = padding === 'same';
  const whole: Pair = [H * strideH, W * strideW];
  const pads = isSame ? samePads(whole, span, strides) : explicitPads(padding);
  const [top, left, bottom, right] = pads;
  const P = isSame ? whole[0] : (H - 1) * strideH + span[0] + more[0] - top - bottom;
  const Q = isSame ? whole[1] : (W - 1) * strideW + span[1] + more[1] - left - right;
  if (P < 1 || Q < 1) {
    throw new TensorError(
      `${OP}: padding ${show(pads)} leaves ${P}x${Q} of x ${show(x.shape)} under filters of ${span.join('x')}`,
    );
  }
  const windows = { strideH, strideW, dilationH, dilationW, top, left };
  // What is added below and beside y takes from what the windows have outside it.
  const outside = { bottom: Math.max(0, bottom - more[0]), right: Math.max(0, right - more[1]) };
  const K = each * groups;
  const s = { N, H: P, W: Q, C: K, K: C, R, S, P: H, Q: W, ...windows, ...outside };
  return { s, groups, x: [N, P, Q, K], w: w.shape, y: x.shape };
}

/**
 * Transposed 2-D convolution, which `conv2d` of the same options would turn back in shape:
 * y[n,p,q,k] = b[k] + Σ x[n,h,v,c] · w[r,s,k,c] over all h, v, r, s, c with h · strideH + r · dilationH − top = p and
 * v · strideW + s · dilationW − left = q. It is the gradient of the images of a `conv2d` with the filters w, so w is
 * [R,S,K/groups,C] for x [N,H,W,C], as in TensorFlow and in PyTorch's order of in and out, b [K] → y [N,P,Q,K] with
 * P = (H − 1) · strideH + dilationH · (R − 1) + 1 + outputPadding − top − bottom, Q alike; 'same' makes P = H · strideH.
 * Channel c adds to the K/groups outputs of its group, c ÷ (C/groups) rounded down, alone.
 * @throws TensorError when shapes do not fit, groups do not divide the channels, images or filters are empty, nothing
 * of y is left, or outputPadding is neither below the stride nor the dilation
 * @see Dumoulin & Visin 2016, "A guide to convolution arithmetic for deep learning", chapter 4
 */
export function conv2dTranspose(
  x: Tensor,
  w: Tensor,
  b?: Tensor,
  options: Conv2dTransposeOptions = {},
): Tensor {
  checkOptions(OP, options, transposeKinds);
  checkInput(OP, 'x', x);
  checkInput(OP, 'w', w);
  const c = convolutionOf(x, w, options);
  if (b !== undefined) {
    checkInput(OP, 'b', b);
    checkBias(OP, b, c.s.C);
  }
  const y = transposed(x, w, c);
  return b ? add(y, b) : y;
}

function transposed(x: Tensor, w: Tensor, c: GroupedConvolution): Tensor {
  const { groups, ...one } = c;
  if (groups === 1) return conv2dInputGrad(x, w, one).dx;
  if (!isWide(c)) return groupedInputGrad(x, w, c).dx;
  return byGroups(x, w, groups, (part, filters) => conv2dInputGrad(part, filters, oneOf(c)).dx);
}
