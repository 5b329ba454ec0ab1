// Where the data comes from: the built-in set, or the four files of Fashion-MNIST from one's own disk.
import { useId } from 'preact/hooks';
import type { BuiltinName } from '../../data/builtin.ts';
import { percent } from '../../wording.ts';
import type { DataLook } from '../protocol.ts';
import type { State } from '../state.ts';
import { useShown } from '../useShown.ts';

interface SourceProps {
  readonly data: DataLook | undefined;
  readonly work: State['dataWork'];
  readonly shelf: State['shelf'];
  readonly busy: boolean;
  readonly isOver: boolean;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onBuiltin: (name: BuiltinName) => void;
}

export function Source({ data, work, shelf, busy, isOver, onFiles, onBuiltin }: SourceProps) {
  const id = useId();
  const { slots, refused } = shelf;
  const isReal = data?.builtin === false;
  const notice = useShown<HTMLDivElement>(refused.length > 0 && refused);
  const begun = slots.some((slot) => slot.here);
  return (
    <div class={isOver ? 'source over' : 'source'}>
      <div>
        <h3>{isReal ? 'These are the real photographs' : 'Use the real photographs'}</h3>
        <p class="soft">
          {isReal
            ? 'Read from your files; their SHA-256 are the published ones. They stay on your machine.'
            : 'Fashion-MNIST is four files. Drop them anywhere on this page, all at once or one by one; they are checked against their published SHA-256 and stay on your machine.'}
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
              onFiles([...(event.currentTarget.files ?? [])]);
              event.currentTarget.value = '';
            }}
          />
          <span>Choose the files</span>
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
      <details open={begun}>
        <summary>
          The four files{begun ? ', and what is still missing' : ' and where they are'}
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
