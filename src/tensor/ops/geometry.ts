// 2-D windows over an image, shared by conv2d and the pools: stride, padding, dilation → output size.
import { TensorError } from '../errors.ts';
import {
  type Kind,
  type OptionKinds,
  checkOptions,
  either,
  listOf,
  oneOf,
  whole,
} from '../options.ts';
import { show } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** One number for height and width, or [height, width]. */
export type Pair = readonly [height: number, width: number];

/** 'valid': none. 'same': P = ⌈H / stride⌉, the odd row or column at the bottom or right (TensorFlow). */
export type Padding =
  'valid' | 'same' | number | readonly [top: number, left: number, bottom: number, right: number];

/** What `conv2d` and the pools have in common. */
export interface WindowOptions {
  /** Steps of the window, one number for both directions; by default what the op says. */
  readonly stride?: number | Pair | undefined;
  /** By default 'valid'. */
  readonly padding?: Padding | undefined;
  /** Distance between neighbors inside the window, by default 1. */
  readonly dilation?: number | Pair | undefined;
}

/** Where a window lies on an image, in pixels, and how large the output is. */
export interface WindowGeometry {
  /** Output height. */
  readonly P: number;
  /** Output width. */
  readonly Q: number;
  readonly strideH: number;
  readonly strideW: number;
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly dilationH: number;
  readonly dilationW: number;
}

/** N, H, W and C. @throws TensorError when x is no images */
export function imageOf(op: string, x: Tensor): readonly [number, number, number, number] {
  if (x.shape.length !== 4) {
    throw new TensorError(`${op}: x must be [N,H,W,C], got ${show(x.shape)}`);
  }
  return x.shape as readonly [number, number, number, number];
}

/** One number for both directions, or one for each. */
export const pairKind: Kind = {
  ...either(whole({ from: 1 }), listOf(whole({ from: 1 }), 2)),
  wants: 'one or two whole numbers from 1',
};

/** The options of windows, as far as they say how these lie over an image. */
export const windowKinds: OptionKinds<WindowOptions> = {
  stride: pairKind,
  padding: {
    ...either(oneOf('valid', 'same'), whole({ from: 0 }), listOf(whole({ from: 0 }), 4)),
    wants: "'valid', 'same', a whole number from 0 or [top,left,bottom,right]",
  },
  dilation: pairKind,
};

/** A number for both directions, or one for each. */
export const pairOf = (value: number | Pair): Pair =>
  typeof value === 'number' ? [value, value] : value;

/**
 * Resolves how windows of R × S lie over an H × W image:
 * P = ⌊(H + top + bottom − dilationH · (R − 1) − 1) / strideH⌋ + 1, Q alike.
 * @throws TensorError on values that mean nothing, or where the padded image is smaller than one window
 */
export function windowGeometry(
  op: string,
  { H, W }: { readonly H: number; readonly W: number },
  { R, S }: { readonly R: number; readonly S: number },
  options: WindowOptions,
): WindowGeometry {
  checkOptions(op, options, windowKinds);
  const { stride = 1, padding = 'valid', dilation = 1 } = options;
  const [strideH, strideW] = pairOf(stride);
  const [dilationH, dilationW] = pairOf(dilation);
  const spanH = dilationH * (R - 1) + 1;
  const spanW = dilationW * (S - 1) + 1;
  const [top, left, bottom, right] =
    padding === 'same'
      ? samePads([H, W], [spanH, spanW], [strideH, strideW])
      : explicitPads(padding);
  const P = Math.floor((H + top + bottom - spanH) / strideH) + 1;
  const Q = Math.floor((W + left + right - spanW) / strideW) + 1;
  if (P < 1 || Q < 1) {
    throw new TensorError(
      `${op}: a window of ${spanH}x${spanW} does not fit into ${H}x${W} padded by [${[top, left, bottom, right].join()}]`,
    );
  }
  return { P, Q, strideH, strideW, top, left, bottom, right, dilationH, dilationW };
}

/** Top, left, bottom and right of a padding that is given in numbers. */
export function explicitPads(padding: Exclude<Padding, 'same'>): Four {
  const amount = padding === 'valid' ? 0 : padding;
  return typeof amount === 'number' ? [amount, amount, amount, amount] : amount;
}

type Four = readonly [number, number, number, number];

/** Padding so that an image has ⌈size / stride⌉ windows. */
export function samePads(image: Pair, span: Pair, stride: Pair): Four {
  const total = ([0, 1] as const).map((d) =>
    Math.max((Math.ceil(image[d] / stride[d]) - 1) * stride[d] + span[d] - image[d], 0),
  ) as [number, number];
  const [top, left] = [total[0] >> 1, total[1] >> 1];
  return [top, left, total[0] - top, total[1] - left];
}
