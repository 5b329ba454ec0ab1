// Parts of files under way: each run writes into one of its own, named for its process, and takes over what a run
// that is no more has left.
import { copyFile, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Random } from '../data/random.ts';

/** A process that has its number, but has not written for so long, is another one by now. */
const STALE_MS = 3_600_000;

/** Parts of this process that are being written. */
const open = new Set<string>();

export interface Part {
  readonly part: string;
  /** To call when nobody writes to it any more. */
  readonly release: () => void;
}

/** A part beside `path`, empty or with what a run that ended has left of this file. */
export async function openPart(path: string): Promise<Part> {
  const mark = new Random(Date.now(), process.pid, open.size).next().toString(36);
  const part = `${path}.${process.pid}-${mark}.part`;
  open.add(part);
  const left = await leftovers(path);
  // Copied, not moved: should its run go on after all, in another container, it loses nothing but the name.
  for (const { name } of left.slice(0, 1)) await copyFile(name, part).catch(() => undefined);
  for (const { name } of left) await rm(name, { force: true });
  return { part, release: () => open.delete(part) };
}

/** What ended runs have left of this file, the longest first. */
async function leftovers(path: string) {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => []);
  const found: { name: string; size: number }[] = [];
  for (const name of names) {
    if (!name.startsWith(`${basename(path)}.`) || !name.endsWith('.part')) continue;
    const whole = join(folder, name);
    const { size, mtimeMs } = (await stat(whole).catch(() => undefined)) ?? {};
    if (size === undefined || mtimeMs === undefined) continue;
    const owner = Number(/\.(\d+)-[a-z0-9]+\.part$/.exec(name)?.[1] ?? NaN);
    const isOpen = owner === process.pid ? open.has(whole) : isRunning(owner);
    if (!isOpen || Date.now() - mtimeMs > STALE_MS) found.push({ name: whole, size });
  }
  return found.sort((a, b) => b.size - a.size);
}

function isRunning(pid: number): boolean {
  if (Number.isNaN(pid)) return false;
  try {
    process.kill(pid, 0); // asks only
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
