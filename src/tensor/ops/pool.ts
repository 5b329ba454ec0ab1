// Pooling over 2-D windows, NHWC: maxPool2d, avgPool2d, and both over whole images.
import avgPool2dSource from '../../shaders/avgPool2d.wgsl?raw';
import avgPool2dGradSource from '../../shaders/avgPool2dGrad.wgsl?raw';
import maxPool2dSource from '../../shaders/maxPool2d.wgsl?raw';
import maxPool2dGradSource from '../../shaders/maxPool2dGrad.wgsl?raw';
import maxPool2dGradDisjointSource from '../../shaders/maxPool2dGradDisjoint.wgsl?raw';
import { TensorError } from '../errors.ts';
import { ceilDiv, linearGrid } from '../grid.ts';
import { kernel } from '../kernel.ts';
import { type Grads, INTERNAL, defineOp, defineOps } from '../op.ts';
import { type OptionKinds, boolean, required } from '../options.ts';
import { type Shape, show } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { valueTypes } from '../wgsl.ts';
import {
  type Padding,
  type Pair,
  imageOf,
  pairKind,
  pairOf,
  windowGeometry,
  windowKinds,
} from './geometry.ts';
import { atWindowMaxima } from './maxima.ts';
import { max, mean } from './reduce.ts';

const maxPool2dKernel = kernel('maxPool2d', maxPool2dSource);
const maxPool2dGradKernel = kernel('maxPool2dGrad', maxPool2dGradSource);
const maxPool2dGradDisjointKernel = kernel('maxPool2dGradDisjoint', maxPool2dGradDisjointSource);
const avgPool2dKernel = kernel('avgPool2d', avgPool2dSource);
const avgPool2dGradKernel = kernel('avgPool2dGrad', avgPool2dGradSource);

/** Of `maxPool2d`, sizes in pixels. */
export interface PoolOptions {
  /** Size of the window, one number for both directions or one for each. */
  readonly window: number | Pair;
  /** Steps of the window, by default its size. */
  readonly stride?: number | Pair | undefined;
  /** By default 'valid'. */
  readonly padding?: Padding | undefined;
}

const poolKinds: OptionKinds<PoolOptions> = {
  window: required(pairKind),
  stride: pairKind,
  padding: windowKinds.padding,
};

/** An image as Values, its windows, and a grid of one invocation a Value. */
function poolOf(op: string, x: Tensor, { window, stride = window, padding }: PoolOptions) {
  const [N, H, W, C] = imageOf(op, x);
  const [R, S] = pairOf(window);
  const geometry = windowGeometry(op, { H, W }, { R, S }, { stride, padding });
  const { P, Q, strideH, strideW, top, left, bottom, right } = geometry;
  const wide = C % 4 === 0;
  const channels = wide ? C / 4 : C;
  const constants = {
    ...{ ...valueTypes(wide), H, W, C: channels, P, Q, R, S },
    ...{ STRIDE_H: strideH, STRIDE_W: strideW, TOP: top, LEFT: left },
  };
  const over = (rows: number, columns: number) => {
    const VALUES = N * rows * columns * channels;
    return { constants: { ...constants, VALUES }, grid: linearGrid(VALUES) };
  };
  /** Does every window hold a part of the image? The first and the last one of each direction tell. */
  const covers =
    H * W > 0 && top < R && left < S && (P - 1) * strideH - top < H && (Q - 1) * strideW - left < W;
  return {
    ...geometry,
    N,
    H,
    W,
    C,
    R,
    S,
    over,
    covers,
    padded: top + left + bottom + right > 0,
  };
}

function refuseEmptyWindows(op: string, pool: ReturnType<typeof poolOf>): void {
  if (pool.covers) return;
  const { H, W, R, S, top, left, bottom, right } = pool;
  throw new TensorError(
    `${op}: with padding ${show([top, left, bottom, right])} some windows of ${R}x${S} hold nothing of an image of ${H}x${W}`,
  );
}

/** Apply max(0, ·) to the result, which is the same as pooling after a ReLU: set by the rewrites alone. */
export interface MaxPool2dAttributes extends PoolOptions {
  readonly relu?: boolean | undefined;
}

/** The gradient of maxPool2d: dy of a window goes to its first maximum, row by row; with `relu` only where that is above 0, or NaN. */
export const maxPool2dGrad = defineOps('maxPool2dGrad', {
  inputs: ['x', 'y', 'dy'],
  options: INTERNAL,
  outputs: ({ x }) => ({ dx: { shape: x.shape } }),
  run({ x, y, dy, dx }, options: MaxPool2dAttributes) {
    const RELU = options.relu === true;
    const { H, W, R, S, top, left, strideH, strideW, over } = poolOf('maxPool2d', x, options);
    if (strideH < R || strideW < S) {
      const { constants, grid } = over(H, W);
      x.device.launch(maxPool2dGradKernel, { ...constants, RELU }, { x, y, dy, dx }, grid);
      return;
    }
    const [TILES_H, TILES_W] = [ceilDiv(H + top, strideH), ceilDiv(W + left, strideW)];
    const { constants, grid } = over(TILES_H, TILES_W);
    const all = { ...constants, RELU, TILES_H, TILES_W };
    x.device.launch(maxPool2dGradDisjointKernel, all, { x, dy, dx }, grid);
  },
  vjp({ x, d: { dx } }, options): Grads<'x' | 'y' | 'dy'> {
    const pool = poolOf('maxPool2d', x, options);
    const dy = dx && atWindowMaxima(x, dx, [pool.R, pool.S], pool);
    return { x: undefined, y: undefined, dy }; // a small step moves no maximum
  },
});

/**
 * y[n,p,q,c] = max_{r,s} x[n, p·strideH + r − top, q·strideW + s − left, c]; padding counts as −∞.
 * x [N,H,W,C] → y [N,P,Q,C]; see `windowGeometry` for P and Q. NaN is the maximum of its window. The gradient of
 * a window goes to its first maximum, row by row.
 * @throws TensorError when x is no image, or a window holds nothing of it
 */
export const maxPool2d = defineOp('maxPool2d', {
  inputs: ['x'],
  options: poolKinds,
  shape({ x }, options: PoolOptions) {
    const pool = poolOf('maxPool2d', x, options);
    refuseEmptyWindows('maxPool2d', pool);
    return [pool.N, pool.P, pool.Q, pool.C];
  },
  run({ x, y }, options: MaxPool2dAttributes) {
    const { P, Q, padded, over } = poolOf('maxPool2d', x, options);
    const { constants, grid } = over(P, Q);
    const all = { ...constants, PADDED: padded, RELU: options.relu === true };
    y.device.launch(maxPool2dKernel, all, { x, y }, grid);
  },
  vjp: ({ x, y, dy }, options) => ({ x: maxPool2dGrad(x, y, dy, options).dx }),
});

/** Of `avgPool2d`, sizes in pixels. */
export interface AvgPool2dOptions extends PoolOptions {
  /** Count padding as zeros; by default means are taken over what lies in the image. */
  readonly countIncludePad?: boolean | undefined;
}

/**
 * y[n,p,q,c] = mean_{r,s} x[n, p·strideH + r − top, q·strideW + s − left, c].
 * x [N,H,W,C] → y [N,P,Q,C]; see `windowGeometry` for P and Q.
 * @throws TensorError when x is no image, or a window that does not count its padding holds nothing of it
 */
export const avgPool2d = defineOp('avgPool2d', {
  inputs: ['x'],
  options: { ...poolKinds, countIncludePad: boolean },
  shape({ x }, options: AvgPool2dOptions) {
    const pool = poolOf('avgPool2d', x, options);
    if (!options.countIncludePad) refuseEmptyWindows('avgPool2d', pool);
    return [pool.N, pool.P, pool.Q, pool.C];
  },
  run({ x, y }, options) {
    const { P, Q, over } = poolOf('avgPool2d', x, options);
    const { constants, grid } = over(P, Q);
    const all = { ...constants, COUNT_PADDING: options.countIncludePad === true };
    y.device.launch(avgPool2dKernel, all, { x, y }, grid);
  },
  vjp: ({ x, dy }, options): Grads<'x'> => ({
    x: avgPool2dGrad(dy, { ...options, shape: x.shape }).dx,
  }),
});

/** The gradient of avgPool2d: each element of dy spread evenly over its window in an image of `shape`. */
const avgPool2dGrad = defineOps('avgPool2dGrad', {
  inputs: ['dy'],
  options: INTERNAL,
  outputs: (_, { shape }: AvgPool2dOptions & { readonly shape: Shape }) => ({ dx: { shape } }),
  run({ dy, dx }, options) {
    const { H, W, over } = poolOf('avgPool2d', dx, options);
    const { constants, grid } = over(H, W);
    const all = { ...constants, COUNT_PADDING: options.countIncludePad === true };
    dx.device.launch(avgPool2dGradKernel, all, { dy, dx }, grid);
  },
  vjp: ({ d: { dx } }, { window, stride, padding, countIncludePad }): Grads<'dy'> => ({
    dy: dx && avgPool2d(dx, { window, stride, padding, countIncludePad }),
  }),
});

/**
 * The mean of every channel of every image: x [N,H,W,C] → y [N,C]. (Lin, Chen & Yan 2013, arXiv:1312.4400)
 * @throws TensorError when x is no image
 */
export function globalAvgPool2d(x: Tensor): Tensor {
  imageOf('globalAvgPool2d', x);
  return mean(x, { axes: [1, 2] });
}

/**
 * The largest value of every channel of every image: x [N,H,W,C] → y [N,C]. NaN is the largest. The gradient goes to the
 * first of equal maxima, row by row.
 * @throws TensorError when x is no image
 */
export function globalMaxPool2d(x: Tensor): Tensor {
  imageOf('globalMaxPool2d', x);
  return max(x, { axes: [1, 2] });
}
