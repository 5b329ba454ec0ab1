// `weft predict`: what a run's network says of pictures.
import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { Sequential } from '../../../nn/index.ts';
import { DataError, type ImageShape } from '../../data/dataset.ts';
import { scalePixels } from '../../data/prepare.ts';
import { resized } from '../../data/resize.ts';
import { layersOf } from '../../network/layers.ts';
import { ownImage } from '../../ownImage.ts';
import { HEAD_BYTES, MOST_PIXELS, pictureSize } from '../../pictureSize.ts';
import { grouped, percent } from '../../wording.ts';
import { decodeInNode } from '../decode.ts';
import { openGpu } from '../gpu.ts';
import { pathFrom } from '../place.ts';
import { openRun } from './run.ts';

interface PredictOptions {
  readonly top: number;
  readonly adapter?: string;
  readonly json?: true;
}

/** The bytes of an image of that shape, made of a picture's file. @throws DataError that names the file */
async function imageOf(file: string, shape: ImageShape): Promise<Uint8Array> {
  const bytes = new Uint8Array(
    await readFile(file).catch((error: unknown) => {
      throw new DataError(file, (error as Error).message, { cause: error });
    }),
  );
  const size = pictureSize(bytes.subarray(0, HEAD_BYTES));
  if (!size) throw new DataError(file, 'it is no picture that can be read; PNG and JPEG are');
  if (size.width * size.height > MOST_PIXELS)
    throw new DataError(file, `has ${grouped(size.width)} × ${grouped(size.height)} pixels, more than the ${grouped(MOST_PIXELS / 1e6)} million that are decoded`); // prettier-ignore
  const picture = await decodeInNode(bytes, size).catch((error: unknown) => {
    throw new DataError(file, (error as Error).message, { cause: error });
  });
  const [height, width, channels] = shape;
  if (channels === 3 || (picture.width === width && picture.height === height))
    return resized(picture, shape, 'pad').pixels;
  return ownImage(picture.rgba, picture.width, picture.height, shape).pixels;
}

async function predict(
  path: string,
  files: readonly string[],
  { top, adapter, json }: PredictOptions,
  here: string,
): Promise<void> {
  const { record, task, weights } = await openRun(pathFrom(here, path));
  const images: Uint8Array[] = [];
  for (const file of files) images.push(await imageOf(pathFrom(here, file), task.shape));
  const { device, close } = await openGpu(adapter);
  try {
    const model = new Sequential(device, task.shape, layersOf(record.config.network, task));
    model.arena.load(weights);
    const pixels = Float32Array.from(images.flatMap((image) => [...scalePixels(image)]));
    const x = device.tensor(pixels, [images.length, ...task.shape]);
    const shares = (await model.predict(x).data()) as Float32Array;
    const { classes } = record.dataset;
    const answers = files.map((file, i) => {
      const row = shares.subarray(i * classes.length, (i + 1) * classes.length);
      const named = classes.map((name, k) => ({ name, probability: row[k] as number }));
      return { file, classes: named.sort((a, b) => b.probability - a.probability).slice(0, top) };
    });
    if (json) {
      process.stdout.write(`${JSON.stringify(answers, null, 2)}\n`);
      return;
    }
    const width = Math.max(...files.map((file) => file.length));
    for (const { file, classes: said } of answers) {
      const told = said.map(({ name, probability }) => `${name} ${percent(probability)}`);
      process.stdout.write(`${file.padEnd(width)}  ${told.join(', ')}\n`);
    }
  } finally {
    close();
  }
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError('it takes a whole number from 1.');
}

export const addPredict = (program: Command, here: string): Command =>
  program
    .command('predict')
    .description(
      'Says what a run’s network takes pictures for (PNG, JPEG). For gray images a picture is prepared as on the\n' +
        'page: trimmed, made gray, bright on black; one that has the right size already is taken as it is.',
    )
    .argument('<run>', 'the folder of a run that has ended')
    .argument('<picture...>', 'files')
    .option('--top <n>', 'classes told of each', countOf, 3)
    .option('--adapter <name>', 'part of the name of the adapter to use')
    .option('--json', 'print JSON and nothing else')
    .action((run: string, files: readonly string[], options: PredictOptions) =>
      predict(run, files, options, here),
    );
