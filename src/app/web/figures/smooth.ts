// A curve without its jitter: the exponential moving average, corrected for its start.

/**
 * Each value becomes the mean of all up to it, weighted by weight^age. With weight 0 nothing changes.
 * Starting from nothing, so the first values are divided by the weights that they have (Kingma & Ba 2015, §3).
 */
export function smooth(values: readonly number[], weight: number): number[] {
  let sum = 0;
  let weights = 0;
  return values.map((value) => {
    sum = weight * sum + value;
    weights = weight * weights + 1;
    return sum / weights;
  });
}
