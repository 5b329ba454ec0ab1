// The tuner's tables as files.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { tuningFiles, tuningFolder } from '../src/app/cli/cache.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-tuning-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a table is kept in a file of its adapter, in a folder that is made when needed', async () => {
  const warnings: string[] = [];
  const store = tuningFiles(join(folder, 'weft', 'tuning'), (text) => warnings.push(text));
  expect(await store.read('card-1')).toBeUndefined();
  await store.write('card-1', '{}');
  expect(await store.read('card-1')).toBe('{}');
  expect(await store.read('card-2')).toBeUndefined();
  expect(readdirSync(join(folder, 'weft', 'tuning'))).toEqual(['card-1.json']);
  expect(warnings).toEqual([]);
});

test('what cannot be written is told, and no reason to stop', async () => {
  const warnings: string[] = [];
  const inTheWay = join(mkdtempSync(join(tmpdir(), 'weft-tuning-')), 'file');
  writeFileSync(inTheWay, '');
  await tuningFiles(inTheWay, (text) => warnings.push(text)).write('card', '{}');
  expect(warnings.join()).toMatch(/not kept for the next run: .*(ENOTDIR|EEXIST)/);
});

test('the folder lies in the cache of the project', () => {
  expect(tuningFolder({ XDG_CACHE_HOME: join(folder, 'cache') })).toBe(
    join(folder, 'cache', 'weft', 'tuning'),
  );
});
