// The shape of a contraction: a convolution, of which a dense layer and a product of matrices are cases.
import type { WindowGeometry } from './geometry.ts';

/** N images H × W of C channels, filters R × S to K channels, and the geometry of the windows. */
export interface ConvShape extends WindowGeometry {
  readonly N: number;
  readonly H: number;
  readonly W: number;
  readonly C: number;
  readonly K: number;
  readonly R: number;
  readonly S: number;
  /** Keep the maximum of each 2x2 window of the result alone; a last odd row or column is dropped. */
  readonly pool?: boolean | undefined;
}

/** The shape of [N, C] · [C, K] as a convolution. */
export const denseShape = (N: number, C: number, K: number): ConvShape => ({
  ...{ N, C, K, H: 1, W: 1, R: 1, S: 1, P: 1, Q: 1, strideH: 1, strideW: 1 },
  ...{ top: 0, left: 0, bottom: 0, right: 0, dilationH: 1, dilationW: 1 },
});

/** The constants of parts/conv. */
export const dims = (s: ConvShape) => ({
  ...{ N: s.N, H: s.H, W: s.W, C: s.C, K: s.K, R: s.R, S: s.S, P: s.P, Q: s.Q },
  ...{ TOP: s.top, LEFT: s.left },
  ...{ STRIDE_H: s.strideH, STRIDE_W: s.strideW, DILATION_H: s.dilationH, DILATION_W: s.dilationW },
});

export const isPadded = (s: ConvShape) => s.top + s.left + s.bottom + s.right > 0;

/** Pixels of the result that are computed: with `pool` those of whole windows. */
export const pixels = (s: ConvShape) =>
  s.pool ? s.N * Math.floor(s.P / 2) * Math.floor(s.Q / 2) * 4 : s.N * s.P * s.Q;
