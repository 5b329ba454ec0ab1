// The run that a command is about: its record, and what it has learned.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Weights, loadWeights } from '../../../nn/index.ts';
import { DataError, type Task } from '../../data/dataset.ts';
import { savedOf } from '../../network/layers.ts';
import { type RunRecord, taskOfRun } from '../../record.ts';
import { readRunJson } from '../../schema/run.ts';

export interface OpenRun {
  readonly path: string;
  readonly record: RunRecord;
  readonly task: Task;
  /** Of model.safetensors, as they were saved. */
  readonly file: { readonly name: string; readonly bytes: Uint8Array };
  readonly weights: ReadonlyMap<string, Weights>;
}

/**
 * A run that has ended, from its folder.
 * @throws DataError on a folder without run.json or model.safetensors; FileError on one that is damaged
 */
export async function openRun(path: string): Promise<OpenRun> {
  const json = await fileOf(path, 'run.json');
  const record = readRunJson(json.name, Buffer.from(json.bytes).toString());
  const file = await fileOf(path, 'model.safetensors');
  const task = taskOfRun(record);
  const saved = savedOf(record.config.network, task);
  return { path, record, task, file, weights: loadWeights(file.name, file.bytes, saved) };
}

async function fileOf(run: string, name: string): Promise<OpenRun['file']> {
  const file = join(run, name);
  try {
    return { name: file, bytes: new Uint8Array(await readFile(file)) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'is not there' : message;
    const what = `${why}. A run that has ended leaves it in its folder; give that folder`;
    throw new DataError(file, what, { cause: error });
  }
}
