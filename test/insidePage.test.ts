// The small parts of the look inside: its address, its numbers, its colors of code.
import { expect, test } from 'vitest';
import {
  hashOf,
  imageFromHash,
  problemOfHash,
  spotFromHash,
} from '../src/app/web/inside/address.ts';
import { tokens } from '../src/app/web/inside/highlight.ts';
import { signed } from '../src/app/web/inside/numbers.ts';
import { gridOf, scaleOf } from '../src/app/web/inside/paint.ts';
import conv from '../src/shaders/conv2dTiled.wgsl?raw';

test('an address opens the image that it was made of', () => {
  const pixels = Uint8Array.from({ length: 784 }, (_, i) => (i * 37) % 256);
  for (const image of [
    { split: 'test', index: 123 },
    { split: 'train', index: 0 },
    { split: 'own', pixels },
  ] as const) {
    expect(imageFromHash(hashOf(image))).toEqual(image);
    expect(imageFromHash(`${hashOf(image)}/conv2`)).toEqual(image);
    expect(spotFromHash(`${hashOf(image)}/code-conv2`)).toBe('code-conv2');
    expect(spotFromHash(hashOf(image))).toBeUndefined();
  }
});

test.each([
  '#inside',
  '#inside/',
  '#inside/test',
  '#inside/test/',
  '#inside/test/x',
  '#inside/test/-1',
  '#inside/train/-1/conv2',
  '#inside/test/1.5',
  '#inside/test/1e3',
  '#inside/test/0x10',
  '#inside/test/9007199254740993',
  '#inside/other/1',
  '#inside/__proto__/1',
  '#inside/own/abc',
  '#inside/test/1/conv2/3',
  `#inside/test/${'9'.repeat(5000)}`,
])('an address that names no image opens none and says so: %s', (hash) => {
  expect(imageFromHash(hash)).toBeUndefined();
  const problem = problemOfHash(hash);
  expect(problem).toMatch(/^The address ends in “#inside.*”/);
  expect(problem?.length).toBeLessThan(300);
});

test.each(['', '#data', '#training', '#insides'])(
  'an address of the page asks for no image: %s',
  (hash) => {
    expect(imageFromHash(hash)).toBeUndefined();
    expect(problemOfHash(hash)).toBeUndefined();
  },
);

test('numbers have a true minus, and zero no sign', () => {
  expect([signed(-0.5), signed(-0.0001), signed(2, 1)]).toEqual(['−0.500', '0.000', '2.0']);
});

test('a scale spans the values, and knows their sign', () => {
  expect(scaleOf([0, 2, 1])).toEqual({ most: 2, signed: false });
  expect(scaleOf([-3, 2])).toEqual({ most: 3, signed: true });
});

test('a grid holds every value once', () => {
  for (const [shape, channels] of [
    [[3, 5, 2], 2],
    [[128], 1],
    [[10], 1],
    [[1152], 1],
    [[17], 1],
  ] as const) {
    const found: number[] = [];
    for (let channel = 0; channel < channels; channel++) {
      const { rows, columns, at } = gridOf(shape, channel);
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++) {
          const index = at(row, column);
          if (index !== undefined) found.push(index);
        }
    }
    const size = shape.reduce((a, b) => a * b, 1);
    expect(found.sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
  }
});

test('colored code is the code', () => {
  const lines = conv.split('\n');
  expect(
    lines.map((line) =>
      tokens(line)
        .map(({ text }) => text)
        .join(''),
    ),
  ).toEqual(lines);
  expect(tokens('const K = 64u; // x')).toEqual([
    { kind: 'keyword', text: 'const' },
    { kind: undefined, text: ' K = ' },
    { kind: 'number', text: '64u' },
    { kind: undefined, text: '; ' },
    { kind: 'comment', text: '// x' },
  ]);
});
