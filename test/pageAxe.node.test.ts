// Nothing serious for axe-core on any place of the page, in the album or inside, light and dark; EDA without WebGPU.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import { chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { executablePath, openVisits, PATIENCE, type Visits } from './visit.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let visits: Visits;

/** What axe-core calls serious or critical, light and dark, each with the places where it is. */
async function serious(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(async (): Promise<AxeResults> =>
      (globalThis as unknown as { axe: { run(o: RunOptions): Promise<AxeResults> } }).axe.run({
        resultTypes: ['violations'],
      }),
    );
    for (const { id, impact, nodes } of violations)
      if (impact === 'serious' || impact === 'critical')
        found.push(
          `${colorScheme}: ${id} at ${nodes
            .slice(0, 4)
            .map(({ target, failureSummary }) => `${target.join(' ')} (${failureSummary})`)
            .join(', ')}`,
        );
  }
  return found;
}

describe.skipIf(executablePath === undefined)('axe-core finds nothing serious', () => {
  beforeAll(async () => {
    visits = await openVisits();
  });
  afterAll(() => visits?.close());

  test('on every place, in the album and inside', async () => {
    const { page, complaints } = await visits.visit('?images=300&epochs=2&validation=60&batch=60');
    await page.locator('button.primary[aria-disabled=false]').waitFor(PATIENCE);
    // Tables behind the charts are looked at as well.
    const openAll = () =>
      page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true;
      });
    await openAll();
    expect(await serious(page)).toEqual([]);

    await page.getByRole('button', { name: 'Start training' }).click();
    await page.locator('#accuracy').waitFor(PATIENCE);
    await page.locator('.sketch').press('Space');
    await page.locator('.answers').waitFor(PATIENCE);
    await openAll();
    expect(await serious(page)).toEqual([]);

    // The replay's matrix opens the validation images of that epoch.
    await page.getByLabel('Epoch', { exact: true }).press('ArrowLeft');
    expect(await page.locator('.epochs output').innerText()).toMatch(/^1 of 2: /);
    await page.locator('.confusion').nth(1).locator('tbody th button').first().click();
    const album = page.getByRole('dialog');
    await album.locator('.images li').first().waitFor(PATIENCE);
    expect(await album.locator('[role=status]').innerText()).toMatch(/^6 validation images/);
    expect(await serious(page)).toEqual([]);

    await album.locator('.images button').first().click();
    await page.locator('dialog.inside').waitFor(PATIENCE);
    await page.getByText('The image is on its way.').waitFor({ ...PATIENCE, state: 'detached' });
    expect(await serious(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('without WebGPU, where the data can be looked at all the same', async () => {
    const browser = await chromium.launch({
      args: ['--disable-features=WebGPU', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
      ...(executablePath && { executablePath }),
    });
    const page = await browser.newPage();
    await page.goto(visits.address);
    await page.locator('.classes canvas').first().waitFor(PATIENCE);
    await page.locator('#problem [role=alert]').waitFor(PATIENCE);
    expect(await page.locator('#problem [role=alert]').innerText()).toMatch(/WebGPU/);
    await page.locator('.means button').first().click();
    await page.locator('.album .images li').first().waitFor(PATIENCE);
    await page.keyboard.press('Escape');
    expect(await serious(page)).toEqual([]);
    await browser.close();
  });
});
