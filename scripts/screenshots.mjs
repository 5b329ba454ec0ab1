// Pictures of each place of the page, wide to phone, light and dark, before and after a small training:
// `node scripts/screenshots.mjs <folder> [wide|middle|phone] [light|dark] [--train]`.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { CHROMIUM_ARGS, findChromium } from './chromium.mjs';

const WIDTHS = { wide: 1440, middle: 820, phone: 390 };
const SCHEMES = /** @type {const} */ (['light', 'dark']);
/** As small as still shows everything. */
const TRAINING = '?images=1200&epochs=2&batch=64';
const PATIENCE_MS = 300_000;

const [folder = 'screenshots', ...words] = process.argv.slice(2);
const isTraining = words.includes('--train');
const chosen = (/** @type {readonly string[]} */ all) => {
  const named = all.filter((name) => words.includes(name));
  return named.length > 0 ? named : all;
};

mkdirSync(folder, { recursive: true });
const configFile = fileURLToPath(new URL('../vite.config.ts', import.meta.url));
const server = await createServer({
  configFile,
  logLevel: 'error',
  server: { port: 0, watch: null, hmr: false },
});
await server.listen();
const address = server.resolvedUrls?.local[0] ?? '';
const executablePath = findChromium();
const browser = await chromium.launch({
  args: CHROMIUM_ARGS,
  ...(executablePath && { executablePath }),
});
const page = await browser.newPage();
page.on('console', (message) => {
  if (['error', 'warning'].includes(message.type())) console.log(message.type(), message.text());
});
page.on('pageerror', (error) => console.log('page error', error));

await page.goto(address + (isTraining ? TRAINING : ''));
await page.locator('.classes canvas').first().waitFor({ timeout: PATIENCE_MS });
if (isTraining) {
  await page.getByRole('button', { name: 'Start training' }).click();
  await page.locator('#accuracy, .progress .notice').first().waitFor({ timeout: PATIENCE_MS });
}
for (const [name, width] of Object.entries(WIDTHS).filter(([name]) =>
  chosen(Object.keys(WIDTHS)).includes(name),
)) {
  await page.setViewportSize({ width, height: width < 500 ? 844 : 900 });
  for (const scheme of SCHEMES.filter((scheme) => chosen(SCHEMES).includes(scheme))) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.waitForTimeout(300);
    for (const place of await page.locator('section').all()) {
      const id = await place.getAttribute('id');
      const box = await place.evaluate((element) => {
        const { top, height } = element.getBoundingClientRect();
        return { y: top + scrollY, height };
      });
      const file = join(folder, `${id}-${name}-${scheme}${isTraining ? '-trained' : ''}.png`);
      await page.screenshot({ path: file, fullPage: true, clip: { x: 0, width, ...box } });
      console.log(file);
    }
  }
}
await browser.close();
await server.close();
