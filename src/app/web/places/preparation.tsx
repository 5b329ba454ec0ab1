// Preparation: one image as bytes and as the numbers a network takes, and how the images are divided.
import { counted, grouped } from '../../wording.ts';
import { BeforeAfter } from '../figures/beforeAfter.tsx';
import type { DataLook } from '../protocol.ts';
import type { Read } from '../../settings/read.ts';
import type { Typed } from '../../settings/table.ts';
import type { Ask } from '../client.ts';
import { Augmentation } from './augmentation.tsx';
import { Place } from './place.tsx';

interface PreparationProps {
  readonly data: DataLook | undefined;
  readonly settings: Read;
  readonly isReady: boolean;
  readonly ask: Ask;
  readonly onChange: (typed: Typed) => void;
}

export function Preparation({ data, settings, isReady, ask, onChange }: PreparationProps) {
  if (!data)
    return (
      <Place id="preparation">
        <p>The data is not there yet.</p>
        <div class="later short" aria-hidden="true" />
      </Place>
    );
  const { counts, values, problems } = settings;
  const { height, width, channels } = data.exploration;
  return (
    <Place
      id="preparation"
      lead={`Little is done to the images: each byte is divided by 255, so black is 0 and white is 1, and a batch becomes a tensor [N, ${height}, ${width}, ${channels}]. The kernel that draws the batch does it on the GPU.`}
    >
      <BeforeAfter samples={data.samples} classes={data.exploration.classes} />
      <Augmentation
        {...{ data, isReady, ask }}
        line={values.augment}
        problem={problems.augment}
        onChange={(augment) => onChange({ augment })}
      />
      <h3>Who learns, who judges</h3>
      {counts ? (
        <Division
          parts={[
            ['learned from', counts.train, 'accent'],
            ['left aside', counts.unused, 'none'],
            ['validation', counts.validation, 'soft'],
            ['test, seen once at the end', data.exploration.test.count, 'hit'],
          ]}
          seed={values.seed}
        />
      ) : (
        <p class="soft">One of the settings of the training is not right yet.</p>
      )}
    </Place>
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
