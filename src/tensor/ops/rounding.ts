// Sign, bounds and whole numbers, elementwise.
import { finite } from '../options.ts';
import { literal } from '../elementwise.ts';
import { unary } from './unary.ts';

/** y = −x, elementwise. */
export const neg = unary('neg', { f: '-x', d: '-dy' });

/** y = |x|, elementwise. The gradient at 0, and of NaN, is 0. */
export const abs = unary('abs', {
  f: 'abs(x)',
  d: 'Value(select(sign(rank(x)), Bits(), isNan(x))) * dy',
});

/** y = 1 where x > 0, −1 where x < 0, 0 where it is 0, elementwise. The gradient is 0. */
export const sign = unary('sign', { f: 'Value(sign(rank(x)))' });

/** y = the largest whole number that is not above x, elementwise. The gradient is 0. */
export const floor = unary('floor', { f: 'floor(x)' });

/** y = the smallest whole number that is not below x, elementwise. The gradient is 0. */
export const ceil = unary('ceil', { f: 'ceil(x)' });

/** y = the nearest whole number, the even one of two, elementwise. The gradient is 0. */
export const round = unary('round', { f: 'round(x)' });

interface Bounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/**
 * y = min(max(x, min), max), elementwise; a bound that is absent does not bind. The gradient passes where
 * min ≤ x ≤ max; NaN, which stays NaN, has none unless both bounds are absent.
 * @throws TensorError when a bound is not a finite number
 */
export const clip = unary<Bounds>('clip', {
  f: ({ min, max }) => {
    const above = min === undefined ? 'x' : `max(x, Value(${literal(min)}))`;
    return max === undefined ? above : `min(${above}, Value(${literal(max)}))`;
  },
  // Both ends belong to the range that is left alone.
  d: ({ min, max }) => {
    const above = min === undefined ? [] : [`isAtMost(Value(${literal(min)}), x)`];
    const below = max === undefined ? [] : [`isAtMost(x, Value(${literal(max)}))`];
    const inside = [...above, ...below];
    return inside.length === 0 ? 'dy' : `select(Value(), dy, ${inside.join(' & ')})`;
  },
  parts: ['compare'],
  options: { min: finite(), max: finite() },
});
