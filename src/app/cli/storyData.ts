// The data's chapter in a terminal: dimensions, classes, pixel values, pictures, duplicates.
import type { DataSet } from '../data/dataset.ts';
import type { Exploration } from '../data/eda.ts';
import { counted, grouped, percent } from '../wording.ts';
import type { Page } from './story.ts';
import { barChart, columnChart, facts, heading, imageRows } from './terminal/index.ts';

/** Values a column of the histogram stands for. */
const BIN = 4;

export function dataChapter(data: DataSet, e: Exploration, { width, palette }: Page): string[] {
  const { pixels } = e.train;
  const lit = pixels.histogram.slice(1);
  const samples = e.perClass.map((c) => ({
    pixels: pixelsOf(data, c.samples[0] ?? 0),
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
        ['training', `${grouped(e.train.count)} images [${e.height}, ${e.width}], ${e.imageType}`],
        ['test', `${grouped(e.test.count)} images`],
        ['SHA-256', data.checksum],
      ],
      width,
      palette,
    ),
    '',
    palette.bold('Images of each class') + palette.dim('  (training)'),
    ...barChart(
      e.classes.map((name, label) => ({ name, value: e.train.classCounts[label] ?? 0 })),
      width,
      palette,
    ),
    '',
    palette.bold('Pixel values') + palette.dim(`  1 to 255; ${percent(pixels.zeroShare)} are 0`),
    ...columnChart(binned(lit), width, 5, palette),
    ...facts(
      [
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

const binned = (values: Uint32Array) =>
  Array.from({ length: Math.ceil(values.length / BIN) }, (_, bin) =>
    values.subarray(bin * BIN, (bin + 1) * BIN).reduce((a, b) => a + b, 0),
  );

function pixelsOf({ train, height, width }: DataSet, index: number): Uint8Array {
  const size = height * width;
  return train.images.subarray(index * size, (index + 1) * size);
}

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
