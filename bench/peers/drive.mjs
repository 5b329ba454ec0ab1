// Installs the peers where they are missing, builds the race and runs it, in a Node of its own or in Chromium.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { build, preview } from 'vite';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.mjs';

/** @typedef {import('./contenders.ts').Request} Request */
/** @typedef {import('../result.ts').Peer} Peer */

const at = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
/** Isolated from other origins, a page may have threads in WASM and a fine clock. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * @param {Omit<Request, 'versions'>} asked
 * @param {(line: string) => void} tell
 * @returns {Promise<Peer[]>}
 */
export async function drive(asked, tell) {
  if (!existsSync(at('node_modules'))) {
    tell('installing the peers into bench/peers/node_modules');
    const { status } = spawnSync('npm', ['ci', '--prefix', at('.')], { stdio: ['ignore', 2, 2] });
    if (status !== 0) throw new Error('the peers could not be installed; npm says why above');
  }
  const versions = {
    weft: versionOf('../../package.json'),
    jax: versionOf('node_modules/@jax-js/jax/package.json'),
  };
  const request = { ...asked, versions };
  return asked.runtime === 'node' ? inNode(request) : inChromium(request, tell);
}

/** @returns {Promise<Peer[]>} */
async function inNode(/** @type {Request} */ request) {
  const outDir = at('../../dist/peers/node');
  await build({
    ...{ configFile: false, root: at('.'), logLevel: 'error' },
    ssr: { noExternal: true, external: ['webgpu'] },
    build: { ssr: at('node.ts'), outDir, emptyOutDir: true, target: 'node20' },
  });
  const folder = mkdtempSync(join(tmpdir(), 'weft-peers-'));
  const file = join(folder, 'peers.json');
  const wasmFolder = at('node_modules/@tensorflow/tfjs-backend-wasm/dist/');
  const argument = JSON.stringify({ ...request, file, wasmFolder });
  try {
    const { status } = spawnSync(process.execPath, [join(outDir, 'node.js'), argument], {
      stdio: ['ignore', 'ignore', 'inherit'],
      // Without Mesa's shader cache every first step compiles.
      env: { ...process.env, MESA_SHADER_CACHE_DISABLE: 'true' },
    });
    if (status !== 0) throw new Error(`the race in Node ended with status ${status}`);
    return /** @type {Peer[]} */ (JSON.parse(readFileSync(file, 'utf8')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @returns {Promise<Peer[]>} */
async function inChromium(
  /** @type {Request} */ request,
  /** @type {(line: string) => void} */ tell,
) {
  const executablePath = findChromium();
  if (!executablePath) {
    throw new Error('there is no Chromium here: run `node scripts/setup.mjs browser`');
  }
  const outDir = at('../../dist/peers/page');
  const config = /** @type {const} */ ({ configFile: false, root: at('.'), logLevel: 'error' });
  await build({ ...config, build: { outDir, emptyOutDir: true, target: 'es2023' } });
  const server = await preview({ ...config, build: { outDir }, preview: { port: 0, headers } });
  const browser = await chromium.launch({ args: CHROMIUM_ARGS, executablePath });
  try {
    const page = await browser.newPage();
    /** @type {Promise<never>} */
    const failed = new Promise((_, reject) => page.on('pageerror', reject));
    await page.exposeFunction('tell', tell);
    await page.goto(server.resolvedUrls?.local[0] ?? '');
    await page.waitForFunction(() => 'race' in globalThis);
    const raced = page.evaluate((asked) => window.race(asked), request);
    return [...(await Promise.race([raced, failed]))];
  } finally {
    await browser.close();
    await server.close();
  }
}

function versionOf(/** @type {string} */ path) {
  const { version } = /** @type {{version: string}} */ (JSON.parse(readFileSync(at(path), 'utf8')));
  return version;
}
