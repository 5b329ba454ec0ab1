// A smoothed curve: an average that leans on what came last, and true from its first value on.
import { expect, test } from 'vitest';
import { smooth } from '../src/app/web/figures/smooth.ts';

test('without weight nothing changes', () => {
  expect(smooth([3, 1, 4], 0)).toEqual([3, 1, 4]);
  expect(smooth([], 0.9)).toEqual([]);
});

test('each value is the mean of all before it, weighted by age', () => {
  const [first, second, third] = smooth([8, 2, 5], 0.5);
  expect(first).toBe(8);
  expect(second).toBeCloseTo((8 * 0.5 + 2) / 1.5, 12);
  expect(third).toBeCloseTo((8 * 0.25 + 2 * 0.5 + 5) / 1.75, 12);
});

test('what does not change is not changed', () => {
  for (const value of smooth([7, 7, 7, 7], 0.95)) expect(value).toBeCloseTo(7, 12);
});
