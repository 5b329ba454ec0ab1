// What a result is written as: tables for a terminal and a document, lines for a spreadsheet.
import { expect, test } from 'vitest';
import { figure, share } from '../bench/report/tables.ts';
import { asCsv, asMarkdown, asText } from '../bench/report/text.ts';
import { benchResult } from './benchResult.ts';

test('figures have three digits that mean something', () => {
  expect([0, 0.012345, 1.2345, 48.26, 1234.5, -3.456].map(figure)).toEqual([
    '0',
    '0.0123',
    '1.23',
    '48.3',
    '1,235',
    '-3.46',
  ]);
  expect(figure(NaN)).toBe('–');
  expect([0.0123, 0.5, 1.2, -0.033].map(share)).toEqual(['1.2 %', '50 %', '120 %', '-3.3 %']);
});

test('text: what was measured where, and every part in columns that stand under each other', () => {
  const text = asText(benchResult);
  expect(text).toMatch(/^llvmpipe: Mesa <25>, batch 128\n2 × AMD EPYC, linux; node 20\.20\.2/);
  expect(text).toContain('125 GFLOP/s');
  expect(text).toContain('2 comparisons, the worst at 50 % of what is allowed');
  expect(text).toContain('29.0 ms, 58 %');
  expect(text).toContain('matmul 2048x2048x2048 was left out: too long.');
  expect(text).toContain('jax-js 1.2.3');
  const step = text.split('\n\n').find((part) => part.startsWith('Its kernels'));
  const [titles = '', first = '', second = ''] = step?.split('\n').slice(1) ?? [];
  const end = titles.indexOf('GB/s') + 4;
  expect(first.slice(0, end)).toMatch(/ 0\.200$/);
  expect(second.slice(0, end)).toMatch(/ 8\.00$/);
});

test('markdown: every table has its rule and as many cells everywhere', () => {
  const tables = asMarkdown(benchResult)
    .split('\n\n')
    .filter((part) => part.startsWith('|'));
  expect(tables).toHaveLength(8);
  for (const table of tables) {
    const counts = new Set(table.split('\n').map((line) => line.match(/(?<!\\)\|/g)?.length));
    expect(counts.size).toBe(1);
  }
});

test('csv: a line a kernel, unrounded, quotes doubled, nothing for what is not there', () => {
  const lines = asCsv({ ...benchResult, shapes: [...(benchResult.shapes ?? [])] }).split('\r\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^part,name,kernels,flops/);
  expect(lines[1]).toBe(
    'step,"conv 3x3 32→64 of 13x13, forward",conv2dSubgroup,2000000000,4000000,20,18,24,21,18.900000000000002,25.2,100,0.2,0.8,compute',
  );
  expect(lines[3]).toContain('"matmul 512x512x512, ""quoted"""');
  const { gpuMs: _, ...wallOnly } = benchResult.shapes![0]!;
  expect(asCsv({ ...benchResult, shapes: [wallOnly] })).toContain(',4000000,,,,21,');
});
