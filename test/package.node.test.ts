// The package as people get it: packed, installed in an empty folder, its manifest and types checked, its examples run in
// Node, in Bun, in Deno with its own WebGPU, and in Chromium from static files.
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { chromium } from 'playwright';
import { publint } from 'publint';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const place = mkdtempSync(join(tmpdir(), 'weft-package-'));
const installed = join(place, 'node_modules', 'weft');
const tarball = join(place, `weft-${versionOf(ROOT)}.tgz`);
const executablePath = findChromium();
afterAll(() => rmSync(place, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(command: string, args: readonly string[], cwd = place): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { XDG_RUNTIME_DIR: tmpdir(), ...process.env };
    execFile(command, args, { cwd, env, maxBuffer: 2 ** 26 }, (error, out, err) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, out, err }),
    );
  });
}

/** Runs a command that must not fail. @returns what it printed */
async function done(command: string, args: readonly string[], cwd?: string): Promise<string> {
  const { code, out, err } = await run(command, args, cwd);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${out}${err}`);
  return out;
}

beforeAll(async () => {
  await done('npm', ['pack', '--pack-destination', place], ROOT);
  writeFileSync(join(place, 'package.json'), '{ "type": "module", "private": true }\n');
  const npmOptions = ['--no-audit', '--no-fund', '--prefer-offline', '--omit=peer'];
  await done('npm', ['install', ...npmOptions, tarball]);
  symlinkSync(join(ROOT, 'node_modules', 'webgpu'), join(place, 'node_modules', 'webgpu'), 'dir');
}, 300_000);

interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<'.', Readonly<Record<string, string>>>>;
  readonly bin: Readonly<Record<string, string>>;
}
function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}
function versionOf(folder: string): string {
  return manifestOf(folder).version;
}

test('it holds what its manifest names, and neither source nor tests', () => {
  const { exports, bin } = manifestOf(installed);
  for (const file of [...Object.values(exports['.']), ...Object.values(bin)])
    expect(statSync(join(installed, file)).size).toBeGreaterThan(0);
  for (const folder of ['src', 'test', 'bench'])
    expect(() => statSync(join(installed, folder))).toThrow('ENOENT');
});

test('its manifest is in order, by publint', async () => {
  const bytes = readFileSync(tarball);
  const { messages } = await publint({ pack: { tarball: new Uint8Array(bytes).buffer } });
  expect(messages).toEqual([]);
});

/** How old Node versions resolve; the package is of modules alone. */
const NOT_MEANT = new Set(['node10', 'node16-cjs']);

test('its types are found by who imports modules, by Are the Types Wrong', async () => {
  const checked = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
  if (!checked.types) throw new Error('it has no types');
  const problems = checked.problems.filter(
    (problem) => !('resolutionKind' in problem && NOT_MEANT.has(problem.resolutionKind)),
  );
  expect(problems).toEqual([]);
});

test.each(['NodeNext', 'Bundler'])(
  'its types are strict, resolved as by %s',
  async (resolution) => {
    const source = `
import { add, nn, openDevice, type Tensor } from 'weft';
const device = await openDevice(navigator.gpu);
const x: Tensor = device.tensor([1, 2, 3], [3]);
const sum: number = await add(x, 1).relu().sum().item();
const model = new nn.Sequential(device, nn.REFERENCE_INPUT, nn.referenceNetwork());
console.log(sum, model.summary());
// @ts-expect-error: there is no such option
nn.adam({ learningRat: 1 });
`;
    writeFileSync(join(place, `${resolution}.ts`), source);
    const compilerOptions = {
      ...{ strict: true, skipLibCheck: false, noEmit: true, types: [], target: 'ES2023' },
      lib: ['ES2023', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
      module: resolution === 'Bundler' ? 'ESNext' : resolution,
      moduleResolution: resolution,
    };
    const config = { compilerOptions, include: [`${resolution}.ts`] };
    writeFileSync(join(place, 'tsconfig.json'), JSON.stringify(config));
    expect(await done(join(ROOT, 'node_modules', '.bin', 'tsc'), ['-p', '.'])).toBe('');
  },
);

const EXPECTED: Readonly<Record<string, readonly RegExp[]>> = {
  xor: [/0 xor 0 = 0\.0/, /0 xor 1 = (0\.9|1\.0)/, /1 xor 0 = (0\.9|1\.0)/, /1 xor 1 = 0\.[01]/],
  secondDerivative: [/f' = -?0\.0000\d\d, ?-?0\.0000\d\d/],
  ownKernel: [/is 83/, /-6, -4, -4, 14/],
  autoencoder: [/0\.[23]\d\d after 300 steps/],
  residual: [/residual1/, /0\.0\d\d after 100 steps/],
  weightFile: [/conv1\.weight \[3, 3, 1, 8\]/, /the same weights now/],
};

/** Those that train compile for long; in Chromium below they are among the others. */
const QUICK = ['secondDerivative', 'ownKernel', 'weightFile'];

test('its examples run in Node', { timeout: 300_000 }, async () => {
  const out = await done(process.execPath, [join(installed, 'examples', 'node.js'), ...QUICK]);
  for (const name of QUICK) {
    expect(out).toContain(`${name}\n`);
    for (const line of EXPECTED[name] ?? []) expect(out).toMatch(line);
  }
});

/** Opens this runtime's device, runs the examples that its arguments name, and trains a small network. */
const PROGRAM = `
import { nn, openDevice } from 'weft';
const gpu = globalThis.navigator?.gpu ?? (await import('webgpu')).create([]);
const device = await openDevice(gpu);
for (const name of process.argv.slice(2)) {
  const { main } = await import('./node_modules/weft/examples/' + name + '.js');
  await main(device, (line) => console.log(line));
}
const layers = [nn.conv2d({ filters: 4, kernel: 3 }), nn.relu(), nn.maxPool2d({ window: 2 }), nn.flatten(), nn.dense({ units: 2 })];
const model = new nn.Sequential(device, [8, 8, 1], layers, { seed: 1 });
const labels = Uint8Array.from({ length: 64 }, (_, i) => i % 2);
const images = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i % 64 < 32 ? 0 : 255) ^ (255 * labels[Math.floor(i / 64)]));
const data = { images: device.tensor(images, [64, 8, 8, 1], 'u8'), labels: device.tensor(labels, [64], 'u8') };
const step = nn.TrainStep.create(model, { loss: nn.softmaxCrossEntropy, optimizer: nn.adam({ learningRate: 0.01 }), data, batch: 16 });
step.run(100);
const { loss } = await step.metrics(0);
console.log('losses', loss.length, loss[0].toFixed(4), loss.at(-1).toFixed(4));
device.destroy();
`;

const { platform, arch } = process;
const bun = join(ROOT, 'node_modules', '@oven', `bun-${platform}-${arch}`, 'bin', 'bun');
const deno = join(ROOT, 'node_modules', 'deno', 'bin.cjs');
process.env['DENO_NO_UPDATE_CHECK'] = '1';

const RUNTIMES: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  Node: [process.execPath],
  Bun: [bun],
  Deno: [process.execPath, deno, 'run', '--quiet', '--allow-all', '--node-modules-dir=manual'],
};

/** Of the first and the last training step. */
const losses: Record<string, number[]> = {};

test.for(Object.entries(RUNTIMES))(
  'it computes and learns in %s',
  { timeout: 300_000 },
  async ([runtime, [command, ...args]], { skip }) => {
    skip(!existsSync(command), `there is no ${runtime} for this machine`);
    writeFileSync(join(place, 'program.js'), PROGRAM);
    const out = await done(command, [...args, 'program.js', ...QUICK]);
    for (const name of QUICK) for (const line of EXPECTED[name] ?? []) expect(out).toMatch(line);
    const [, count, ...ends] = /^losses (\d+) (\S+) (\S+)$/m.exec(out) ?? [];
    expect(count).toBe('100');
    const [first = NaN, last = NaN] = (losses[runtime] = ends.map(Number));
    expect(last).toBeLessThan(first / 2);
    // The adapters are different: wgpu has other kernels than Dawn.
    for (const others of Object.values(losses)) {
      expect(others[0]).toBeCloseTo(first, 3);
      expect(others[1]).toBeCloseTo(last, 2);
    }
  },
);

test.skipIf(executablePath === undefined)(
  'its examples run in Chromium, from static files',
  { timeout: 300_000 },
  async () => {
    const types: Readonly<Record<string, string>> = {
      '.html': 'text/html',
      '.js': 'text/javascript',
    };
    const server = createServer(({ url = '/' }, answer) => {
      const file = join(installed, normalize(new URL(url, 'http://x').pathname));
      const type = types[extname(file)];
      if (!type) return void answer.writeHead(404).end();
      answer.writeHead(200, { 'content-type': type }).end(readFileSync(file));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await chromium.launch({
      args: CHROMIUM_ARGS,
      executablePath: executablePath as string,
    });
    try {
      const page = await browser.newPage();
      await page.goto(
        `http://localhost:${(server.address() as AddressInfo).port}/examples/index.html`,
      );
      for (const [name, lines] of Object.entries(EXPECTED)) {
        await page.getByRole('button', { name: `Run ${name}` }).click();
        await page.locator(`#${name}[data-done]`).waitFor({ timeout: 240_000 });
        const out = await page.locator(`#${name}`).innerText();
        for (const line of lines) expect(out).toMatch(line);
      }
    } finally {
      await browser.close();
      server.close();
    }
  },
);

test('its command says what it can do', async () => {
  const command = join(place, 'node_modules', '.bin', 'weft');
  const usage = await run(command, []);
  expect(usage.code).toBe(0);
  expect(usage.out).toContain('commands: train, sweep, evaluate, predict, export');
  const unknown = await run(command, ['fly']);
  expect(unknown).toMatchObject({ code: 2, out: '' });
  expect(unknown.err).toMatch(/^weft: no command fly\n/);
  expect((await run(command, ['train', '--help'])).out).toContain('--epochs');
  expect((await run(command, ['sweep', '--help'])).out).toContain('--over');
});
