// The command line as a tool among others: readers that go away, paths from where one stands, JSON alone, quoting.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { encode } from 'fast-png';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isBehindBanner, outliveReaders, withNpmsOwn } from '../src/app/cli/output.ts';
import { pathFrom, shownFrom, standingIn } from '../src/app/cli/place.ts';
import { smallSet } from './smallSet.ts';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
/** Within the project, so that the program finds its packages. */
const outDir = join(root, 'dist', `test-${process.pid}`);
let folder: string;

beforeAll(async () => {
  const configFile = join(root, 'vite.config.ts');
  for (const mode of ['train', 'trained'])
    await build({ configFile, mode, build: { outDir }, plugins: [smallSet()] });
  folder = await mkdtemp(join(tmpdir(), 'weft-cli-'));
}, 120_000);
afterAll(async () => {
  await rm(outDir, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

const SMALL = '--data builtin --train-limit 128 --epochs 1 --model linear --batch 64'.split(' ');
/** As npm starts a script: in the package's folder, with the folder it was called from in INIT_CWD. */
const asNpm = { npm_package_json: join(root, 'package.json'), npm_lifecycle_event: 'train' };

function start(
  args: readonly string[],
  env: Record<string, string>,
  cwd: string,
  program = 'train',
) {
  const inherited = { ...process.env };
  for (const name of Object.keys(inherited))
    if (/^(npm_|INIT_CWD$|FASHION_MNIST_DIR$)/i.test(name)) delete inherited[name];
  return spawn(process.execPath, [join(outDir, `${program}.js`), ...args], {
    cwd,
    env: { ...inherited, XDG_CACHE_HOME: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** All that a program prints, and its exit code. */
async function endOf(child: ReturnType<typeof start>) {
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { out, errors, code: (await exit)[0] };
}

/** The run that was saved in a folder of runs. */
async function savedIn(runs: string) {
  const [run = ''] = await readdir(runs);
  const record = JSON.parse(await readFile(join(runs, run, 'run.json'), 'utf8')) as {
    command: string;
    stopped: string;
    digest: string;
    test: object;
  };
  return { files: (await readdir(join(runs, run))).sort(), record };
}

const FILES = ['model.safetensors', 'report.html', 'run.json'];

describe('the program', () => {
  test(
    'prints JSON alone, saves where one stands, and repeats its words quoted',
    { timeout: 120_000 },
    async () => {
      const child = start(
        [...SMALL, '--out', 'my runs', '--json'],
        { ...asNpm, INIT_CWD: folder },
        root,
      );
      const { out, errors, code } = await endOf(child);
      expect(code).toBe(0);
      const { files, record } = await savedIn(join(folder, 'my runs'));
      expect(files).toEqual(expect.arrayContaining(FILES));
      expect(JSON.parse(out)).toEqual(record);
      expect(record.command).toBe(`npm run train -- ${SMALL.join(' ')} --out 'my runs' --json`);
      expect(errors).toContain('npm has printed lines of its own before the JSON');

      // What it has learned leaves for other tools.
      const run = join('my runs', (await readdir(join(folder, 'my runs')))[0] ?? '');
      const exported = await endOf(start(['export', run], {}, folder, 'trained'));
      expect(exported.code).toBe(0);
      expect(exported.errors.replace(/^Warning.*\n/gm, '')).toBe('');
      const written = exported.out.split('\n').filter((line) => line.startsWith('my runs'));
      expect(written.map((line) => line.split('  ')[0])).toEqual(
        ['model.onnx', 'pytorch/model.py', 'pytorch/model.safetensors', 'model_keras.py'].map(
          (name) => join(run, 'export', name),
        ),
      );
      const onnx = await readFile(join(folder, run, 'export', 'model.onnx'), 'latin1');
      expect(onnx).toContain(`digest ${record.digest}`);

      // It is evaluated to the same figure, and asked about pictures.
      const again = await endOf(start(['evaluate', run, '--json'], {}, folder, 'trained'));
      expect(JSON.parse(again.out)).toMatchObject({ digest: record.digest, test: record.test });
      const picture = encode({ width: 28, height: 28, data: new Uint8Array(784), channels: 1 });
      await writeFile(join(folder, 'dark.png'), picture);
      const asked = await endOf(start(['predict', run, 'dark.png'], {}, folder, 'trained'));
      expect(asked.out).toMatch(/^dark\.png {2}\S+.* [\d.]+%, .* [\d.]+%, .* [\d.]+%\n$/);
      const no = await endOf(start(['predict', run, join(run, 'run.json')], {}, folder, 'trained'));
      expect(no.errors).toContain('it is no picture that can be read; PNG and JPEG are');
    },
  );

  test('says which run, or which format, there is none of', async () => {
    const none = await endOf(start(['export', 'runs/none'], {}, folder, 'trained'));
    expect(none.code).toBe(1);
    expect(none.errors).toBe(
      `weft: ${join(folder, 'runs/none/run.json')}: is not there. A run that has ended leaves it in its folder; give that folder\n`,
    );
    const format = await endOf(start(['export', '.', '--to', 'onx'], {}, folder, 'trained'));
    expect(format.errors).toContain('there is no format onx; there are onnx, pytorch, keras.');
  });

  test(
    'goes on, and is saved, when nobody reads what it prints any more',
    { timeout: 120_000 },
    async () => {
      const child = start([...SMALL, '--out', 'closed'], {}, folder);
      const exit = once(child, 'exit');
      await once(child.stdout, 'data');
      child.stdout.destroy();
      child.stderr.destroy();
      expect(await exit).toEqual([0, null]);
      const { files, record } = await savedIn(join(folder, 'closed'));
      expect(files).toEqual(expect.arrayContaining(FILES));
      expect(record.stopped).toBe('completed');
    },
  );

  test('says in a sentence, with an absolute path, that data are not there', async () => {
    const child = start(['--data', 'no data'], { ...asNpm, INIT_CWD: folder }, root);
    const { errors, code } = await endOf(child);
    expect(code).toBe(1);
    expect(errors).toBe(
      `weft: ${join(folder, 'no data')}: there is no such file or folder; --data takes your own images, or builtin\n`,
    );
    expect(existsSync(join(root, 'no data'))).toBe(false);
  });
});

describe('where one stands', () => {
  const manifest = { npm_package_json: '/here/weft/package.json' };

  test('is where npm was called, unless the process was moved since', () => {
    expect(standingIn({ ...manifest, INIT_CWD: '/here' }, '/here/weft')).toBe('/here');
    expect(standingIn({ ...manifest, INIT_CWD: '/here' }, '/tmp')).toBe('/tmp');
    expect(standingIn({ INIT_CWD: '/here' }, '/tmp')).toBe('/tmp');
    expect(standingIn({}, '/tmp')).toBe('/tmp');
  });

  test('paths are meant from there, and shown short below it', () => {
    expect(pathFrom('/here', 'data')).toBe('/here/data');
    expect(pathFrom('/here', '../data')).toBe('/data');
    expect(pathFrom('/here', '/data')).toBe('/data');
    expect(shownFrom('/here', '/here/runs/1')).toBe('runs/1');
    expect(shownFrom('/here', '/other/1')).toBe('/other/1');
  });
});

describe('npm around it', () => {
  const own = { ...asNpm };

  test('its banner is known, its silence too', () => {
    expect(isBehindBanner(own, root)).toBe(true);
    expect(isBehindBanner({ ...own, npm_config_loglevel: 'silent' }, root)).toBe(false);
    expect(isBehindBanner({ ...own, npm_config_json: 'true' }, root)).toBe(false);
    expect(isBehindBanner({ ...own, npm_lifecycle_event: 'test' }, root)).toBe(false);
    expect(isBehindBanner(own, '/tmp')).toBe(false);
    expect(isBehindBanner({}, root)).toBe(false);
  });

  test('a --json before the -- is meant for the program', () => {
    const json = { ...own, npm_config_json: 'true' };
    expect(withNpmsOwn(['--quiet'], json, root)).toEqual(['--quiet', '--json']);
    expect(withNpmsOwn(['--json'], json, root)).toEqual(['--json']);
    expect(withNpmsOwn([], own, root)).toEqual([]);
    expect(withNpmsOwn([], json, '/tmp')).toEqual([]);
  });
});

test('a full disk behind standard output is told once, a closed pipe never', () => {
  type Listener = (error: NodeJS.ErrnoException) => void;
  const listeners: Listener[] = [];
  const told: string[] = [];
  const stream = {
    on: (_: 'error', listener: Listener) => void listeners.push(listener),
    write: (line: string) => void told.push(line),
  };
  outliveReaders(stream, stream);
  const fail = (code: string) =>
    listeners.forEach((listener) => listener(Object.assign(new Error(`${code}: no`), { code })));
  fail('EPIPE');
  fail('EIO');
  expect(told).toEqual([]);
  fail('ENOSPC');
  fail('ENOSPC');
  expect(told).toEqual(['weft: standard output takes no more (ENOSPC: no); the work goes on.\n']);
});

describe('scripts/quietly.sh', () => {
  const LINES = ['Uniform', 'Storage'].map(
    (kind) =>
      `Warning: maxDynamic${kind}BuffersPerPipelineLayout artificially reduced from 1000000 to 16 to fit dynamic offset allocation limit.`,
  );
  const run = (program: string) =>
    spawn('sh', [join(root, 'scripts', 'quietly.sh'), process.execPath, '-e', program, 'a b'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  test('keeps back the two lines and nothing else; words and exit code are the program’s', async () => {
    const others = ['Warning: something real', `said: ${LINES[0]}`, 'Error: a stack'];
    const errors = [...LINES, ...others, LINES[1]].join('\n');
    const child = run(
      `require('fs').writeSync(2, ${JSON.stringify(`${errors}\n`)}); console.log(process.argv[1]); process.exit(7)`,
    );
    expect(await endOf(child)).toEqual({ out: 'a b\n', errors: `${others.join('\n')}\n`, code: 7 });
  });

  test('a signal reaches the program itself, once', async () => {
    const child = run(
      `let n = 0; process.on('SIGTERM', () => { console.error('signal', ++n); setTimeout(() => process.exit(n), 100) });
       setInterval(() => {}, 1000); console.log(process.pid)`,
    );
    const [first] = (await once(child.stdout, 'data')) as [Buffer];
    expect(Number(String(first))).toBe(child.pid);
    child.kill('SIGTERM');
    expect(await endOf(child)).toMatchObject({ errors: 'signal 1\n', code: 1 });
  });
});
