// The worker's data set: drawn by weft or read from the person's own files, then explored.
import { builtinDataSet } from '../../data/builtin.ts';
import type { DataSet } from '../../data/dataset.ts';
import { explore } from '../../data/eda.ts';
import { breathe, held, send, textOf } from './held.ts';
import { lookOf } from './look.ts';
import { Shelf } from './shelf.ts';

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

export async function drawBuiltin(): Promise<void> {
  const set = await builtinDataSet({
    pause: breathe,
    onProgress: (share) => send({ kind: 'dataWork', doing: 'Drawing the garments', share }),
  });
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
  if (set) await useData(set);
  showShelf(refused);
}
