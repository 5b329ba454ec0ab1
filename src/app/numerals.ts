// Numbers of any size as people read them, and the ticks of an axis: every one distinct, from 1e-8 to 1e+12.
import { grouped } from './wording.ts';

const raised = (exponent: number) =>
  String(exponent)
    .replace('-', '⁻')
    .replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] as string);

/** 3.2e-8 → '3.2 × 10⁻⁸' */
export function power(value: number): string {
  if (value === 0) return '0';
  const [digits = '', exponent = ''] = value.toExponential(1).split('e');
  return `${digits} × 10${raised(Number(exponent))}`;
}

/** What is shorter as a power of ten is one. */
const [SMALL, LARGE] = [1e-4, 1e6];

/** To `digits` significant digits, without needless zeros: 1234.5 → '1,230', 0.5 → '0.5', 2e7 → '2 × 10⁷', 1e-8 → '10⁻⁸'. */
export function numeral(value: number, digits = 3): string {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 ? '−' : '';
  if (!Number.isFinite(value)) return `${sign}∞`;
  const size = Number(Math.abs(value).toPrecision(digits));
  if (size === 0) return '0';
  if (size >= SMALL && size < LARGE) {
    const [whole = '', fraction] = String(size).split('.');
    return `${sign}${grouped(Number(whole))}${fraction === undefined ? '' : `.${fraction}`}`;
  }
  const [mantissa, exponent] = size.toExponential().split('e');
  const scaled = `10${raised(Number(exponent))}`;
  return `${sign}${mantissa === '1' ? scaled : `${mantissa} × ${scaled}`}`;
}

/** A loss: 0.70812 → '0.708', and short where it explodes or vanishes. */
export const lossText = (loss: number): string =>
  loss === 0 || (loss >= 0.001 && loss < 1000) ? loss.toFixed(3) : numeral(loss);

/** The texts of an axis: as many digits as tell its ticks apart. */
export function tickTexts(ticks: readonly number[]): string[] {
  const sorted = [...new Set(ticks)].sort((a, b) => a - b);
  const steps = sorted.slice(1).map((tick, i) => tick - (sorted[i] as number));
  const most = Math.max(...sorted.map(Math.abs));
  if (!(most > 0)) return ticks.map(() => '0');
  const step = Math.min(most, ...steps);
  const digits = Math.floor(Math.log10(most)) - Math.floor(Math.log10(step)) + 2;
  return ticks.map((tick) =>
    // What is a rounding error beside the step is nothing.
    Math.abs(tick) < step / 1000 ? '0' : numeral(tick, Math.min(15, Math.max(1, digits))),
  );
}

/** Of a tick without decimals to the next, in a step. */
const STEPS = [1, 2, 5] as const;
const clean = (tick: number) => Number(tick.toPrecision(12));

/**
 * Ticks of a logarithmic axis between two numbers above 0, at most `most`: 1, 2 and 5 times the powers of ten, or the
 * powers alone, or every so many of them; within less than a power of ten as on a linear axis.
 */
export function logTicks(low: number, high: number, most = 9): number[] {
  const [first, last] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
  const within = (ticks: readonly number[]) =>
    ticks.map(clean).filter((tick) => tick >= low && tick <= high);
  const powers = Array.from({ length: last - first + 3 }, (_, i) => first - 1 + i);
  const fine = within(powers.flatMap((power) => STEPS.map((step) => step * 10 ** power)));
  if (fine.length <= most) return fine.length > 2 ? fine : linearTicks(low, high);
  const every = [1, 2, 3, 4, 5, 10, 20, 50, 100].find((n) => (last - first) / n < most) ?? 1;
  return within(powers.filter((power) => power % every === 0).map((power) => 10 ** power));
}

function linearTicks(low: number, high: number): number[] {
  const raw = (high - low) / 5;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = unit * ([...STEPS, 10].find((n) => n * unit >= raw) ?? 10);
  const from = Math.ceil(low / step);
  const count = Math.max(0, Math.floor(high / step) - from + 1);
  return Array.from({ length: Math.min(count, 12) }, (_, i) => clean((from + i) * step));
}
