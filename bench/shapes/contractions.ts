// Matrix products and convolutions, forward and both gradients.
import { conv2d, matmul } from '../../src/tensor/index.ts';
import { type ConvDims, conv, convGrad, errorOf } from '../verify/float64.ts';
import { type Shape, doubles, filled, gradientOf } from './shape.ts';

/** f32 sums of up to 86,528 products, in whatever order. */
const TOLERANCE = 2e-5;
/** Rows of a product that are held against float64: all of a large one would take longer than the bench. */
const ROWS = 64;

export const product = (size: number): Shape => ({
  name: `matmul ${size}x${size}x${size}`,
  flops: 2 * size ** 3,
  bytes: 3 * 4 * size ** 2,
  tolerance: TOLERANCE,
  hasVariants: true,
  prepare(device) {
    const a = filled(device, [size, size], 1);
    const b = filled(device, [size, size], 2);
    return {
      tensors: [a.tensor, b.tensor],
      run: () => [matmul(a.tensor, b.tensor)],
      errorOf([got = []]) {
        const rows = Array.from({ length: ROWS }, (_, i) =>
          Math.floor((i * (size - 1)) / (ROWS - 1)),
        );
        const pick = (m: ArrayLike<number>) =>
          rows.flatMap((row) => Array.from({ length: size }, (_, i) => m[row * size + i]!));
        const dims = { N: ROWS, H: 1, W: 1, C: size, K: size, R: 1, S: 1 };
        return errorOf(pick(got), conv(dims, doubles(pick(a.host)), doubles(b.host), undefined));
      },
    };
  },
});

export type Direction = 'forward' | 'input gradient' | 'filter gradient';

/** A 3x3 convolution of 128 images with bias, as in the reference network. */
export function convolution(H: number, C: number, K: number, direction: Direction): Shape {
  const dims: ConvDims = { N: 128, H, W: H, C, K, R: 3, S: 3 };
  const P = H - 2;
  const sizes = { x: dims.N * H * H * C, w: 9 * C * K, b: K, y: dims.N * P * P * K };
  const { x, w, b, y } = sizes;
  const touched = {
    forward: x + w + b + y,
    'input gradient': y + w + x,
    'filter gradient': x + y + w + b,
  };
  return {
    name: `conv 3x3 ${C}→${K} of ${H}x${H}, ${direction}`,
    flops: 2 * y * 9 * C,
    bytes: 4 * touched[direction],
    tolerance: TOLERANCE,
    hasVariants: true,
    prepare(device) {
      const x = filled(device, [dims.N, H, H, C], 1);
      const w = filled(device, [3, 3, C, K], 2);
      const b = filled(device, [K], 3);
      const dy = filled(device, [dims.N, P, P, K], 4);
      const tensors = [x, w, b, dy].map(({ tensor }) => tensor);
      const forward = () => conv2d(x.tensor, w.tensor, b.tensor);
      if (direction === 'forward') {
        return {
          tensors,
          run: () => [forward()],
          errorOf: ([got = []]) =>
            errorOf(got, conv(dims, doubles(x.host), doubles(w.host), doubles(b.host))),
        };
      }
      const isInput = direction === 'input gradient';
      const wanted = isInput ? { x: x.tensor } : { w: w.tensor, b: b.tensor };
      return {
        tensors,
        run: gradientOf(forward, dy.tensor, wanted),
        errorOf(got) {
          const { dx, dw, db } = convGrad(dims, doubles(x.host), doubles(w.host), doubles(dy.host));
          const want = isInput ? [dx] : [dw, db];
          return Math.max(...want.map((gradient, i) => errorOf(got[i] ?? [], gradient)));
        },
      };
    },
  };
}
