// Settings as texts name them.
import { saidWorks } from './augment.ts';
import { ROWS, type RunConfig, textOf, usualText } from './table.ts';

/** What the accuracy on the test images is called: one that more than the images as they are went into says so. */
export const accuracyTitle = ({ tta }: RunConfig): string =>
  tta === 'mirror' ? 'test accuracy with mirrored images averaged in' : 'test accuracy';

/** Rarely used settings that are not as usual: 'Label smoothing 0.05, augmentation: mirror, shift 2 pixels'; '' where all are. */
export const saidMore = (config: RunConfig): string =>
  ROWS.filter(([flag, { group }]) => group === 'more' && !['seed', 'validation'].includes(flag))
    .flatMap(([flag, row]) => {
      const text = textOf(row, config);
      if (text === usualText(row)) return [];
      const value = row.kind.choices?.[text]?.toLowerCase() ?? text;
      return [
        `${row.title.toLowerCase()}${flag === 'augment' ? `: ${saidWorks(text)}` : ` ${value}`}`,
      ];
    })
    .join('; ');
