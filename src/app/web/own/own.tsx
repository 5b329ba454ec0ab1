// Your own image: drawn or chosen, and named by the network of the moment while you draw.
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { sizeOf } from '../../data/dataset.ts';
import { MOST_CLASSES_SHOWN } from '../../readable.ts';
import { percent } from '../../wording.ts';
import { useDoors } from '../doors.ts';
import { Bar } from '../figures/gallery.tsx';
import { useShape } from '../shape.ts';
import type { State } from '../state.ts';
import { useShown } from '../useShown.ts';
import { type ReadPicture, readPicture } from './readPicture.ts';
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

export function Own({ named, classes, age, dropped, onAsk }: OwnProps) {
  const shape = useShape();
  const BLANK = useMemo(() => new Uint8Array(sizeOf(shape)), [shape]);
  const [made, setPixels] = useState<Uint8Array>(BLANK);
  // Of other data it is no image any more.
  const pixels = made.length === BLANK.length ? made : BLANK;
  const isGray = shape[2] === 1;
  const [color, setColor] = useState('#ffffff');
  const [erase, setErase] = useState(false);
  const [taken, setTaken] = useState<ReadPicture & { readonly name: string }>();
  const [problem, setProblem] = useState('');
  const said = useShown<HTMLParagraphElement>(problem);
  const place = useRef<HTMLDivElement>(null);
  const { inside } = useDoors();
  const id = useId();
  const isBlank = pixels.every((value) => value === 0);
  useQuestions(pixels, isBlank, age, named, onAsk);

  const take = async (file: File) => {
    try {
      const read = await readPicture(file, shape);
      setPixels(read.pixels);
      setTaken({ ...read, name: file.name });
      setProblem('');
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  useEffect(() => {
    if (!dropped) return;
    place.current?.scrollIntoView({ block: 'center' });
    void take(dropped);
  }, [dropped]);
  const draw = (drawn: Uint8Array) => {
    setPixels(drawn);
    setTaken(undefined);
    setProblem('');
  };

  return (
    <>
      <h3>Your own image</h3>
      <div ref={place} class="own">
        <div>
          <Sketch pixels={pixels} paint={erase ? [0, 0, 0] : levelsOf(color)} onDraw={draw} />
          <div class="actions">
            <button type="button" aria-pressed={erase} onClick={() => setErase(!erase)}>
              Rubber
            </button>
            {!isGray && (
              <label>
                Color{' '}
                <input
                  type="color"
                  value={color}
                  onInput={({ currentTarget }) => setColor(currentTarget.value)}
                />
              </label>
            )}
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
          {taken && <Original taken={taken} />}
          <p ref={said} class={problem ? 'notice' : 'soft'} role="status">
            {problem ||
              (taken
                ? `${taken.name} as the network gets it: ${isGray ? 'trimmed' : 'its middle'}, ${shape[0]} × ${shape[1]} ${isGray ? 'gray bytes' : 'pixels in color'}${taken.inverted ? ', and as a negative, for it is darker than its ground' : ''}.`
                : 'Draw with the pointer or the arrow keys, or drop a picture anywhere on the page. It stays on your machine.')}
          </p>
        </div>
        <div>
          {isBlank || !named?.probabilities ? (
            <p class="soft">
              {isBlank
                ? 'Draw something, and the network says what it sees while you draw.'
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

/** '#ff8000' as levels. */
const levelsOf = (color: string) =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));

/** The picture as it came, with what was kept of it marked. */
function Original({ taken: { picture, box, name } }: { taken: ReadPicture & { name: string } }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = picture;
  useEffect(() => canvas.current?.getContext('2d')?.putImageData(picture, 0, 0), [picture]);
  const place = {
    left: `${(100 * box.left) / width}%`,
    top: `${(100 * box.top) / height}%`,
    width: `${(100 * box.width) / width}%`,
    height: `${(100 * box.height) / height}%`,
  };
  return (
    <figure class="original">
      <div>
        <canvas ref={canvas} width={width} height={height} role="img" aria-label={name} />
        <i style={place} aria-hidden="true" />
      </div>
      <figcaption>as it came; the frame holds what was kept</figcaption>
    </figure>
  );
}

interface AnswersProps {
  readonly probabilities: readonly number[];
  readonly classes: readonly string[];
}

/** All classes in their own order, so that the bars grow and shrink in place; of many the most probable ones. */
function shownOf(probabilities: readonly number[]): readonly number[] {
  const all = [...probabilities.keys()];
  if (all.length <= MOST_CLASSES_SHOWN) return all;
  return all
    .sort((a, b) => (probabilities[b] as number) - (probabilities[a] as number))
    .slice(0, 10);
}

function Answers({ probabilities, classes }: AnswersProps) {
  const top = probabilities.indexOf(Math.max(...probabilities));
  return (
    <>
      <p class="sees">
        {classes[top]} <span class="soft">{percent(probabilities[top] ?? 0)}</span>
      </p>
      <ol class="answers">
        {shownOf(probabilities).map((k) => (
          <li class={k === top ? 'top' : ''}>
            <span>{classes[k]}</span>
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
  isBlank: boolean,
  age: unknown,
  named: State['named'],
  onAsk: (pixels: Uint8Array) => void,
): void {
  const asked = useRef<Uint8Array>();
  const isWaiting = useRef(false);
  const ask = () => {
    if (isWaiting.current || isBlank) return;
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
