// Which images a figure speaks of, and in what order: the answer to a click on a cell, a bar or a mean.
import { type DataSet, pixelsOf, type Split } from './data/dataset.ts';
import type { Exploration } from './data/eda.ts';
import type { Answers } from './evaluation.ts';

/** A choice among the images of one split; what is absent does not restrict. */
export interface AlbumQuery {
  /** What the figure says of these images: 'Shirt called Coat'. */
  readonly title: string;
  readonly split: 'train' | 'test';
  readonly label?: number;
  readonly predicted?: number;
  readonly correct?: boolean;
  /** Two classes, each taken for the other. */
  readonly confused?: readonly [number, number];
  /** Bounds of the predicted class's probability, in (low, high]. */
  readonly confidence?: readonly [low: number, high: number];
  /** The validation images as they were answered after this epoch; `split` is 'train'. */
  readonly epoch?: number;
  /** That epoch is of the run whose verdict is shown, not of the one under way. */
  readonly judged?: true;
  /** Only images with pixels from low to high, both included; those with the most come first. */
  readonly values?: readonly [low: number, high: number];
  /** By distance from the mean image of `label`. */
  readonly mean?: 'nearest' | 'farthest';
  /** By distance of the image's mean pixel value from this one. */
  readonly brightness?: number;
  /** Test images that also stand among the training images, equal or nearly so; the nearest first. */
  readonly duplicates?: true;
}

export interface AlbumEntry {
  /** Position in the split. */
  readonly index: number;
  readonly label: number;
  readonly predicted?: number;
  readonly confidence?: number;
  /** What the order goes by: pixels, a distance in gray levels, a mean pixel value, a distance of duplicates. */
  readonly measure?: number;
  /** The training image that this one is nearly equal to. */
  readonly twin?: number;
}

interface AlbumSource {
  readonly data: DataSet;
  readonly exploration: Exploration;
  /** To the images that `query` asks for; absent before a run. */
  readonly answers: Answers | undefined;
}

/** Does a query speak of a network's answers? */
export const asksForAnswers = ({ predicted, correct, confused, confidence, epoch }: AlbumQuery) =>
  [predicted, correct, confused, confidence, epoch].some((part) => part !== undefined);

/** All images that `query` asks for, in its order: by what it measures, else errors surest first, else as in the set. */
export function findImages(source: AlbumSource, query: AlbumQuery): readonly AlbumEntry[] {
  const { data, answers } = source;
  const split = data[query.split];
  if (query.duplicates) return duplicates(source);
  if (asksForAnswers(query) && !answers) return [];
  const entries = candidates(split, answers).filter((entry) => fits(entry, query));
  const pixels = ({ index }: AlbumEntry) => pixelsOf(data, query.split, index);
  const measured = (measure: (entry: AlbumEntry) => number) =>
    entries.map((entry) => ({ ...entry, measure: measure(entry) }));

  if (query.values) {
    const [low, high] = query.values;
    return measured((entry) => countBetween(pixels(entry), low, high))
      .filter(({ measure }) => measure > 0)
      .sort((a, b) => b.measure - a.measure || a.index - b.index);
  }
  const mean = source.exploration.perClass[query.label ?? -1]?.meanImage;
  if (query.mean && mean) {
    const sign = query.mean === 'nearest' ? 1 : -1;
    return measured((entry) => distance(pixels(entry), mean)).sort(
      (a, b) => sign * (a.measure - b.measure) || a.index - b.index,
    );
  }
  const { brightness } = query;
  if (brightness !== undefined)
    return measured((entry) => meanOf(pixels(entry))).sort(
      (a, b) =>
        Math.abs(a.measure - brightness) - Math.abs(b.measure - brightness) || a.index - b.index,
    );
  if (!asksForAnswers(query)) return entries;
  const surety = ({ confidence = 0 }: AlbumEntry) => confidence;
  return entries.sort((a, b) => surety(b) - surety(a) || a.index - b.index);
}

function candidates(split: Split, answers: Answers | undefined): AlbumEntry[] {
  const label = (index: number) => split.labels[index] as number;
  if (!answers)
    return Array.from({ length: split.count }, (_, index) => ({ index, label: label(index) }));
  const { images, predicted, confidence } = answers;
  return Array.from(images, (index, i) => ({
    index,
    label: label(index),
    predicted: predicted[i] as number,
    confidence: confidence[i] as number,
  }));
}

function fits(entry: AlbumEntry, query: AlbumQuery): boolean {
  const { label, predicted, confidence = 0 } = entry;
  if (query.label !== undefined && label !== query.label) return false;
  if (query.predicted !== undefined && predicted !== query.predicted) return false;
  if (query.correct !== undefined && (predicted === label) !== query.correct) return false;
  if (query.confidence) {
    const [low, high] = query.confidence;
    if (confidence <= low || confidence > high) return false;
  }
  if (!query.confused) return true;
  const [a, b] = query.confused;
  return (label === a && predicted === b) || (label === b && predicted === a);
}

function duplicates({ data, exploration }: AlbumSource): AlbumEntry[] {
  return exploration.duplicates.pairs.map(({ train, test, distance }) => ({
    index: test,
    label: data.test.labels[test] as number,
    measure: distance,
    twin: train,
  }));
}

function countBetween(pixels: Uint8Array, low: number, high: number): number {
  let count = 0;
  for (const value of pixels) if (value >= low && value <= high) count++;
  return count;
}

/** Root of the mean squared difference, in gray levels. */
function distance(pixels: Uint8Array, mean: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < pixels.length; i++) sum += (pixels[i]! - mean[i]!) ** 2;
  return Math.sqrt(sum / pixels.length);
}

function meanOf(pixels: Uint8Array): number {
  let sum = 0;
  for (const value of pixels) sum += value;
  return sum / pixels.length;
}
