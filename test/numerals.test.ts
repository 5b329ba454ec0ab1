// Axes from 1e-8 to 1e+12: every tick has a text of its own, short, and true.
import { expect, test } from 'vitest';
import { logTicks, lossText, numeral, power, tickTexts } from '../src/app/numerals.ts';

/** '−2.5 × 10⁷' → -2.5e7 */
function valueOf(text: string): number {
  const plain = text.replaceAll(',', '').replace('−', '-');
  const [, sign = '', mantissa = '1', exponent] =
    /^(-?)(?:([\d.]+) × )?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/.exec(plain) ?? [];
  if (exponent === undefined) return Number(plain);
  const digits = exponent
    .replace('⁻', '-')
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (d) => String('⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(d)));
  return Number(`${sign}${mantissa}e${digits}`);
}

const SIZES = Array.from({ length: 21 }, (_, i) => 10 ** (i - 8));

test.each(SIZES)('a linear axis up to %f', (most) => {
  for (const factor of [1, 1.05, 1.1, 2.3, 3.2, 5, 7.7])
    for (const count of [2, 4, 5, 8])
      for (const from of [0, 0.9, 0.999]) {
        const [low, high] = [from * factor * most, factor * most];
        const step = (high - low) / count;
        const ticks = Array.from({ length: count + 1 }, (_, i) =>
          Number((low + i * step).toPrecision(6)),
        );
        const texts = tickTexts(ticks);
        expect(new Set(texts).size).toBe(ticks.length);
        for (const [i, text] of texts.entries()) {
          expect(text.length).toBeLessThan(17);
          expect(Math.abs(valueOf(text) - (ticks[i] ?? 0))).toBeLessThan(step / 5);
        }
      }
});

test('what was wrong on the page: 1e+7 stood there twice', () => {
  expect(tickTexts([0, 2_500_000, 5_000_000, 7_500_000, 10_000_000, 12_500_000])).toEqual([
    ...['0', '2.5 × 10⁶', '5 × 10⁶', '7.5 × 10⁶', '10⁷', '1.25 × 10⁷'],
  ]);
  expect(tickTexts([0, 0.5, 1, 1.5, 2])).toEqual(['0', '0.5', '1', '1.5', '2']);
  expect(tickTexts([0, 0.1, 0.2, 0.30000000000000004])).toEqual(['0', '0.1', '0.2', '0.3']);
  expect(tickTexts([0, 20_000, 100_000])).toEqual(['0', '20,000', '100,000']);
  expect(tickTexts([-0.5, 1e-17, 0.5])).toEqual(['−0.5', '0', '0.5']);
  expect(tickTexts([0])).toEqual(['0']);
  expect(tickTexts([])).toEqual([]);
});

test('a logarithmic axis over any range has some ticks, not too many, each its own', () => {
  for (const low of SIZES)
    for (const ratio of [1.001, 1.2, 1.9, 3, 12, 150, 1e4, 1e7, 1e12, 1e20]) {
      const high = low * ratio;
      const ticks = logTicks(low, high);
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.length).toBeLessThanOrEqual(9);
      for (const tick of ticks) {
        expect(tick).toBeGreaterThanOrEqual(low);
        expect(tick).toBeLessThanOrEqual(high * (1 + 1e-12));
      }
      const texts = tickTexts(ticks);
      expect(new Set(texts).size).toBe(ticks.length);
      for (const [i, text] of texts.entries())
        expect(valueOf(text) / (ticks[i] ?? 0)).toBeCloseTo(1, 3);
    }
});

test('one way to write a number', () => {
  expect([numeral(1234.5), numeral(0.5), numeral(-2e7), numeral(1e-8), numeral(999_999)]).toEqual([
    ...['1,230', '0.5', '−2 × 10⁷', '10⁻⁸', '10⁶'],
  ]);
  expect([numeral(0), numeral(NaN), numeral(-Infinity)]).toEqual(['0', 'NaN', '−∞']);
  expect([
    lossText(0.70812),
    lossText(0),
    lossText(2.9e10),
    lossText(3e-8),
    lossText(1250),
  ]).toEqual([...['0.708', '0.000', '2.9 × 10¹⁰', '3 × 10⁻⁸', '1,250']]);
  expect([power(3.2e-8), power(1200), power(0)]).toEqual(['3.2 × 10⁻⁸', '1.2 × 10³', '0']);
});
