// What there is to see in a data set: its facts, samples, means, pixel values and class counts, each open to its images.
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { MOST_CLASSES_SHOWN } from '../../readable.ts';
import { bytes, grouped, percent } from '../../wording.ts';
import { Histogram } from '../figures/histogram.tsx';
import { ImageButton } from '../figures/imageButton.tsx';
import { Opens } from '../figures/opens.tsx';
import { Picture } from '../figures/picture.tsx';
import { Quantiles } from '../figures/quantiles.tsx';
import { Table } from '../../table.tsx';
import { useGridKeys } from '../gridKeys.ts';
import type { DataLook } from '../protocol.ts';

type Exploration = DataLook['exploration'];

export function Look({ data: { exploration, samples, source, checksum } }: { data: DataLook }) {
  const { train, test, duplicates } = exploration;
  const { pixels } = train;
  const facts: readonly (readonly [string, ComponentChildren])[] = [
    ['Training images', shapeText(train)],
    ['Test images', shapeText(test)],
    ['In memory', bytes(train.sizeBytes + test.sizeBytes)],
    ['Pixel values', `${pixels.min} to ${pixels.max}`],
    [
      'Mean and deviation',
      train.byChannel.length === 1
        ? `${pixels.mean.toFixed(1)} and ${pixels.std.toFixed(1)}`
        : train.byChannel
            .map(({ mean, std }, c) => `${CHANNELS[c]} ${mean.toFixed(0)} and ${std.toFixed(0)}`)
            .join(', '),
    ],
    ['Black pixels', percent(pixels.zeroShare)],
    ['Test images seen in training', <Duplicates duplicates={duplicates} />],
    ['Source', source],
    ['SHA-256', checksum.slice(0, 16)],
  ];
  return (
    <>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <h3>Samples of each class</h3>
      <p class="soft">
        Drawn at random from the training images.{' '}
        {exploration.channels === 1 &&
          'On this page the higher a pixel, the stronger its ink; in the files it is the brighter. '}
        {exploration.classes.length > MOST_CLASSES_SHOWN &&
          `The first ${MOST_CLASSES_SHOWN} of ${exploration.classes.length} classes. `}
        Every image opens the network at work on it.
      </p>
      <Samples exploration={exploration} samples={samples} />
      <h3>What a class looks like on average</h3>
      <p class="soft">
        Left the mean of all training images of a class, right their standard deviation, pixel by
        pixel. A sharp mean is a class whose images are alike; where the deviation is strong, they
        differ. A mean opens the images nearest to it, a deviation those farthest from the mean.
      </p>
      <Means exploration={exploration} />
      <div class="pair">
        <div>
          <h3>How bright the pixels are</h3>
          <Histogram pixels={pixels} />
        </div>
        <div>
          <h3>How many images of each class</h3>
          <ClassCounts exploration={exploration} />
        </div>
      </div>
      <h3>How bright the images are</h3>
      <Quantiles exploration={exploration} />
    </>
  );
}

const CHANNELS = ['red', 'green', 'blue'];

const shapeText = ({ shape }: Exploration['train']) => `[${shape.join(', ')}], u8`;

function Duplicates({ duplicates: { exact, near } }: Pick<Exploration, 'duplicates'>) {
  if (exact + near === 0) return <>none, nor nearly</>;
  const title = 'Test images that stand among the training images';
  return (
    <Opens query={{ title, split: 'test', duplicates: true }} class="inline">
      {grouped(exact)} to the byte, {grouped(near)} nearly
    </Opens>
  );
}

function Samples({ exploration, samples }: Pick<DataLook, 'exploration' | 'samples'>) {
  const list = useRef<HTMLDivElement>(null);
  useGridKeys(list);
  return (
    <div ref={list} class="classes">
      {exploration.perClass.slice(0, MOST_CLASSES_SHOWN).map(({ name, count }, label) => (
        <div role="group" aria-label={`Samples of ${name}`}>
          <b>{name}</b>
          {/* Chromium makes what scrolls a stop of the Tab key, unless it is told. */}
          <div class="strip" tabIndex={-1}>
            {samples[label]?.map(({ index, pixels }) => (
              <ImageButton
                key={index}
                image={{ split: 'train', index }}
                pixels={pixels}
                label={`${name}, training image ${index}`}
                roving
              />
            ))}
          </div>
          <Opens
            query={{ title: `${name} in the training images`, split: 'train', label }}
            says={`More of ${name}: all ${grouped(count)} training images`}
            class="inline"
            roving
          >
            more
          </Opens>
        </div>
      ))}
    </div>
  );
}

function Means({ exploration }: Pick<DataLook, 'exploration'>) {
  return (
    <ul class="means">
      {exploration.perClass
        .slice(0, MOST_CLASSES_SHOWN)
        .map(({ name, label, meanImage, stdImage, brightness }) => (
          <li>
            <div>
              <Opens
                query={{
                  title: `${name}, the most typical`,
                  split: 'train',
                  label,
                  mean: 'nearest',
                }}
                says={`Mean of ${name}: opens the images nearest to it`}
              >
                <Picture pixels={meanImage} label="" />
              </Opens>
              <Opens
                query={{
                  title: `${name}, the most unusual`,
                  split: 'train',
                  label,
                  mean: 'farthest',
                }}
                says={`Standard deviation of ${name}: opens the images farthest from the mean`}
              >
                <Picture pixels={stdImage} label="" />
              </Opens>
            </div>
            {name} <span class="soft">mean {brightness.mean.toFixed(0)}</span>
          </li>
        ))}
    </ul>
  );
}

function ClassCounts({ exploration: { classes, train, test } }: Pick<DataLook, 'exploration'>) {
  const most = Math.max(...train.classCounts);
  const count = (split: 'train' | 'test', label: number) => {
    const n = { train, test }[split].classCounts[label] ?? 0;
    const what = `${split === 'train' ? 'training' : 'test'} images of ${classes[label]}`;
    return (
      <Opens
        query={{ title: `All ${what}`, split, label }}
        says={`${grouped(n)} ${what}`}
        class="inline"
      >
        {grouped(n)}
      </Opens>
    );
  };
  return (
    <Table
      label="Images of each class"
      columns={['Class', '#Training', '#Test', '']}
      rows={classes.map((name, label) => [
        name,
        count('train', label),
        count('test', label),
        <Opens query={{ title: `All training images of ${name}`, split: 'train', label }} twice>
          <i class="bar" style={{ '--share': (train.classCounts[label] ?? 0) / most }} />
        </Opens>,
      ])}
    />
  );
}
