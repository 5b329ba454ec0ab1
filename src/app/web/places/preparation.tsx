// Preparation: one image as bytes and as the numbers a network takes, and how the images are divided.
import { HEIGHT, WIDTH } from '../../data/dataset.ts';
import { PIXEL_SCALE } from '../../data/prepare.ts';
import { counted, grouped, percent } from '../../wording.ts';
import { Picture } from '../figures/picture.tsx';
import type { DataLook } from '../protocol.ts';
import type { Read } from '../settings.ts';
import { Place } from './place.tsx';

/** The cut-out that is written as numbers: a shoulder, a sole, an edge of something. */
const CUT = { top: 8, left: 4, size: 6 };
/** A pullover: long sleeves fill the cut-out in most of them. */
const SHOWN = 2;

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
      {pixels && <BeforeAfter pixels={pixels} />}
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

function BeforeAfter({ pixels }: { pixels: Uint8Array }) {
  const rows = Array.from({ length: CUT.size }, (_, y) =>
    Array.from(
      { length: CUT.size },
      (_, x) => pixels[(CUT.top + y) * WIDTH + CUT.left + x] as number,
    ),
  );
  const box = {
    '--x': CUT.left / WIDTH,
    '--y': CUT.top / HEIGHT,
    '--size': CUT.size / WIDTH,
  };
  return (
    <div class="numbers">
      <figure>
        <div class="framed" style={box}>
          <Picture pixels={pixels} label="A pullover; a square of six by six pixels is marked" />
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
        {counted(total, 'image')} in all; those held back are{' '}
        {percent((parts[2]?.[1] ?? 0) / total)}. Every part has each class by its share
        (stratified), and seed {seed} draws the same parts again. The test images come apart in the
        data set and are never trained on.
      </p>
    </>
  );
}
