// add, sub, mul, div, maximum and minimum: elementwise, operands broadcast as in NumPy.
import { scale, sumTo } from './broadcast.ts';
import { binary } from './binary.ts';

/**
 * y = a + b. Shapes broadcast as in NumPy: from the right, equal or 1. One of the two may be a number.
 * @throws TensorError when they do not
 */
export const add = binary('add', {
  f: 'a + b',
  vjp: ({ a, b, dy }, wants) => ({
    a: wants.a ? sumTo(dy, a.shape) : undefined,
    b: wants.b ? sumTo(dy, b.shape) : undefined,
  }),
});

/**
 * y = a − b. Shapes broadcast as in NumPy. One of the two may be a number.
 * @throws TensorError when they do not
 */
export const sub = binary('sub', {
  f: 'a - b',
  vjp: ({ a, b, dy }, wants) => ({
    a: wants.a ? sumTo(dy, a.shape) : undefined,
    b: wants.b ? scale(sumTo(dy, b.shape), { by: -1 }) : undefined,
  }),
});

/**
 * y = a · b, elementwise. Shapes broadcast as in NumPy. One of the two may be a number.
 * @throws TensorError when they do not
 */
export const mul = binary('mul', {
  f: 'a * b',
  vjp: ({ a, b, dy }, wants) => ({
    a: wants.a ? sumTo(mul(dy, b), a.shape) : undefined,
    b: wants.b ? sumTo(mul(dy, a), b.shape) : undefined,
  }),
});

/**
 * y = a / b, elementwise. Shapes broadcast as in NumPy. One of the two may be a number.
 * @throws TensorError when they do not
 */
export const div = binary('div', {
  f: 'a / b',
  // ∂y/∂b = −a / b² = −y / b
  vjp: ({ a, b, y, dy }, wants) => ({
    a: wants.a ? sumTo(div(dy, b), a.shape) : undefined,
    b: wants.b ? sumTo(div(scale(mul(dy, y), { by: -1 }), b), b.shape) : undefined,
  }),
});

/** 1 where a > b, ½ where they are equal, 0 where a < b; 1 where one is NaN. */
const share = binary('share', {
  f: 'select(select(Value(1f), Value(), isLess(a, b)), Value(0.5f), isEqual(a, b))',
  parts: ['compare'],
  vjp: () => ({ a: undefined, b: undefined }),
});

/**
 * y = max(a, b), elementwise; NaN where one of them is. Where they are equal each gets half of the gradient, as in
 * PyTorch. Shapes broadcast as in NumPy. One of the two may be a number.
 * @throws TensorError when they do not
 */
export const maximum = binary('maximum', {
  f: 'larger(a, b)',
  vjp: ({ a, b, dy }, wants) => ({
    a: wants.a ? sumTo(mul(dy, share(a, b)), a.shape) : undefined,
    b: wants.b ? sumTo(mul(dy, share(b, a)), b.shape) : undefined,
  }),
});

/**
 * y = min(a, b), elementwise; NaN where one of them is. Where they are equal each gets half of the gradient, as in
 * PyTorch. Shapes broadcast as in NumPy. One of the two may be a number.
 * @throws TensorError when they do not
 */
export const minimum = binary('minimum', {
  f: '-larger(-a, -b)',
  vjp: ({ a, b, dy }, wants) => ({
    a: wants.a ? sumTo(mul(dy, share(b, a)), a.shape) : undefined,
    b: wants.b ? sumTo(mul(dy, share(a, b)), b.shape) : undefined,
  }),
});
