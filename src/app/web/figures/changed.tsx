// Validation images that are named otherwise than an epoch before: was, is, right or wrong.
import { counted, grouped } from '../../wording.ts';
import type { ChangesLook } from '../protocol.ts';
import { ImageButton } from './imageButton.tsx';

interface ChangedProps {
  readonly changes: ChangesLook;
  readonly classes: readonly string[];
}

const withArticle = (name: string) => `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;

export function Changed({ changes, classes }: ChangedProps) {
  const { epoch, counts, images } = changes;
  const { learned, lost, otherwise } = counts;
  const total = learned + lost + otherwise;
  return (
    <div class="changed">
      <h3>Answers that changed</h3>
      <p class="soft">
        {total === 0
          ? `Epoch ${epoch} changed no answer to a validation image.`
          : `Epoch ${epoch} changed the answers to ${counted(total, 'validation image')}: ${grouped(learned)} became right, ${grouped(lost)} became wrong, ${grouped(otherwise)} stayed wrong in another way.${images.length > 0 ? ' Some of them:' : ''}`}
      </p>
      <ul>
        {images.map(({ index, label, was, is, pixels }) => {
          const isRight = is === label;
          const truth = classes[label] ?? '';
          const [before, now] = [classes[was] ?? '', classes[is] ?? ''];
          return (
            <li class={isRight ? 'right' : 'wrong'}>
              <ImageButton
                image={{ split: 'train', index }}
                pixels={pixels}
                label={`${truth}, training image ${index}, called ${before} and now ${now}`}
              />
              <p>
                <span class="soft">{before} →</span>
                <b>{now}</b>
                <span class="mark">
                  {isRight ? '✓ right now' : `✗ it is ${withArticle(truth)}`}
                </span>
              </p>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
