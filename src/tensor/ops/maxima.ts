// The second derivatives of max and maxPool2d: the gradient of what sends dy to the maxima brings back what lies there.
import { dim, sizeOf, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { gatherElements } from './elements.ts';
import type { WindowGeometry } from './geometry.ts';
import { argmax } from './indexing.ts';
import { concat, pad, slice, transpose } from './movement.ts';
import { reshape } from './view.ts';

/** The elements of d at the first maximum of x along `axes`, rising, for each of the others; shaped as `shape`. */
export function atMaxima(x: Tensor, d: Tensor, axes: readonly number[], shape: Shape): Tensor {
  const kept = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const count = sizeOf(axes.map((axis) => dim(x.shape, axis)));
  const flat = (t: Tensor) =>
    reshape(transpose(t, [...kept, ...axes]), [...kept.map((axis) => dim(x.shape, axis)), count]);
  const indices = argmax(flat(x), { axis: -1, keepDims: true });
  return reshape(gatherElements(flat(d), indices, { axis: -1 }), shape);
}

/** The elements of d at the first maximum of each window of x: [N,H,W,C] → [N,P,Q,C]. */
export function atWindowMaxima(
  x: Tensor,
  d: Tensor,
  [R, S]: readonly [number, number],
  { P, Q, strideH, strideW, top, left, bottom, right }: WindowGeometry,
): Tensor {
  const pads = [0, top, left, 0, 0, bottom, right, 0];
  /** [R·S, N, P, Q, C]: what each tap of the window sees. */
  const taps = (t: Tensor, value: number) => {
    const padded = pad(t, { pads, value });
    const seen = Array.from({ length: R * S }, (_, tap) => {
      const starts = [Math.floor(tap / S), tap % S] as const;
      const ends = [starts[0] + (P - 1) * strideH + 1, starts[1] + (Q - 1) * strideW + 1];
      const part = slice(padded, { starts, ends, axes: [1, 2], steps: [strideH, strideW] });
      return reshape(part, [1, ...part.shape]);
    });
    return concat(seen, { axis: 0 });
  };
  const [images, values] = [taps(x, -Infinity), taps(d, 0)];
  return atMaxima(images, values, [0], images.shape.slice(1));
}
