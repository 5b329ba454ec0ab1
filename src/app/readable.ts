// Figures of many classes: which of them to show, where there is no room for all.
import { counted, grouped, listed } from './wording.ts';

/** More classes than this do not stand in one table, one list or one row of pictures. */
export const MOST_CLASSES_SHOWN = 30;

/** The classes of which the most images are wrong, or are wrongly called so; at most so many, in the order of the set. */
export function mostConfusedClasses(
  confusion: readonly (readonly number[])[],
  most = MOST_CLASSES_SHOWN,
): readonly number[] {
  const wrong = confusion.map(() => 0);
  confusion.forEach((row, t) =>
    row.forEach((count, p) => {
      if (t === p) return;
      wrong[t]! += count;
      wrong[p]! += count;
    }),
  );
  return [...wrong.keys()]
    .sort((a, b) => wrong[b]! - wrong[a]! || a - b)
    .slice(0, most)
    .sort((a, b) => a - b);
}

/** 'a, b and c', or the first of them and how many more there are. */
export function someOf(names: readonly string[], most = 20): string {
  if (names.length <= most) return listed(names);
  return `${names.slice(0, most).join(', ')} and ${grouped(names.length - most)} more`;
}

/** What stands under a figure that shows some classes of many; '' where it shows all. */
export const shownText = (shown: number, of: number): string =>
  shown < of
    ? `The ${counted(shown, 'class', 'classes')} with the most errors, of ${grouped(of)}.`
    : '';

/** '32 × 32 pixels in color' */
export const pixelsText = ({
  height,
  width,
  channels,
}: {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}): string => `${height} × ${width} ${channels === 1 ? 'gray pixels' : 'pixels in color'}`;
