// The points of the learning curves, bounded: a run of ten hours draws, sends and keeps no more than a run of minutes.

/** Means over the batches since the point before. */
export interface Point {
  /** Epochs done, with the fraction of the present one: where the stretch ends. */
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
}

/** More points than a chart has columns of pixels show nothing more. */
export const MOST_POINTS = 2000;

/**
 * The points with one more. Where they become too many, neighbors are merged into their mean, weighted by the epochs
 * they reach over: what a point was, it stays, over a longer stretch. Stretches are a power of two of an epoch long and
 * begin at a multiple of it, so they nest, never cross the end of an epoch, and are of one length over the whole run.
 */
export function withPoint(points: readonly Point[], point: Point): readonly Point[] {
  const more = [...points, point];
  return more.length <= MOST_POINTS ? more : merged(more);
}

/** The power of two that leaves at most half of what is allowed up to `last`, so that merging is rare. */
const stretchFor = (last: number) => 2 ** Math.ceil(Math.log2(last / (MOST_POINTS / 2)));

function merged(points: readonly Point[]): readonly Point[] {
  const stretch = stretchFor(points.reduce((most, { epoch }) => Math.max(most, epoch), 0));
  const kept: Point[] = [];
  let [from, end] = [0, NaN]; // of what the last kept point reaches over
  for (const point of points) {
    const before = kept.at(-1);
    const stretchEnd = Math.ceil(point.epoch / stretch);
    if (before && stretchEnd === end) {
      const share = (point.epoch - before.epoch) / (point.epoch - from);
      const mean = (a: number, b: number) => a + (b - a) * share;
      kept[kept.length - 1] = {
        epoch: point.epoch,
        loss: mean(before.loss, point.loss),
        accuracy: mean(before.accuracy, point.accuracy),
      };
    } else {
      from = before?.epoch ?? 0;
      end = stretchEnd;
      kept.push(point);
    }
  }
  return kept;
}

/** Single samples, which have no mean: where they become too many, the last of each stretch stays. */
export function thinned<T>(samples: readonly T[], positionOf: (sample: T) => number): readonly T[] {
  const last = samples.at(-1);
  if (samples.length <= MOST_POINTS || !last) return samples;
  const stretch = stretchFor(positionOf(last));
  const ends = new Map(samples.map((sample) => [Math.ceil(positionOf(sample) / stretch), sample]));
  return [...ends.values()];
}
