// The run folder: made at the start, with a checkpoint from the first seconds on; at the end run.json,
// model.safetensors and report.html take its place. Each file is written whole or not at all.
import { access, constants, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '../../nn/index.ts';
import { type RunCheckpoint, readCheckpoint, writeCheckpoint } from '../checkpoint.ts';
import { DataError, type Task } from '../data/dataset.ts';
import type { Verdict } from '../experiment.ts';
import { savedOf } from '../network/layers.ts';
import { momentsOf } from '../schema/checkpoint.ts';
import { type RunConfig, toJson } from '../record.ts';
import { bytes } from '../wording.ts';
import {
  diskReason,
  isThere,
  makeFolder,
  requireRoom,
  timeInName,
  unsaved,
  writeWhole,
} from './files.ts';

const CHECKPOINT = 'run.checkpoint';
/** For the report, which has images, and run.json. */
const TEXTS_BYTES = 2 ** 21;

/** Sees to it, before anything is trained, that runs can be saved in `parent`. @throws RangeError that says why not */
export async function checkRunParent(parent: string): Promise<void> {
  try {
    await mkdir(parent, { recursive: true });
    // To enter a folder and to make one in it are two permissions.
    await access(parent, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unsaved(parent, 'a run', error);
  }
}

export class RunFolder {
  private constructor(readonly path: string) {}

  /**
   * Makes `parent`/`<time>-seed<seed>`, with room for all that the run will leave.
   * @throws RangeError that says why a run cannot be saved there; no folder is left then
   */
  static async make(parent: string, now: Date, config: RunConfig, task: Task): Promise<RunFolder> {
    try {
      const path = await makeFolder(join(parent, `${timeInName(now)}-seed${config.seed}`));
      const folder = new RunFolder(path);
      await folder.#requireRoom(config, task);
      return folder;
    } catch (error) {
      throw error instanceof RangeError ? error : unsaved(parent, 'a run', error);
    }
  }

  /**
   * The folder of a run that is to go on, and where it stands.
   * @throws DataError on a folder without a run, one whose run is complete, and a checkpoint that is broken
   */
  static async open(
    path: string,
  ): Promise<{ readonly folder: RunFolder; readonly checkpoint: RunCheckpoint }> {
    const file = join(path, CHECKPOINT);
    try {
      const checkpoint = await readCheckpoint(file, new Uint8Array(await readFile(file)));
      const folder = new RunFolder(path);
      await folder.#requireRoom(checkpoint.config, checkpoint.data);
      return { folder, checkpoint };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      throw new DataError(path, await whyNothingToResume(path, error), { cause: error });
    }
  }

  /** A checkpoint in place of the one before. @throws Error of the file system; the one before stays then */
  async keep(checkpoint: RunCheckpoint): Promise<void> {
    await writeWhole(join(this.path, CHECKPOINT), await writeCheckpoint(checkpoint));
  }

  /** What the run came to. The checkpoint of one that is complete goes. @throws RangeError that says why not */
  async save({ record, weights }: Verdict, report: string): Promise<void> {
    const metadata = new Map([
      ['format', 'weft'],
      ['dataset', record.dataset.title],
      ['digest', record.digest],
      ['testAccuracy', String(record.test.accuracy)],
    ]);
    const files: readonly (readonly [string, string | Uint8Array])[] = [
      ['model.safetensors', writeSafetensors(weights, metadata)],
      ['report.html', report],
      ['run.json', toJson(record)], // last: its presence says that the run is complete
    ];
    try {
      for (const [name, data] of files) await writeWhole(join(this.path, name), data);
      if (record.stopped === 'completed') await rm(join(this.path, CHECKPOINT), { force: true });
    } catch (error) {
      throw unsaved(this.path, 'a run', error);
    }
  }

  async #requireRoom(config: RunConfig, task: Task): Promise<void> {
    const values = savedOf(config.network, task).map(({ shape }) => shape.reduce((a, b) => a * b));
    const weights = 4 * values.reduce((a, b) => a + b, 0);
    const moments = weights * (momentsOf(config).length + (config.patience > 0 ? 1 : 0));
    // The checkpoint twice, while one takes the other's place.
    const needed = 2 * (weights + moments) + weights + TEXTS_BYTES;
    try {
      await requireRoom(this.path, needed);
    } catch (error) {
      throw new RangeError(
        `${this.path}: a run cannot be saved there, ${diskReason(error)}; it takes ${bytes(needed)}`,
        { cause: error },
      );
    }
  }
}

async function whyNothingToResume(path: string, error: unknown): Promise<string> {
  const exists = (name: string) => isThere(join(path, name));
  if (!(await exists('.')))
    return 'there is no such folder; give the run folder, such as runs/…-seed0';
  if (await exists(CHECKPOINT)) return `its ${CHECKPOINT} cannot be read, ${diskReason(error)}`;
  if (await exists('run.json')) return 'its run is complete: there is nothing to go on with';
  return `holds no ${CHECKPOINT}: no run was left there`;
}
