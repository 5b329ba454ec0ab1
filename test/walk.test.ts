// Walks are as short as can be, and go by vectors exactly where memory allows it.
import { expect, test } from 'vitest';
import { collapse, vectorize } from '../src/tensor/ops/walk.ts';

test('dimensions that are walked through as one become one', () => {
  expect(collapse([2, 3, 4], [12, 4, 1])).toEqual({ shape: [24], strides: [[1]] });
  expect(collapse([2, 1, 4], [4, 99, 1])).toEqual({ shape: [8], strides: [[1]] });
  expect(collapse([2, 3, 4], [24, 4, 1])).toEqual({ shape: [2, 12], strides: [[24, 1]] });
  expect(collapse([3, 4], [1, 3])).toEqual({ shape: [3, 4], strides: [[1, 3]] });
  expect(collapse([2, 3, 4], [12, 4, 1], [0, 0, 0])).toEqual({ shape: [24], strides: [[1], [0]] });
  const bias = collapse([2, 3, 4], [12, 4, 1], [0, 0, 1]);
  expect(bias).toEqual({
    shape: [6, 4],
    strides: [
      [4, 1],
      [0, 1],
    ],
  });
  expect(collapse([], [])).toEqual({ shape: [1], strides: [[1]] });
  expect(collapse([1, 1], [5, 5], [0, 0])).toEqual({ shape: [1], strides: [[1], [1]] });
});

test('vectors: contiguous or repeated, aligned, whole but for the very end', () => {
  expect(vectorize({ shape: [7], strides: [[1]] })?.shape).toEqual([2]);
  expect(
    vectorize({
      shape: [6, 8],
      strides: [
        [8, 1],
        [0, 1],
      ],
    }),
  ).toEqual({
    shape: [6, 2],
    strides: [
      [2, 1],
      [0, 1],
    ],
    spread: [false, false],
  });
  expect(
    vectorize({
      shape: [6, 8],
      strides: [
        [8, 1],
        [1, 0],
      ],
    }),
  ).toEqual({
    shape: [6, 2],
    strides: [
      [2, 1],
      [1, 0],
    ],
    spread: [false, true],
  });
  expect(vectorize({ shape: [6, 7], strides: [[7, 1]] })).toBeUndefined();
  expect(vectorize({ shape: [6, 4], strides: [[6, 1]] })).toBeUndefined();
  expect(vectorize({ shape: [8], strides: [[2]] })).toBeUndefined();
  expect(vectorize({ shape: [8], strides: [[-1]] })).toBeUndefined();
});
