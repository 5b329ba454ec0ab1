// Augmentation: what is done at random to each image that is learned from, and one garment as it then looks.
import { useState } from 'preact/hooks';
import {
  AUGMENT_PRESETS,
  NONE,
  TRANSFORMS,
  type TransformName,
  type Transforms,
  readTransforms,
  writeTransforms,
} from '../../settings/augment.ts';
import type { Ask } from '../client.ts';
import { Picture } from '../figures/picture.tsx';
import { useAnswer } from '../inside/useAnswer.ts';
import type { DataLook } from '../protocol.ts';

interface AugmentationProps {
  readonly data: DataLook;
  /** As it stands in the address, wrong or not. */
  readonly line: string;
  readonly problem: string | undefined;
  readonly isReady: boolean;
  readonly ask: Ask;
  readonly onChange: (line: string) => void;
}

/** An ankle boot looks to one side: one sees it mirrored. */
const FIRST = 9;

export function Augmentation({ data, line, problem, isReady, ask, onChange }: AugmentationProps) {
  const [{ label, draw }, show] = useState({ label: FIRST, draw: 0 });
  const transforms = problem === undefined ? readTransforms(line) : {};
  const { classes } = data.exploration;
  const sample = data.samples[label]?.[0];
  const next = { label: (label + 1) % data.samples.length, draw };
  return (
    <>
      <h3>Augmentation</h3>
      <p>
        Images that are learned from may be changed at random, anew in every epoch, so that the
        network cannot learn them by heart. Those that judge it stay as they are.
      </p>
      <div class="augmentation">
        <Choice transforms={transforms} problem={problem} onChange={onChange} />
        <figure>
          {sample && isReady && problem === undefined ? (
            <Looks
              key={label}
              pixels={sample.pixels}
              name={classes[label] ?? ''}
              line={writeTransforms(transforms)}
              draw={draw}
              ask={ask}
            />
          ) : (
            <div class="looks" aria-hidden="true" />
          )}
          <figcaption class="soft">
            {transforms && Object.keys(transforms).length > 0
              ? 'One garment as the network would see it, sixteen times, by the kernel that trains.'
              : 'Nothing is done: the network sees the same image each time.'}{' '}
            <button type="button" class="link" onClick={() => show({ label, draw: draw + 1 })}>
              Draw again
            </button>{' '}
            <button type="button" class="link" onClick={() => show(next)}>
              Another garment
            </button>
          </figcaption>
        </figure>
      </div>
    </>
  );
}

interface ChoiceProps {
  readonly transforms: Transforms;
  readonly problem: string | undefined;
  readonly onChange: (line: string) => void;
}

function Choice({ transforms, problem, onChange }: ChoiceProps) {
  const set = (name: TransformName, value: number | undefined) => {
    const { [name]: _, ...others } = transforms;
    onChange(writeTransforms(value === undefined ? others : { ...others, [name]: value }));
  };
  return (
    <fieldset class={problem === undefined ? 'transforms' : 'transforms wrong'}>
      <legend class="unseen">What is done to an image</legend>
      <p class="presets">
        {Object.entries(AUGMENT_PRESETS).map(([name, preset]) => (
          <button
            type="button"
            class="link"
            aria-pressed={writeTransforms(transforms) === (preset || NONE)}
            onClick={() => onChange(preset || NONE)}
          >
            {name === NONE ? 'Nothing' : 'Fashion-MNIST’s usual'}
          </button>
        ))}
      </p>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {(Object.keys(TRANSFORMS) as TransformName[]).map((name) => {
        const transform = TRANSFORMS[name];
        const number = 'number' in transform ? transform.number : undefined;
        const value = transforms[name];
        return (
          <div class="change">
            <label>
              <input
                type="checkbox"
                checked={value !== undefined}
                onChange={(event) =>
                  set(name, event.currentTarget.checked ? (number?.usual ?? 1) : undefined)
                }
              />{' '}
              {transform.title}
            </label>
            {number && value !== undefined && (
              <label class="amount">
                <input
                  type="range"
                  min={number.least}
                  max={number.most}
                  step={number.step}
                  value={value}
                  aria-label={`${transform.title}, ${number.unit}`}
                  onInput={(event) =>
                    set(name, Number(Number(event.currentTarget.value).toFixed(2)))
                  }
                />
                <output>
                  {value} {number.unit === 'share' ? '' : number.unit}
                </output>
              </label>
            )}
          </div>
        );
      })}
    </fieldset>
  );
}

interface LooksProps {
  readonly pixels: Uint8Array;
  readonly name: string;
  readonly line: string;
  readonly draw: number;
  readonly ask: Ask;
}

function Looks({ pixels, name, line, draw, ask }: LooksProps) {
  const question = { about: 'augmented', pixels, line, draw } as const;
  const { answer, problem } = useAnswer(ask, question, [line, draw], () => undefined);
  if (problem !== undefined) return <p class="notice">{problem}</p>;
  return (
    <div class="looks" role="img" aria-label={`${name}, sixteen times: ${line}`}>
      {answer?.images.map((image) => (
        <Picture pixels={image} label="" />
      ))}
    </div>
  );
}
