// Images that were taken for something else, each with its truth and the answers that were most probable.
import { percent } from '../../wording.ts';
import type { ImageRef, Mistake } from '../protocol.ts';
import { ImageButton } from './imageButton.tsx';

interface GalleryProps {
  readonly mistakes: readonly Mistake[];
  readonly classes: readonly string[];
  /** The data set that was judged is still the one at hand. */
  readonly isCurrent: boolean;
}

/** A test image by its position, or by its pixels where other data has taken the place of what was judged. */
export const refOf = ({ index, pixels }: Mistake, isCurrent: boolean): ImageRef =>
  isCurrent ? { split: 'test', index } : { split: 'own', pixels };

export function Gallery({ mistakes, classes, isCurrent }: GalleryProps) {
  return (
    <ul class="gallery">
      {mistakes.map((mistake) => (
        <MistakeView
          key={mistake.index}
          mistake={mistake}
          classes={classes}
          isCurrent={isCurrent}
        />
      ))}
    </ul>
  );
}

/** A share between 0 and 1 as a bar, beside its number. */
export function Bar({ share }: { share: number }) {
  return <i class="bar" style={{ '--share': share.toFixed(3) }} aria-hidden="true" />;
}

interface MistakeProps {
  readonly mistake: Mistake;
  readonly classes: readonly string[];
  readonly isCurrent: boolean;
}

function MistakeView({ mistake, classes, isCurrent }: MistakeProps) {
  const { index, label, pixels, answers, probabilityOfTruth } = mistake;
  const shown = answers.some((answer) => answer.label === label)
    ? answers
    : [...answers.slice(0, 2), { label, probability: probabilityOfTruth }];
  return (
    <li>
      <ImageButton
        image={refOf(mistake, isCurrent)}
        pixels={pixels}
        label={`${classes[label]}, test image ${index}`}
      />
      <b>{classes[label]}</b>
      <ol>
        {shown.map((answer) => (
          <li class={answer.label === label ? 'truth' : ''}>
            <span>{classes[answer.label]}</span>
            <span class="n">{percent(answer.probability)}</span>
            <Bar share={answer.probability} />
          </li>
        ))}
      </ol>
    </li>
  );
}
