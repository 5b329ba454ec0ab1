// Your own image: drawn or chosen, and named by the network of the moment while you draw.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { IMAGE_SIZE } from '../../data/dataset.ts';
import { percent } from '../../wording.ts';
import { useDoors } from '../doors.ts';
import { Bar } from '../figures/gallery.tsx';
import type { State } from '../state.ts';
import { readPicture } from './readPicture.ts';
import { Sketch } from './sketch.tsx';

interface OwnProps {
  readonly named: State['named'];
  readonly classes: readonly string[];
  /** Changes whenever the network has: it is asked again. */
  readonly age: unknown;
  /** A picture that was dropped on the page. */
  readonly dropped: File | undefined;
  readonly onAsk: (pixels: Uint8Array) => void;
}

const BLANK = new Uint8Array(IMAGE_SIZE);

export function Own({ named, classes, age, dropped, onAsk }: OwnProps) {
  const [pixels, setPixels] = useState<Uint8Array>(BLANK);
  const [erase, setErase] = useState(false);
  const [said, setSaid] = useState<{ text: string; isProblem: boolean }>();
  const place = useRef<HTMLDivElement>(null);
  const { inside } = useDoors();
  const id = useId();
  const isBlank = pixels.every((value) => value === 0);
  useQuestions(pixels, age, named, onAsk);

  const take = async (file: File) => {
    try {
      const { pixels, inverted } = await readPicture(file);
      setPixels(pixels);
      const how = inverted ? ', and as a negative, for it is bright outside' : '';
      setSaid({
        text: `${file.name} as the network gets it: 28 × 28 grey bytes${how}.`,
        isProblem: false,
      });
    } catch (error) {
      setSaid({ text: error instanceof Error ? error.message : String(error), isProblem: true });
    }
  };
  useEffect(() => {
    if (!dropped) return;
    place.current?.scrollIntoView({ block: 'center' });
    void take(dropped);
  }, [dropped]);
  const draw = (drawn: Uint8Array) => {
    setPixels(drawn);
    setSaid(undefined);
  };

  return (
    <>
      <h3>Your own image</h3>
      <div ref={place} class="own">
        <div>
          <Sketch pixels={pixels} erase={erase} onDraw={draw} />
          <div class="actions">
            <button type="button" aria-pressed={erase} onClick={() => setErase(!erase)}>
              Rubber
            </button>
            <button type="button" onClick={() => draw(BLANK)}>
              Clear
            </button>
            <label class="file" for={id}>
              <input
                id={id}
                type="file"
                accept="image/*"
                onChange={({ currentTarget }) => {
                  const [file] = currentTarget.files ?? [];
                  if (file) void take(file);
                  currentTarget.value = '';
                }}
              />
              <span>Choose a picture</span>
            </label>
          </div>
          <p class={said?.isProblem ? 'notice' : 'soft'} role="status">
            {said?.text ??
              'Draw with the pointer or the arrow keys, or drop a picture anywhere on the page. It stays on your machine.'}
          </p>
        </div>
        <div>
          {isBlank || !named?.probabilities ? (
            <p class="soft">
              {isBlank
                ? 'Draw a garment, and the network says what it sees while you draw.'
                : 'There is no network yet. Start a training: it answers from its first steps on.'}
            </p>
          ) : (
            <>
              <Answers probabilities={named.probabilities} classes={classes} />
              <button type="button" onClick={() => inside({ split: 'own', pixels })}>
                Look inside
              </button>
            </>
          )}
        </div>
      </div>
    </>
  );
}

interface AnswersProps {
  readonly probabilities: readonly number[];
  readonly classes: readonly string[];
}

/** All classes in their own order, so that the bars grow and shrink in place. */
function Answers({ probabilities, classes }: AnswersProps) {
  const top = probabilities.indexOf(Math.max(...probabilities));
  return (
    <>
      <p class="sees">
        {classes[top]} <span class="soft">{percent(probabilities[top] ?? 0)}</span>
      </p>
      <ol class="answers">
        {classes.map((name, k) => (
          <li class={k === top ? 'top' : ''}>
            <span>{name}</span>
            <Bar share={probabilities[k] ?? 0} />
            <span class="n">{percent(probabilities[k] ?? 0)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

/** Asks about every change, one question at a time: what changed meanwhile is asked about next. */
function useQuestions(
  pixels: Uint8Array,
  age: unknown,
  named: State['named'],
  onAsk: (pixels: Uint8Array) => void,
): void {
  const asked = useRef<Uint8Array>();
  const isWaiting = useRef(false);
  const ask = () => {
    if (isWaiting.current || pixels === BLANK) return;
    isWaiting.current = true;
    asked.current = pixels;
    onAsk(pixels);
  };
  useEffect(ask, [pixels, age]);
  useEffect(() => {
    isWaiting.current = false;
    if (asked.current !== pixels) ask();
  }, [named]);
}
