// The first look at a data set, as data: sizes, classes, pixel values, what a class looks like, and
// whether test images also stand in the training set. Faces print or draw it.

import { type DataSet, type ImageShape, shapeOf, sizeOf, type Split } from './dataset.ts';
import { type DuplicateReport, findDuplicates } from './duplicates.ts';
import { Pace, type PaceOptions } from './pace.ts';
import { Random } from './random.ts';

/** In percent. */
export const QUANTILES = [1, 5, 25, 50, 75, 95, 99] as const;

export interface Quantile {
  readonly percent: number;
  readonly value: number;
}

/** Pixel values of a split, all of them or those of a channel: 0 black to 255 white. */
export interface PixelStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Of the population (divided by n). */
  readonly std: number;
  /** Smallest value that at least this share of the pixels does not exceed. */
  readonly quantiles: readonly Quantile[];
  /** Pixels per value, 256 bins. */
  readonly histogram: Uint32Array;
  /** Share of pixels that are 0. */
  readonly zeroShare: number;
}

export interface SplitExploration {
  readonly count: number;
  readonly shape: readonly [count: number, height: number, width: number, channels: number];
  readonly sizeBytes: number;
  /** Images per class, by label. */
  readonly classCounts: readonly number[];
  readonly pixels: PixelStatistics;
  /** Red, green and blue; of gray images the one channel. */
  readonly byChannel: readonly PixelStatistics[];
}

/** Mean pixel value of an image, over the images of a class. */
export interface Brightness {
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  readonly quantiles: readonly Quantile[];
}

/** One class of the training split. A class without images has zeros throughout. */
export interface ClassExploration {
  readonly label: number;
  readonly name: string;
  readonly count: number;
  /** Per pixel over the class, [height, width, channels] in levels 0..255. */
  readonly meanImage: Float32Array;
  /** Standard deviation per pixel, in levels. */
  readonly stdImage: Float32Array;
  /** Training images drawn at random, ascending indices. */
  readonly samples: readonly number[];
  readonly brightness: Brightness;
}

export interface Exploration {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly imageType: 'u8';
  readonly labelType: 'u8' | 'i32';
  readonly classes: readonly string[];
  readonly train: SplitExploration;
  readonly test: SplitExploration;
  /** By label. */
  readonly perClass: readonly ClassExploration[];
  readonly duplicates: DuplicateReport;
}

export interface ExploreOptions extends PaceOptions {
  /** Of the sample images, 0 unless told. */
  readonly seed?: number;
  /** Sample images per class, 12 unless told. */
  readonly samplesPerClass?: number;
}

/** Share of the whole work, measured on the real set: one pass over the pixels, then the pairs. */
const PASS_SHARE = 0.4;

/** Looks at every pixel once and at the pairs of train and test images that could be alike. */
export async function explore(data: DataSet, options: ExploreOptions = {}): Promise<Exploration> {
  const { seed = 0, samplesPerClass = 12 } = options;
  if (!Number.isInteger(samplesPerClass) || samplesPerClass < 0)
    throw new RangeError(`explore: samplesPerClass ${samplesPerClass} is not a whole number`);
  const { train, test, classes, height, width, channels } = data;
  const total = train.count + test.count;
  const pace = new Pace(options);
  const shape = shapeOf(data);
  const trainPass = await pass(data, 'train', pace, (done) => (done / total) * PASS_SHARE);
  const testPass = await pass(
    data,
    'test',
    pace,
    (done) => ((train.count + done) / total) * PASS_SHARE,
  );
  const duplicates = await findDuplicates(
    train,
    test,
    shape,
    pace,
    (done) => PASS_SHARE + (1 - PASS_SHARE) * done,
  );
  options.onProgress?.(1);
  const describe = (split: Split, { histograms, members }: Pass): SplitExploration => ({
    count: split.count,
    shape: [split.count, height, width, channels],
    sizeBytes: split.images.byteLength + split.labels.byteLength,
    classCounts: members.map((indices) => indices.length),
    pixels: pixelStatistics(added(histograms)),
    byChannel: histograms.map(pixelStatistics),
  });
  return {
    height,
    width,
    channels,
    imageType: 'u8',
    labelType: train.labels instanceof Uint8Array ? 'u8' : 'i32',
    classes,
    train: describe(train, trainPass),
    test: describe(test, testPass),
    perClass: classes.map((name, label): ClassExploration => {
      const members = trainPass.members[label]!;
      const { meanImage, stdImage } = classImages(train, shape, members);
      const samples = drawSamples(members, samplesPerClass, new Random(seed, label));
      const brightness = brightnessOf(members, trainPass.brightness);
      return { label, name, count: members.length, meanImage, stdImage, samples, brightness };
    }),
    duplicates,
  };
}

/** What one walk over a split's pixels gathers. */
interface Pass {
  /** One for each channel. */
  readonly histograms: readonly Uint32Array[];
  /** Image indices by label. */
  readonly members: readonly number[][];
  /** Mean value per image. */
  readonly brightness: Float64Array;
}

async function pass(
  data: DataSet,
  split: 'train' | 'test',
  pace: Pace,
  share: (done: number) => number,
): Promise<Pass> {
  const { images, labels, count } = data[split];
  const [size, C] = [sizeOf(shapeOf(data)), data.channels];
  const histograms = Array.from({ length: C }, () => new Uint32Array(256));
  const members: number[][] = data.classes.map(() => []);
  const brightness = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    members[labels[i]!]!.push(i);
    let sum = 0;
    for (let channel = 0; channel < C; channel++)
      sum += addChannel(images, i * size + channel, (i + 1) * size, C, histograms[channel]!);
    brightness[i] = sum / size;
    if (pace.due()) await pace.rest(share(i));
  }
  return { histograms, members, brightness };
}

/** Counts every C-th value and gives their sum; a function of its own so that it is compiled. */
function addChannel(
  images: Uint8Array,
  from: number,
  end: number,
  C: number,
  histogram: Uint32Array,
): number {
  let sum = 0;
  for (let p = from; p < end; p += C) {
    const value = images[p]!;
    histogram[value]!++;
    sum += value;
  }
  return sum;
}

function added(histograms: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(256);
  for (const one of histograms) one.forEach((n, value) => (all[value]! += n));
  return all;
}

/** Everything about the pixel values follows from how often each of the 256 occurs. */
function pixelStatistics(histogram: Uint32Array): PixelStatistics {
  const count = histogram.reduce((sum, n) => sum + n, 0);
  if (count === 0) throw new RangeError('explore: a split has no images');
  let [sum, squares] = [0, 0];
  histogram.forEach((n, value) => {
    sum += n * value;
    squares += n * value * value;
  });
  const mean = sum / count;
  const quantiles = QUANTILES.map((percent) => {
    let [value, below] = [0, histogram[0]!];
    while (below * 100 < percent * count) below += histogram[++value]!;
    return { percent, value };
  });
  return {
    min: histogram.findIndex((n) => n > 0),
    max: histogram.findLastIndex((n) => n > 0),
    mean,
    std: Math.sqrt(Math.max(0, squares / count - mean * mean)),
    quantiles,
    histogram,
    zeroShare: histogram[0]! / count,
  };
}

/** Sums of values and of their squares are whole numbers below 2^53, so exact. */
function classImages(
  { images }: Split,
  shape: ImageShape,
  members: readonly number[],
): Pick<ClassExploration, 'meanImage' | 'stdImage'> {
  const [size, count] = [sizeOf(shape), members.length];
  const [sums, squares] = [new Float64Array(size), new Float64Array(size)];
  for (const index of members) addImage(images, index * size, sums, squares);
  const meanImage = new Float32Array(size);
  const stdImage = new Float32Array(size);
  for (let p = 0; p < size && count > 0; p++) {
    const mean = sums[p]! / count;
    meanImage[p] = mean;
    stdImage[p] = Math.sqrt(Math.max(0, squares[p]! / count - mean * mean));
  }
  return { meanImage, stdImage };
}

function addImage(
  images: Uint8Array,
  from: number,
  sums: Float64Array,
  squares: Float64Array,
): void {
  for (let p = 0; p < sums.length; p++) {
    const value = images[from + p]!;
    if (value === 0) continue;
    sums[p]! += value;
    squares[p]! += value * value;
  }
}

function drawSamples(members: readonly number[], count: number, random: Random): number[] {
  return random
    .shuffle([...members])
    .slice(0, count)
    .sort((a, b) => a - b);
}

function brightnessOf(members: readonly number[], brightness: Float64Array): Brightness {
  const values = Float64Array.from(members, (index) => brightness[index]!).sort();
  const count = values.length;
  const at = (index: number): number => values[Math.min(count - 1, Math.max(0, index))] ?? 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, count);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, count);
  return {
    mean,
    std: Math.sqrt(variance),
    min: at(0),
    max: at(count - 1),
    quantiles: QUANTILES.map((percent) => ({
      percent,
      value: at(Math.ceil((percent * count) / 100) - 1),
    })),
  };
}
