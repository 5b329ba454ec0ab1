// What outlives the page: values by key in IndexedDB. A value is replaced whole or not at all, so one that
// finds no room leaves the old one as it was.
import { nameHere } from '../deployment.ts';

/** A text, or a list that sorts by its parts. */
type Key = string | readonly (string | number)[];

const STORE = 'kept';
const [DATABASE, VERSION] = [nameHere('store'), 1];

/** Storage that is there and must not be touched. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
}

export async function put(key: Key, value: unknown): Promise<void> {
  await inStore('readwrite', (store) => store.put(value, key as IDBValidKey));
}

/** Undefined when there is none. */
export function get(key: Key): Promise<unknown> {
  return inStore('readonly', (store) => store.get(key as IDBValidKey));
}

export async function remove(key: Key): Promise<void> {
  await inStore('readwrite', (store) => store.delete(key as IDBValidKey));
}

/** The keys that are lists and begin with a word, sorted. */
export function keysOf(word: string): Promise<readonly IDBValidKey[]> {
  const range = IDBKeyRange.bound([word], [word, []]); // in the order of keys a list follows every text
  return inStore('readonly', (store) => store.getAllKeys(range));
}

/** Resolves when the transaction is done, not when it is begun: only then is the value safe. */
async function inStore<T>(
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const done = waits();
  try {
    moved ??= moveOlder();
    await moved;
    const database = await open(DATABASE, VERSION);
    try {
      return await transact(database, mode, ask);
    } finally {
      database.close();
    }
  } finally {
    done();
  }
}

function transact<T>(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode, { durability: 'strict' });
    const request = ask(transaction.objectStore(STORE));
    transaction.addEventListener('complete', () => resolve(request.result));
    const fail = () => reject(transaction.error ?? request.error ?? new Error('no reason given'));
    transaction.addEventListener('abort', fail);
    transaction.addEventListener('error', fail);
  });
}

function open(name: string, version: number): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.addEventListener('upgradeneeded', () => request.result.createObjectStore(STORE));
    request.addEventListener('success', () => resolve(unlessAsked(request.result)));
    request.addEventListener('error', () => reject(reasonOf(request.error)));
    // It goes on when the other tab lets go of it; until then the page says so.
    request.addEventListener('blocked', tellWaiting);
  });
}

/** A newer version of the page, or the browser that clears its data, gets the database at once. */
function unlessAsked(database: IDBDatabase): IDBDatabase {
  database.addEventListener('versionchange', () => database.close());
  return database;
}

function reasonOf(error: DOMException | null): Error {
  if (error?.name !== 'VersionError') return error ?? new Error('no reason given');
  return new StorageError(
    'a newer version of weft has kept its data in this browser, and this version leaves them alone',
  );
}

/** Builds before deployments were told apart kept all in one database; what is there is taken over once. */
const OLDER = 'weft';
let moved: Promise<void> | undefined;

async function moveOlder(): Promise<void> {
  const older = await existing(OLDER);
  if (!older) return;
  try {
    if (older.version !== 1 || !older.objectStoreNames.contains(STORE)) return; // not ours to read
    const keys = await transact(older, 'readonly', (store) => store.getAllKeys());
    const database = await open(DATABASE, VERSION);
    try {
      for (const key of keys) {
        const known = await transact(database, 'readonly', (store) => store.count(key));
        if (known > 0) continue;
        const value: unknown = await transact(older, 'readonly', (store) => store.get(key));
        await transact(database, 'readwrite', (store) => store.put(value, key));
      }
    } finally {
      database.close();
    }
  } catch {
    return; // no room for both: it stays where it is, for another time
  } finally {
    older.close();
  }
  indexedDB.deleteDatabase(OLDER); // as soon as nobody holds it
}

/** Undefined where there is no such database; none is made. */
function existing(name: string): Promise<IDBDatabase | undefined> {
  return new Promise((resolve) => {
    const request = indexedDB.open(name);
    request.addEventListener('upgradeneeded', () => request.transaction?.abort());
    request.addEventListener('success', () => resolve(unlessAsked(request.result)));
    request.addEventListener('error', () => resolve(undefined));
    request.addEventListener('blocked', tellWaiting);
  });
}

/** Storage answers in milliseconds, unless another tab holds it. */
const PATIENCE_MS = 3000;
let waiting = 0;
let isTold = false;
let listener: (isWaiting: boolean) => void = () => {};

/** Hears when storage is waited for that another tab holds, and when that is over. */
export function onWaiting(tell: (isWaiting: boolean) => void): void {
  listener = tell;
}

function tellWaiting(): void {
  if (isTold) return;
  isTold = true;
  listener(true);
}

/** Something is asked of the storage; to be called when it has answered. */
function waits(): () => void {
  waiting++;
  const timer = setTimeout(tellWaiting, PATIENCE_MS);
  return () => {
    clearTimeout(timer);
    waiting--;
    if (waiting > 0 || !isTold) return;
    isTold = false;
    listener(false);
  };
}
