// `weft sweep` as a person calls it: runs in processes of their own, one that fails and one that diverges among them,
// Ctrl-C, and going on.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planFrom, readSweepOptions } from '../src/app/cli/sweepOptions.ts';
import { readRunJson } from '../src/app/schema/run.ts';
import { type Sweep, readSweep } from '../src/app/sweep/sweep.ts';
import { smallSet } from './smallSet.ts';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
/** Within the project, so that the programs find their packages. */
const outDir = join(root, 'dist', `test-${process.pid}`);
let folder: string;

beforeAll(async () => {
  const configFile = join(root, 'vite.config.ts');
  for (const mode of ['train', 'sweep'])
    await build({ configFile, mode, build: { outDir }, plugins: [smallSet()] });
  folder = await mkdtemp(join(tmpdir(), 'weft-sweep-'));
}, 300_000);
afterAll(async () => {
  await rm(outDir, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

const SMALL = '--data builtin --images 128 --model linear --batch 64'.split(' ');

function start(args: readonly string[]): ChildProcess {
  const inherited = { ...process.env };
  for (const name of Object.keys(inherited))
    if (/^(npm_|INIT_CWD$|FASHION_MNIST_DIR$)/i.test(name)) delete inherited[name];
  return spawn(process.execPath, [join(outDir, 'sweep.js'), ...args], {
    cwd: folder,
    env: { ...inherited, XDG_CACHE_HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** All that a program prints, and its exit code. */
async function endOf(child: ChildProcess) {
  const exit = once(child, 'exit') as Promise<[number | null]>;
  if (!child.stdout || !child.stderr) throw new Error('no streams');
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { out, errors, code: (await exit)[0] };
}
const run = (...args: string[]) => endOf(start(args));

async function sweepIn(name: string): Promise<Sweep & { readonly path: string }> {
  const [only = ''] = await readdir(join(folder, name));
  const path = join(folder, name, only);
  return { ...readSweep(path, await readFile(join(path, 'sweep.json'), 'utf8')), path };
}

test('wrong input is told in a sentence, and nothing is made', { timeout: 60_000 }, async () => {
  const wrong = [
    [
      ['--over', 'rate=1'],
      /^error: option '--over .*rate is no setting; one of data, pictures, model/,
    ],
    [['--over', 'lr=0..1'], /a range goes from a number above 0 to a larger one/],
    [['--over', 'lr=0.1..1'], /^weft: lr is drawn between two numbers only by a random search/],
    [['--train-limit', 'many'], /^error: option '--train-limit <n>'.*“many” is not a whole number/],
    [['--seeds', 'many'], /^error: option '--seeds <n>'.*a whole number from 1 to 100/],
    [['--epochs', '0'], /^error: option '--epochs <n>'/],
    [['--resume', 'nowhere'], /^weft: .*nowhere: holds no sweep\.json/],
    [['--resume', 'nowhere', '--lr', '1'], /^weft: --lr: the sweep in nowhere keeps its settings/],
  ] as const;
  for (const [args, sentence] of wrong) {
    const { code, out, errors } = await run(...args);
    expect(errors).toMatch(sentence);
    expect(errors.trim().split('\n')).toHaveLength(1);
    expect({ code, out }).toEqual({ code: 1, out: '' });
  }
  expect(existsSync(join(folder, 'sweeps'))).toBe(false);
});

test('folders with data are named by their whole paths', () => {
  const of = (...args: string[]) => planFrom(readSweepOptions(args, 'weft sweep'), '/here');
  expect(of('--over', 'data=a,builtin,../b').over).toEqual([
    { flag: 'data', values: ['/here/a', 'builtin', '/b'] },
  ]);
  expect(of('--data', 'a', '--over', 'lr=1,2')).toMatchObject({ base: { data: '/here/a' } });
});

test(
  'goes on over a run that fails and one that diverges, and looks at the test once',
  { timeout: 300_000 },
  async () => {
    const { out, code } = await run(
      ...'--over lr=0.01,1e38 --over batch=64,4000 --epochs 2 --out kept'.split(' '),
      ...SMALL.slice(0, -2),
    );
    expect(code).toBe(0);
    const { path, runs, data, plan } = await sweepIn('kept');
    expect(plan.base).toEqual({ data: 'builtin', images: '128', model: 'linear', epochs: '2' });
    expect(runs.map(({ state }) => state)).toEqual(['completed', 'failed', 'diverged', 'failed']);
    expect(runs[1]?.problem).toMatch(/^--batch: .*4,000/);
    expect(data).toMatch(/garments|drawn/i);
    expect((await readdir(path)).sort()).toEqual([
      ...['runs', 'sweep.csv', 'sweep.html', 'sweep.json'],
    ]);
    // Each run is one like any other, and its figures are its record's.
    const [name = ''] = await readdir(join(path, 'runs', '1'));
    const file = join(path, 'runs', '1', name, 'run.json');
    const record = readRunJson(file, await readFile(file, 'utf8'));
    expect(record.config).toMatchObject({ learningRate: 0.01, batchSize: 64, seed: 0 });
    expect(runs[0]?.result).toMatchObject({
      digest: record.digest,
      validationAccuracy: record.epochs.at(-1)?.validationAccuracy,
      testAccuracy: record.test.accuracy,
    });
    expect(runs[2]?.result?.testAccuracy).toBeNull();
    expect(out).toMatch(/run 2 of 4 {2}lr 0\.01, batch 4000, seed 0: failed: --batch/);
    expect(out).toMatch(/Best: lr 0\.01, batch 64, validation accuracy .*; test accuracy/);
    expect(out).toMatch(/To go on: weft sweep --resume kept/);
  },
);

test(
  'ends with Ctrl-C as train does, and goes on with the interrupted run, printing JSON alone',
  { timeout: 300_000 },
  async () => {
    const child = start([...'--over epochs=400,1 --out left'.split(' '), ...SMALL]);
    const ended = endOf(child);
    const isRunning = async () => {
      for (const name of await readdir(join(folder, 'left')).catch(() => [])) {
        const runs = join(folder, 'left', name, 'runs', '1');
        for (const one of await readdir(runs).catch(() => []))
          if (existsSync(join(runs, one, 'run.checkpoint'))) return true;
      }
      return false;
    };
    await expect.poll(isRunning, { timeout: 120_000, interval: 20 }).toBe(true);
    child.kill('SIGINT');
    const { code, out } = await ended;
    expect(code).toBe(130);
    expect(out).toMatch(/Stopping: the run under way ends/);
    const { path, runs } = await sweepIn('left');
    expect(runs.map(({ state }) => state)).toEqual(['interrupted', 'waiting']);
    const shown = path.slice(folder.length + 1);
    expect(out).toContain(`To go on: weft sweep --resume ${shown}`);

    const again = await run('--resume', shown, '--json');
    expect(again.code).toBe(0);
    const { path: _, ...whole } = await sweepIn('left');
    expect(readSweep('out', again.out)).toEqual(whole);
    expect(again.out).toBe(await readFile(join(path, 'sweep.json'), 'utf8'));
    expect(whole.runs.map(({ state }) => state)).toEqual(['completed', 'completed']);
    const first = await readdir(join(path, 'runs', '1'));
    expect(first).toHaveLength(1);
    const file = join(path, 'runs', '1', first[0] ?? '', 'run.json');
    const record = readRunJson(file, await readFile(file, 'utf8'));
    expect(record.notes.join()).toMatch(/Continued at step \d/);
    expect(record.epochs).toHaveLength(400);

    // What is through is not trained again, and a test's figure of another setting than the chosen one goes.
    const stale = again.out.replaceAll('"testAccuracy":null', '"testAccuracy":0.5');
    expect(stale).not.toBe(again.out);
    await writeFile(join(path, 'sweep.json'), stale);
    const once = await run('--resume', shown, '--quiet');
    expect(once).toMatchObject({ code: 0, errors: '' });
    expect(once.out).toMatch(/^Best: epochs \d+, validation accuracy .* \(1 seed\)\n$/);
    expect(await readFile(join(path, 'sweep.json'), 'utf8')).toBe(again.out);
  },
);
