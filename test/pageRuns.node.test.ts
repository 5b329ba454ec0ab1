// The life of a run in a real Chromium: levers, a reload in the middle, a lost device, a crashed GPU process,
// a second tab. Whatever happens on the way, it ends with the bits of the run nobody touched.
import { type Browser, type BrowserContext, type Page, type Worker, chromium } from 'playwright';
import { type ViteDevServer, createServer } from 'vite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CHROMIUM_ARGS } from '../scripts/chromium.mjs';
import type { RunRecord } from '../src/app/record.ts';
import { grouped } from '../src/app/wording.ts';
import { button, pausedAfter, phase, reachEpoch, recordOf, RUN, start } from './runOnPage.ts';
import { PATIENCE, configFile, executablePath } from './visit.ts';

vi.setConfig({ testTimeout: 180_000 });

let server: ViteDevServer;
let browser: Browser;
let address: string;
/** Of the run that nobody touched. */
let untouched: RunRecord;

const newContext = () => browser.newContext();

async function visit(context: BrowserContext, search = RUN): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address + search);
  return page;
}

describe.skipIf(executablePath === undefined)('a run on the page', () => {
  beforeAll(async () => {
    const options = { port: 0, watch: null, hmr: false } as const;
    server = await createServer({ configFile, logLevel: 'error', server: options });
    await server.listen();
    address = server.resolvedUrls?.local[0] ?? '';
    const path = executablePath === undefined ? {} : { executablePath };
    browser = await chromium.launch({ args: CHROMIUM_ARGS, ...path });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test('ends, and leaves nothing to go on with', async () => {
    const page = await visit(await newContext());
    await start(page);
    untouched = await recordOf(page);
    expect(untouched.stopped).toBe('completed');
    await page.reload();
    await page.locator('button.primary[aria-disabled=false]').waitFor(PATIENCE);
    expect(await page.locator('.offer').count()).toBe(0);
    await page.context().close();
  });

  test('is paused and stepped by keyboard, reloaded, and goes on to the same bits', async () => {
    const context = await newContext();
    await context.addInitScript(() => {
      const longTasks: number[] = [];
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) longTasks.push(duration);
      }).observe({ type: 'longtask' });
      Object.assign(globalThis, { longTasks });
    });
    const longTasks = () =>
      page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks.splice(0));
    const page = await visit(context);
    await page.locator('button.primary[aria-disabled=false]').waitFor(PATIENCE);
    await longTasks();
    await start(page);
    await reachEpoch(page, 3);
    await button(page, 'Pause').focus();
    await page.keyboard.press('Enter');
    const first = await pausedAfter(page);
    expect(Math.max(0, ...(await longTasks()))).toBeLessThan(50);
    // The same button, still with the focus.
    expect(await page.locator(':focus').innerText()).toBe('Continue');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => pausedAfter(page)).toBe(first + 1);
    expect(await phase(page).innerText()).toMatch(/a loss of \d\.\d+, \d+ of 10 right/);

    await page.reload();
    const offer = page.locator('.offer');
    await offer.locator('button[aria-disabled=false]').waitFor(PATIENCE);
    // A reload is a last chance to keep it, which may come too late.
    const left = /step ([\d,]+)/.exec(await offer.innerText())?.[1];
    expect([grouped(first), grouped(first + 1)]).toContain(left);
    await button(page, 'Continue this run').click();
    const record = await recordOf(page);
    expect(record.digest).toBe(untouched.digest);
    expect(record.notes).toEqual([`Continued at step ${left?.replace(',', '')}.`]);
    await context.close();
  });

  test('goes on after its device was lost, more than once', async () => {
    const page = await visit(await newContext());
    await page.locator('button.primary[aria-disabled=false]').waitFor(PATIENCE);
    const worker = page.workers()[0] as Worker;
    await worker.evaluate(() => {
      const { prototype } = GPUAdapter;
      const open = Reflect.get(prototype, 'requestDevice') as (d: unknown) => Promise<GPUDevice>;
      Object.assign(prototype, {
        async requestDevice(descriptor: unknown) {
          const opened = await open.call(this, descriptor);
          return Object.assign(globalThis, { opened }).opened;
        },
      });
    });
    const destroy = () =>
      worker.evaluate(() => (globalThis as unknown as { opened: GPUDevice }).opened.destroy());
    await start(page);
    for (const epoch of [2, 4]) {
      await reachEpoch(page, epoch);
      await destroy();
      await page.locator('.phase', { hasText: 'The GPU was lost' }).waitFor(PATIENCE);
    }
    const record = await recordOf(page);
    expect(record.digest).toBe(untouched.digest);
    expect(record.notes).toHaveLength(2);
    expect(record.epochs).toHaveLength(6);
    await page.context().close();
  });

  test('goes on after the GPU process crashed', async () => {
    const page = await visit(await newContext());
    await start(page);
    await reachEpoch(page, 2);
    const session = await browser.newBrowserCDPSession();
    await session.send('Browser.crashGpuProcess').catch(() => {}); // it takes its answer along
    await page.locator('.phase', { hasText: 'The GPU was lost' }).waitFor(PATIENCE);
    const record = await recordOf(page);
    expect(record.digest).toBe(untouched.digest);
    expect(record.notes).toHaveLength(1);
    await page.context().close();
  });

  test('is watched from a second tab, which takes over when the first is closed', async () => {
    const context = await newContext();
    const [first, second] = [await visit(context), await visit(context)];
    await second.locator('button.primary[aria-disabled=false]').waitFor(PATIENCE);
    await start(first);
    const notice = second.getByText('A training goes on in another tab');
    await notice.waitFor(PATIENCE);
    expect(await second.locator('button.primary').count()).toBe(0);
    await reachEpoch(second, 2); // its live view
    const third = await visit(context); // opened in the middle of it
    await third.getByText('A training goes on in another tab').waitFor(PATIENCE);
    await reachEpoch(third, 2);

    await first.close();
    await notice.waitFor({ ...PATIENCE, state: 'detached' });
    await second.locator('.offer button[aria-disabled=false]').waitFor(PATIENCE);
    await button(second, 'Continue this run').click();
    const record = await recordOf(second);
    expect(record.digest).toBe(untouched.digest);
    await context.close();
  });
});
