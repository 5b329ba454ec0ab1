// Which validation images a network names otherwise than an epoch before: learned, lost, or wrong in another way.
import type { Labels } from './data/dataset.ts';
import type { Answers } from './evaluation.ts';

export interface Change {
  /** Position in the split. */
  readonly index: number;
  readonly label: number;
  readonly was: number;
  readonly is: number;
}

export interface Changes {
  /** Wrong before and right now; right before and wrong now; wrong both times, each time otherwise. */
  readonly counts: { readonly learned: number; readonly lost: number; readonly otherwise: number };
  /** Some of them: learned and lost in turn, spread over all classes as they come. */
  readonly some: readonly Change[];
}

/** Compares two answers to the same images. `most`: how many of them to name. */
export function changesOf(before: Answers, after: Answers, labels: Labels, most: number): Changes {
  const changed = Array.from(after.images, (index, i): Change => {
    const [was, is] = [before.predicted[i] as number, after.predicted[i] as number];
    return { index, label: labels[index] as number, was, is };
  }).filter(({ was, is }) => was !== is);
  const learned = changed.filter(({ label, is }) => is === label);
  const lost = changed.filter(({ label, was }) => was === label);
  const otherwise = changed.filter(({ label, was, is }) => was !== label && is !== label);
  const turns = [spread(learned, most), spread(lost, most)];
  const some = Array.from({ length: most }, (_, i) =>
    turns.flatMap((list) => list.slice(i, i + 1)),
  );
  return {
    counts: { learned: learned.length, lost: lost.length, otherwise: otherwise.length },
    some: some.flat().slice(0, most),
  };
}

/** As many as are wanted, evenly from the list. */
function spread<T>(list: readonly T[], most: number): T[] {
  const count = Math.min(most, list.length);
  return Array.from(
    { length: count },
    (_, i) => list[Math.floor(((i + 0.5) * list.length) / count)] as T,
  );
}
