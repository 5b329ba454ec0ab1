// The folder that a person stands in, and paths as seen from there.
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import type { Typed } from '../settings/table.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where the command was typed. npm moves a script into the folder of its package and keeps the first one in INIT_CWD;
 * a process that is somewhere else was moved on purpose.
 */
export function standingIn(env: Environment = process.env, cwd: string = process.cwd()): string {
  const { INIT_CWD: typedIn, npm_package_json: manifest } = env;
  return typedIn && manifest && dirname(manifest) === cwd ? typedIn : cwd;
}

/** The absolute path of one that a person wrote. */
export const pathFrom = (here: string, path: string): string => resolve(here, path);

/** A path as it is shortest for someone who stands in `here`: below it relative, elsewhere absolute. */
export function shownFrom(here: string, path: string): string {
  const shown = relative(here, path);
  return shown === '' || shown.startsWith('..') || isAbsolute(shown) ? path : shown;
}

/** A run may go on from another folder: its data are named by their whole path. */
export const withWholePaths = (typed: Typed, here: string): Typed =>
  typed.data === undefined || typed.data === 'builtin'
    ? typed
    : { ...typed, data: pathFrom(here, typed.data) };
