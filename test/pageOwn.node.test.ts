// What a person brings to the page in a real Chromium: a drawing, a picture, weights; and what is refused.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeSafetensors } from '../src/nn/index.ts';
import { executablePath, openVisits, PATIENCE, type Visits } from './visit.ts';

let visits: Visits;

/** The bytes of a picture, drawn by the browser: a dark rectangle on white paper. */
const picture = (page: Page) =>
  page.evaluate(async () => {
    const sheet = new OffscreenCanvas(120, 120);
    const context = sheet.getContext('2d');
    if (!context) throw new Error('no canvas');
    context.fillStyle = 'white';
    context.fillRect(0, 0, 120, 120);
    context.fillStyle = 'black';
    context.fillRect(40, 20, 40, 80);
    const blob = await sheet.convertToBlob({ type: 'image/png' });
    return [...new Uint8Array(await blob.arrayBuffer())];
  });

describe.skipIf(executablePath === undefined)('what a person brings', () => {
  beforeAll(async () => {
    visits = await openVisits();
  });
  afterAll(() => visits?.close());

  test('drawings and pictures are named, weights go out and in', async () => {
    const { page, complaints } = await visits.visit('?images=600&epochs=1&validation=100');
    const own = page.locator('.own');
    const weights = page.locator('#conclusion input[type=file]');
    await page.locator('button.primary[aria-disabled=false]').waitFor(PATIENCE);

    // A network that nobody trained yet has nothing to say.
    const sheet = own.locator('.sketch');
    await sheet.focus();
    await page.keyboard.press('Space');
    await own.getByText('There is no network yet').waitFor(PATIENCE);
    await own.getByRole('button', { name: 'Clear' }).click();

    await page.getByRole('button', { name: 'Start training' }).click();
    await page.locator('#accuracy').waitFor(PATIENCE);
    const accuracy = await page.locator('#accuracy').innerText();

    // By keys: a stroke to the right; then the answers sum to one.
    await sheet.focus();
    for (let i = 0; i < 5; i++) await page.keyboard.press('Shift+ArrowRight');
    const shares = own.locator('.answers .n');
    await expect.poll(() => shares.count(), PATIENCE).toBe(10);
    const named = async () => (await shares.allInnerTexts()).map((text) => Number.parseFloat(text));
    const first = await named();
    expect(first.reduce((sum, share) => sum + share)).toBeCloseTo(100, 0);
    // By pointer: another drawing, other answers. The page may still be scrolling to the sheet; hover waits until it stands.
    await sheet.hover({ position: { x: 40, y: 40 } });
    await page.mouse.down();
    await sheet.hover({ position: { x: 40, y: 280 } });
    await page.mouse.up();
    await expect.poll(named, PATIENCE).not.toEqual(first);

    // A picture file: as the network gets it, negative because its border is bright.
    const buffer = Buffer.from(await picture(page));
    const choose = own.locator('input[type=file]');
    await choose.setInputFiles({ name: 'dress.png', mimeType: 'image/png', buffer });
    await expect
      .poll(() => own.locator('[role=status]').innerText())
      .toBe(
        'dress.png as the network gets it: trimmed, 28 × 28 gray bytes, and as a negative, for it is darker than its ground.',
      );
    const ink = () =>
      own.locator('.sketch canvas').evaluate((canvas: HTMLCanvasElement) => {
        // Read from a copy: Chromium complains of a canvas that is read twice, and the page never reads this one.
        const copy = new OffscreenCanvas(28, 28).getContext('2d')!;
        copy.drawImage(canvas, 0, 0);
        const { data } = copy.getImageData(0, 0, 28, 28);
        return [0, 14 * 28 + 8, 14 * 28 + 14].map((at) => data[4 * at + 3]);
      });
    expect(await ink()).toEqual([0, 255, 255]); // 40 of 80 pixels wide: 14 of 28, in the middle
    expect(await own.locator('.original canvas').evaluate((it) => it.clientWidth)).toBe(120);

    // A light garment on nothing, as a drawing without pixels; and what is too large to be decoded.
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><rect x="45" y="40" width="20" height="40" fill="#eee"/></svg>`;
    await choose.setInputFiles({
      name: 'top.svg',
      mimeType: 'image/svg+xml',
      buffer: Buffer.from(svg),
    });
    await expect
      .poll(() => own.locator('[role=status]').innerText())
      .toBe('top.svg as the network gets it: trimmed, 28 × 28 gray bytes.');
    expect(await ink()).toEqual([0, 240, 240]);
    const huge = Buffer.from(buffer);
    huge.writeUInt32BE(20_000, 16);
    huge.writeUInt32BE(20_000, 20);
    await choose.setInputFiles({ name: 'huge.png', mimeType: 'image/png', buffer: huge });
    await expect
      .poll(() => own.locator('.notice').innerText())
      .toMatch(/^huge\.png has 20,000 × 20,000 pixels, more than the 50 million/);
    await choose.setInputFiles({
      name: 'half.png',
      mimeType: 'image/png',
      buffer: buffer.subarray(0, 60),
    });
    await expect
      .poll(() => own.locator('.notice').innerText())
      .toMatch(/^half\.png begins as a PNG file, and the browser cannot decode it/);
    expect(await ink()).toEqual([0, 240, 240]); // what was there stays
    await choose.setInputFiles({
      name: 'cat.png',
      mimeType: 'image/png',
      buffer: Buffer.from('x'),
    });
    await expect
      .poll(() => own.locator('.notice').innerText())
      .toMatch(/^cat\.png is no picture that this page can read/);

    // Charts and metrics leave as files.
    for (const [name, begins] of [
      ['charts.png', '\x89PNG'],
      ['metrics.csv', 'epoch,train_loss'],
    ] as const) {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name }).click();
      const contents = readFileSync(await (await download).path(), 'latin1');
      expect(contents.slice(0, begins.length)).toBe(begins);
    }

    // The weights come back on a fresh page, and score the same without a training.
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'model.safetensors' }).click();
    const saved = readFileSync(await (await download).path());
    await page.reload();
    await page.locator('.classes canvas').first().waitFor(PATIENCE);
    await expect.poll(() => weights.isEnabled(), PATIENCE).toBe(true);
    await weights.setInputFiles({ name: 'mine.safetensors', mimeType: '', buffer: saved });
    // The run itself stands there again; then the weights take its place.
    await page
      .locator('#evaluation .notice', {
        hasText: 'The weights were read from mine.safetensors; nothing was trained.',
      })
      .waitFor(PATIENCE);
    expect(await page.locator('#accuracy').innerText()).toBe(accuracy);
    expect(await page.locator('.discussion').innerText()).not.toMatch(/epoch/);

    // Weights of another network: every difference is listed, and the present one stays.
    const shape = [3, 3, 1, 8];
    const other = new Map([['conv1.weight', { shape, data: new Float32Array(72) }]]);
    const refused = page.locator('#conclusion .notice');
    await weights.setInputFiles({
      name: 'other.safetensors',
      mimeType: '',
      buffer: Buffer.from(writeSafetensors(other)),
    });
    await refused.waitFor(PATIENCE);
    expect(await refused.innerText()).toMatch(
      /other\.safetensors: not the weights of this model: "conv1\.weight" has shape \[3,3,1,8\], the model wants \[3,3,1,32\]; "conv1\.bias" \[32\] is missing/,
    );
    expect(await page.locator('#accuracy').innerText()).toBe(accuracy);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
