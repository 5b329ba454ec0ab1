// One image before and after preparation: as it is seen, as bytes, as the scaled numbers of a tensor.
import { useMemo, useState } from 'preact/hooks';
import type { ImageShape } from '../../data/dataset.ts';
import { PIXEL_SCALE } from '../../data/prepare.ts';
import type { DataLook } from '../protocol.ts';
import { useShape } from '../shape.ts';
import { ImageButton } from './imageButton.tsx';
import { Picture } from './picture.tsx';

/** Side of the cut-out that is written as numbers. */
const CUT = 6;
/** The class that is shown first, if there are so many: an ankle boot has edges and a fabric. */
const FIRST = 9;
/** More than so many classes are chosen from by name, not by picture. */
const MOST_SHOWN = 30;

interface BeforeAfterProps {
  readonly samples: DataLook['samples'];
  readonly classes: readonly string[];
}

export function BeforeAfter({ samples, classes }: BeforeAfterProps) {
  const [shown, show] = useState({ label: Math.min(FIRST, classes.length - 1), nth: 0 });
  const ofClass = samples[shown.label] ?? [];
  const sample = ofClass[shown.nth % Math.max(1, ofClass.length)];
  return (
    <>
      <div class="chooser" role="group" aria-label="Which image is shown">
        {classes.slice(0, MOST_SHOWN).map((name, label) => (
          <button
            type="button"
            class="peek"
            aria-pressed={label === shown.label}
            aria-label={name}
            title={name}
            onClick={() => show({ label, nth: label === shown.label ? shown.nth + 1 : 0 })}
          >
            <Picture pixels={samples[label]?.[0]?.pixels} label="" />
          </button>
        ))}
        <button type="button" onClick={() => show({ ...shown, nth: shown.nth + 1 })}>
          Another {classes[shown.label]}
        </button>
      </div>
      {sample && (
        <Numbered pixels={sample.pixels} index={sample.index} name={classes[shown.label] ?? ''} />
      )}
    </>
  );
}

interface NumberedProps {
  readonly pixels: Uint8Array;
  /** Position among the training images. */
  readonly index: number;
  readonly name: string;
}

const scaled = (byte: number) => (byte * PIXEL_SCALE).toFixed(2);

function Numbered({ pixels, index, name }: NumberedProps) {
  const shape = useShape();
  const [H, W, C] = shape;
  const { top, left, rows } = useMemo(() => liveliest(pixels, shape), [pixels, shape]);
  const box = { '--x': left / W, '--y': top / H, '--size': CUT / W, '--tall': CUT / H };
  return (
    <div class="numbers">
      <figure>
        <div class="framed" style={box}>
          <ImageButton
            image={{ split: 'train', index }}
            pixels={pixels}
            label={`${name}, training image ${index}; a square of six by six pixels is marked`}
          />
        </div>
        <figcaption>training image {index}, and a square of it</figcaption>
      </figure>
      <figure>
        <Numbers rows={rows} text={String} label="The square as bytes" />
        <figcaption>
          as stored: one byte a pixel{C > 1 && ' and channel; here those of red'}, 0 to 255
        </figcaption>
      </figure>
      <figure>
        <Numbers rows={rows} text={scaled} label="The square as scaled numbers" />
        <figcaption>
          as the network sees it: 0 to 1, rounded here; rows {top} to {top + CUT - 1} and columns{' '}
          {left} to {left + CUT - 1} of the tensor
        </figcaption>
      </figure>
      <details class="whole">
        <summary>
          The whole tensor, [{H}, {W}, {C}]: row, column,{' '}
          {C === 1 ? 'one channel of gray' : 'and of its three channels here red'}
        </summary>
        <div class="scroll" role="region" aria-label="The whole tensor" tabIndex={0}>
          <Numbers rows={rowsOf(pixels, shape, 0, 0, H, W)} text={scaled} label="The tensor" />
        </div>
      </details>
    </div>
  );
}

/** Of the first channel. */
function rowsOf(
  pixels: Uint8Array,
  [, W, C]: ImageShape,
  top: number,
  left: number,
  height: number,
  width: number,
): number[][] {
  return Array.from({ length: height }, (_, y) => {
    const start = (top + y) * W + left;
    return Array.from({ length: width }, (__, x) => pixels[(start + x) * C] as number);
  });
}

/** The square whose values differ most: the one that is worth reading. */
function liveliest(
  pixels: Uint8Array,
  shape: ImageShape,
): { top: number; left: number; rows: number[][] } {
  let best = { spread: -1, top: 0, left: 0, rows: [[0]] };
  for (let top = 0; top <= shape[0] - CUT; top++)
    for (let left = 0; left <= shape[1] - CUT; left++) {
      const rows = rowsOf(pixels, shape, top, left, CUT, CUT);
      const values = rows.flat();
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const spread = values.reduce((sum, value) => sum + Math.abs(value - mean), 0);
      if (spread > best.spread) best = { spread, top, left, rows };
    }
  return best;
}

interface NumbersProps {
  readonly rows: readonly (readonly number[])[];
  readonly text: (value: number) => string;
  readonly label: string;
}

function Numbers({ rows, text, label }: NumbersProps) {
  return (
    <table class="matrix" aria-label={label}>
      <tbody>
        {rows.map((row) => (
          <tr>
            {row.map((value) => (
              <td style={{ '--share': (value / 255).toFixed(3) }}>{text(value)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
