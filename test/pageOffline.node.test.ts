// The built page in a real Chromium: it paints without jumps, and goes on without a network after the first visit.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { build, preview } from 'vite';
import { expect, test } from 'vitest';
import { CHROMIUM_ARGS } from '../scripts/chromium.mjs';
import { configFile, executablePath, PATIENCE } from './visit.ts';

test.skipIf(executablePath === undefined)('the page works offline', PATIENCE, async () => {
  const outDir = mkdtempSync(join(tmpdir(), 'weft-page-'));
  const common = { configFile, mode: 'page', logLevel: 'error', build: { outDir } } as const;
  await build(common);
  const server = await preview({ ...common, preview: { port: 0 } });
  const browser = await chromium.launch({
    args: CHROMIUM_ARGS,
    ...(executablePath && { executablePath }),
  });
  const context = await browser.newContext({ viewport: { width: 390, height: 800 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));

  const address = server.resolvedUrls?.local[0] ?? '';
  await page.goto(`${address}#training`); // data and pictures come above what is seen
  const data = page.locator('.classes canvas').first();
  await data.waitFor(PATIENCE);
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  const jumps = await page.evaluate(
    () =>
      new Promise<number>((done) => {
        new PerformanceObserver((list) => {
          const shifts = list.getEntries() as unknown as { value: number }[];
          done(shifts.reduce((sum, { value }) => sum + value, 0));
        }).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => done(0), 500); // nothing has moved
      }),
  );
  expect(jumps).toBeLessThan(0.1); // what Core Web Vitals call good

  // No network, and no server either.
  await context.setOffline(true);
  await server.close();
  await page.goto(`${address}?epochs=3`);
  await data.waitFor(PATIENCE);
  expect(await page.locator('h1').innerText()).toBe('Which garment is this?');
  expect(await page.locator('#field-epochs').inputValue()).toBe('3');
  // The engine is there as well: it has opened its device.
  await page.locator('button.primary[aria-disabled=false]').waitFor(PATIENCE);
  await page.locator('.means button').first().click();
  await page.locator('.album .images li').first().waitFor(PATIENCE);
  expect(complaints).toEqual([]);
  await browser.close();
  rmSync(outDir, { recursive: true });
});
