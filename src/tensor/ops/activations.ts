// Activations: elementwise functions of one tensor that stand behind layers. What each makes of NaN and ±∞, and its
// gradient there, is PyTorch's. On some adapters numbers below 2^−126 count as 0.
import { literal } from '../elementwise.ts';
import { finite, oneOf } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import { add, mul, sub } from './arithmetic.ts';
import { less } from './comparison.ts';
import { unary } from './unary.ts';
import { square } from './power.ts';
import { reluGrad } from './reluGrad.ts';
import { abs, sign } from './rounding.ts';
import { exp } from './transcendental.ts';
import { where } from './where.ts';

/** y = max(0, x), elementwise. The gradient at 0 is 0, that of NaN dy. */
export const relu = unary('relu', {
  f: 'rectified(x)',
  vjp: (y, dy) => reluGrad(y, dy).dx,
});

/**
 * y = x where x > 0, alpha · x elsewhere; alpha is 0.01 by default. The gradient at 0, and of NaN, is alpha · dy.
 * (Maas, Hannun & Ng 2013)
 * @throws TensorError when alpha is not a finite number
 */
export const leakyRelu = unary<{ alpha?: number | undefined }>('leakyRelu', {
  f: ({ alpha = 0.01 }) => `select(${literal(alpha)} * x, x, x > Value())`,
  d: ({ alpha = 0.01 }) => `select(${literal(alpha)} * dy, dy, isLess(Value(), x))`,
  parts: ['compare'],
  options: { alpha: finite() },
});

/**
 * y = x where x > 0, alpha · (eˣ − 1) elsewhere; alpha is 1 by default. (Clevert et al. 2015, arXiv:1511.07289)
 * @throws TensorError when alpha is not a finite number
 */
export const elu = unary<{ alpha?: number | undefined }>('elu', {
  f: ({ alpha = 1 }) => `select(${literal(alpha)} * expm1(min(x, Value())), x, x > Value())`,
  d: ({ alpha = 1 }) => `select(${literal(alpha)} * expOf(x) * dy, dy, isLess(Value(), x))`,
  parts: ['compare', 'log1p'],
  options: { alpha: finite() },
  second: ({ x }, { alpha = 1 }) => mul(where(less(x, 0), exp(minimum0(x)), mul(x, 0)), alpha),
});

/** Where the exponential is not to overflow for x that are not asked about. */
const minimum0 = (x: Tensor) => sub(x, relu(x));

/** y = 1 / (1 + e⁻ˣ), elementwise. */
export const sigmoid = unary('sigmoid', {
  f: 'sigmoid(x)',
  d: 'sigmoidSlope(x) * dy',
  parts: ['sigmoid'],
  second: ({ y }) => mul(mul(y, sub(1, y)), sub(1, mul(y, 2))),
});

/** y = tanh x, elementwise. */
export const tanh = unary('tanh', {
  f: 'tanhOf(x)',
  d: '4f * sigmoidSlope(2f * x) * dy',
  parts: ['tanh', 'sigmoid'],
  second: ({ y }) => mul(mul(y, -2), sub(1, square(y))),
});

/** y = x / (1 + e⁻ˣ), elementwise, also called swish; NaN at −∞. (Ramachandran et al. 2017, arXiv:1710.05941) */
export const silu = unary('silu', {
  f: 'x / (1f + exp(-x))',
  d: 'select((1f + near(x) * sigmoid(-x)) / (1f + exp(-x)), x, isNan(x)) * dy',
  parts: ['sigmoid'],
  // σ′ · (2 + x · (1 − 2σ))
  second({ x }) {
    const s = sigmoid(x);
    return mul(mul(s, sub(1, s)), add(mul(x, sub(1, mul(s, 2))), 2));
  },
});

/** y = ln(1 + eˣ), elementwise, without overflow. */
export const softplus = unary('softplus', {
  f: 'max(x, Value()) + log1p(exp(-abs(x)))',
  d: 'sigmoid(x) * dy',
  parts: ['log1p', 'sigmoid'],
  second({ x }) {
    const s = sigmoid(x);
    return mul(s, sub(1, s));
  },
});

/** y = x / (1 + |x|), elementwise; NaN at ±∞. */
export const softsign = unary('softsign', {
  f: 'x / (1f + abs(x))',
  d: 'dy / ((1f + abs(x)) * (1f + abs(x)))',
  // −2 · sign x / (1 + |x|)³, with 1 / (1 + |x|) = 1 − |y|
  second({ x, y }) {
    const rest = sub(1, abs(y));
    return mul(mul(sign(x), -2), mul(square(rest), rest));
  },
});

/** y = x · min(max(x + 3, 0), 6) / 6, elementwise. (Howard et al. 2019, arXiv:1905.02244) */
export const hardSwish = unary('hardSwish', {
  f: 'x * (clamp(x + 3f, Value(), Value(6f)) / 6f)',
  d: 'dy * select(select((2f * x + 3f) / 6f, Value(1f), isLess(Value(3f), x)), Value(), isLess(x, Value(-3f)))',
  parts: ['compare'],
  second: ({ x }) => mul(where(less(abs(x), 3), add(mul(x, 0), 1), mul(x, 0)), 1 / 3),
});

/**
 * y = x · Φ(x), Φ the distribution function of the standard normal; with `approximate: 'tanh'`
 * y = x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))). (Hendrycks & Gimpel 2016, arXiv:1606.08415) At −∞ y is NaN, and at
 * ±∞ the gradient, where 0 meets ∞.
 * @throws TensorError when `approximate` is neither 'none' nor 'tanh'
 */
export const gelu = unary<{ approximate?: 'none' | 'tanh' | undefined }>('gelu', {
  // x/2 · (1 + tanh u) = x · sigmoid(2u), u = √(2/π) · (x + 0.044715 x³)
  f: ({ approximate }) =>
    approximate === 'tanh'
      ? 'x * sigmoid(1.5957691f * (x + 0.044715f * x * x * x))'
      : 'x * normal(x)',
  d: ({ approximate }) =>
    `select(${approximate === 'tanh' ? 'geluTanhSlope' : 'geluSlope'}(x), x, isNan(x)) * dy`,
  parts: ['erf', 'sigmoid', 'tanh'],
  options: { approximate: oneOf('none', 'tanh') },
  second: ({ x }, { approximate }) => (approximate === 'tanh' ? geluTanh2(x) : gelu2(x)),
});

/** (2 − x²) · φ(x), φ the density of the standard normal. */
function gelu2(x: Tensor): Tensor {
  const squared = square(x);
  return mul(sub(2, squared), mul(exp(mul(squared, -0.5)), 1 / Math.sqrt(2 * Math.PI)));
}

/** (1 − t²) · (u′ + x/2 · (u″ − 2t · u′²)), with u = √(2/π) · (x + 0.044715 x³) and t = tanh u. */
function geluTanh2(x: Tensor): Tensor {
  const [first, third] = [Math.sqrt(2 / Math.PI), Math.sqrt(2 / Math.PI) * 0.044715];
  const squared = square(x);
  const u = mul(x, add(mul(squared, third), first));
  const slope = add(mul(squared, 3 * third), first);
  const t = tanh(u);
  const bend = sub(mul(x, 6 * third), mul(mul(t, 2), square(slope)));
  return mul(sub(1, square(t)), add(slope, mul(mul(x, bend), 0.5)));
}
