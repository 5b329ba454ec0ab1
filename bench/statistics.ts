// What samples say: median and percentiles, how noisy they are, the line through points.
import type { Noise, Spread } from './result.ts';

/** The value at a share of the sorted samples, between two of them by linear interpolation. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] ?? NaN, sorted[Math.ceil(at)] ?? NaN];
  return low + (high - low) * (at - Math.floor(at));
}

export const spread = (samples: readonly number[]): Spread => ({
  median: percentile(samples, 0.5),
  low: percentile(samples, 0.05),
  high: percentile(samples, 0.95),
});

/** Every figure of a spread times a factor. */
export const scaled = ({ median, low, high }: Spread, factor: number): Spread => ({
  median: median * factor,
  low: low * factor,
  high: high * factor,
});

export const widthOf = ({ median, low, high }: Spread) => (high - low) / median;

/** Samples of one thing should not take longer. */
const BUDGET_MS = 15_000;
const FEWEST = 3;

/** So many samples, or as many as there is time for. */
export const affordable = (runs: number, sampleMs: number) =>
  Math.min(runs, Math.max(FEWEST, Math.floor(BUDGET_MS / sampleMs)));

const QUIET = 0.05;
const NOISY = 0.15;

/** Verdict on a machine from the same thing timed at the beginning and at the end, and from what others took of it. */
export function noiseOf(before: Spread, after: Spread, others?: number): Noise {
  const spread = Math.max(widthOf(before), widthOf(after));
  const drift = after.median / before.median - 1;
  const worst = Math.max(spread, Math.abs(drift), others ?? 0);
  const verdict = worst <= QUIET ? 'quiet' : worst <= NOISY ? 'noisy' : 'disturbed';
  return { spread, drift, ...(others !== undefined && { others }), verdict };
}

export interface Line {
  readonly intercept: number;
  readonly slope: number;
  /** Largest |y − line| / line. */
  readonly deviation: number;
}

/** The line through points by least squares. It takes two points with different x. */
export function lineThrough(points: readonly (readonly [x: number, y: number])[]): Line {
  const mean = (of: (p: readonly [number, number]) => number) =>
    points.reduce((sum, p) => sum + of(p), 0) / points.length;
  const [mx, my] = [mean(([x]) => x), mean(([, y]) => y)];
  const slope = mean(([x, y]) => (x - mx) * (y - my)) / mean(([x]) => (x - mx) ** 2);
  const intercept = my - slope * mx;
  const off = points.map(([x, y]) => Math.abs(y / (intercept + slope * x) - 1));
  return { intercept, slope, deviation: Math.max(...off) };
}
