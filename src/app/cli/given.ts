// A file or a folder of this machine as files that are given to a reader.
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { DataError } from '../data/dataset.ts';
import { type GivenFile, isHidden, shown } from '../data/read/given.ts';
import { grouped } from '../wording.ts';

/** A larger file is none that is read. */
const MOST_BYTES = 2 ** 31;
const MOST_FILES = 1_000_000;

/** @throws DataError where there is nothing, or it cannot be read */
export async function givenAt(path: string): Promise<readonly GivenFile[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw refusal(path, error);
  });
  if (found.isFile()) return [fileAt(path, basename(path), found.size)];
  if (!found.isDirectory()) throw new DataError(shown(path), 'is neither a file nor a folder');
  const files: GivenFile[] = [];
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(
    (error: unknown) => {
      throw refusal(path, error);
    },
  );
  for (const entry of entries) {
    const whole = join(entry.parentPath, entry.name);
    const name = relative(path, whole).split(sep).join('/');
    if (isHidden(name) || entry.isDirectory()) continue;
    // A pipe or a device would be waited for; a link leads to a file or to nothing.
    const size = await stat(whole).catch(() => undefined);
    if (!size?.isFile()) continue;
    files.push(fileAt(whole, name, size.size));
    if (files.length > MOST_FILES)
      throw new DataError(shown(path), `holds more than ${grouped(MOST_FILES)} files`);
  }
  return files;
}

function fileAt(path: string, name: string, sizeBytes: number): GivenFile {
  return {
    path: name,
    sizeBytes,
    async bytes() {
      if (sizeBytes > MOST_BYTES)
        throw new DataError(shown(name), `takes ${grouped(sizeBytes)} bytes, more than the ${grouped(MOST_BYTES)} that are read`); // prettier-ignore
      return new Uint8Array(
        await readFile(path).catch((error: unknown) => {
          throw refusal(name, error);
        }),
      );
    },
    async head(count) {
      try {
        const file = await open(path);
        try {
          const bytes = new Uint8Array(Math.min(count, sizeBytes));
          const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
          return bytes.subarray(0, bytesRead);
        } finally {
          await file.close();
        }
      } catch (error) {
        throw refusal(name, error);
      }
    },
  };
}

function refusal(path: string, error: unknown): DataError {
  const { code = '' } = error as NodeJS.ErrnoException;
  const problem =
    code === 'ENOENT' || code === 'ENOTDIR'
      ? 'there is no such file or folder; --data takes your own images, or builtin'
      : `cannot be read (${code || String(error)})`;
  return new DataError(shown(path), problem, { cause: error });
}
