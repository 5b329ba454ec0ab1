// The folder of a sweep: sweep.json, sweep.csv and sweep.html, each written whole, and in runs/ a folder a run.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../data/dataset.ts';
import type { RunRecord } from '../record.ts';
import { readRunJson } from '../schema/run.ts';
import { sweepHtml } from '../sweep/sweepHtml.tsx';
import { type Sweep, readSweep, sweepCsv, sweepJson } from '../sweep/sweep.ts';
import { diskReason, isThere, makeFolder, timeInName, unsaved, writeWhole } from './files.ts';

const FILE = 'sweep.json';

export class SweepFolder {
  private constructor(readonly path: string) {}

  /** Makes `parent`/`<time>`. @throws RangeError that says why a sweep cannot be saved there */
  static async make(parent: string, now: Date): Promise<SweepFolder> {
    try {
      return new SweepFolder(await makeFolder(join(parent, timeInName(now))));
    } catch (error) {
      throw unsaved(parent, 'a sweep', error);
    }
  }

  /** A sweep that is to go on. @throws DataError on a folder without one, and on one that is broken */
  static async open(
    path: string,
  ): Promise<{ readonly folder: SweepFolder; readonly sweep: Sweep }> {
    const file = join(path, FILE);
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const why =
        code === 'ENOENT' || code === 'ENOTDIR'
          ? `holds no ${FILE}; give the folder of a sweep, such as sweeps/…`
          : `its ${FILE} cannot be read, ${diskReason(error)}`;
      throw new DataError(path, why, { cause: error });
    }
    return { folder: new SweepFolder(path), sweep: readSweep(file, text) };
  }

  /** Where `train` makes the folder of a run. */
  runs(number: number): string {
    return join(this.path, 'runs', String(number));
  }

  /** Sweep.json is the last: it says what the others show. @throws RangeError that says why not */
  async save(sweep: Sweep): Promise<void> {
    try {
      await writeWhole(join(this.path, 'sweep.csv'), sweepCsv(sweep));
      await writeWhole(join(this.path, 'sweep.html'), sweepHtml(sweep));
      await writeWhole(join(this.path, FILE), sweepJson(sweep));
    } catch (error) {
      throw unsaved(this.path, 'a sweep', error);
    }
  }

  /**
   * What was left of a run: its record, and the folder that it can go on from. An attempt of which neither is there, for
   * it ended before it began, is passed over.
   * @throws DataError on a run.json that is broken
   */
  async left(number: number): Promise<Left> {
    const parent = this.runs(number);
    const names = await readdir(parent).catch(() => []);
    // Their names begin with the time.
    for (const name of names.toSorted((a, b) => (a < b ? 1 : -1))) {
      const folder = join(parent, name);
      const file = join(folder, 'run.json');
      const text = await readFile(file, 'utf8').catch(() => undefined);
      const goesOn = await isThere(join(folder, 'run.checkpoint'));
      if (text === undefined && !goesOn) continue;
      return {
        ...(text !== undefined && { record: readRunJson(file, text) }),
        ...(goesOn && { resume: folder }),
      };
    }
    return {};
  }
}

export interface Left {
  readonly record?: RunRecord;
  readonly resume?: string;
}
