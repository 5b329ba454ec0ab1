// Files that are there whole or not at all, also after a power cut; and what is left over when the process ends.
import { rmSync, rmdirSync } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Files under way. */
const parts = new Set<string>();
/** Folders of this process that may be empty. */
const folders = new Set<string>();

/**
 * Writes beside the place, waits for the disk, and moves it there: a reader sees the old file or the new one.
 * @throws Error of the file system; nothing is left then, and the old file stays
 */
export async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  const part = `${path}.part`;
  parts.add(part);
  try {
    const file = await open(part, 'w');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  } finally {
    parts.delete(part);
  }
  await syncFolder(dirname(path));
}

/** A new name is safe when its folder is; where folders cannot be synced (Windows) the system sees to it. */
async function syncFolder(folder: string): Promise<void> {
  const file = await open(folder, 'r').catch(() => undefined);
  await file?.sync().catch(() => undefined);
  await file?.close();
}

/**
 * Sees to it that a folder takes `sizeBytes` more, by writing them once.
 * @throws Error of the file system
 */
export async function requireRoom(folder: string, sizeBytes: number): Promise<void> {
  const probe = `${folder}/room.part`;
  parts.add(probe);
  try {
    const file = await open(probe, 'w');
    const block = new Uint8Array(2 ** 20).fill(0x77); // a file system may not store zeros at all
    try {
      for (let done = 0; done < sizeBytes; done += block.length)
        await file.write(block, 0, Math.min(block.length, sizeBytes - done));
      await file.sync();
    } finally {
      await file.close();
    }
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
    parts.delete(probe);
  }
}

/**
 * Makes the folder `stem`, or where there is one `stem-2` and so on, and those above it. It goes again with the process
 * unless something was put into it.
 * @throws Error of the file system
 */
export async function makeFolder(stem: string): Promise<string> {
  await mkdir(dirname(stem), { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const path = attempt === 1 ? stem : `${stem}-${attempt}`;
    try {
      await mkdir(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw error;
    }
    folders.add(path);
    return path;
  }
}

/** A time in a file's name: 2026-11-27-153000. */
export const timeInName = (date: Date): string =>
  date.toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');

export const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** @param what a run, for example */
export const unsaved = (folder: string, what: string, error: unknown): RangeError =>
  new RangeError(`${folder}: ${what} cannot be saved there, ${diskReason(error)}`, {
    cause: error,
  });

/** To be called once: however the process ends, but by a kill, it leaves no parts and no empty folder. */
export function leaveNothingHalf(): void {
  process.on('exit', () => {
    for (const part of parts) rmSync(part, { force: true });
    for (const folder of folders) {
      try {
        rmdirSync(folder);
      } catch {
        // It holds something, or is gone.
      }
    }
  });
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EROFS', 'it is read-only'],
  ['EACCES', 'writing is not permitted there'],
  ['EPERM', 'writing is not permitted there'],
  ['EEXIST', 'it is a file, not a folder'],
  ['ENOTDIR', 'a part of the path is a file, not a folder'],
  ['ENOENT', 'the folder is gone'],
  ['EIO', 'the disk reports an error'],
]);

/** Why the file system refused, in words. */
export function diskReason(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const reason = REASONS.get(code);
  return reason === undefined ? message : `${reason} (${code})`;
}
