// upsample2d: images enlarged by whole numbers, to the nearest pixel or bilinearly.
import gradSource from '../../shaders/upsample2dGrad.wgsl?raw';
import source from '../../shaders/upsample2d.wgsl?raw';
import { TensorError } from '../errors.ts';
import { linearGrid } from '../grid.ts';
import { kernel } from '../kernel.ts';
import { type Grads, INTERNAL, defineOp, defineOps } from '../op.ts';
import { boolean, oneOf, required } from '../options.ts';
import { type Shape, show } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { valueTypes } from '../wgsl.ts';
import { imageOf, pairKind, pairOf, type Pair } from './geometry.ts';

const upsample2dKernel = kernel('upsample2d', source);
const upsample2dGradKernel = kernel('upsample2dGrad', gradSource);

/** Of `upsample2d`. */
export interface Upsample2dOptions {
  /** How many times as high and as wide, one whole number for both directions or one for each. */
  readonly scale: number | Pair;
  /** 'nearest', the default, repeats pixels; 'bilinear' weighs the four around. */
  readonly mode?: 'nearest' | 'bilinear' | undefined;
  /** Bilinear: the centers of the corner pixels stay at the corners; by default their outer edges do. */
  readonly alignCorners?: boolean | undefined;
}

/** What an upsampling comes to: the shapes of both images, and how rows and columns are found. */
interface Upsampling {
  readonly x: Shape;
  readonly y: Shape;
  readonly mode: 'nearest' | 'bilinear';
  readonly alignCorners: boolean;
}

/** Row p of the large image lies at (a · p + b) / d of the small one, in whole numbers. */
function placesOf(
  { mode, alignCorners }: Upsampling,
  size: number,
  count: number,
): { readonly a: number; readonly b: number; readonly d: number } {
  const scale = count / size;
  if (mode === 'nearest') return { a: 1, b: 0, d: scale };
  // A pixel has its center at p + ½: (p + ½) / scale − ½.
  if (!alignCorners) return { a: 2, b: 1 - scale, d: 2 * scale };
  return count === 1 ? { a: 0, b: 0, d: 1 } : { a: size - 1, b: 0, d: count - 1 };
}

function kernelOf(c: Upsampling, output: Shape) {
  const [, H, W, C] = c.x as [number, number, number, number];
  const [, P, Q] = c.y as [number, number, number, number];
  const each = C % 4 === 0 ? 4 : 1;
  const [rows, columns] = [placesOf(c, H, P), placesOf(c, W, Q)];
  const VALUES = output.reduce((product, d) => product * d, 1) / each;
  const constants = {
    ...{ ...valueTypes(each === 4), VALUES, H, W, C: C / each, P, Q },
    ...{ A_H: rows.a, B_H: rows.b, D_H: rows.d, A_W: columns.a, B_W: columns.b, D_W: columns.d },
    BILINEAR: c.mode === 'bilinear',
  };
  return { constants, grid: linearGrid(VALUES) };
}

const spec = {
  inputs: ['x'],
  shape: (_: { readonly x: Tensor }, { y }: Upsampling) => y,
  run({ x, y }: { readonly x: Tensor; readonly y: Tensor }, c: Upsampling) {
    const { constants, grid } = kernelOf(c, c.y);
    y.device.launch(upsample2dKernel, constants, { x, y }, grid);
  },
  vjp: ({ dy }: { readonly dy: Tensor }, c: Upsampling): Grads<'x'> => ({
    x: upsample2dGrad(dy, c).dx,
  }),
} as const;

/** What `upsample2d` comes to. */
const enlarge = defineOp<readonly ['x'], Upsampling>('upsample2d', { ...spec, options: INTERNAL });

/** The gradient of upsample2d: what each pixel of x was weighed with in y, of dy. */
const upsample2dGrad = defineOps('upsample2dGrad', {
  inputs: ['dy'],
  options: INTERNAL,
  outputs: (_, { x }: Upsampling) => ({ dx: { shape: x } }),
  run({ dy, dx }, c) {
    const { constants, grid } = kernelOf(c, c.x);
    dx.device.launch(upsample2dGradKernel, constants, { dy, dx }, grid);
  },
  vjp: ({ d: { dx } }, c): Grads<'dy'> => ({ dy: dx && enlarge(dx, c) }),
});

/**
 * Images enlarged: x [N,H,W,C] → y [N, scaleH · H, scaleW · W, C]. 'nearest' repeats: y[n,p,q,c] = x[n, ⌊p / scaleH⌋,
 * ⌊q / scaleW⌋, c]. 'bilinear' weighs the four pixels around row (p + ½) / scaleH − ½ and such a column, at the border those
 * that are there; with `alignCorners` around row p · (H − 1) / (P − 1), P rows in y. Both as in PyTorch. Beside NaN and ±∞
 * a bilinear weight of 0 gives NaN.
 * @throws TensorError when x is no image or an empty one, or `alignCorners` is given for 'nearest'
 */
export const upsample2d = defineOp<readonly ['x'], Upsampling, Upsample2dOptions>('upsample2d', {
  ...spec,
  options: {
    scale: required(pairKind),
    mode: oneOf('nearest', 'bilinear'),
    alignCorners: boolean,
  },
  attributes({ x }, { scale, mode = 'nearest', alignCorners }) {
    const [N, H, W, C] = imageOf('upsample2d', x);
    if (H * W === 0) {
      throw new TensorError(`upsample2d: the images of x ${show(x.shape)} are empty`);
    }
    if (mode === 'nearest' && alignCorners !== undefined) {
      throw new TensorError(
        `upsample2d: alignCorners ${alignCorners} means nothing in mode 'nearest'`,
      );
    }
    const [scaleH, scaleW] = pairOf(scale);
    const y = [N, H * scaleH, W * scaleW, C];
    return { x: x.shape, y, mode, alignCorners: alignCorners === true };
  },
});
