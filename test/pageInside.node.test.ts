// Inside, in a real Chromium: open an image, choose a value by keys, read its sum, leave by Escape; by link too.
import { fileURLToPath } from 'node:url';
import { type Browser, type Page, chromium } from 'playwright';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs';
import { smallSet } from './smallSet.ts';

const configFile = fileURLToPath(new URL('../vite.config.ts', import.meta.url));
const executablePath = findChromium();
/** A software adapter among other work. */
const PATIENCE = { timeout: 300_000 };

let server: ViteDevServer;
let browser: Browser;
let address: string;

/** Notes every alert that a page shows, however short. */
function noteAlerts() {
  const alerts: string[] = [];
  Object.assign(window, { alerts });
  const note = () =>
    document.querySelectorAll('[role=alert]').forEach((it) => {
      if (it.textContent) alerts.push(it.textContent);
    });
  new MutationObserver(note).observe(document, { childList: true, subtree: true });
}
const alertsOf = (page: Page) =>
  page.evaluate(() => (window as unknown as { alerts: string[] }).alerts);

async function visit(rest: string): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE.timeout);
  await page.addInitScript(noteAlerts);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(address + rest);
  return { page, complaints };
}

/** '−0.263' → -0.263 */
const numberOf = (text: string) => Number(text.replace('−', '-'));

/** The numbers of the sum on the page; the last is what comes out. */
async function addends(page: Page): Promise<number[]> {
  const texts = await page.locator('.account .sum .addend .n').allInnerTexts();
  return texts.map(numberOf);
}

describe.skipIf(executablePath === undefined)('inside', () => {
  beforeAll(async () => {
    const options = { port: 0, watch: null, hmr: false } as const;
    const plugins = [smallSet()];
    const worker = { plugins: () => plugins };
    server = await createServer({
      ...{ configFile, logLevel: 'error', server: options },
      ...{ plugins, worker },
    });
    await server.listen();
    address = server.resolvedUrls?.local[0] ?? '';
    const path = executablePath === undefined ? {} : { executablePath };
    browser = await chromium.launch({ args: CHROMIUM_ARGS, ...path });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test('an image opens, a value is written out, Escape leads back', async () => {
    const { page, complaints } = await visit('?images=600');
    const opener = page.locator('.classes button.peek').first();
    await opener.waitFor(PATIENCE);
    /** How everything on the page looks. */
    const looks = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('#page *')].map((it) => {
          const style = getComputedStyle(it);
          const names = [
            'display',
            'width',
            'padding',
            'margin',
            'font',
            'border',
            'background-color',
          ];
          return `${it.tagName}.${it.className}: ${names.map((name) => style.getPropertyValue(name)).join('; ')}`;
        }),
      );
    await page.locator('.looks canvas').nth(15).waitFor(PATIENCE); // the last that the page waits for
    await page.mouse.move(0, 0);
    const lookedBefore = await looks();
    await opener.click(PATIENCE);
    const scrolled = await page.evaluate(() => scrollY);
    const layers = page.locator('.river button');
    await layers.first().waitFor(PATIENCE);
    expect(await layers.count()).toBe(14); // thirteen layers, and the softmax that makes shares of logits
    await expect.poll(() => new URL(page.url()).hash).toMatch(/^#inside\/train\/\d+\/conv1$/);
    expect(await page.locator('.inside header').innerText()).toContain('nothing is learned yet');

    const title = page.locator('.account h4');
    await layers.filter({ hasText: 'conv2' }).click();
    const before = await title.innerText();
    await page.locator('.valueMap[tabindex]').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => title.innerText()).not.toBe(before);
    expect(await title.innerText()).toMatch(/^Row \d+, column 1 of map \d+/);
    const parts = await addends(page);
    expect(parts).toHaveLength(4); // one map, the others, the bias, what comes out
    const result = parts.pop()!;
    const sum = parts.reduce((a, b) => a + b);
    expect(Math.abs(sum - result)).toBeLessThan(0.003); // three numbers of three digits
    expect(await title.locator('.n').innerText()).toBe(
      await page.locator('.account .sum .addend .n').last().innerText(),
    );
    const ofMaps = await page.locator('.strands .n:last-child').allInnerTexts();
    expect(ofMaps).toHaveLength(32);
    const summed = ofMaps.map(numberOf).reduce((a, b) => a + b);
    expect(Math.abs(summed - result)).toBeLessThan(0.02);
    expect(await page.locator('.check').innerText()).toContain('The GPU computed the same');

    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('dialog').count()).toBe(0);
    expect(new URL(page.url()).hash).not.toContain('inside');
    await expect.poll(() => opener.evaluate((it) => it === document.activeElement)).toBe(true);
    expect(await page.evaluate(() => scrollY)).toBe(scrolled);
    // The sheets of the look inside have come, and nothing outside of it has changed.
    await page.mouse.move(0, 0);
    expect(await looks()).toEqual(lookedBefore);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('goes with a training: live maps, gradients, health, the code', async () => {
    const { page, complaints } = await visit(
      '?images=2000&epochs=20&batch=64&validation=100#training',
    );
    const opener = page.locator('.classes button.peek').nth(20);
    await page.locator('button.primary[aria-disabled=false]').waitFor(PATIENCE);
    await page.getByRole('button', { name: 'Start training' }).click();
    await opener.click(PATIENCE);
    const head = page.locator('.inside header');
    await expect
      .poll(() => head.innerText(), PATIENCE)
      .toContain('Live: the weights of the training');
    const title = page.locator('.account h4 .n');
    const before = await title.innerText();
    await expect.poll(() => title.innerText(), PATIENCE).not.toBe(before); // it moves as the weights do

    await page.getByRole('tab', { name: 'Layer by layer' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('.overlay .map').nth(1).waitFor(PATIENCE);
    expect(await page.locator('.overlays').innerText()).toMatch(/Grad-CAM at relu3/);

    await page.keyboard.press('ArrowRight');
    // Of the table: the legend of the chart below has a row of that name too.
    const parameters = page.getByRole('region', { name: 'Weights and gradients' });
    const lastStep = parameters.locator('tr', { hasText: 'conv2.weight' }).locator('td').last();
    await expect.poll(() => lastStep.innerText(), PATIENCE).toMatch(/^0\.\d+$|10⁻/);
    expect(await page.locator('#inside-panel').innerText()).toContain('Over 256 test images');
    await page
      .locator('tr', { hasText: 'relu4' })
      .filter({ hasText: /\d+ of 128/ })
      .waitFor(PATIENCE);

    await page.keyboard.press('ArrowRight');
    await page.locator('.river button', { hasText: 'conv2' }).click();
    await page.locator('.wgsl pre').first().waitFor(PATIENCE);
    expect(await page.locator('.wgsl pre').first().innerText()).toMatch(/const K = 64u;/);
    expect(await page.locator('.step > summary').innerText()).toMatch(
      /The whole training step: \d+ dispatches/,
    );
    const own = page.locator('.inStep');
    expect(await own.locator('p').innerText()).toMatch(/^\d of \d+ dispatches are conv2’s own/);
    const notes = await own.locator('ol .soft').allInnerTexts();
    expect(new Set(notes)).toEqual(
      new Set(['forward', 'gradient of its input', 'gradient of its weights']),
    );
    await page.locator('.step > summary').click();
    expect(await page.locator('.step > p').innerText()).toContain(
      'drawBatch, softmaxCrossEntropy, adam and record',
    );
    const listed = await page.locator('.step ol .soft').allInnerTexts();
    expect(listed.filter((note) => note === 'no single layer')).toHaveLength(4);
    expect(listed.filter((note) => note.startsWith('conv2, '))).toHaveLength(notes.length);
    // The same step as text, three times.
    for (const [title, holds] of [
      ['As the model calls it', /^maxPool2d\(x: %\d+\) → y: %\d+/m],
      ['As rewritten', /^conv2d\(.*which: /m],
      ['As sent', /^ {2}1 drawBatch <64> .*\n/],
    ] as const) {
      const listing = page.locator('.listing', { hasText: title });
      await listing.locator('summary').click();
      expect(await listing.locator('pre').innerText()).toMatch(holds);
    }

    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('dialog').count()).toBe(0);
    await expect.poll(() => opener.evaluate((it) => it === document.activeElement)).toBe(true);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.locator('#accuracy').waitFor(PATIENCE);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a link opens the image; one that there is not is said', async () => {
    const { page, complaints } = await visit('#inside/test/7');
    await page.locator('.river button').first().waitFor(PATIENCE);
    expect(await page.locator('.inside h2').innerText()).toContain('Test image 7');
    expect(await alertsOf(page)).toEqual([]); // that the data is being read is no problem
    await page.getByRole('button', { name: 'The next image' }).click();
    await expect.poll(() => new URL(page.url()).hash).toBe('#inside/test/8/conv1');
    await page.goto(`${address}#inside/test/99999`);
    await expect
      .poll(() => page.locator('.inside [role=alert]').innerText(), PATIENCE)
      .toMatch(/^The set has 700 test images, so there is none with the number 99999/);
    await page.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => page.locator('dialog').count()).toBe(0);

    // Out of range below, and a browser that allows no change of the address any more.
    await page.goto(`${address}#inside/test/-1`);
    await expect
      .poll(() => page.getByRole('dialog').innerText(), PATIENCE)
      .toContain('“#inside/test/-1”, which names no image');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('dialog').count()).toBe(0);
    await page.evaluate(() => {
      history.pushState = history.replaceState = () => {
        throw new DOMException('Attempt to use history more than 100 times', 'SecurityError');
      };
    });
    await page.locator('.classes button.peek').first().click(PATIENCE);
    await page.locator('.river button').first().waitFor(PATIENCE);
    const before = await page.locator('.inside h2').innerText();
    await page.getByRole('button', { name: 'The next image' }).click();
    await expect.poll(() => page.locator('.inside h2').innerText()).not.toBe(before);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('dialog').count()).toBe(0);
    await page.locator('#field-epochs').fill('7');
    expect(await page.locator('#field-epochs').inputValue()).toBe('7');
    expect(complaints).toEqual([]);
    await page.close();
  });
});
