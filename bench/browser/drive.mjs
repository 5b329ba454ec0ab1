// Builds the bench's page, serves it, and drives a Chromium through it.
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { build, preview } from 'vite';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.mjs';

const at = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
/** A page that shares its process with no other origin may look at the clock closely: 5 µs instead of 100. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * @param {import('../run.ts').Wanted} wanted
 * @param {(line: string) => void} tell
 * @returns {Promise<{ measured: Awaited<ReturnType<typeof window.bench>>, version: string }>}
 */
export async function drive(wanted, tell) {
  const executablePath = findChromium();
  if (!executablePath) {
    throw new Error('there is no Chromium here: run `node scripts/setup.mjs browser`');
  }
  const outDir = at('../../dist/bench-page');
  const config = /** @type {const} */ ({ configFile: false, root: at('.'), logLevel: 'error' });
  await build({ ...config, build: { outDir, emptyOutDir: true, target: 'es2023' } });
  const server = await preview({ ...config, build: { outDir }, preview: { port: 0, headers } });
  const browser = await chromium.launch({ args: CHROMIUM_ARGS, executablePath });
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => tell(`page: ${error.message}`));
    await page.exposeFunction('tell', tell);
    await page.goto(server.resolvedUrls?.local[0] ?? '');
    await page.waitForFunction(() => 'bench' in globalThis);
    const measured = await page.evaluate((asked) => window.bench(asked), wanted);
    return { measured, version: browser.version() };
  } finally {
    await browser.close();
    await server.close();
  }
}
