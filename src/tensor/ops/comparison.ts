// Comparisons and logic, elementwise: u32, 1 where it holds and 0 elsewhere. And cast, which makes numbers of them.
import type { DType } from '../dtype.ts';
import { ANY, type Grads, defineOp } from '../op.ts';
import { oneOf, required } from '../options.ts';
import { type Elementwise, elementwise, holds, runElementwise } from '../elementwise.ts';
import { binary } from './binary.ts';
import { WORDS } from './strided.ts';

/** A comparison by its WGSL: of f32, where NaN is neither equal, less nor more than anything, and of whole numbers. */
function comparison(name: string, numbers: string, whole: string) {
  const bits = (flags: string) => `select(Words(), Words(1u), ${flags})`;
  const f = { f32: bits(numbers), i32: bits(whole), u32: bits(whole) };
  return binary(name, { f, parts: ['compare'], dtype: 'u32' });
}

/**
 * 1 where a = b, else 0, as u32. a and b have one dtype, f32, i32 or u32, and broadcast as in NumPy; one of the two may
 * be a number. NaN is equal to nothing. Not differentiable.
 * @throws TensorError when shapes do not broadcast, or the dtypes differ
 */
export const equal = comparison('equal', 'isEqual(a, b)', 'a == b');

/** 1 where a ≠ b, else 0, as u32; see `equal`. */
export const notEqual = comparison('notEqual', '!isEqual(a, b)', 'a != b');

/** 1 where a > b, else 0, as u32; see `equal`. */
export const greater = comparison('greater', 'isLess(b, a)', 'a > b');

/** 1 where a ≥ b, else 0, as u32; see `equal`. */
export const greaterEqual = comparison('greaterEqual', 'isAtMost(b, a)', 'a >= b');

/** 1 where a < b, else 0, as u32; see `equal`. */
export const less = comparison('less', 'isLess(a, b)', 'a < b');

/** 1 where a ≤ b, else 0, as u32; see `equal`. */
export const lessEqual = comparison('lessEqual', 'isAtMost(a, b)', 'a <= b');

const logical = (name: string, operator: string) => {
  const text = (dtype: DType) =>
    `select(Words(), Words(1u), ${holds(dtype, 'a')} ${operator} ${holds(dtype, 'b')})`;
  const f = { f32: text('f32'), i32: text('i32'), u32: text('u32') };
  return binary(name, { f, dtype: 'u32' });
};

/** 1 where neither a nor b is 0, else 0, as u32; see `equal`. */
export const logicalAnd = logical('logicalAnd', '&');

/** 1 where a or b is not 0, else 0, as u32; see `equal`. */
export const logicalOr = logical('logicalOr', '|');

/** An op of one tensor that gives u32. */
const test = (name: string, dtypes: readonly DType[], flags: (dtype: DType) => string) =>
  defineOp<readonly ['x'], Elementwise, Record<never, never>>(name, {
    inputs: ['x'],
    dtypes: { x: dtypes },
    dtype: 'u32',
    attributes: ({ x }) => {
      const text = `select(Words(), Words(1u), ${flags(x.dtype)})`;
      return elementwise(name, { x: x.dtype }, text, { dtype: 'u32' });
    },
    shape: ({ x }) => x.shape,
    run: (tensors, attributes) => runElementwise(tensors, attributes, tensors.y),
  });

/** 1 where x (f32, i32 or u32) is 0, else 0, as u32. Not differentiable. */
export const logicalNot = test('logicalNot', WORDS, (dtype) => `!${holds(dtype, 'x')}`);

/** 1 where x is NaN, else 0, as u32. Not differentiable. */
export const isNaN = test('isNaN', ['f32'], () => 'isNan(x)');

/** 1 where x is neither NaN nor ±∞, else 0, as u32. Not differentiable. */
export const isFinite = test('isFinite', ['f32'], () => 'sizeBits(x) < Bits(INFINITE)');

/** WGSL of x, of one dtype, as another. */
function converted(from: DType, to: DType): string {
  if (from !== 'f32') return `${{ f32: 'Value', i32: 'Bits', u32: 'Words', u8: 'Words' }[to]}(x)`;
  // WGSL stops at the largest f32 that fits.
  const signed =
    'select(select(Bits(x), Bits(0x7fffffffi), x >= Value(2147483648f)), Bits(), isNan(x))';
  const unsigned =
    'select(select(Words(x), Words(0xffffffffu), x >= Value(4294967296f)), Words(), isNan(x))';
  return { f32: 'x', i32: signed, u32: unsigned, u8: `Words(${signed})` }[to];
}

/** Of `cast`. */
export interface CastOptions {
  readonly dtype: DType;
}

/**
 * x as another dtype. From f32 to whole numbers what stands behind the point goes, NaN becomes 0, and what is too large
 * the largest; u8 keeps the lowest eight bits. f32 holds whole numbers up to 2²⁴ exactly. Between f32 and f32 the
 * gradient passes; whole numbers have none.
 * @throws TensorError on a dtype that there is not
 */
export const cast = defineOp<readonly ['x'], CastOptions & Elementwise, CastOptions>('cast', {
  inputs: ['x'],
  dtypes: { x: ANY },
  options: { dtype: required(oneOf('f32', 'i32', 'u32', 'u8')) },
  dtype: (_, { dtype }) => dtype,
  attributes({ x }, options) {
    const text = converted(x.dtype, options.dtype);
    return { ...options, ...elementwise('cast', { x: x.dtype }, text, options) };
  },
  shape: ({ x }) => x.shape,
  run: (tensors, attributes) => runElementwise(tensors, attributes, tensors.y),
  vjp: ({ x, dy }): Grads<'x'> => ({ x: x.dtype === 'f32' ? dy : undefined }),
});
