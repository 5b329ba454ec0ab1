// The data's chapter in a terminal: dimensions, classes, pixel values, pictures, duplicates.
import { type DataSet, pixelsOf, shapeOf } from '../data/dataset.ts';
import type { Exploration, PixelStatistics } from '../data/eda.ts';
import { MOST_CLASSES_SHOWN } from '../readable.ts';
import { counted, grouped, percent } from '../wording.ts';
import type { Page } from './story.ts';
import { barChart, columnChart, facts, heading, imageRows } from './terminal/index.ts';

/** Values a column of the histogram stands for. */
const BIN = 4;

export function dataChapter(data: DataSet, e: Exploration, { width, palette }: Page): string[] {
  const { pixels } = e.train;
  const lit = pixels.histogram.slice(1);
  const samples = e.perClass.slice(0, MOST_CLASSES_SHOWN).map((c) => ({
    pixels: pixelsOf(data, 'train', c.samples[0] ?? 0),
    width: e.width,
    height: e.height,
    captions: [c.name],
  }));
  return [
    heading('Data', width, palette),
    ...facts(
      [
        ['set', data.title],
        ['from', data.source],
        [
          'training',
          `${grouped(e.train.count)} images [${shapeOf(e)
            .slice(0, e.channels === 1 ? 2 : 3)
            .join(', ')}], ${e.imageType}`,
        ],
        ['test', `${grouped(e.test.count)} images`],
        ['SHA-256', data.checksum],
      ],
      width,
      palette,
    ),
    '',
    palette.bold('Images of each class') + palette.dim('  (training)'),
    ...classBars(e, width, palette),
    '',
    palette.bold('Pixel values') + palette.dim(`  1 to 255; ${percent(pixels.zeroShare)} are 0`),
    ...columnChart(binned(lit), width, 5, palette),
    ...facts(
      [
        ...channels(e),
        ['range', `${pixels.min} to ${pixels.max}`],
        ['mean', `${pixels.mean.toFixed(2)}, standard deviation ${pixels.std.toFixed(2)}`],
        ['quantiles', pixels.quantiles.map((q) => `${q.percent} % ${q.value}`).join('  ')],
      ],
      width,
      palette,
    ),
    '',
    palette.bold('One of each'),
    ...imageRows(samples, width, palette),
    '',
    ...facts([['near-duplicates', duplicates(e)]], width, palette),
    '',
  ];
}

/** Mean and deviation of each, where there are more than one. */
const channels = ({ train: { byChannel } }: Exploration) =>
  byChannel.length === 1
    ? []
    : (['red', 'green', 'blue'] as const).map((name, c) => {
        const { mean, std } = byChannel[c] as PixelStatistics;
        return [name, `mean ${mean.toFixed(2)}, standard deviation ${std.toFixed(2)}`] as const;
      });

/** Of many classes the largest and the smallest. */
function classBars(e: Exploration, width: number, palette: Page['palette']): string[] {
  const rows = e.classes.map((name, label) => ({ name, value: e.train.classCounts[label] ?? 0 }));
  if (rows.length <= MOST_CLASSES_SHOWN) return barChart(rows, width, palette);
  const sorted = rows.toSorted((a, b) => b.value - a.value);
  const shown = [...sorted.slice(0, 10), ...sorted.slice(-10)];
  return [
    ...barChart(shown, width, palette),
    palette.dim(`The ten largest and the ten smallest of ${rows.length} classes.`),
  ];
}

const binned = (values: Uint32Array) =>
  Array.from({ length: Math.ceil(values.length / BIN) }, (_, bin) =>
    values.subarray(bin * BIN, (bin + 1) * BIN).reduce((a, b) => a + b, 0),
  );

function duplicates({
  duplicates: { near, exact, otherLabel, nearDistance },
}: Exploration): string {
  const within = `within ${percent(nearDistance, 0)} of a training image`;
  if (near + exact === 0) return `no test image is ${within}`;
  return (
    `${counted(near + exact, 'test image is', 'test images are')} ${within}` +
    `, ${grouped(exact)} the same pixel for pixel, ${grouped(otherLabel)} with another label`
  );
}
