// Finds the data set for a run in Node: a given folder, the project's cache, a download, or the
// built-in set.
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { builtinDataSet } from '../data/builtin.ts';
import { DataError, IMAGE_SIZE, type DataSet } from '../data/dataset.ts';
import {
  assembleDataSet,
  readSource,
  SOURCE_FILES,
  SOURCE_URL,
  type SourceFile,
} from '../data/sources.ts';
import { cacheRoot } from './cache.ts';
import { download } from './download.ts';

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
  readonly url: string;
  readonly files: readonly SourceFile[];
  readonly fetch: typeof fetch;
  readonly drawBuiltin: () => Promise<DataSet>;
  /** Until a server must answer; a run without network should not wait long. */
  readonly connectMs: number;
  /** Between two pieces of an answer. */
  readonly stallMs: number;
}

export interface LoadOptions {
  /** A folder with the four files, or `builtin`. Without it, FASHION_MNIST_DIR is asked. */
  readonly data?: string;
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
  readonly origin?: Partial<Origin>;
}

export interface LoadedData {
  readonly set: DataSet;
  /** What a person must be told: that this is not the set they may expect, and why. */
  readonly notice?: string;
}

/** Beyond the contents: a gzip container of data that do not shrink. */
const CONTAINER_BYTES = 65_536;

/**
 * Loads the set: from `data` or FASHION_MNIST_DIR (a folder, or `builtin`), else from the cache,
 * else by download into the cache, else the built-in set with a notice. Throws a DataError where a
 * given folder is missing or a file in it is damaged; it is never replaced in silence.
 */
export async function loadDataSet(options: LoadOptions = {}): Promise<LoadedData> {
  const origin: Origin = {
    env: process.env,
    url: SOURCE_URL,
    files: SOURCE_FILES,
    fetch,
    drawBuiltin: () => builtinDataSet(),
    connectMs: 5_000,
    stallMs: 20_000,
    ...options.origin,
  };
  options.signal?.throwIfAborted();
  const folder = options.data ?? (origin.env['FASHION_MNIST_DIR'] || undefined);
  if (folder === 'builtin') return { set: await origin.drawBuiltin() };
  if (folder !== undefined) {
    const given = options.data === undefined ? `${folder} (FASHION_MNIST_DIR)` : folder;
    return { set: await fromFolder(folder, given, origin.files) };
  }
  try {
    return { set: await fromCache(cacheFolder(origin.env), origin, options) };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!isExpected(error)) throw error;
    return { set: await origin.drawBuiltin(), notice: builtinNotice(error.message) };
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

const maxBytes = ({ holds, count }: SourceFile): number =>
  count * (holds === 'images' ? IMAGE_SIZE : 1) + CONTAINER_BYTES;

async function fromFolder(
  folder: string,
  given: string,
  files: readonly SourceFile[],
): Promise<DataSet> {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder)
    throw new DataError(
      given,
      'is not a folder; give one with the four files of the set, or --data builtin',
    );
  return assembleDataSet(
    async (file) => {
      // Other programs keep the files unpacked.
      for (const name of [file.name, file.name.replace(/\.gz$/, '')]) {
        const path = join(folder, name);
        const bytes = await readIfPresent(path, maxBytes(file));
        if (bytes) return readSource(file, bytes, path);
      }
      throw new DataError(
        given,
        `has no ${file.name}; the four files of the set belong there (or take --data builtin)`,
      );
    },
    folder,
    files,
  );
}

async function readIfPresent(path: string, most: number): Promise<Uint8Array | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  if (found.size > most)
    throw new DataError(path, `takes ${found.size} bytes, more than the ${most} it can have`);
  return new Uint8Array(await readFile(path));
}

/** From the cache; what is not there or is damaged there is downloaded into it first. */
async function fromCache(
  folder: string,
  origin: Origin,
  { onProgress, signal }: LoadOptions,
): Promise<DataSet> {
  const cached = async (file: SourceFile): Promise<Uint8Array | undefined> => {
    const path = join(folder, file.name);
    try {
      const bytes = await readIfPresent(path, maxBytes(file));
      return bytes && (await readSource(file, bytes, path));
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      await rm(path, { force: true });
      return undefined;
    }
  };
  const fetched = async (file: SourceFile): Promise<Uint8Array> => {
    await mkdir(folder, { recursive: true });
    const url = origin.url + file.name;
    let payload: Uint8Array | undefined;
    await download(url, join(folder, file.name), {
      check: async (bytes) => {
        payload = await readSource(file, bytes, url);
      },
      maxBytes: maxBytes(file),
      fetch: origin.fetch,
      connectMs: origin.connectMs,
      stallMs: origin.stallMs,
      signal,
      onProgress: (doneBytes, ofBytes) => onProgress?.({ file: file.name, doneBytes, ofBytes }),
    });
    return payload!;
  };
  return assembleDataSet(
    async (file) => (await cached(file)) ?? (await fetched(file)),
    folder,
    origin.files,
  );
}
