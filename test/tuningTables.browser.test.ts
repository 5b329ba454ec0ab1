// The tuner's tables in IndexedDB.
import { expect, test } from 'vitest';
import { tuningTables } from '../src/app/web/worker/tuningTables.ts';

test('a table is found again by its key, replaced whole, and missing where there is none', async () => {
  expect(await tuningTables.read('card')).toBeUndefined();
  await tuningTables.write('card', 'one');
  await tuningTables.write('card', 'two');
  await tuningTables.write('other', 'three');
  expect(await tuningTables.read('card')).toBe('two');
  expect(await tuningTables.read('other')).toBe('three');
});
