// One run of a sweep: `train` as a process of its own, so that a run in a sweep is a run like any other.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Beside this program. */
const TRAIN = join(dirname(fileURLToPath(import.meta.url)), 'train.js');

export interface Ended {
  /** The exit code; null where a signal ended it. */
  readonly code: number | null;
  /** The last thing that it said was wrong; '' for nothing. */
  readonly problem: string;
}

export interface Training {
  readonly ended: Promise<Ended>;
  /** Passes a signal on. */
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** @param onLine each line about an epoch, as `train` prints it */
export function train(args: readonly string[], onLine: (line: string) => void): Training {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1' };
  delete env['FORCE_COLOR'];
  // What npm left there was meant for this program.
  for (const name of ['npm_lifecycle_event', 'npm_config_json']) delete env[name];
  const child = spawn(process.execPath, [TRAIN, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // In a group of its own: a Ctrl-C comes by way of this process, once.
    detached: true,
    windowsHide: true,
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (/^epoch +\d/.test(line)) onLine(line);
  });
  let said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.trim() !== '') said = [...said, line.trim()].slice(-40);
  });
  const ended = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    problem: (said.findLast((line) => /^(weft|error): /.test(line)) ?? said.at(-1) ?? '').replace(
      /^(weft|error): /,
      '',
    ),
  }));
  return { ended, kill: (signal) => void child.kill(signal) };
}
