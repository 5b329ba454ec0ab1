// Finds the data set for a run in Node: a given folder, the project's cache, a download, or the
// built-in set.
import { mkdir, open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BuiltinName, builtinDataSet, isBuiltin } from '../data/builtin.ts';
import { DataError, type DataSet } from '../data/dataset.ts';
import { openDataSet } from '../data/read/open.ts';
import { readWay } from '../data/read/way.ts';
import { fileNamedLike, mostBytes, mostBytesOf, Shelf } from '../data/shelf.ts';
import {
  assembleDataSet,
  nameOf,
  readSource,
  SOURCE_FILES,
  SOURCE_URL,
  type SourceFile,
} from '../data/sources.ts';
import { listed } from '../wording.ts';
import { cacheRoot } from './cache.ts';
import { decodeInNode } from './decode.ts';
import { download } from './download.ts';
import { givenAt } from './given.ts';
import { isNamedSet, NAMED_SETS, namedDataSet, type NamedSet, type NamedSetName } from './named.ts';
import { pathFrom, standingIn } from './place.ts';
import { fetchThrough } from './proxy.ts';

/** How far the download of one file is. */
export interface LoadProgress {
  readonly file: string;
  readonly doneBytes: number;
  /** Undefined where the server does not say. */
  readonly ofBytes: number | undefined;
}

/** Where the set is looked for besides `data`; all of it can be replaced, for tests. */
export interface Origin {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths are meant from. */
  readonly here: string;
  readonly url: string;
  readonly files: readonly SourceFile[];
  /** Where other sets are published, in place of where they are. */
  readonly named?: Partial<Record<NamedSetName, NamedSet>>;
  readonly fetch: typeof fetch;
  readonly drawBuiltin: (name: BuiltinName) => Promise<DataSet>;
  /** Until a server must answer; a run without network should not wait long. */
  readonly connectMs: number;
  /** Between two pieces of an answer. */
  readonly stallMs: number;
}

export interface LoadOptions {
  /** A file or folder, or the name of a built-in set. Without it, FASHION_MNIST_DIR is asked. */
  readonly data?: string;
  /** How pictures become images, see `readWay`. */
  readonly pictures?: string;
  /** The share of a file or folder that has been read. */
  readonly onReading?: (share: number) => void;
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
  readonly origin?: Partial<Origin>;
}

interface LoadedData {
  readonly set: DataSet;
  /** What a person must be told: that this is not the set they may expect, and why. */
  readonly notice?: string;
}

/**
 * Loads the set: from `data` (anything that can be read, or a built-in set) or FASHION_MNIST_DIR, else from the cache,
 * else by download into the cache, else the built-in set with a notice. Throws a DataError where a
 * given folder is missing or a file in it is damaged; it is never replaced in silence.
 */
export async function loadDataSet(options: LoadOptions = {}): Promise<LoadedData> {
  const origin: Origin = {
    env: process.env,
    here: standingIn(),
    url: SOURCE_URL,
    files: SOURCE_FILES,
    fetch: fetchThrough(process.env),
    drawBuiltin: (name) => builtinDataSet({}, name),
    connectMs: 5_000,
    stallMs: 10_000,
    ...options.origin,
  };
  options.signal?.throwIfAborted();
  const folder = options.data ?? (origin.env['FASHION_MNIST_DIR'] || undefined);
  if (folder !== undefined && isBuiltin(folder)) return { set: await origin.drawBuiltin(folder) };
  if (options.data !== undefined && isNamedSet(options.data))
    return { set: await fromName(options.data, origin, options) };
  if (folder !== undefined && folder !== FASHION) {
    const path = pathFrom(origin.here, folder);
    if (options.data === undefined)
      return { set: await fromFolder(path, `${path} (FASHION_MNIST_DIR)`, origin.files) };
    return { set: await fromPath(path, origin, options) };
  }
  try {
    return { set: await fromCache(cacheFolder(origin.env), origin, options) };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!isExpected(error) || folder === FASHION) throw error;
    return { set: await origin.drawBuiltin('builtin'), notice: builtinNotice(error.message) };
  }
}

/** What the world does to a download or a cache folder; everything else is a bug. */
function isExpected(error: unknown): error is Error {
  return error instanceof DataError || (error instanceof Error && 'syscall' in error);
}

const builtinNotice = (reason: string): string =>
  'Fashion-MNIST could not be fetched, so this run uses the built-in garments that weft draws ' +
  'itself (drawings, not photographs): its figures say nothing about Fashion-MNIST. ' +
  `The reason: ${reason}. For the real set run again with a network, or give a folder with its ` +
  'four files: --data DIR.';

/** Where the project's own cache keeps the set. */
export const cacheFolder = (env: Readonly<Record<string, string | undefined>>): string =>
  join(cacheRoot(env), 'fashion-mnist');

const FASHION = 'fashion-mnist';

/** A set that is asked for by its name is that one, or none. */
function fromName(name: NamedSetName, origin: Origin, options: LoadOptions): Promise<DataSet> {
  const { fetch, connectMs, stallMs } = origin;
  return namedDataSet(
    name,
    origin.named?.[name] ?? NAMED_SETS[name],
    join(cacheRoot(origin.env), name),
    {
      ...{ fetch, connectMs, stallMs, signal: options.signal },
      onProgress: (file, doneBytes, ofBytes) => options.onProgress?.({ file, doneBytes, ofBytes }),
    },
  );
}

/** Any data that can be read. Where the four files of Fashion-MNIST are there, other files do not matter. */
async function fromPath(path: string, origin: Origin, options: LoadOptions): Promise<DataSet> {
  const files = await givenAt(path);
  const refused: DataError[] = [];
  const named = files.filter(({ path: name }) => !name.includes('/') && fileNamedLike(name));
  const heads = await Promise.all(named.map((file) => file.head(4)));
  const mayBeFashion = heads.some(mayBeIdx);
  try {
    if (mayBeFashion) return await fromFolder(path, path, origin.files);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    refused.push(error);
  }
  try {
    return await openDataSet(files, path, {
      decode: decodeInNode,
      sources: origin.files,
      way: readWay(options.pictures ?? ''),
      ...(options.onReading && { onProgress: options.onReading }),
    });
  } catch (error) {
    throw refused[0] ?? error;
  }
}

/** From a folder whose files may have any name. What a name speaks of is read first, the rest only if that is not all. */
async function fromFolder(
  folder: string,
  given: string,
  files: readonly SourceFile[],
): Promise<DataSet> {
  const shelf = new Shelf(files);
  const refused = new Map<string, DataError>();
  const put = async (name: string) => {
    const path = join(folder, name);
    try {
      const bytes = await readCandidate(path, mostBytes(files));
      if (bytes) await shelf.put(path, bytes);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      refused.set(name, error);
    }
  };
  const names = await namesIn(folder, given);
  const others: string[] = [];
  for (const name of names) {
    const like = fileNamedLike(name, files);
    if (like && !shelf.has(like)) await put(name);
    else others.push(name);
  }
  for (const name of others) if (shelf.missing.length > 0) await put(name);
  const set = await shelf.take(folder);
  if (set) return set;
  const missing = shelf.missing;
  for (const file of missing)
    for (const [name, error] of refused) if (fileNamedLike(name, files) === file) throw error;
  const reasons = [...refused.values()].slice(0, 3).map(({ message }) => message);
  throw new DataError(
    given,
    `has no ${listed(missing.map((file) => `${file.name} (${nameOf(file)})`))}; the four files of ` +
      'Fashion-MNIST belong there, packed or not, under any name (or take --data builtin)' +
      (reasons.length > 0 ? `. What lies there: ${reasons.join('; ')}` : ''),
  );
}

/** In order. @throws DataError where there is no such folder, or it cannot be read */
async function namesIn(folder: string, given: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new DataError(
        given,
        'is not a folder; give one with the four files of the set, or --data builtin',
        { cause: error },
      );
    throw unreadable(given, error);
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

const unreadable = (path: string, error: unknown): DataError =>
  new DataError(path, `cannot be read (${codeOf(error) ?? String(error)})`, { cause: error });

/** Whether the first bytes may be those of an IDX file or a gzip. */
const mayBeIdx = ([a, b]: Uint8Array): boolean =>
  (a === 0x1f && b === 0x8b) || (a === 0 && b === 0);

/** The bytes of a file that may be one of the four, undefined for what is no file. @throws DataError */
async function readCandidate(path: string, most: number): Promise<Uint8Array | undefined> {
  const isNamedLikeOne = fileNamedLike(basename(path)) !== undefined;
  const found = await stat(path).catch(() => undefined);
  // A pipe or a device would be waited for.
  if (!found?.isFile()) return undefined;
  try {
    const file = await open(path);
    try {
      const head = new Uint8Array(4);
      await file.read(head, 0, 4, 0); // by position: what is read next begins at 0
      if (!isNamedLikeOne && !mayBeIdx(head)) return undefined;
      if (found.size > most)
        throw new DataError(path, `takes ${found.size} bytes, more than the ${most} it can have`);
      return new Uint8Array(await file.readFile());
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof DataError ? error : unreadable(path, error);
  }
}

/** From the cache; what is not there or is damaged there is downloaded into it first. */
async function fromCache(
  folder: string,
  origin: Origin,
  { onProgress, signal }: LoadOptions,
): Promise<DataSet> {
  const { files } = origin;
  const cached = async (file: SourceFile): Promise<Uint8Array | undefined> => {
    const path = join(folder, file.name);
    try {
      const found = await stat(path);
      if (!found.isFile() || found.size > mostBytesOf(file)) return undefined;
      return await readSource(file, new Uint8Array(await readFile(path)), path, files);
    } catch (error) {
      // Not there, not readable, or not what it should be: the download takes its place.
      if (isExpected(error)) return undefined;
      throw error;
    }
  };
  const fetched = async (file: SourceFile): Promise<Uint8Array> => {
    await mkdir(folder, { recursive: true });
    const url = origin.url + file.name;
    let payload: Uint8Array | undefined;
    await download(url, join(folder, file.name), {
      check: async (bytes) => {
        payload = await readSource(file, bytes, url, files);
      },
      maxBytes: mostBytesOf(file),
      fetch: origin.fetch,
      connectMs: origin.connectMs,
      stallMs: origin.stallMs,
      signal,
      onProgress: (doneBytes, ofBytes) => onProgress?.({ file: file.name, doneBytes, ofBytes }),
    });
    return payload!;
  };
  const either = async (file: SourceFile): Promise<Uint8Array> => {
    const here = await cached(file);
    if (here) return here;
    try {
      return await fetched(file);
    } catch (error) {
      // Another run may have brought it meanwhile.
      const since = isExpected(error) ? await cached(file) : undefined;
      if (!since || signal?.aborted) throw error;
      return since;
    }
  };
  return assembleDataSet(either, folder, files);
}
