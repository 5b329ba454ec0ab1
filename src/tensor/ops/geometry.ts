// 2-D windows over an image, shared by conv2d and the pools: stride, padding, dilation → output size.
import { TensorError } from '../errors.ts';

export type Pair = readonly [height: number, width: number];

/** 'valid': none. 'same': P = ⌈H / stride⌉, the odd row or column at the bottom or right (TensorFlow). */
export type Padding =
  'valid' | 'same' | number | readonly [top: number, left: number, bottom: number, right: number];

export interface WindowOptions {
  /** Steps of the window, one number for both directions; by default what the op says. */
  readonly stride?: number | Pair | undefined;
  /** By default 'valid'. */
  readonly padding?: Padding | undefined;
  /** Distance between neighbours inside the window, by default 1. */
  readonly dilation?: number | Pair | undefined;
}

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

/** A number for both directions, or one for each. @throws TensorError unless whole and at least 1 */
export function pairOf(op: string, name: string, value: number | Pair): Pair {
  const pair = typeof value === 'number' ? ([value, value] as const) : value;
  if (pair.length !== 2 || !pair.every((v) => Number.isInteger(v) && v >= 1)) {
    throw new TensorError(
      `${op}: ${name} must be one or two whole numbers from 1, got ${show(value)}`,
    );
  }
  return pair;
}

/**
 * Resolves how windows of R × S lie over an H × W image:
 * P = ⌊(H + top + bottom − dilationH · (R − 1) − 1) / strideH⌋ + 1, Q alike.
 * @throws TensorError on values that mean nothing, or where the padded image is smaller than one window
 */
export function windowGeometry(
  op: string,
  { H, W }: { readonly H: number; readonly W: number },
  { R, S }: { readonly R: number; readonly S: number },
  { stride = 1, padding = 'valid', dilation = 1 }: WindowOptions,
): WindowGeometry {
  const [strideH, strideW] = pairOf(op, 'stride', stride);
  const [dilationH, dilationW] = pairOf(op, 'dilation', dilation);
  const spanH = dilationH * (R - 1) + 1;
  const spanW = dilationW * (S - 1) + 1;
  const [top, left, bottom, right] =
    padding === 'same'
      ? samePads([H, W], [spanH, spanW], [strideH, strideW])
      : explicitPads(op, padding);
  const P = Math.floor((H + top + bottom - spanH) / strideH) + 1;
  const Q = Math.floor((W + left + right - spanW) / strideW) + 1;
  if (P < 1 || Q < 1) {
    throw new TensorError(
      `${op}: a window of ${spanH}x${spanW} does not fit into ${H}x${W} padded by ${show([top, left, bottom, right])}`,
    );
  }
  return { P, Q, strideH, strideW, top, left, bottom, right, dilationH, dilationW };
}

function explicitPads(op: string, padding: Exclude<Padding, 'same'>): Four {
  const amount = padding === 'valid' ? 0 : padding;
  const pads = typeof amount === 'number' ? ([amount, amount, amount, amount] as const) : amount;
  if (pads.length !== 4 || !pads.every((v) => Number.isInteger(v) && v >= 0)) {
    throw new TensorError(
      `${op}: padding must be 'valid', 'same', a whole number from 0 or [top,left,bottom,right], got ${show(padding)}`,
    );
  }
  return pads;
}

type Four = readonly [number, number, number, number];

function samePads(image: Pair, span: Pair, stride: Pair): Four {
  const total = ([0, 1] as const).map((d) =>
    Math.max((Math.ceil(image[d] / stride[d]) - 1) * stride[d] + span[d] - image[d], 0),
  ) as [number, number];
  const [top, left] = [total[0] >> 1, total[1] >> 1];
  return [top, left, total[0] - top, total[1] - left];
}

const show = (value: unknown) => JSON.stringify(value);
