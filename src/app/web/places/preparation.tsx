// Preparation: one image as bytes and as the numbers a network takes, and how the images are divided.
import { useMemo } from 'preact/hooks';
import { HEIGHT, WIDTH } from '../../data/dataset.ts';
import { PIXEL_SCALE } from '../../data/prepare.ts';
import { counted, grouped } from '../../wording.ts';
import { Picture } from '../figures/picture.tsx';
import type { DataLook } from '../protocol.ts';
import type { Read } from '../settings.ts';
import { Place } from './place.tsx';

/** Side of the cut-out that is written as numbers. */
const CUT = 6;
/** The class that is shown: an ankle boot has edges and a fabric. */
const SHOWN = 9;

interface PreparationProps {
  readonly data: DataLook | undefined;
  readonly settings: Read;
  readonly seed: string;
}

export function Preparation({ data, settings, seed }: PreparationProps) {
  if (!data)
    return (
      <Place id="preparation">
        <p>The data is not there yet.</p>
      </Place>
    );
  const { counts } = settings;
  const pixels = data.samples[SHOWN]?.[0]?.pixels;
  return (
    <Place
      id="preparation"
      lead="Little is done to the images: each byte is divided by 255, so black is 0 and white is 1, and a batch becomes a tensor [N, 28, 28, 1]. The kernel that draws the batch does it on the GPU."
    >
      {pixels && <BeforeAfter pixels={pixels} name={data.exploration.classes[SHOWN] ?? ''} />}
      <h3>Who learns, who judges</h3>
      {counts ? (
        <Division
          parts={[
            ['learned from', counts.train, 'accent'],
            ['left aside', counts.unused, 'none'],
            ['held back for validation', counts.validation, 'soft'],
            ['test, seen once at the end', data.exploration.test.count, 'hit'],
          ]}
          seed={seed}
        />
      ) : (
        <p class="soft">One of the settings of the training is not right yet.</p>
      )}
    </Place>
  );
}

/** The square whose values differ most: the one that is worth reading. */
function liveliest(pixels: Uint8Array): { top: number; left: number; rows: number[][] } {
  let best = { spread: -1, top: 0, left: 0, rows: [[0]] };
  for (let top = 0; top <= HEIGHT - CUT; top++)
    for (let left = 0; left <= WIDTH - CUT; left++) {
      const rows = Array.from({ length: CUT }, (_, y) => {
        const start = (top + y) * WIDTH + left;
        return [...pixels.subarray(start, start + CUT)];
      });
      const values = rows.flat();
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const spread = values.reduce((sum, value) => sum + Math.abs(value - mean), 0);
      if (spread > best.spread) best = { spread, top, left, rows };
    }
  return best;
}

function BeforeAfter({ pixels, name }: { pixels: Uint8Array; name: string }) {
  const { top, left, rows } = useMemo(() => liveliest(pixels), [pixels]);
  const box = { '--x': left / WIDTH, '--y': top / HEIGHT, '--size': CUT / WIDTH };
  return (
    <div class="numbers">
      <figure>
        <div class="framed" style={box}>
          <Picture pixels={pixels} label={`${name}; a square of six by six pixels is marked`} />
        </div>
        <figcaption>a training image, and a square of it</figcaption>
      </figure>
      <figure>
        <Numbers rows={rows} text={String} />
        <figcaption>as stored: one byte a pixel, 0 to 255</figcaption>
      </figure>
      <figure>
        <Numbers rows={rows} text={(byte) => (byte * PIXEL_SCALE).toFixed(2)} />
        <figcaption>as the network sees it: 0 to 1, rounded here</figcaption>
      </figure>
    </div>
  );
}

interface NumbersProps {
  readonly rows: readonly (readonly number[])[];
  readonly text: (value: number) => string;
}

function Numbers({ rows, text }: NumbersProps) {
  return (
    <table class="matrix">
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

type Part = readonly [name: string, count: number, tone: 'accent' | 'none' | 'soft' | 'hit'];

function Division({ parts, seed }: { parts: readonly Part[]; seed: string }) {
  const shown = parts.filter(([, count]) => count > 0);
  const total = shown.reduce((sum, [, count]) => sum + count, 0);
  return (
    <>
      <div class="division" aria-hidden="true">
        {shown.map(([, count, tone]) => (
          <i class={tone} style={{ flexGrow: count }} />
        ))}
      </div>
      <dl class="facts narrow keyed">
        {shown.map(([name, count, tone]) => (
          <div>
            <dt>
              <i class={tone} aria-hidden="true" />
              {name}
            </dt>
            <dd>{grouped(count)}</dd>
          </div>
        ))}
      </dl>
      <p class="soft">
        {counted(total, 'image')} in all. Every part of the training images has each class by its
        share (stratified), and seed {seed} draws the same parts again. The test images are a part
        of their own in the data set; nothing is learned from them.
      </p>
    </>
  );
}
