// Exponentials, logarithms, sine, cosine and the error function, elementwise.
import { add, div, mul } from './arithmetic.ts';
import { unary } from './unary.ts';

/** y = eˣ, elementwise; above 88.7 the result is infinite. */
export const exp = unary('exp', { f: 'exp(x)', d: 'dy * y', second: ({ y }) => y });

/** y = eˣ − 1, elementwise, exact where x is small. */
export const expm1 = unary('expm1', {
  f: 'expm1(x)',
  d: 'dy * expOf(x)',
  parts: ['log1p'],
  second: ({ x }) => exp(x),
});

/** y = ln x, elementwise; −∞ at 0, NaN below. */
export const log = unary('log', {
  f: 'logOf(x)',
  d: 'dy / x',
  second: ({ x }) => div(-1, mul(x, x)),
});

/** y = ln(1 + x), elementwise, exact where x is small; −∞ at −1, NaN below. */
export const log1p = unary('log1p', {
  f: 'log1p(x)',
  d: 'dy / (1f + x)',
  parts: ['log1p'],
  second({ x }) {
    const slope = div(1, add(x, 1));
    return mul(mul(slope, slope), -1);
  },
});

/** y = sin x, elementwise, x in radians; within 2e-7 up to |x| = 8192, and worse beyond. */
export const sin = unary('sin', {
  f: 'sinAt(x, 0i)',
  d: 'dy * sinAt(x, 1i)',
  parts: ['sinCos'],
  second: ({ y }) => mul(y, -1),
});

/** y = cos x, elementwise, x in radians; within 2e-7 up to |x| = 8192, and worse beyond. */
export const cos = unary('cos', {
  f: 'sinAt(x, 1i)',
  d: '-dy * sinAt(x, 0i)',
  parts: ['sinCos'],
  second: ({ y }) => mul(y, -1),
});

/** y = 2/√π · ∫₀ˣ e^−t² dt, elementwise: the error function. */
export const erf = unary('erf', {
  f: 'erf(x)',
  d: '1.1283792f * expOf(-x * x) * dy',
  parts: ['erf'],
  second: ({ x }) => mul(mul(x, -4 / Math.sqrt(Math.PI)), exp(mul(mul(x, x), -1))),
});
