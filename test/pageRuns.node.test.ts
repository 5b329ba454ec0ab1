// The life of a run in a real Chromium: levers, a reload in the middle, a lost device, a crashed GPU process,
// a second tab. Whatever happens on the way, it ends with the bits of the run nobody touched.
import type { BrowserContext, Page, Worker } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunRecord } from '../src/app/record.ts';
import { grouped } from '../src/app/wording.ts';
import { button, pausedAfter, phase, reachEpoch, recordOf, RUN, start } from './runOnPage.ts';
import {
  executablePath,
  newContext as contextOf,
  openVisits,
  PATIENCE,
  type Visits,
} from './visit.ts';

let visits: Visits;
/** Of the run that nobody touched. */
let untouched: RunRecord;

const newContext = () => contextOf(visits.browser);

async function visit(context: BrowserContext, search = RUN): Promise<Page> {
  const page = await context.newPage();
  await page.goto(visits.address + search);
  return page;
}

describe.skipIf(executablePath === undefined)('a run on the page', () => {
  beforeAll(async () => {
    visits = await openVisits();
  });
  afterAll(() => visits?.close());

  test('ends, leaves nothing to go on with, and stands there again after a reload', async () => {
    const page = await visit(await newContext());
    await start(page);
    untouched = await recordOf(page);
    expect(untouched.stopped).toBe('completed');
    const shown = async () => ({
      accuracy: await page.locator('#accuracy').innerText(),
      figures: await page.locator('.progress dl').innerText(),
      table: await page.locator('#training details table').textContent(),
      classes: await page.locator('.classCurves').innerText(),
      changed: await page.locator('.changed').innerText(),
      matrix: await page.locator('.confusion').last().innerText(),
      gallery: await page.locator('#evaluation').innerText(),
      conclusion: await page.locator('#conclusion').innerText(),
    });
    await page.locator('.runs tbody').getByText('Shown below').waitFor(PATIENCE);
    const before = await shown();
    await page.reload();
    await page.locator('button.primary[aria-disabled=false]').waitFor(PATIENCE);
    await page.locator('#accuracy').waitFor(PATIENCE);
    const after = await shown();
    // The GPU holds nothing of it until somebody looks inside.
    const memory = /GPU memory\s+\S+( \S*B)?/;
    expect({ ...after, figures: after.figures.replace(memory, '') }).toEqual({
      ...before,
      figures: before.figures.replace(memory, ''),
    });
    expect(await page.locator('.offer').count()).toBe(0);
    // To the last bit: what it gives as a file, and the network that is looked into.
    expect(await recordOf(page)).toEqual(untouched);
    await page.locator('.gallery button').first().click();
    await page.getByRole('dialog').getByText('The weights of the last training').waitFor(PATIENCE);
    await page.context().close();
  });

  test('that was left in its first epoch goes on', async () => {
    const page = await visit(await newContext());
    await start(page);
    await page.getByText('Kept in this browser').waitFor(PATIENCE);
    await page.reload();
    const offer = page.locator('.offer');
    await offer.locator('button[aria-disabled=false]').waitFor(PATIENCE);
    expect(await offer.innerText()).toMatch(/^A run was left at epoch [12] of 6/);
    await button(page, 'Continue this run').click();
    expect((await recordOf(page)).digest).toBe(untouched.digest);
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
    /** Share of the time since the call before in which the page answered nobody. */
    let from = 0;
    const busyShare = async () => {
      const { tasks, at } = await page.evaluate(() => ({
        tasks: (globalThis as unknown as { longTasks: number[] }).longTasks.splice(0),
        at: performance.now(),
      }));
      const share = tasks.reduce((sum, ms) => sum + ms, 0) / (at - from);
      from = at;
      return share;
    };
    const page = await visit(context);
    await page.locator('button.primary[aria-disabled=false]').waitFor(PATIENCE);
    await busyShare();
    await start(page);
    await reachEpoch(page, 3);
    await button(page, 'Pause').focus();
    await page.keyboard.press('Enter');
    const first = await pausedAfter(page);
    // A machine that is busy otherwise stretches every task, so it is the share that counts: a page that trained
    // by itself would be busy all the time.
    expect(await busyShare()).toBeLessThan(0.25);
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
    const session = await visits.browser.newBrowserCDPSession();
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
