// Reads a tensor through other strides, and writes it into a larger frame: what the ops that move elements,
// and their gradients, are made of.
import padSource from '../../shaders/pad.wgsl?raw';
import sliceSource from '../../shaders/slice.wgsl?raw';
import { linearGrid } from '../grid.ts';
import { kernel } from '../kernel.ts';
import { sizeOf, stridesOf, type Shape } from '../shape.ts';
import type { DType, Tensor } from '../tensor.ts';
import { bitsOf } from './fill.ts';
import { collapse, vectorise } from './walk.ts';

const sliceKernel = kernel('slice', sliceSource);
const padKernel = kernel('pad', padSource);
const UNROLL = 4;

/** Dtypes whose elements are one 32-bit word: what can be moved without being understood. */
export const WORDS: readonly DType[] = ['f32', 'i32', 'u32'];

/** The bits of a word that make it differ from 0: for f32 all but the sign, since −0 is 0. */
export const nonzeroBits = (dtype: DType) => (dtype === 'f32' ? 0x7fffffff : 0xffffffff);

/** y[o] = x[offset + Σ_d o_d · strides_d] with o over `shape`, which has as many elements as y. */
export function readStrided(
  x: Tensor,
  y: Tensor,
  strides: readonly number[],
  offset = 0,
  shape: Shape = y.shape,
): Tensor {
  if (y.size === 0) return y;
  const walk = collapse(shape, strides);
  const vectors = vectorise(walk);
  const spread = vectors?.spread[0] === true;
  const wide = vectors !== undefined && (spread || offset % 4 === 0);
  const { shape: sizes, strides: steps } = wide ? vectors : walk;
  const words = sizeOf(sizes);
  const constants = {
    Word: wide ? 'vec4u' : 'u32',
    Source: wide && !spread ? 'vec4u' : 'u32',
    WORDS: words,
    RANK: sizes.length,
    SHAPE: sizes,
    STRIDES: steps[0] as readonly number[],
    OFFSET: wide && !spread ? offset / 4 : offset,
    UNROLL,
  };
  y.device.launch(sliceKernel, constants, { x, y }, linearGrid(words, 64 * UNROLL));
  return y;
}

/** y[start + i · step] = x[i] in every dimension, `value` where no i leads. */
export function writeStrided(
  x: Tensor,
  y: Tensor,
  start: readonly number[],
  step: readonly number[],
  value = 0,
): Tensor {
  if (y.size === 0) return y;
  const scalar = y.shape.length === 0;
  const constants = {
    WORDS: y.size,
    RANK: Math.max(1, y.shape.length),
    SHAPE: scalar ? [1] : y.shape,
    INNER: scalar ? [1] : x.shape,
    STRIDES: scalar ? [1] : stridesOf(x.shape),
    START: scalar ? [0] : start,
    STEP: scalar ? [1] : step,
    VALUE: bitsOf(y.dtype, value),
  };
  y.device.launch(padKernel, constants, { x, y }, linearGrid(y.size));
  return y;
}
