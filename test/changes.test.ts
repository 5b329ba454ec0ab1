// Which answers changed between two epochs.
import { expect, test } from 'vitest';
import { changesOf } from '../src/app/changes.ts';
import type { Answers } from '../src/app/evaluation.ts';

const LABELS = Uint8Array.of(0, 0, 1, 1, 2, 2);
const said = (...predicted: number[]): Answers => ({
  images: Uint32Array.of(5, 4, 3, 2, 1),
  predicted: Int32Array.from(predicted),
  confidence: new Float32Array(predicted.length),
});

test('learned, lost and otherwise wrong are told apart', () => {
  // True: 2, 2, 1, 1, 0.
  const { counts, some } = changesOf(said(2, 0, 1, 0, 1), said(1, 2, 1, 2, 0), LABELS, 8);
  expect(counts).toEqual({ learned: 2, lost: 1, otherwise: 1 });
  expect(some).toEqual([
    { index: 4, label: 2, was: 0, is: 2 },
    { index: 5, label: 2, was: 2, is: 1 },
    { index: 1, label: 0, was: 1, is: 0 },
  ]);
});

test('no more are named than wanted', () => {
  const { counts, some } = changesOf(said(0, 0, 0, 0, 1), said(2, 2, 1, 1, 0), LABELS, 2);
  expect(counts.learned).toBe(5);
  expect(some.map(({ index }) => index)).toEqual([4, 2]);
  expect(changesOf(said(2, 2, 1, 1, 0), said(2, 2, 1, 1, 0), LABELS, 2).some).toEqual([]);
});
