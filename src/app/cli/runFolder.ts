// The run folder: run.json, model.safetensors and report.html, each written whole or not at all.
import { access, constants, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '../../nn/index.ts';
import type { Verdict } from '../experiment.ts';
import { toJson } from '../record.ts';

/** Sees to it, before anything is trained, that runs can be saved in `parent`. @throws Error that says why not */
export async function checkRunParent(parent: string): Promise<void> {
  try {
    await mkdir(parent, { recursive: true });
    await access(parent, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new RangeError(`--out ${parent}: runs cannot be saved there (${code})`, { cause: error });
  }
}

/** Makes `parent`/`<time>-seed<seed>` and returns its path. */
export async function makeRunFolder(parent: string, now: Date, seed: number): Promise<string> {
  const time = now.toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');
  await mkdir(parent, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const folder = join(parent, `${time}-seed${seed}${attempt === 1 ? '' : `-${attempt}`}`);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

export async function saveRun(folder: string, verdict: Verdict, report: string): Promise<void> {
  const { record, weights } = verdict;
  const metadata = new Map([
    ['format', 'weft'],
    ['dataset', record.dataset.title],
    ['digest', record.digest],
    ['testAccuracy', String(record.test.accuracy)],
  ]);
  await writeWhole(join(folder, 'model.safetensors'), writeSafetensors(weights, metadata));
  await writeWhole(join(folder, 'report.html'), report);
  await writeWhole(join(folder, 'run.json'), toJson(record)); // last: its presence says that the run is complete
}

/** Writes beside the place and moves it there, so a reader sees the old file or the new one. */
async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  const part = `${path}.part`;
  await writeFile(part, data);
  await rename(part, path);
}
