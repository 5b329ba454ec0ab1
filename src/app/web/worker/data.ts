// The worker's data set: drawn by weft or read from the person's own files, then explored.
import { type BuiltinName, BUILTINS, builtinDataSet } from '../../data/builtin.ts';
import { DataError, type DataSet, checksumOf } from '../../data/dataset.ts';
import { openDataSet } from '../../data/read/open.ts';
import { readWay } from '../../data/read/way.ts';
import { explore } from '../../data/eda.ts';
import { formatIn, formatText, readFormat } from '../../schema/format.ts';
import { DATA } from '../../schema/dataSet.ts';
import type { Dropped } from '../dropped.ts';
import { decodeInBrowser, givenFile } from './given.ts';
import { breathe, held, send, textOf } from './held.ts';
import { lookOf } from './look.ts';
import { Shelf } from './shelf.ts';
import { get, put } from './store.ts';

const shelf = new Shelf();

export function showShelf(refused: readonly string[] = []): void {
  send({ kind: 'shelf', slots: shelf.slots(), refused });
}

async function useData(set: DataSet): Promise<void> {
  const found = await explore(set, {
    seed: 0,
    samplesPerClass: 14,
    pause: breathe,
    onProgress: (share) => send({ kind: 'dataWork', doing: 'Looking at the images', share }),
  });
  held.data = set;
  held.exploration = found;
  send({ kind: 'data', look: lookOf(set, found) });
}

export async function drawBuiltin(name: BuiltinName): Promise<void> {
  const doing = name === 'builtin' ? 'Drawing the garments' : 'Drawing the fruit';
  const set = await builtinDataSet(
    { pause: breathe, onProgress: (share) => send({ kind: 'dataWork', doing, share }) },
    name,
  );
  await useData(set);
}

/** The four files of Fashion-MNIST one by one, or data of any other form. */
export async function readFiles(files: readonly Dropped[], way: string): Promise<void> {
  const given = files.map(givenFile);
  const heads = await Promise.all(given.slice(0, MOST_IDX).map((file) => file.head(4)));
  const areIdx = given.length <= MOST_IDX && heads.every(mayBeIdx);
  const refused = areIdx ? await putOnShelf(files.map(({ file }) => file)) : [];
  const areAllRefused = refused.length === files.length;
  if (areIdx && !(areAllRefused && files.length > 1)) return showShelf(refused);
  send({ kind: 'dataWork', doing: 'Reading the files', share: 0 });
  const [first] = files;
  const what = first?.path.includes('/') ? (first.path.split('/')[0] ?? '') : (first?.path ?? '');
  try {
    const set = await openDataSet(given, files.length === 1 ? (first?.path ?? '') : what, {
      decode: decodeInBrowser,
      way: readWay(way),
      pause: breathe,
      onProgress: (share) => send({ kind: 'dataWork', doing: 'Reading the files', share }),
    });
    await useData(set);
    showShelf((await keepData(set)) ? [] : [NOT_KEPT]);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const damaged = refused.find((text) => text.includes('Fetch the file again'));
    showShelf([damaged ?? error.message]);
  }
}

/** More files than this are no parts of one set of IDX files. */
const MOST_IDX = 8;

/** Whether the first bytes may be those of an IDX file or a gzip. */
const mayBeIdx = ([a, b, c]: Uint8Array): boolean =>
  (a === 0x1f && b === 0x8b) || (a === 0 && b === 0 && c === 8);

/** @returns why some were refused */
async function putOnShelf(files: readonly File[]): Promise<string[]> {
  const refused: string[] = [];
  for (const [i, file] of files.entries()) {
    send({ kind: 'dataWork', doing: `Reading ${file.name}`, share: i / files.length });
    await breathe();
    try {
      await shelf.put(file);
    } catch (error) {
      refused.push(textOf(error));
    }
  }
  const set = await shelf.take();
  if (set) {
    await useData(set);
    const isKept = await keepData(set);
    if (!isKept) refused.push(NOT_KEPT);
  }
  return refused;
}

const [SET, CHECKSUM] = ['data', 'data checksum'];
const NOT_KEPT =
  'The data is in use, but this browser grants no room to keep them: after a reload it has to be given again.';

/** What was given before, else the built-in set. */
export async function openData(): Promise<void> {
  const kept = await keptData();
  await (kept ? useData(kept) : drawBuiltin('builtin'));
}

/** Whether a data set can be had without asking for it. */
export async function isDataHere({ builtin, checksum }: Wanted): Promise<boolean> {
  if (builtin || held.data?.checksum === checksum) return true;
  return (await get(CHECKSUM).catch(() => undefined)) === checksum;
}

/** Has the data set in hand that a kept run learns from. @throws DataError that says what to do */
export async function fetchData({ builtin, checksum, title }: Wanted): Promise<void> {
  if (held.data?.checksum === checksum) return;
  const drawn = Object.values(BUILTINS).find((set) => set.title === title);
  if (builtin) await drawBuiltin(drawn?.name ?? 'builtin');
  else if (await isDataHere({ builtin, checksum, title })) {
    const kept = await keptData();
    if (kept) await useData(kept);
  }
  if (held.data?.checksum !== checksum)
    throw new DataError(
      title,
      builtin
        ? 'the run learned from it, and this version of weft draws it differently'
        : 'the run learned from it, and it is not here any more. Give its files in the part “Data”, then go on with the run',
    );
}

interface Wanted {
  readonly title: string;
  readonly builtin: boolean;
  readonly checksum: string;
}

async function keepData(set: DataSet): Promise<boolean> {
  try {
    await put(SET, { format: formatText(DATA), ...set });
    await put(CHECKSUM, set.checksum);
    return true;
  } catch {
    return false;
  }
}

/** Undefined when none is kept, or not as it was. What cannot be read is said, and left as it is. */
async function keptData(): Promise<DataSet | undefined> {
  const value = await get(SET).catch(() => undefined); // without a store nothing is kept
  if (value === undefined) return undefined;
  try {
    const set = readFormat('The data kept in this browser', DATA, formatIn(value), value);
    if ((await checksumOf(set.train, set.test)) === set.checksum) return set;
    throw new DataError(set.title, 'what is kept in this browser has been damaged');
  } catch (error) {
    showShelf([`${textOf(error)}. Give its files again to use it.`]);
    return undefined;
  }
}
