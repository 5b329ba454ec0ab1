// Standard output as other tools keep it: a reader that goes away ends the printing and nothing else, and JSON stands alone.
import { dirname } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** A stream that may fail; process.stdout and process.stderr are two. */
export interface Output {
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
}

/**
 * Lets the process go on where nobody reads what it prints any more (`… | head` closes the pipe, a terminal is shut),
 * or a disk takes no more of it; the latter is told once on the other stream.
 */
export function outliveReaders(
  out: Output = process.stdout,
  errors: Output & { write(text: string): unknown } = process.stderr,
): void {
  let isTold = false;
  errors.on('error', () => {});
  out.on('error', ({ code, message }) => {
    if (code === 'EPIPE' || code === 'EIO' || isTold) return;
    isTold = true;
    errors.write(`weft: standard output takes no more (${message}); the work goes on.\n`);
  });
}

/** Whether npm started this very program; what it leaves in the environment is inherited by others too. */
const isNpmScript = (env: Environment, cwd: string) =>
  ['train', 'bench', 'sweep'].includes(env['npm_lifecycle_event'] ?? '') &&
  dirname(env['npm_package_json'] ?? '') === cwd;

/** What a person types to start this program again: 'npm run train --', or 'weft train' of the package. */
export const programName = (
  program: 'train' | 'sweep',
  env: Environment = process.env,
  cwd: string = process.cwd(),
): string =>
  isNpmScript(env, cwd) && env['npm_lifecycle_event'] === program
    ? `npm run ${program} --`
    : `weft ${program}`;

/** Whether npm has printed lines of its own on standard output before this program began. */
export const isBehindBanner = (env: Environment = process.env, cwd: string = process.cwd()) =>
  isNpmScript(env, cwd) && env['npm_config_loglevel'] !== 'silent' && !env['npm_config_json'];

/** The arguments, with the `--json` that npm takes for its own where it stands before the `--`. */
export function withNpmsOwn(
  argv: readonly string[],
  env: Environment = process.env,
  cwd: string = process.cwd(),
): readonly string[] {
  const isMeant = isNpmScript(env, cwd) && env['npm_config_json'] === 'true';
  return isMeant && !argv.includes('--json') ? [...argv, '--json'] : argv;
}
