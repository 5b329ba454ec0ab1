// What one does to a run on the page, and reads of it, for the tests of the page.
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { expect } from 'vitest';
import type { RunRecord } from '../src/app/record.ts';
import { PATIENCE } from './visit.ts';

/** A network small enough that a step takes some milliseconds, with dropout, so that chance is in it. */
export const RUN =
  '?images=2400&batch=10&epochs=6&validation=100&seed=7&model=pool4-dense24-drop0.3';

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
export const phase = (page: Page) => page.locator('.progress .phase, .progress .notice').first();

export async function start(page: Page): Promise<void> {
  await page.locator('button.primary[aria-disabled=false]').waitFor(PATIENCE);
  await page.locator('button.primary').click();
}

/** Waits until that epoch is under way, and a checkpoint of it kept. */
export async function reachEpoch(page: Page, epoch: number): Promise<void> {
  const figures = () => page.locator('.progress dl').innerText();
  await expect.poll(figures, PATIENCE).toMatch(new RegExp(`Epoch\\s+[${epoch}-9] of`));
  await page.getByText('Kept in this browser').waitFor(PATIENCE);
}

/** Waits for the verdict and takes its record. */
export async function recordOf(page: Page): Promise<RunRecord> {
  await page.locator('.phase', { hasText: 'Done.' }).waitFor(PATIENCE);
  const download = page.waitForEvent('download');
  await button(page, 'run.json').click();
  return JSON.parse(await readFile(await (await download).path(), 'utf8')) as RunRecord;
}

/** The steps done, as the page says them while it is paused. */
export async function pausedAfter(page: Page): Promise<number> {
  await expect.poll(() => phase(page).innerText(), PATIENCE).toMatch(/^Paused after step/);
  return Number(/step ([\d,]+)/.exec(await phase(page).innerText())?.[1]?.replace(',', ''));
}
