// What goes wrong outside a run is said: a worker that is blocked, late or throws, a page that is not secure, a storage
// that another tab holds. The page never waits for ever without a word.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { executablePath, launch, newContext, openVisits, PATIENCE, type Visits } from './visit.ts';

let visits: Visits;
const WORKER = '**/assets/worker-*.js';

async function newPage() {
  return (await newContext(visits.browser)).newPage();
}

describe.skipIf(executablePath === undefined)('the page says', () => {
  beforeAll(async () => {
    visits = await openVisits();
  });
  afterAll(() => visits?.close());

  test('that its worker is blocked, and a reload mends it', async () => {
    const page = await newPage();
    await page.route(WORKER, (route) => route.abort());
    await page.goto(`${visits.address}#inside/test/3`);
    const alert = page.locator('.notices [role=alert]');
    await alert.getByText('could not be started').waitFor(PATIENCE);
    expect(await page.locator('#problem').innerText()).toMatch(/Data set\s+none\s/);
    expect(await page.locator('#data .lead').innerText()).toBe('No data is here.');
    expect(await page.locator('#data progress').count()).toBe(0);
    // What is open asks it for ever no more.
    await page.getByRole('dialog').getByText('The page’s worker could not be started').waitFor();
    await page.unroute(WORKER);
    await page.keyboard.press('Escape');
    await alert.getByRole('button', { name: 'Reload the page' }).click();
    await page.locator('.classes canvas').first().waitFor(PATIENCE);
    expect(await alert.innerText()).toBe('');
    await page.context().close();
  });

  test('that its worker threw at its start', async () => {
    const page = await newPage();
    await page.route(WORKER, (route) =>
      route.fulfill({ contentType: 'text/javascript', body: 'throw new Error("no start")' }),
    );
    await page.goto(visits.address);
    const alert = page.locator('.notices [role=alert]');
    await expect
      .poll(() => alert.innerText(), PATIENCE)
      .toMatch(/could not be started: .*no start/);
    await page.context().close();
  });

  test('that its worker is late, as long as it is', async () => {
    const page = await newPage();
    await page.clock.install();
    let go: (() => void) | undefined;
    await page.route(WORKER, async (route) => {
      await new Promise<void>((done) => (go = done));
      await route.continue();
    });
    await page.goto(visits.address);
    const notice = page.locator('.notices').getByText('takes longer than it should');
    await expect.poll(() => go).toBeDefined();
    expect(await notice.count()).toBe(0);
    await page.clock.fastForward(20_000);
    await notice.waitFor(PATIENCE);
    go?.();
    await notice.waitFor({ ...PATIENCE, state: 'detached' });
    await page.locator('.classes canvas').first().waitFor(PATIENCE);
    await page.context().close();
  });

  test.each([
    ['drawing', /Opening the data failed: .*no room to draw/],
    ['answering', /Finding the images failed: .*no answer/],
    ['nobody awaits', /Something in the page’s worker failed: .*left alone/],
  ])('that its worker failed %s', async (what, sentence) => {
    const page = await newPage();
    // The worker as it is, after a line that breaks one thing of it.
    await page.route(WORKER, async (route) => {
      const response = await route.fetch();
      const breaking = {
        drawing: `const from = Uint8Array.from; globalThis.Uint8Array = class extends Uint8Array {
          constructor(...a) { if (a[0] > 1e6) throw new RangeError('no room to draw'); super(...a); } };`,
        answering: `const post = postMessage; globalThis.postMessage = (m) => {
          if (m.kind === 'album') throw new RangeError('no answer'); post(m); };`,
        'nobody awaits': `setTimeout(() => Promise.reject(new RangeError('left alone')), 0);`,
      }[what];
      const body = `${breaking}\n${await response.text()}`;
      await route.fulfill({ response, body, headers: response.headers() });
    });
    await page.goto(visits.address);
    if (what === 'answering') await page.locator('.means button').first().click(PATIENCE);
    const alert = page.locator('.notices [role=alert]');
    await expect.poll(() => alert.innerText(), PATIENCE).toMatch(sentence);
    if (what !== 'drawing') await page.locator('.classes canvas').first().waitFor(PATIENCE);
    else expect(await page.locator('#data .lead').innerText()).toBe('No data is here.');
    await page.context().close();
  });

  test('that its storage is held by another tab, and goes on when that lets go', async () => {
    const context = await newContext(visits.browser);
    const other = await context.newPage();
    await other.goto(`${visits.address}licenses.txt`);
    const name = `weft / store`;
    // It keeps a transaction alive by asking again and again.
    await other.evaluate(async (name) => {
      const open = indexedDB.open(name, 1);
      open.addEventListener('upgradeneeded', () => open.result.createObjectStore('kept'));
      await new Promise((done) => open.addEventListener('success', done));
      const store = open.result.transaction('kept', 'readwrite').objectStore('kept');
      const again = () => {
        const request = store.get('anything');
        request.addEventListener('success', () => {
          if (!(globalThis as { letGo?: boolean }).letGo) again();
        });
      };
      again();
    }, name);
    const page = await context.newPage();
    await page.goto(visits.address);
    const notice = page.locator('.notices').getByText('held by another tab');
    await notice.waitFor(PATIENCE);
    await other.evaluate(() => Object.assign(globalThis, { letGo: true }));
    await notice.waitFor({ ...PATIENCE, state: 'detached' });
    await page.locator('.classes canvas').first().waitFor(PATIENCE);
    await context.close();
  });

  test('what a newer version has kept, and leaves it alone', async () => {
    const context = await newContext(visits.browser);
    const page = await context.newPage();
    await page.goto(`${visits.address}licenses.txt`);
    const version = () =>
      page.evaluate(async () => {
        const open = indexedDB.open('weft / store', 7);
        await new Promise((done) => open.addEventListener('success', done));
        open.result.close();
        return open.result.version;
      });
    await version();
    await page.goto(visits.address);
    await page.locator('.notices').getByText('a newer version of weft').waitFor(PATIENCE);
    await page.locator('.classes canvas').first().waitFor(PATIENCE);
    await page.goto(`${visits.address}licenses.txt`);
    expect(await version()).toBe(7);
    await context.close();
  });
});

test.skipIf(executablePath === undefined)(
  'over http:// and a name of the network, the data part works, and training says why it does not',
  async () => {
    const visits = await openVisits();
    const browser = await launch(['--host-resolver-rules=MAP weft.test 127.0.0.1']);
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(visits.address.replace('localhost', 'weft.test'));
    expect(await page.evaluate(() => [isSecureContext, 'gpu' in navigator])).toEqual([
      false,
      false,
    ]);
    await page.locator('.classes canvas').first().waitFor(PATIENCE);
    expect(await page.locator('#problem [role=alert]').innerText()).toContain(
      'Browsers offer WebGPU to secure pages only, and this one is not',
    );
    await page.locator('.means button').first().click();
    await page.locator('.album .images li').first().waitFor(PATIENCE);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.album').count()).toBe(0);
    expect(await page.locator('#training').innerText()).toContain('Training needs WebGPU');
    expect(await page.locator('.notices').innerText()).toBe('');
    expect(errors).toEqual([]);
    await browser.close();
    await visits.close();
  },
);
