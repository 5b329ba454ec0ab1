// A run in the terminal is not lost: killed, hung up, stopped and without room it goes on from its run folder, and
// ends with the bits of one that was never broken.
import { FASHION_TASK } from '../src/app/data/fashion.ts';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunCheckpoint, readCheckpoint } from '../src/app/checkpoint.ts';
import { requireSameSettings } from '../src/app/cli/resume.ts';
import { readOptions } from '../src/app/cli/options.ts';
import { RunFolder, checkRunParent } from '../src/app/cli/runFolder.ts';
import { builtinDataSet } from '../src/app/data/builtin.ts';
import { requireSameRun } from '../src/app/experiment.ts';
import { configWith } from './runRecord.ts';
import { readRunJson } from '../src/app/schema/run.ts';
import { smallSet } from './smallSet.ts';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
/** Within the project, so that the program finds its packages. */
const outDir = join(root, 'dist', `test-resume-${process.pid}`);
let folder: string;

beforeAll(async () => {
  const configFile = join(root, 'vite.config.ts');
  await build({ configFile, mode: 'train', build: { outDir }, plugins: [smallSet()] });
  folder = await mkdtemp(join(tmpdir(), 'weft-resume-'));
}, 300_000);
afterAll(async () => {
  await rm(outDir, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

/** 40 epochs of 100 steps. */
const RUN =
  '--data builtin --train-limit 1000 --batch 10 --epochs 40 --validation 50 --model linear'.split(
    ' ',
  );

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [join(outDir, 'train.js'), ...args], {
    cwd: folder,
    env: { ...process.env, npm_package_json: '', INIT_CWD: '', XDG_CACHE_HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]).then(
    ([out, errors, [code]]) => ({ out, errors, code: code as number | null }),
  );
  return { child, ended };
}

const runIn = async (runs: string) => {
  const [name = ''] = existsSync(join(folder, runs)) ? await readdir(join(folder, runs)) : [];
  return name === '' ? undefined : join(runs, name);
};

/** The checkpoint as it lies there at any moment; it is whole or absent. */
async function lying(run: string | undefined): Promise<RunCheckpoint | undefined> {
  const file = join(folder, run ?? '', 'run.checkpoint');
  if (run === undefined || !existsSync(file)) return undefined;
  return readCheckpoint(file, new Uint8Array(await readFile(file)));
}

/** Waits until the run in a folder has so many steps, or its process has ended. */
async function reach(runs: string, steps: number, { ended }: ReturnType<typeof start>) {
  let isOver = false;
  void ended.then(() => (isOver = true));
  for (;;) {
    const run = await runIn(runs);
    const checkpoint = await lying(run);
    if (run && checkpoint && checkpoint.state.stepsDone >= steps) return run;
    if (isOver) throw new Error(`the run ended early: ${(await ended).errors}`);
    await pause(20);
  }
}

const recordIn = async (run: string) =>
  readRunJson('run.json', await readFile(join(folder, run, 'run.json'), 'utf8'));

test(
  'a run that is hung up, stopped, and killed in the middle of an epoch ends as an unbroken one',
  { timeout: 600_000 },
  async () => {
    const whole = await start([...RUN, '--out', 'whole', '--quiet']).ended;
    expect(whole.code).toBe(0);
    const unbroken = await recordIn((await runIn('whole'))!);

    const first = start([...RUN, '--out', 'runs']);
    const run = await reach('runs', 100, first);
    first.child.kill('SIGHUP');
    const { code, out } = await first.ended;
    expect(code).toBe(129);
    expect(out).toContain(`To go on where it was stopped: weft train --resume ${run}`);
    const stopped = await recordIn(run);
    expect(stopped.stopped).toBe('interrupted');
    expect((await readdir(join(folder, run))).sort()).toEqual([
      ...['model.safetensors', 'report.html', 'run.checkpoint', 'run.json'],
    ]);
    const kept = (await lying(run))!.state.stepsDone;
    const last = stopped.epochs.at(-1)!;
    expect(100 * (last.epoch - 1) + (last.steps ?? 100)).toBe(kept);

    // From its own folder, as a person may stand there.
    const second = start(['--resume', `./${run}`]);
    await reach('runs', kept + 100, second);
    second.child.kill('SIGTERM');
    expect((await second.ended).code).toBe(143);

    const third = start(['--resume', run]);
    await reach('runs', (await lying(run))!.state.stepsDone + 100, third);
    third.child.kill('SIGKILL');
    await third.ended;

    const fourth = start(['--resume', run]);
    await reach('runs', (await lying(run))!.state.stepsDone + 100, fourth);
    fourth.child.kill('SIGINT');
    fourth.child.kill('SIGINT'); // may be one signal for the process
    await pause(50);
    fourth.child.kill('SIGINT');
    expect((await fourth.ended).code).toBe(130);
    expect((await readdir(join(folder, run))).filter((name) => name.endsWith('.part'))).toEqual([]);

    const end = await start(['--resume', run, '--quiet']).ended;
    expect(end.errors.replace(/^Warning.*\n/gm, '')).toBe('');
    expect(end.code).toBe(0);
    const record = await recordIn(run);
    expect(record.digest).toBe(unbroken.digest);
    expect(record.test).toEqual(unbroken.test);
    expect(record.epochs.map(({ epoch, trainLoss }) => [epoch, trainLoss])).toEqual(
      unbroken.epochs.map(({ epoch, trainLoss }) => [epoch, trainLoss]),
    );
    expect(record.notes).toHaveLength(4);
    expect(record.notes[0]).toBe(`Continued at step ${kept}.`);
    expect(record.command).toContain('--data builtin --model linear --images 1000');
    expect((await readdir(join(folder, run))).sort()).toEqual([
      ...['model.safetensors', 'report.html', 'run.json'],
    ]);

    const again = await start(['--resume', run]).ended;
    expect(again.code).toBe(1);
    expect(again.errors).toContain('its run is complete: there is nothing to go on with');
  },
);

test('a residual network goes on with its running means too', { timeout: 600_000 }, async () => {
  // ReLU at both ends, a projection and both its normalizations: little of each.
  const model = 'pool4-conv4_same-bn-relu-2x(res(conv4_same-bn|conv4_k1-bn)-relu)-gmax';
  const args = [...RUN.slice(0, -1), model, '--epochs', '2'];
  const whole = await start([...args, '--out', 'residual', '--quiet']).ended;
  expect(whole.code).toBe(0);
  const unbroken = await recordIn((await runIn('residual'))!);

  const first = start([...args, '--out', 'broken']);
  const run = await reach('broken', 50, first);
  first.child.kill('SIGKILL');
  await first.ended;
  const { position, state } = (await lying(run))!;
  expect(position.epoch).toBeLessThan(3); // it was broken
  const names = [...state.weights.keys()];
  expect(names).toContain('residual2.shortcut.norm1.variance');
  expect((await start(['--resume', run, '--quiet']).ended).code).toBe(0);
  const record = await recordIn(run);
  expect(record.notes).toEqual([`Continued at step ${state.stepsDone}.`]);
  expect(record.digest).toBe(unbroken.digest);
  expect(record.command).toContain(`--model '${model}'`);
});

test('what is asked for beside --resume has to agree with the run', async () => {
  const config = configWith({ epochs: 3 });
  const ask = (words: string) =>
    requireSameSettings(
      readOptions(['--resume', 'r', ...words.split(' ').filter(Boolean)]),
      config,
    );
  for (const words of ['', '--epochs 3 --model reference --seed 0', '--quiet --data x'])
    expect(() => ask(words)).not.toThrow();
  expect(() => ask('--epochs 5')).toThrow('--epochs 5: the run in r has 3, and one that goes on');
  expect(() => ask('--model linear')).toThrow('--model linear: the run in r has conv32-pool');
  expect(() => ask('--train-limit 9')).toThrow('--images 9: the run in r has all');
  expect(() => ask('--out x')).toThrow('--out x: the run in r has its own folder');
  expect(() => ask('--full')).toThrow('--full: the run in r');
});

describe('a run folder', () => {
  const config = configWith({
    ...{ batchSize: 10, schedule: 'constant', network: 'linear', validation: 0 },
  });
  const values = (n: number) => new Float32Array(n).fill(0.25);
  const checkpoint: RunCheckpoint = {
    position: {
      ...{ epoch: 1, from: 0, tally: { steps: 0, loss: 0, hits: 0 }, timeMs: 0 },
      ...{ epochs: [], turns: [] },
    },
    state: {
      ...{ seed: 0, stepsDone: 0 },
      weights: new Map([
        ['fc1.weight', { shape: [784, 10], data: values(7840) }],
        ['fc1.bias', { shape: [10], data: values(10) }],
      ]),
      moments: new Map(['m', 'v'].map((name) => [name, { shape: [7936], data: values(7936) }])),
    },
    config,
    data: { title: 'x', builtin: true, checksum: 'ab', ...FASHION_TASK },
    ...{ adapter: 'a', weft: '0', notes: [], spentMs: 0 },
    ...{ startedAt: '2026-11-23T12:00:00.000Z', keptAt: '2026-11-23T12:00:00.000Z' },
  };

  test('that cannot be made is told before anything runs', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    await expect(checkRunParent(file)).rejects.toThrow(
      `${file}: a run cannot be saved there, it is a file, not a folder (EEXIST)`,
    );
    await expect(checkRunParent(join(file, 'runs'))).rejects.toThrow('ENOTDIR');
  });

  test('of something else is refused with a sentence', async () => {
    const open = (name: string) => RunFolder.open(join(folder, name));
    await expect(open('nowhere')).rejects.toThrow('there is no such folder');
    await mkdir(join(folder, 'empty'));
    await expect(open('empty')).rejects.toThrow('holds no run.checkpoint: no run was left there');
    const made = await RunFolder.make(join(folder, 'made'), new Date(), config, FASHION_TASK);
    await made.keep(checkpoint);
    expect((await RunFolder.open(made.path)).checkpoint).toEqual(checkpoint);
    const copy = join(folder, 'copy');
    await cp(made.path, copy, { recursive: true });
    const bytes = await readFile(join(copy, 'run.checkpoint'));
    bytes[bytes.length - 9]! ^= 1;
    await writeFile(join(copy, 'run.checkpoint'), bytes);
    await expect(open('copy')).rejects.toThrow('run.checkpoint: its contents do not match');
  });

  test('of other data, or of steps that they do not have, is refused', async () => {
    const data = await builtinDataSet({ train: 100, test: 10 });
    const division = { train: new Uint32Array(100), validation: new Uint32Array() };
    const of = (change: Partial<RunCheckpoint>) => () =>
      requireSameRun({ ...checkpoint, ...change }, data, division);
    const same = { ...checkpoint.data, checksum: data.checksum };
    expect(of({ data: same })).not.toThrow();
    expect(of({})).toThrow('the run to go on with learned from x (ab…), here is');
    const state = { ...checkpoint.state, stepsDone: 11 };
    expect(of({ data: same, state })).toThrow('is at step 11 of epoch 1');
    const position = { ...checkpoint.position, from: 3 };
    expect(of({ data: same, position })).toThrow('begun at step 3');
  });

  const isRoot = process.getuid?.() === 0;
  /** Runs f on a disk of a few MiB, where one can be made. */
  async function onSmallDisk(mib: number, f: (disk: string) => Promise<void>): Promise<boolean> {
    const disk = await mkdtemp(join(folder, 'disk-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', disk], {
        stdio: 'ignore',
      });
    } catch {
      return false;
    }
    try {
      await f(disk);
    } finally {
      execFileSync('umount', [disk]);
    }
    return true;
  }

  test.skipIf(!isRoot)('on a disk without room is refused at the start', async (context) => {
    const isTested = await onSmallDisk(1, async (disk) => {
      await expect(RunFolder.make(disk, new Date(), config, FASHION_TASK)).rejects.toThrow(
        /a run cannot be saved there, the disk is full \(ENOSPC\); it takes 2\.\d MiB/,
      );
      for (const name of await readdir(disk)) expect(await readdir(join(disk, name))).toEqual([]);
    });
    if (!isTested) context.skip('no disk can be mounted here');
  });

  test.skipIf(!isRoot)('keeps its last checkpoint when the disk fills up', async (context) => {
    const isTested = await onSmallDisk(4, async (disk) => {
      const made = await RunFolder.make(disk, new Date(), config, FASHION_TASK);
      await made.keep(checkpoint);
      await writeFile(join(disk, 'full'), new Uint8Array(2 ** 22)).catch(() => undefined);
      const later = { ...checkpoint, notes: ['later'] };
      await expect(made.keep(later)).rejects.toThrow('ENOSPC');
      expect(await readdir(made.path)).toEqual(['run.checkpoint']);
      await rm(join(disk, 'full'));
      expect((await RunFolder.open(made.path)).checkpoint.notes).toEqual([]);
      await made.keep(later);
      expect((await RunFolder.open(made.path)).checkpoint.notes).toEqual(['later']);
      expect(basename(made.path)).toMatch(/-seed0$/);
    });
    if (!isTested) context.skip('no disk can be mounted here');
  });
});
