// Reads a tensor through other strides, and writes it into a larger frame: what the ops that move elements,
// and their gradients, are made of.
import padSource from '../../shaders/pad.wgsl?raw';
import sliceSource from '../../shaders/slice.wgsl?raw';
import { UNROLL, eachGrid } from '../grid.ts';
import { kernel } from '../kernel.ts';
import { dim, sizeOf, stridesOf, type Shape } from '../shape.ts';
import type { DType, Tensor } from '../tensor.ts';
import { bitsOf } from './fill.ts';
import { collapse, vectorize } from './walk.ts';

const sliceKernel = kernel('slice', sliceSource);
const padKernel = kernel('pad', padSource);

/** Dtypes whose elements are one 32-bit word: what can be moved without being understood. */
export const WORDS: readonly DType[] = ['f32', 'i32', 'u32'];

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
  const vectors = vectorize(walk);
  const spread = vectors?.spread[0] === true;
  const wide = vectors !== undefined && (spread || offset % 4 === 0);
  const { shape: sizes, strides: steps } = wide ? vectors : walk;
  const words = sizeOf(sizes);
  const constants = {
    Word: wide ? 'vec4u' : 'u32',
    Source: wide && !spread ? 'vec4u' : 'u32',
    COUNT: words,
    RANK: sizes.length,
    SHAPE: sizes,
    STRIDES: steps[0] as readonly number[],
    OFFSET: wide && !spread ? offset / 4 : offset,
    UNROLL,
  };
  y.device.launch(sliceKernel, constants, { x, y }, eachGrid(words));
  return y;
}

/** One dimension of a frame: x has `inner` elements, which lie in `outer` at start, start + step, … */
interface Side {
  readonly outer: number;
  readonly inner: number;
  readonly start: number;
  readonly step: number;
}

/** The same frame in fewer dimensions: one that x fills joins the one before it. */
function joined(sides: readonly Side[]): Side[] {
  const fewer: Side[] = [];
  for (const side of sides) {
    const { outer: n, inner, start, step } = side;
    const before = fewer.at(-1);
    const filled = inner === n && start === 0 && step === 1;
    if (before?.step === 1 && filled) fewer[fewer.length - 1] = scaled(before, n);
    else fewer.push(side);
  }
  return fewer;
}

const scaled = ({ outer, inner, start, step }: Side, by: number): Side => ({
  outer: outer * by,
  inner: inner * by,
  start: start * by,
  step,
});

/** y[start + i · step] = x[i] in every dimension, `value` where no i leads. */
export function writeStrided(
  x: Tensor,
  y: Tensor,
  start: readonly number[],
  step: readonly number[],
  value = 0,
): Tensor {
  if (y.size === 0) return y;
  const sides = y.shape.map((outer, d) => {
    return { outer, inner: dim(x.shape, d), start: dim(start, d), step: dim(step, d) };
  });
  const frame = joined(sides);
  const last = frame.pop() ?? { outer: 1, inner: 1, start: 0, step: 1 };
  const wide = last.step === 1 && [last.outer, last.inner, last.start].every((n) => n % 4 === 0);
  frame.push(wide ? scaled(last, 1 / 4) : last);
  const words = sizeOf(frame.map((side) => side.outer));
  const inner = frame.map((side) => side.inner);
  const constants = {
    Word: wide ? 'vec4u' : 'u32',
    COUNT: words,
    RANK: frame.length,
    SHAPE: frame.map((side) => side.outer),
    INNER: inner,
    STRIDES: stridesOf(inner),
    START: frame.map((side) => side.start),
    STEP: frame.map((side) => side.step),
    STEPPED: frame.some((side) => side.step !== 1),
    VALUE: bitsOf(y.dtype, value),
    UNROLL,
  };
  y.device.launch(padKernel, constants, { x, y }, eachGrid(words));
  return y;
}
