// The worker's data set: drawn by weft or read from the person's own files, then explored.
import { type BuiltinName, BUILTINS, builtinDataSet } from '../../data/builtin.ts';
import { DataError, type DataSet, checksumOf } from '../../data/dataset.ts';
import { explore } from '../../data/eda.ts';
import { formatIn, formatText, readFormat } from '../../schema/format.ts';
import { DATA } from '../../schema/dataSet.ts';
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

export async function readFiles(files: readonly File[]): Promise<void> {
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
  showShelf(refused);
}

const [SET, CHECKSUM] = ['data', 'data checksum'];
const NOT_KEPT =
  'The four files are in use, but this browser grants no room to keep them: after a reload they have to be given again.';

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
