// Where the data comes from: the built-in set, or the four files of Fashion-MNIST from one's own disk.
import { useId } from 'preact/hooks';
import type { BuiltinName } from '../../data/builtin.ts';
import { percent } from '../../wording.ts';
import { chosen, type Dropped } from '../dropped.ts';
import type { DataLook } from '../protocol.ts';
import type { State } from '../state.ts';
import { useShown } from '../useShown.ts';
import { WayOfPictures } from './pictureWay.tsx';

interface SourceProps {
  readonly data: DataLook | undefined;
  readonly work: State['dataWork'];
  readonly shelf: State['shelf'];
  readonly busy: boolean;
  readonly isOver: boolean;
  readonly way: string;
  readonly onFiles: (files: readonly Dropped[]) => void;
  readonly onWay: (way: string) => void;
  readonly onBuiltin: (name: BuiltinName) => void;
}

export function Source(props: SourceProps) {
  const { data, work, shelf, busy, isOver, way, onFiles, onWay, onBuiltin } = props;
  const id = useId();
  const { slots, refused } = shelf;
  const isReal = data?.builtin === false;
  const isOwn = isReal && data.name === 'own';
  const notice = useShown<HTMLDivElement>(refused.length > 0 && refused);
  const begun = slots.some((slot) => slot.here);
  return (
    <div class={isOver ? 'source over' : 'source'}>
      <div>
        <h3>
          {isOwn
            ? 'These are your own images'
            : isReal
              ? 'These are the real photographs'
              : 'Use your own images, or the real photographs'}
        </h3>
        <p class="soft">
          {isReal && !isOwn
            ? 'Read from your files; their SHA-256 are the published ones. They stay on your machine.'
            : 'Drop them anywhere on this page: a folder with a folder of pictures for each class, packed in a zip or not, an .npz, a CSV, IDX or CIFAR files; or the four files of Fashion-MNIST, all at once or one by one. They stay on your machine.'}
        </p>
      </div>
      <div class="actions">
        <label class="file" for={id}>
          <input
            id={id}
            type="file"
            multiple
            disabled={busy}
            onChange={(event) => {
              onFiles(chosen(event.currentTarget.files));
              event.currentTarget.value = '';
            }}
          />
          <span>Choose the files</span>
        </label>
        <label class="file" for={`${id}folder`}>
          <input
            id={`${id}folder`}
            type="file"
            disabled={busy}
            {...{ webkitdirectory: true }}
            onChange={(event) => {
              onFiles(chosen(event.currentTarget.files));
              event.currentTarget.value = '';
            }}
          />
          <span>Choose a folder</span>
        </label>
        {(['builtin', 'builtin-color'] as const)
          .filter((name) => data && data.name !== name)
          .map((name) => (
            <button type="button" aria-disabled={busy} onClick={() => !busy && onBuiltin(name)}>
              {name === 'builtin' ? 'Back to the built-in garments' : 'Built-in fruit, in color'}
            </button>
          ))}
        {busy && <p class="soft">While a training runs its data stays.</p>}
      </div>
      {work && (
        <div class="work">
          <progress max={1} value={work.share} aria-label={work.doing} />
          <p class="soft">
            {work.doing} ({percent(work.share, 0)})
          </p>
        </div>
      )}
      {refused.length > 0 && (
        <div ref={notice} class="notice" role="alert">
          <ul>
            {refused.map((text) => (
              <li>{text}</li>
            ))}
          </ul>
          <p class="soft">Nothing was taken from it; the data below is as it was.</p>
        </div>
      )}
      <details>
        <summary>How pictures become images of one size</summary>
        <WayOfPictures way={way} onChange={onWay} />
      </details>
      <details open={begun}>
        <summary>
          The four files of Fashion-MNIST
          {begun ? ', and what is still missing' : ' and where they are'}
        </summary>
        <ul class="slots">
          {slots.map(({ name, holds, url, here }) => (
            <li>
              <span aria-hidden="true">{here ? '●' : '○'}</span> <a href={url}>{name}</a>{' '}
              <span class="soft">
                {holds}, {here ? 'read' : 'not here yet'}
              </span>
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}
