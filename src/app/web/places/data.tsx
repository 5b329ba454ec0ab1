// The data: what is in the set, how its values lie, what a class looks like, and where it comes from.
import { bytes, counted, grouped, listed, percent } from '../../wording.ts';
import { Histogram } from '../figures/histogram.tsx';
import { ImageButton } from '../figures/imageButton.tsx';
import { Picture } from '../figures/picture.tsx';
import { Table } from '../figures/table.tsx';
import type { DataLook } from '../protocol.ts';
import type { State } from '../state.ts';
import { Place } from './place.tsx';
import { Source } from './source.tsx';

interface DataProps {
  readonly data: DataLook | undefined;
  readonly work: State['dataWork'];
  readonly shelf: State['shelf'];
  /** A training runs on the data: it stays. */
  readonly busy: boolean;
  /** Files are held over the window. */
  readonly isOver: boolean;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onBuiltin: () => void;
}

export function Data({ data, ...source }: DataProps) {
  return (
    <Place id="data" lead={data ? leadOf(data) : 'A set of garments is being drawn.'}>
      <Source data={data} {...source} />
      {data ? <Look data={data} /> : <div class="later" aria-hidden="true" />}
    </Place>
  );
}

function leadOf({ title, builtin, exploration }: DataLook): string {
  const { train, test, height, width, classes } = exploration;
  const what = `${grouped(train.count)} training and ${counted(test.count, 'test image')}, each ${height}\u00a0×\u00a0${width} grey bytes, in ${counted(classes.length, 'class', 'classes')}.`;
  return builtin
    ? `Garments that weft draws itself, so that everything works without a download: ${what} They are not photographs, and easier than those.`
    : `${title}: ${what}`;
}

function Look({ data: { exploration, samples, source, checksum } }: { data: DataLook }) {
  const { train, test, perClass, classes, duplicates } = exploration;
  const { pixels } = train;
  const most = Math.max(...train.classCounts);
  const facts: readonly (readonly [string, string])[] = [
    ['Training images', shapeText(train)],
    ['Test images', shapeText(test)],
    ['In memory', bytes(train.sizeBytes + test.sizeBytes)],
    ['Pixel values', `${pixels.min} to ${pixels.max}`],
    ['Mean and deviation', `${pixels.mean.toFixed(1)} and ${pixels.std.toFixed(1)}`],
    ['Black pixels', percent(pixels.zeroShare)],
    ['Quantiles', quantilesText(pixels.quantiles)],
    ['Test images seen in training', duplicatesText(duplicates)],
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
        Drawn at random from the training images. On this page the higher a pixel, the stronger its
        ink; in the files garments are bright on black.
      </p>
      <div class="classes">
        {classes.map((name, label) => (
          <div role="group" aria-label={`Samples of ${name}`}>
            <b>{name}</b>
            <div class="strip">
              {samples[label]?.map((sample) => (
                <ImageButton
                  image={{ split: 'train', index: sample.index }}
                  pixels={sample.pixels}
                  label={`${name}, training image ${sample.index}`}
                />
              ))}
            </div>
          </div>
        ))}
      </div>
      <h3>What a class looks like on average</h3>
      <p class="soft">
        Left the mean of all training images of a class, right their standard deviation, pixel by
        pixel. A sharp mean is a class whose garments lie alike; where the deviation is strong, they
        differ.
      </p>
      <ul class="means">
        {perClass.map(({ name, meanImage, stdImage, brightness }) => (
          <li>
            <div>
              <Picture pixels={meanImage} label={`Mean ${name}`} />
              <Picture pixels={stdImage} label={`Standard deviation of ${name}`} />
            </div>
            {name} <span class="soft">mean {brightness.mean.toFixed(0)}</span>
          </li>
        ))}
      </ul>
      <div class="pair">
        <div>
          <h3>How bright the pixels are</h3>
          <Histogram pixels={pixels} />
        </div>
        <div>
          <h3>How many images of each class</h3>
          <Table
            label="Images of each class"
            columns={['Class', '#Training', '#Test', '']}
            rows={classes.map((name, label) => [
              name,
              grouped(train.classCounts[label] ?? 0),
              grouped(test.classCounts[label] ?? 0),
              <i
                class="bar"
                style={{ '--share': (train.classCounts[label] ?? 0) / most }}
                aria-hidden="true"
              />,
            ])}
          />
        </div>
      </div>
    </>
  );
}

type Exploration = DataLook['exploration'];

const shapeText = ({ shape }: Exploration['train']) => `[${shape.join(', ')}], u8`;

function quantilesText(quantiles: Exploration['train']['pixels']['quantiles']): string {
  const shown = quantiles.filter(({ percent }) => [50, 75, 95].includes(percent));
  return listed(shown.map(({ percent, value }) => `${percent}% are at most ${value}`));
}

function duplicatesText({ exact, near }: Exploration['duplicates']): string {
  if (exact + near === 0) return 'none, nor nearly';
  return `${grouped(exact)} to the byte, ${grouped(near)} nearly`;
}
