// One reader for every number that is typed.
import { expect, test } from 'vitest';
import { cited, readNumber } from '../src/app/readNumber.ts';

test.each([
  ['6,000', 6000],
  ['6 000', 6000],
  ['6\u202f000', 6000],
  ['6\u00a0000', 6000],
  ["1'234'567", 1_234_567],
  ['-1,000', -1000],
  [' 0.5 ', 0.5],
  ['.5', 0.5],
  ['1e-4', 1e-4],
  ['\u22125', -5],
  ['007', 7],
])('%s is a number', (text, value) => {
  expect(readNumber(text)).toBe(value);
});

test.each([
  '',
  ' ',
  '0,001',
  '1,5',
  '1,50',
  '1,0000',
  '1,000 000',
  '0x10',
  '0b1',
  'Infinity',
  'NaN',
  '1e',
  '1_000',
  '--1',
  'constructor',
])('“%s” is none', (text) => {
  expect(readNumber(text)).toBeNaN();
});

test('a text is cited, and cut where it is long', () => {
  expect(cited('')).toBe('Nothing');
  expect(cited(' a ')).toBe('“a”');
  expect(cited('x'.repeat(1000))).toHaveLength(43);
});
