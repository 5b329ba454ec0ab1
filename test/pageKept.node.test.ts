// What is shown belongs together: a kept run opens again as a whole, weights from a file wear nothing of the run
// before, and a run under way leaves the figures of the one before what they are.
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunRecord } from '../src/app/record.ts';
import { readSafetensors, writeSafetensors } from '../src/nn/index.ts';
import { button } from './runOnPage.ts';
import { executablePath, openVisits, PATIENCE, type Visits } from './visit.ts';

let visits: Visits;
const SMALL = '?images=200&epochs=2&validation=100&batch=50&model=conv4_s2-dense8';

const rows = (page: Page) => page.locator('.runs .scroll tbody tr');
const names = (page: Page) =>
  rows(page)
    .getByRole('textbox')
    .evaluateAll((all) => all.map((one) => (one as unknown as { value: string }).value));

async function train(page: Page): Promise<void> {
  const count = await rows(page).count();
  await page.locator('button.primary[aria-disabled=false]').waitFor(PATIENCE);
  await page.locator('button.primary').click();
  await expect.poll(() => rows(page).getByRole('textbox').count(), PATIENCE).toBe(count + 1);
  await rows(page).last().getByText('Shown below').waitFor(PATIENCE);
}

async function downloaded(page: Page, name: string): Promise<Buffer> {
  const download = page.waitForEvent('download');
  await button(page, name).click();
  return readFile(await (await download).path());
}
const recordOf = async (page: Page) =>
  JSON.parse((await downloaded(page, 'run.json')).toString()) as RunRecord;

describe.skipIf(executablePath === undefined)('what is kept of runs', () => {
  beforeAll(async () => {
    visits = await openVisits();
  });
  afterAll(() => visits?.close());

  test('a row opens its run again; one that is taken out is gone, unless it is put back', async () => {
    const { page, complaints } = await visits.visit(SMALL);
    await train(page);
    const first = await recordOf(page);
    const evaluation = await page.locator('#evaluation').innerText();
    await page.getByLabel('Learning rate', { exact: true }).fill('0.01');
    await train(page);
    const second = await recordOf(page);
    expect(second.digest).not.toBe(first.digest);

    const open = (n: number) => rows(page).nth(n).getByRole('button', { name: /^Open/ });
    await open(0).waitFor(PATIENCE);
    await open(0).click();
    await rows(page).first().getByText('Shown below').waitFor(PATIENCE);
    expect(await recordOf(page)).toEqual(first);
    expect(await page.locator('#evaluation').innerText()).toBe(evaluation);
    expect(await page.locator('.progress').innerText()).toContain('at 0.002');
    expect(await names(page)).toEqual(['Run 1', 'Run 2']);

    await rows(page).first().getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('button', { name: 'Put it back' }).click();
    await expect.poll(() => names(page)).toEqual(['Run 1', 'Run 2']);
    await page.reload();
    await rows(page).last().getByText('Shown below').waitFor(PATIENCE);
    expect((await recordOf(page)).digest).toBe(second.digest);
    await open(0).waitFor(PATIENCE);

    await rows(page).last().getByRole('button', { name: 'Remove' }).click();
    await expect.poll(() => names(page)).toEqual(['Run 1']);
    await page.reload();
    await rows(page).first().getByText('Shown below').waitFor(PATIENCE);
    expect((await recordOf(page)).digest).toBe(first.digest);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('weights from a file wear nothing of the run before, nor the run after them of theirs', async () => {
    const { page, complaints } = await visits.visit(SMALL);
    await train(page);
    const file = readSafetensors('x', new Uint8Array(await downloaded(page, 'model.safetensors')));
    const blank = new Map(
      [...file.tensors].map(([name, { shape, bytes }]) => [
        name,
        { shape, data: new Float32Array(bytes.length / 4) },
      ]),
    );
    const buffer = Buffer.from(writeSafetensors(blank, new Map()));
    const give = () =>
      page
        .locator('#conclusion input[type=file]')
        .setInputFiles({ name: 'blank.safetensors', mimeType: '', buffer });
    await give();
    const conclusion = page.locator('#conclusion');
    await conclusion.getByText('blank.safetensors is the network now').waitFor(PATIENCE);
    expect(await page.locator('#accuracy').innerText()).toBe('10.0%');
    const derived = '.progress, .classCurves, .changed, .epochs, #training details:has(table)';
    expect(await page.locator(derived).count()).toBe(0);
    expect(await conclusion.innerText()).toContain('no command leads to them');
    expect(await conclusion.innerText()).not.toContain('npm run train -- --data');
    expect(await conclusion.innerText()).toContain('the curves above are not of these weights');
    const record = await recordOf(page);
    expect([record.command, record.epochs]).toEqual(['', []]);
    expect((await downloaded(page, 'report.html')).toString()).not.toContain(
      'npm run train -- --data',
    );
    expect((await downloaded(page, 'metrics.csv')).toString().trim().split('\n')).toHaveLength(1);
    expect(await rows(page).count()).toBe(1);
    await page.locator('.gallery button').first().click();
    await page.getByRole('dialog').getByText('read from a file').waitFor(PATIENCE);
    await page.keyboard.press('Escape');

    // While a run is under way the figures stay theirs, and say so.
    await page.getByLabel('Epochs', { exact: true }).fill('900');
    await page.locator('button.primary').click();
    const evaluation = page.locator('#evaluation');
    await evaluation
      .getByText('These are the figures of the weights from a file')
      .waitFor(PATIENCE);
    await page
      .locator('#training details tbody tr')
      .nth(1)
      .waitFor({ ...PATIENCE, state: 'attached' });
    expect(await page.locator('.epochs').count()).toBe(0);
    await button(page, 'Stop').click();
    await evaluation.getByText('The run was stopped').waitFor(PATIENCE);
    expect(await conclusion.innerText()).toContain('npm run train');
    expect(await conclusion.innerText()).not.toContain('blank.safetensors');
    expect(complaints).toEqual([]);
    await page.close();
  });
});
