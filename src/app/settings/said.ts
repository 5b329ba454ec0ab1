// Settings as texts name them.
import { type Group, ROWS, type RunConfig, textOf, usualText } from './table.ts';

/** What the accuracy on the test images is called: one that more than the images as they are went into says so. */
export const accuracyTitle = ({ tta }: RunConfig): string =>
  tta === 'mirror' ? 'test accuracy with mirrored images averaged in' : 'test accuracy';

/** Rarely used settings that are not as usual, of some groups: 'Label smoothing 0.05, augmentation: mirror, shift 2 pixels'; '' where all are. */
export const saidMore = (
  config: RunConfig,
  groups: readonly Group[] = ['preparation', 'more'],
): string =>
  ROWS.filter(([, { group, isSaidApart }]) => groups.includes(group) && !isSaidApart)
    .flatMap(([, row]) => {
      const { title, kind } = row;
      const text = textOf(row, config);
      if (text === usualText(row)) return [];
      const value = kind.said?.(text) ?? ` ${kind.choices?.[text]?.toLowerCase() ?? text}`;
      return [`${title.toLowerCase()}${value}`];
    })
    .join('; ');
