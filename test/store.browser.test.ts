// The browser's storage: values by key, lists of keys in order, and what older and newer builds have left.
import { beforeEach, expect, test } from 'vitest';
import type * as storeModule from '../src/app/web/worker/store.ts';

const done = (request: IDBRequest) =>
  new Promise<void>((resolve, reject) => {
    request.addEventListener('success', () => resolve());
    request.addEventListener('error', () => reject(new Error(String(request.error))));
  });

async function opened(name: string, version: number): Promise<IDBDatabase> {
  const request = indexedDB.open(name, version);
  request.addEventListener('upgradeneeded', () => request.result.createObjectStore('kept'));
  await done(request);
  return request.result;
}
const names = async () => (await indexedDB.databases()).map(({ name }) => name);

/** As a page that is opened anew: another instance of the module. */
let pages = 0;
const fresh = () =>
  import(/* @vite-ignore */ `../src/app/web/worker/store.ts?page=${++pages}`) as Promise<
    typeof storeModule
  >;
const HERE = `weft ${new URL('.', location.href).pathname} store`;

beforeEach(async () => {
  for (const name of await names())
    if (name?.startsWith('weft')) await done(indexedDB.deleteDatabase(name));
});

test('finds lists of keys in their order, beside keys that are texts', async () => {
  const { get, keysOf, put, remove } = await fresh();
  await put('ended', 1);
  for (const key of ['2026-02', '2025-12', '2026-01']) await put(['ended', key, 7], key);
  await put(['other', 'x'], 2);
  expect(await keysOf('ended')).toEqual([
    ['ended', '2025-12', 7],
    ['ended', '2026-01', 7],
    ['ended', '2026-02', 7],
  ]);
  await remove(['ended', '2026-01', 7]);
  expect(await keysOf('ended')).toHaveLength(2);
  expect(await get('ended')).toBe(1);
  expect(await get('nothing')).toBeUndefined();
});

test('takes over what an older build has kept, without what is newer here', async () => {
  const { put } = await fresh();
  await put('run', 'newer');
  const older = await opened('weft', 1);
  const store = older.transaction('kept', 'readwrite').objectStore('kept');
  await done(store.put('older', 'run'));
  await done(store.put(Uint8Array.of(1, 2), 'data'));
  older.close();
  const { get } = await fresh();
  expect(await get('data')).toEqual(Uint8Array.of(1, 2));
  expect(await get('run')).toBe('newer');
  await expect.poll(names).toEqual([HERE]);
});

test('leaves alone what a newer build has kept, and says so', async () => {
  (await opened(HERE, 9)).close();
  const { get, put, StorageError } = await fresh();
  await expect(get('run')).rejects.toThrow(StorageError);
  await expect(put('run', 1)).rejects.toThrow(/newer version of weft/);
  const again = await opened(HERE, 9);
  expect([...again.objectStoreNames]).toEqual(['kept']);
  again.close();
});

test('waits for a tab that holds the database, says so, and gives way to a newer one itself', async () => {
  const { get, onWaiting } = await fresh();
  const heard: boolean[] = [];
  onWaiting((isWaiting) => heard.push(isWaiting));
  await get('x'); // it is there now
  // Another tab deletes it while a third still has it open.
  const holder = await opened(HERE, 1);
  const deletion = done(indexedDB.deleteDatabase(HERE));
  const got = get('x');
  await expect.poll(() => heard, { timeout: 20_000 }).toEqual([true]);
  holder.close();
  expect(await got).toBeUndefined();
  await deletion;
  expect(heard).toEqual([true, false]);
});
