// The package as people get it: packed, installed in an empty folder, its types checked, its examples run in Node and in
// Chromium from static files.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const place = mkdtempSync(join(tmpdir(), 'weft-package-'));
const installed = join(place, 'node_modules', 'weft');
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
  await done('npm', ['install', ...npmOptions, `./weft-${versionOf(ROOT)}.tgz`]);
  symlinkSync(join(ROOT, 'node_modules', 'webgpu'), join(place, 'node_modules', 'webgpu'), 'dir');
}, 300_000);

interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<'.', Readonly<Record<string, string>>>>;
  readonly bin: Readonly<Record<string, string>>;
}
const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
const versionOf = (folder: string) => manifestOf(folder).version;

test('it holds what its manifest names, and neither source nor tests', () => {
  const { exports, bin } = manifestOf(installed);
  for (const file of [...Object.values(exports['.']), ...Object.values(bin)])
    expect(statSync(join(installed, file)).size).toBeGreaterThan(0);
  for (const folder of ['src', 'test', 'bench'])
    expect(() => statSync(join(installed, folder))).toThrow('ENOENT');
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
  expect(usage.out).toContain('commands: train');
  const unknown = await run(command, ['fly']);
  expect(unknown).toMatchObject({ code: 2, out: '' });
  expect(unknown.err).toMatch(/^weft: no command fly\n/);
  expect((await run(command, ['train', '--help'])).out).toContain('--epochs');
});
