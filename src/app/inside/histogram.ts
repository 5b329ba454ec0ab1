// How numbers are spread, and how long a vector is.

export interface Histogram {
  readonly low: number;
  readonly high: number;
  /** Equally wide bins from low to high. */
  readonly counts: Uint32Array;
  readonly count: number;
  readonly mean: number;
  readonly deviation: number;
}

const BINS = 40;

/** Over all parts together; without any number everything is 0. */
export function histogramOf(
  parts: readonly Float32Array[],
  { withoutZeros = false }: { readonly withoutZeros?: boolean } = {},
): Histogram {
  let [low, high, count, sum, squares] = [Infinity, -Infinity, 0, 0, 0];
  for (const values of parts)
    for (const value of values) {
      if (withoutZeros && value === 0) continue;
      if (value < low) low = value;
      if (value > high) high = value;
      count++;
      sum += value;
      squares += value * value;
    }
  const counts = new Uint32Array(BINS);
  if (count === 0) return { low: 0, high: 0, counts, count, mean: 0, deviation: 0 };
  const perUnit = high > low ? BINS / (high - low) : 0;
  for (const values of parts)
    for (const value of values) {
      if (withoutZeros && value === 0) continue;
      const bin = Math.min(BINS - 1, Math.floor((value - low) * perUnit));
      counts[bin] = (counts[bin] as number) + 1;
    }
  const mean = sum / count;
  const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
  return { low, high, counts, count, mean, deviation };
}

/** √Σ v² */
export function norm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) ** 2;
  return Math.sqrt(sum);
}
