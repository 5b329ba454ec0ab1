// `node bench/peers/run.mjs`: weft beside TensorFlow.js and jax-js in one run, in Node or in Chromium.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { build, preview } from 'vite';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.mjs';
import { table } from './table.mjs';

/** @typedef {import('./contenders.ts').Request} Request */
/** @typedef {import('./contenders.ts').Report} Report */

const at = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const { values } = parseArgs({
  options: {
    browser: { type: 'boolean', default: false },
    batch: { type: 'string', default: '128' },
    rounds: { type: 'string', default: '12' },
    budget: { type: 'string', default: '20' },
    only: { type: 'string', default: 'jax,webgpu,wasm' },
    json: { type: 'string' },
  },
});

if (!existsSync(at('node_modules'))) {
  console.error('installing the peers into bench/peers/node_modules');
  const { status } = spawnSync('npm', ['ci', '--prefix', at('.')], { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

/** @type {Request} */
const request = {
  runtime: values.browser ? 'chromium' : 'node',
  batch: Number(values.batch),
  rounds: Number(values.rounds),
  budgetS: Number(values.budget),
  only: values.only.split(',').filter(Boolean),
  versions: {
    weft: versionOf('../../package.json'),
    jax: versionOf('node_modules/@jax-js/jax/package.json'),
  },
};
const report = values.browser ? await inChromium() : await inNode();
if (values.json) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
console.log(table(report));

/** @returns {Promise<Report>} */
async function inChromium() {
  const outDir = at('../../dist/peers/page');
  await build({
    configFile: false,
    root: at('.'),
    logLevel: 'error',
    build: { outDir, emptyOutDir: true, target: 'es2023' },
  });
  // Isolated, so that WASM may have threads and the clock is fine.
  const headers = {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  };
  const options = { configFile: /** @type {const} */ (false), root: at('.'), build: { outDir } };
  const server = await preview({ ...options, preview: { port: 0, headers } });
  const executablePath = findChromium();
  const path = executablePath === undefined ? {} : { executablePath };
  const browser = await chromium.launch({ args: CHROMIUM_ARGS, ...path });
  try {
    const page = await browser.newPage();
    page.on('console', (message) => console.error(message.text()));
    /** @type {Promise<never>} */
    const failed = new Promise((_, reject) => page.on('pageerror', reject));
    await page.goto(server.resolvedUrls?.local[0] ?? '');
    await page.waitForFunction(() => document.title === 'ready');
    const raced = page.evaluate((request) => {
      const scope = /** @type {{race: (request: Request) => Promise<Report>}} */ (
        /** @type {unknown} */ (globalThis)
      );
      return scope.race(request);
    }, request);
    return await Promise.race([raced, failed]);
  } finally {
    await browser.close();
    await server.close();
  }
}

/** @returns {Promise<Report>} */
async function inNode() {
  const outDir = at('../../dist/peers/node');
  await build({
    configFile: false,
    root: at('.'),
    logLevel: 'error',
    ssr: { noExternal: true, external: ['webgpu'] },
    build: { ssr: at('node.ts'), outDir, emptyOutDir: true, target: 'node20' },
  });
  const folder = mkdtempSync(join(tmpdir(), 'weft-peers-'));
  const file = join(folder, 'report.json');
  const wasmFolder = at('node_modules/@tensorflow/tfjs-backend-wasm/dist/');
  const argument = JSON.stringify({ ...request, file, wasmFolder });
  try {
    const { status } = spawnSync(process.execPath, [join(outDir, 'node.js'), argument], {
      stdio: 'inherit',
      // Mesa's shader cache is off, so that every first step compiles.
      env: { ...process.env, MESA_SHADER_CACHE_DISABLE: 'true' },
    });
    if (status !== 0) throw new Error(`the race in Node ended with status ${status}`);
    return /** @type {Report} */ (JSON.parse(readFileSync(file, 'utf8')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function versionOf(/** @type {string} */ path) {
  const { version } = /** @type {{version: string}} */ (JSON.parse(readFileSync(at(path), 'utf8')));
  return version;
}
