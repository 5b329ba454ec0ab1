// The album's answers over a set small enough to count by hand.
import { FASHION_CLASSES } from '../src/app/data/fashion.ts';
import { expect, test } from 'vitest';
import { type AlbumQuery, findImages } from '../src/app/album.ts';
import { type DataSet, type Split } from '../src/app/data/dataset.ts';
import { explore } from '../src/app/data/eda.ts';
import { answersOf } from '../src/app/evaluation.ts';

const IMAGE_SIZE = 784;

/** Images whose first pixels are given; the rest is black. */
function split(labels: readonly number[], rows: readonly (readonly number[])[]): Split {
  const images = new Uint8Array(labels.length * IMAGE_SIZE);
  rows.forEach((row, i) => images.set(row, i * IMAGE_SIZE));
  return { images, labels: Uint8Array.from(labels), count: labels.length };
}

const data: DataSet = {
  name: 'tiny',
  title: 'tiny',
  builtin: true,
  classes: FASHION_CLASSES,
  height: 28,
  width: 28,
  channels: 1,
  train: split([0, 1, 0, 0], [[10, 20, 30], [200], [10, 22, 28], [250, 250]]),
  test: split([0, 1, 1, 0], [[10, 20, 30], [200, 200], [90], [5]]),
  checksum: '',
  source: '',
};
const exploration = await explore(data);

/** By image: the class it is given, and with what probability. */
const said = [
  [1, 0.6],
  [1, 0.9],
  [0, 0.8],
  [0, 0.7],
] as const;
const probabilities = Float32Array.from(
  said.flatMap(([k, p]) => FASHION_CLASSES.map((_, c) => (c === k ? p : (1 - p) / 9))),
);
const answers = answersOf(probabilities, 10);
const ask = (query: Partial<AlbumQuery>) =>
  findImages(
    { data, exploration, answers: query.split === 'train' ? undefined : answers },
    { title: '', split: 'test', ...query },
  );
const indices = (query: Partial<AlbumQuery>) => ask(query).map(({ index }) => index);

test('a cell, a row, a column of the matrix', () => {
  expect(indices({ label: 0, predicted: 1 })).toEqual([0]);
  expect(indices({ label: 0 })).toEqual([0, 3]);
  expect(indices({ predicted: 1 })).toEqual([1, 0]); // the surest first
});

test('errors, hits and both directions of a pair', () => {
  expect(indices({ correct: false })).toEqual([2, 0]);
  expect(indices({ correct: true })).toEqual([1, 3]);
  expect(indices({ confused: [0, 1] })).toEqual([2, 0]);
  expect(indices({ confused: [0, 2] })).toEqual([]);
  expect(ask({ correct: false })[0]).toEqual({
    index: 2,
    label: 1,
    predicted: 0,
    confidence: Math.fround(0.8),
  });
});

test('a bin of confidence is open below and closed above', () => {
  const [low, high] = [Math.fround(0.6), Math.fround(0.8)];
  expect(indices({ confidence: [low, high] })).toEqual([2, 3]);
});

test('pixel values: the most such pixels first, none left out', () => {
  expect(ask({ split: 'train', values: [8, 31] })).toEqual([
    { index: 0, label: 0, measure: 3 },
    { index: 2, label: 0, measure: 3 },
  ]);
  expect(indices({ split: 'train', values: [200, 255] })).toEqual([3, 1]);
});

test('a mean image: the nearest or the farthest first', () => {
  // The third image of class 0 is far brighter, so it lies farthest from their mean.
  expect(indices({ split: 'train', label: 0, mean: 'farthest' })[0]).toBe(3);
  expect(indices({ split: 'train', label: 0, mean: 'nearest' }).at(-1)).toBe(3);
  const [first] = ask({ split: 'train', label: 1, mean: 'nearest' });
  expect(first?.measure).toBe(0); // alone in its class, it is the mean
});

test('brightness: nearest to the value asked for', () => {
  expect(indices({ split: 'train', brightness: 200 / IMAGE_SIZE })).toEqual([1, 0, 2, 3]);
});

test('duplicates come with their twins', () => {
  expect(ask({ duplicates: true })).toEqual([{ index: 0, label: 0, measure: 0, twin: 0 }]);
});

test('a question about answers is empty before a run', () => {
  expect(
    findImages(
      { data, exploration, answers: undefined },
      { title: '', split: 'test', correct: false },
    ),
  ).toEqual([]);
});
