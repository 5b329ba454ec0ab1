// Powers and roots, elementwise.
import { div, mul, sub } from './arithmetic.ts';
import { sumTo } from './broadcast.ts';
import { equal, greaterEqual, logicalAnd } from './comparison.ts';
import { binary } from './binary.ts';
import { where } from './where.ts';
import { unary } from './unary.ts';
import { log } from './transcendental.ts';

/** y = x², elementwise. */
export const square = unary('square', {
  f: 'x * x',
  d: '2f * x * dy',
  second: ({ x }) => x.device.scalar(2),
});

/** y = √x, elementwise; NaN below 0. dx = dy / 2y is infinite at 0. */
export const sqrt = unary('sqrt', {
  f: 'sqrt(x)',
  d: '0.5f * dy / y',
  second: ({ x, y }) => div(-0.25, mul(x, y)),
});

/** y = 1 / √x, elementwise; ∞ at 0, NaN below. */
export const rsqrt = unary('rsqrt', {
  f: '1f / sqrt(x)',
  d: '-0.5f * dy * y * y * y',
  // ¾ · x^−2.5
  second: ({ y }) => mul(mul(square(square(y)), y), 0.75),
});

/** y = 1 / x, elementwise. */
export const reciprocal = unary('reciprocal', {
  f: '1f / x',
  d: '-dy * y * y',
  second: ({ y }) => mul(mul(square(y), y), 2),
});

/**
 * y = a to the power b, elementwise; 1 where b is 0, NaN where a is below 0 and b is no whole number. The gradient of b
 * is 0 where a is 0 and b is not below. Shapes broadcast as in NumPy. One of the two may be a number.
 * @throws TensorError when they do not
 */
export const pow = binary('pow', {
  f: 'power(a, b)',
  parts: ['power'],
  vjp({ a, b, y, dy }, wants) {
    // dy · b · a^(b − 1), and 0 where b is 0
    const slope = () => where(equal(b, 0), mul(b, 0), mul(b, pow(a, sub(b, 1))));
    const flat = () => logicalAnd(equal(a, 0), greaterEqual(b, 0));
    return {
      a: wants.a ? sumTo(mul(dy, slope()), a.shape) : undefined,
      b: wants.b ? sumTo(mul(dy, where(flat(), mul(y, 0), mul(y, log(a)))), b.shape) : undefined,
    };
  },
});
