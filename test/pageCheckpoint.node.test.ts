// What a run leaves behind when something is in its way, on the page: no room in the browser, another browser,
// a loss that is no number any more. The old checkpoint stays, the file goes on to the same bits, the run recovers.
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCheckpoint } from '../src/app/checkpoint.ts';
import type { RunRecord } from '../src/app/record.ts';
import { percent } from '../src/app/wording.ts';
import { readSafetensors } from '../src/nn/index.ts';
import { button, pausedAfter, phase, reachEpoch, recordOf, RUN, start } from './runOnPage.ts';
import { executablePath, openVisits, PATIENCE, type Visits } from './visit.ts';

let visits: Visits;
/** Of the run that nobody touched. */
let digest: string;

/** Takes the checkpoint that a button gives. */
async function downloaded(page: Page, name: string): Promise<Buffer> {
  const download = page.waitForEvent('download');
  await button(page, name).click();
  expect((await download).suggestedFilename()).toBe('run.checkpoint');
  return readFile(await (await download).path());
}

const stepOf = (text: string) => Number(/step ([\d,]+)/.exec(text)?.[1]?.replace(',', ''));

/** The browser grants the page no room from now on. */
async function fill(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(visits.address);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
  // It looks only now and then how much room there is.
  const [worker] = page.workers();
  const attempt = () =>
    worker?.evaluate(async () => {
      const open = indexedDB.open('weft / store');
      await new Promise((done) => open.addEventListener('success', done));
      const transaction = open.result.transaction('kept', 'readwrite');
      transaction.objectStore('kept').put(0, 'attempt');
      open.result.close();
      return new Promise((done) => {
        transaction.addEventListener('complete', () => done(undefined));
        transaction.addEventListener('abort', () => done(transaction.error?.name));
      });
    });
  await expect.poll(attempt, { ...PATIENCE, interval: 5000 }).toBe('QuotaExceededError');
}

/** The slider goes over all epochs, and a cell of the first one opens its images, the surest first. */
async function replayed(page: Page, { epochs }: RunRecord): Promise<void> {
  const slider = page.getByRole('slider', { name: 'Epoch' });
  expect(await slider.getAttribute('max')).toBe(String(epochs.length - 1));
  await slider.press('Home');
  const accuracy = epochs[0]?.validationAccuracy ?? NaN;
  await expect
    .poll(() => page.locator('.epochs output').innerText())
    .toBe(`1 of 6: ${percent(accuracy)} right`);
  const matrix = page.locator('.confusion').last();
  const hits = await matrix.locator('td.hit').allInnerTexts();
  expect(hits.reduce((sum, count) => sum + Number(count), 0)).toBe(Math.round(100 * accuracy));
  const hit = matrix.locator('td.hit button').first();
  await hit.click();
  const album = page.getByRole('dialog');
  await album.locator('.images li').first().waitFor(PATIENCE);
  expect(await album.locator('.images li').count()).toBe(Number(await hit.innerText()));
  const names = await album.locator('.images li p').allInnerTexts();
  const shares = names.map((text) => Number(/rightly, ([\d.]+)%/.exec(text)?.[1]));
  expect(shares).toEqual(shares.toSorted((a, b) => b - a));
  expect(shares[0]).toBeGreaterThan(10);
  await page.keyboard.press('Escape');
}

const offer = (page: Page) => page.locator('.offer');
const untilOffered = (page: Page) =>
  offer(page).locator('button[aria-disabled=false]').waitFor(PATIENCE);

describe.skipIf(executablePath === undefined)('a run on the page', () => {
  beforeAll(async () => {
    visits = await openVisits();
    const { page } = await visits.visit(RUN);
    await start(page);
    ({ digest } = await recordOf(page));
    await page.close();
  });
  afterAll(() => visits?.close());

  test('goes on without room for its checkpoints, and gives the last one as a file', async () => {
    const { page } = await visits.visit(RUN);
    await start(page);
    await reachEpoch(page, 2);
    await button(page, 'Pause').click();
    const stays = await pausedAfter(page);
    await page.reload();
    await untilOffered(page);
    await fill(page);
    await button(page, 'Continue this run').click();
    const alert = page.locator('.progress [role=alert]');
    await alert.waitFor(PATIENCE);
    await button(page, 'Pause').click();
    const reached = await pausedAfter(page);
    expect(await alert.innerText()).toMatch(
      /^The last checkpoint could not be stored, because this browser grants the page no more room\. The one after step [\d,]+ stays\./,
    );
    expect(stepOf(await alert.innerText())).toBe(stays);
    const file = await downloaded(page, 'Download the last one');
    expect((await readCheckpoint('run.checkpoint', new Uint8Array(file))).state.stepsDone).toBe(
      reached,
    );

    // It goes on; and after a reload the one that stayed leads to the same bits, still without room.
    await button(page, 'Single step').click();
    await expect.poll(() => pausedAfter(page)).toBe(reached + 1);
    await page.reload();
    await untilOffered(page);
    expect(stepOf(await offer(page).innerText())).toBe(stays);
    await button(page, 'Continue this run').click();
    await alert.waitFor(PATIENCE);
    expect((await recordOf(page)).digest).toBe(digest);
    await page.close();
  });

  test('goes on in another browser from its file, and a damaged one is refused', async () => {
    const { page: first } = await visits.visit(RUN);
    await start(first);
    await reachEpoch(first, 3);
    await button(first, 'Pause').click();
    const left = await pausedAfter(first);
    await first.reload();
    await untilOffered(first);
    const buffer = await downloaded(first, 'Download it');
    await first.close();

    const { page } = await visits.visit('?epochs=1');
    const give = (bytes: Buffer) =>
      page.locator('#training').getByLabel('choose a checkpoint').setInputFiles({
        name: 'run.checkpoint',
        mimeType: 'application/octet-stream',
        buffer: bytes,
      });
    const damaged = Buffer.from(buffer);
    damaged.writeUInt8(damaged.readUInt8(damaged.length - 9) ^ 1, damaged.length - 9);
    await give(damaged);
    const refusal = page.locator('#training > .notice[role=alert]');
    await refusal.waitFor(PATIENCE);
    expect(await refusal.innerText()).toMatch(
      /its contents do not match its checksum; it has been damaged\. What is here stays as it is\.$/,
    );
    expect(await offer(page).count()).toBe(0);

    await give(buffer);
    await untilOffered(page);
    expect(await refusal.count()).toBe(0);
    expect(stepOf(await offer(page).innerText())).toBe(left);
    await button(page, 'Continue this run').click();
    const record = await recordOf(page);
    expect(record.digest).toBe(digest);
    expect(record.notes).toEqual([`Continued at step ${left}.`]);
    expect(record.epochs).toHaveLength(6);
    await replayed(page, record);
    await page.close();
  });

  test('that diverged names its causes, and goes on from before at a tenth of the rate', async () => {
    // Without ReLUs nothing dies: a rate that is too high is sure to end in no number.
    const linear = 'dense64_linear-dense64_linear-dense64_linear-dense64_linear';
    const deep = `&model=pool2-${linear}&optimizer=sgd&lr=100`;
    const { page, complaints } = await visits.visit(
      RUN.replace('epochs=6', 'epochs=12').replace(/&model=.*/, deep),
    );
    const notice = page.locator('.notice', { hasText: 'the loss was no finite number any more' });
    const causes = notice.locator('li');
    const goOn = notice.getByRole('button', { name: /^Go on from step/ });
    /** What stands is good, to the last weight. */
    const stopped = async () => {
      await notice.waitFor(PATIENCE);
      expect(await phase(page).innerText()).toMatch(/^Stopped by itself\./);
      const download = page.waitForEvent('download');
      await button(page, 'model.safetensors').click();
      const bytes = new Uint8Array(await readFile(await (await download).path()));
      const { tensors } = readSafetensors('model.safetensors', bytes);
      for (const { bytes } of tensors.values())
        expect(new Float32Array(bytes.slice().buffer).every(Number.isFinite)).toBe(true);
    };
    await start(page);
    await stopped();
    expect(await causes.first().innerText()).toMatch(
      /^The learning rate: 100 is 2,000 times what this optimizer usually takes\. Try 0\.05\./,
    );
    await goOn.waitFor(PATIENCE); // from its first checkpoint, before its first step
    await causes.first().getByRole('button', { name: 'Set it' }).click();
    const rate = page.getByLabel('Learning rate', { exact: true });
    await expect.poll(() => rate.inputValue()).toBe('0.05');

    // One that was well until its rate was turned.
    await rate.fill('0.1');
    await start(page);
    await reachEpoch(page, 2);
    // It waits for the turn, however long that takes here.
    await button(page, 'Pause').click();
    await pausedAfter(page);
    await page.getByRole('slider', { name: 'Learning rate' }).press('End');
    await button(page, 'Continue').click();
    await stopped();
    expect(await causes.allInnerTexts()).toEqual([
      expect.stringMatching(/^The learning rate was changed to 10 times its schedule/),
      expect.stringMatching(/^The learning rate: 0\.1 is 2 times/),
      expect.stringMatching(/^The batch: /),
    ]);
    const kept = stepOf(await offer(page).innerText());
    expect(stepOf(await goOn.innerText())).toBe(kept);
    await goOn.click();
    const record = await recordOf(page);
    expect(record.stopped).toBe('completed');
    expect(record.config.turns?.at(-1)?.factor ?? 1).toBe(1);
    expect(record.notes).toEqual([`Continued at step ${kept}.`]);
    expect(record.test.accuracy).toBeGreaterThan(0.5);
    expect(await notice.count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
