// The project's own cache folder, and the tuner's tables in it: a readable file an adapter.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { TuningStore } from '../../tensor/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** As the XDG Base Directory Specification places it. */
export function cacheRoot(env: Environment): string {
  const xdg = env['XDG_CACHE_HOME'];
  const cache = xdg && isAbsolute(xdg) ? xdg : join(env['HOME'] || homedir(), '.cache');
  return join(cache, 'weft');
}

/**
 * The tables of the tuner as files in `folder`. One that cannot be read counts as none; one that cannot be
 * written is told to `warn`, since the measuring was not in vain for this run.
 */
export function tuningFiles(folder: string, warn: (text: string) => void): TuningStore {
  const path = (key: string) => join(folder, `${key}.json`);
  return {
    read: (key) => readFile(path(key), 'utf8').catch(() => undefined),
    async write(key, text) {
      try {
        await mkdir(dirname(path(key)), { recursive: true });
        // Two runs may measure at once: a reader sees one table or the other, whole.
        const part = `${path(key)}.${process.pid}.part`;
        await writeFile(part, text);
        await rename(part, path(key));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        warn(`The choice of kernels is not kept for the next run: ${why}`);
      }
    },
  };
}

export const tuningFolder = (env: Environment): string => join(cacheRoot(env), 'tuning');
