// The folder that a person stands in, and paths as seen from there.
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { NAMED_SETS } from './named.ts';
import { isBuiltin } from '../data/builtin.ts';
import type { Flag, Typed } from '../settings/table.ts';

/** Sets that are fetched by their name. */
const NAMES = new Set(['fashion-mnist', ...Object.keys(NAMED_SETS)]);

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

/** The text of a setting as it holds wherever a run goes on: a folder with data is named by its whole path. */
export const wholeText = (flag: Flag, text: string, here: string): string =>
  flag !== 'data' || text === '' || isBuiltin(text) || NAMES.has(text)
    ? text
    : pathFrom(here, text);

export const withWholePaths = (typed: Typed, here: string): Typed =>
  typed.data === undefined ? typed : { ...typed, data: wholeText('data', typed.data, here) };
