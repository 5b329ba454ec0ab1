// The built page on a server in a real Chromium: it paints without jumps, goes on without a network after the first
// visit, and keeps its parts together when another version takes its place or stands beside it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import type { Plugin } from 'vite';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { buildPage } from './pageBuild.ts';
import { complaintsOf, executablePath, launch, PATIENCE, serve, type Served } from './visit.ts';

/** A server that lets everything be kept for an hour, the page as well. */
const KEEPS = { 'cache-control': 'max-age=3600' };
/** The version after this one: another title, other words inside. */
const NEXT: Plugin = {
  name: 'next',
  enforce: 'pre',
  transform(code, id) {
    const [was, is] = id.endsWith('/problem.tsx')
      ? ['Which garment is this?', 'Which garment is that?']
      : ['Your image', 'Your own image'];
    return /\/(problem|inside)\.tsx$/.test(id) ? code.replaceAll(was, is) : undefined;
  },
};

let browser: Browser;
let now: string;
let next: string;

const data = (page: Page) => page.locator('.classes canvas').first();
const title = (page: Page) => page.locator('h1').innerText();
const cacheNames = (page: Page) => page.evaluate(() => caches.keys());
/** Its service worker is at work, all is kept. */
async function ready(page: Page): Promise<void> {
  await data(page).waitFor(PATIENCE);
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null), PATIENCE)
    .toBe(true);
}
const update = (page: Page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update().catch(() => {});
  });

describe.skipIf(executablePath === undefined)('the page on a server', () => {
  beforeAll(async () => {
    now = inject('page');
    next = mkdtempSync(join(tmpdir(), 'weft-page-'));
    await buildPage(next, [NEXT]);
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(next, { recursive: true });
  });

  test('works offline', async () => {
    const served = await serve((name) => (name === '' ? now : undefined));
    const context = await browser.newContext({ viewport: { width: 390, height: 800 } });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${served.address}#training`); // data and pictures come above what is seen
    await ready(page);
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
    await served.close();
    await page.goto(`${served.address}?epochs=3`);
    await data(page).waitFor(PATIENCE);
    expect(await title(page)).toBe('Which garment is this?');
    expect(await page.locator('#field-epochs').inputValue()).toBe('3');
    // The engine is there as well: it has opened its device.
    await page.locator('button.primary[aria-disabled=false]').waitFor(PATIENCE);
    await page.locator('.means button').first().click();
    await page.locator('.album .images li').first().waitFor(PATIENCE);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('stays whole in a tab that was open while it was replaced, and the next tab has the new one', async () => {
    let current = now;
    const served = await serve((name) => (name === 'a' ? current : undefined), KEEPS);
    const address = `${served.address}a/`;
    const context = await browser.newContext();
    /** On the same origin, and no tab of the page. */
    const observer = await context.newPage();
    await observer.goto(`${served.address}elsewhere`);
    const old = await context.newPage();
    await old.goto(address);
    await ready(old);
    const [first, ...none] = await cacheNames(old);
    expect(none).toEqual([]);

    current = next;
    await update(old);
    const notice = old.locator('.notices').getByText('A newer version of this page is here');
    await notice.waitFor(PATIENCE);
    // What it had not fetched yet comes from its own version, which the server has no more.
    await old.locator('.means button').first().click();
    await old.locator('.album .images button').first().click();
    await old.getByRole('dialog').getByText('Training image').first().waitFor(PATIENCE);
    expect(await title(old)).toBe('Which garment is this?');

    const fresh = await context.newPage();
    await fresh.goto(address);
    await data(fresh).waitFor(PATIENCE);
    expect(await title(fresh)).toBe('Which garment is that?');
    expect(await fresh.locator('.notices').innerText()).toBe('');
    expect(await cacheNames(fresh)).toContain(first);

    // The last tab of the old version gone, the new one takes over with a page of its own.
    await old.close();
    await fresh.close();
    await expect.poll(() => cacheNames(observer), PATIENCE).not.toContain(first);
    const last = await context.newPage();
    await last.goto(address);
    await ready(last);
    await context.setOffline(true);
    await served.close();
    await last.reload();
    await data(last).waitFor(PATIENCE);
    expect(await title(last)).toBe('Which garment is that?');
    await context.close();
  });

  test('keeps nothing of a version whose files do not belong together', async () => {
    let isMixed = false;
    const folderOf = (file: string) => (isMixed && file !== '/index.html' ? next : now);
    const served = await serve((name, file) => (name === '' ? folderOf(file) : undefined), KEEPS);
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(served.address);
    await ready(page);
    const before = await cacheNames(page);
    isMixed = true;
    // Its script is new, and it fails while it is being installed.
    const fate = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      const found = new Promise<ServiceWorker | null>((done) =>
        registration.addEventListener('updatefound', () => done(registration.installing)),
      );
      await registration.update().catch(() => {});
      const worker = await found;
      while (worker?.state === 'installing' || worker?.state === 'parsed')
        await new Promise((done) => worker.addEventListener('statechange', done, { once: true }));
      return worker?.state;
    });
    expect(fate).toBe('redundant');
    expect(await cacheNames(page)).toEqual(before);
    await context.close();
    await served.close();
  });

  test('says what is missing where nothing was kept; Escape closes it, a reload mends it', async () => {
    const served = await serve((name) => (name === '' ? now : undefined));
    const context = await browser.newContext({ serviceWorkers: 'block' });
    const page = await context.newPage();
    await page.goto(served.address);
    await data(page).waitFor(PATIENCE);
    const chunk = '**/assets/inside-*.js';
    await page.route(chunk, (route) => route.fulfill({ status: 404, body: 'not here' }));
    const open = async () => {
      await page.locator('.album .images button').first().click();
      await page.getByRole('dialog', { name: 'The look inside could not be fetched' }).waitFor();
    };
    await page.locator('.means button').first().click();
    await open();
    const dialog = page.locator('dialog.missing');
    const { width = 0, height = 0 } = (await dialog.boundingBox()) ?? {};
    expect(Math.min(width, height)).toBeGreaterThan(150);
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog.count()).toBe(0);
    await open();
    await page.unroute(chunk);
    await dialog.getByRole('button', { name: 'Reload the page' }).click();
    await page.getByRole('dialog').getByText('Training image').first().waitFor(PATIENCE);
    await context.close();
    await served.close();
  });

  describe('two deployments of one origin', () => {
    let served: Served;
    beforeAll(async () => {
      served = await serve((name) =>
        new Map([
          ['a', now],
          ['b', next],
        ]).get(name),
      );
    });
    afterAll(() => served.close());

    test('keep their caches, runs and locks apart', async () => {
      const context = await browser.newContext();
      const [a, b] = [await context.newPage(), await context.newPage()];
      const address = (name: string, search = '') => `${served.address}${name}/${search}`;
      await a.goto(
        address('a', '?images=2400&batch=10&validation=100&epochs=900&model=pool4-dense24'),
      );
      await ready(a);
      await a.locator('button.primary[aria-disabled=false]').waitFor(PATIENCE);
      await a.locator('button.primary').click();
      await a.getByText('Kept in this browser').waitFor(PATIENCE);
      await b.goto(address('b'));
      await ready(b);
      await expect.poll(async () => (await cacheNames(b)).length, PATIENCE).toBe(2);
      // Neither looks on at the other's training, nor finds its run.
      await b.locator('button.primary[aria-disabled=false]').waitFor(PATIENCE);
      await a.bringToFront();
      await a.getByRole('button', { name: 'Stop', exact: true }).click();
      await a.getByText('Shown below').waitFor(PATIENCE);
      await b.reload();
      await b.locator('button.primary[aria-disabled=false]').waitFor(PATIENCE);
      expect(await b.locator('.offer, .runs tbody tr, #accuracy').count()).toBe(0);

      await context.setOffline(true);
      await a.goto(address('a'));
      await data(a).waitFor(PATIENCE);
      expect(await title(a)).toBe('Which garment is this?');
      await a.locator('.runs tbody tr').first().waitFor(PATIENCE);
      await b.reload();
      await data(b).waitFor(PATIENCE);
      expect(await title(b)).toBe('Which garment is that?');
      await context.close();
    });
  });
});
