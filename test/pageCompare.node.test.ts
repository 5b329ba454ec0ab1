// Runs side by side on the page: two are trained, compared, named, taken out and put back; they outlive a
// reload, and one from a file joins them.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { executablePath, openVisits, PATIENCE, type Visits } from './visit.ts';

let visits: Visits;

/** What the page says of the classes, and of the answers that changed, follows from the accuracies of the epochs. */
async function watched(page: Page): Promise<void> {
  const number = (text: string) => Number.parseFloat(text.replace('\u2212', '-'));
  const cells = await page.locator('#training details td:nth-child(5)').allTextContents();
  const [first = NaN, second = NaN] = cells.map(number);
  const classes = await page.locator('.classCurves li b + span').allInnerTexts();
  expect(classes).toHaveLength(10);
  const mean = classes.reduce((sum, text) => sum + number(text) / 10, 0);
  expect(mean).toBeCloseTo(second, 6); // ten images of each class are held back
  const text = await page.locator('.changed > p').innerText();
  const [total = 0, right = 0, wrong = 0, other = 0] = (
    /the answers? to (\d+) .*: (\d+) became right, (\d+) became wrong, (\d+) stayed/.exec(text) ??
    []
  )
    .slice(1)
    .map(Number);
  expect(right + wrong + other).toBe(total);
  expect(right - wrong).toBeCloseTo(second - first, 6); // of 100 images
  expect(await page.locator('.changed li').count()).toBe(Math.min(8, right + wrong));
}

describe.skipIf(executablePath === undefined)('runs side by side', () => {
  beforeAll(async () => {
    visits = await openVisits();
  });
  afterAll(() => visits?.close());

  test('two runs are kept and compared', async () => {
    const { page, complaints } = await visits.visit(
      '?images=200&epochs=2&validation=100&batch=50&model=conv4_s2-dense8',
    );
    const runs = page.locator('.runs');
    const rows = runs.locator('.scroll tbody tr');
    const train = async (count: number) => {
      await page.locator('button.primary[aria-disabled=false]').waitFor(PATIENCE);
      await page.locator('button.primary').click();
      const kept = rows.getByRole('textbox');
      await expect.poll(() => kept.count(), PATIENCE).toBe(count);
    };
    expect(await runs.innerText()).toContain('Every run that ends or is stopped is kept here');
    await train(1);
    await watched(page);
    await page.getByLabel('Learning rate', { exact: true }).fill('0.01');
    await page.getByLabel('units of fc1').fill('16');
    await train(2);

    const heads = () => runs.locator('.scroll thead th').allInnerTexts();
    expect(await heads()).toEqual([
      'Run',
      'Network',
      'Learning rate',
      'Test accuracy',
      'Parameters',
      'Time',
      'Digest',
    ]);
    expect(await rows.first().locator('.differs').allInnerTexts()).toEqual([
      'conv4_s2-dense8',
      '0.002',
    ]);
    expect(await rows.last().locator('.differs').allInnerTexts()).toEqual([
      'conv4_s2-dense16',
      '0.01',
    ]);
    const accuracy = await page.locator('#accuracy').innerText();
    const compared = await rows.last().locator('td.n').first().innerText();
    expect(Number.parseFloat(compared)).toBeCloseTo(Number.parseFloat(accuracy), 0);
    expect(await runs.locator('.same').innerText()).toContain('Optimizer: Adam');
    expect(await runs.locator('.overlay canvas').count()).toBe(1);

    // Its settings again, its name, out and back.
    await rows.first().getByRole('button', { name: 'Set again' }).click();
    await expect.poll(() => page.getByLabel('units of fc1').inputValue()).toBe('8');
    await expect.poll(() => new URL(page.url()).searchParams.get('lr')).toBe('0.002');
    await rows.first().getByRole('textbox').fill('the small one');
    await page.keyboard.press('Enter');
    await rows.last().getByRole('button', { name: 'Remove' }).click();
    await expect.poll(() => rows.count()).toBe(1);
    await expect.poll(() => page.locator(':focus').innerText()).toBe('Put it back');
    await page.keyboard.press('Enter');
    await expect.poll(() => rows.count()).toBe(2);

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'run.json' }).click();
    const json = readFileSync(await (await download).path()).toString();

    await page.reload();
    await page.locator('.classes canvas').first().waitFor(PATIENCE);
    const names = () =>
      rows
        .getByRole('textbox')
        .evaluateAll((all) => all.map((one) => (one as unknown as { value: string }).value));
    await expect.poll(names).toEqual(['the small one', 'Run 2']);

    const files = runs.locator('input[type=file]');
    const give = (name: string, text: string) =>
      files.setInputFiles([{ name, mimeType: 'application/json', buffer: Buffer.from(text) }]);
    await give('cat.json', '{"cat": 1}');
    await expect
      .poll(() => runs.getByRole('alert').innerText())
      .toBe(
        'cat.json: is not the record of a run: it has no format. The runs here stay as they are.',
      );
    expect(await rows.count()).toBe(2);
    await give(
      'elsewhere.json',
      json.replace(/"startedAt": "[^"]*"/, '"startedAt": "2026-01-01T00:00:00.000Z"'),
    );
    await expect.poll(names, PATIENCE).toEqual(['the small one', 'Run 2', 'Run 3']);
    expect(await runs.getByRole('alert').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('one under way is among them, and grows', async () => {
    const { page, complaints } = await visits.visit(
      '?images=200&epochs=1&validation=100&batch=50&model=conv4_s2-dense8',
    );
    const start = async () => {
      await page.locator('button.primary[aria-disabled=false]').waitFor(PATIENCE);
      await page.locator('button.primary').click();
    };
    const runs = page.locator('.runs');
    const rows = runs.locator('.scroll tbody tr');
    const row = runs.locator('tr.running');
    const lever = (name: string) => page.getByRole('button', { name, exact: true }).click();
    await start();
    await rows.first().waitFor(PATIENCE);
    expect(await row.count()).toBe(0);

    await page.getByLabel('Epochs', { exact: true }).fill('900');
    await start();
    const doneIn = async () => Number(/(\d+) of 900 epochs done/.exec(await row.innerText())?.[1]);
    await expect.poll(doneIn, PATIENCE).toBeGreaterThan(1);
    await lever('Pause');
    await expect.poll(() => row.innerText(), PATIENCE).toContain('paused');
    const done = await doneIn();
    expect(await rows.count()).toBe(2);
    expect(await row.innerText()).toContain('Run 2');
    expect(await row.locator('.differs').allInnerTexts()).toEqual(['900']);
    const parameters = await rows.locator('td.n:nth-of-type(3)').allInnerTexts();
    expect(new Set(parameters)).toEqual(new Set(['5,546']));

    // Its curve stands among the others, and ends where the table of the epochs does.
    const last = page.locator('#training details tbody tr').last();
    await expect.poll(() => last.locator('> *').first().textContent()).toBe(String(done));
    const legend = runs.locator('.u-legend .u-series');
    expect(await legend.count()).toBe(3);
    const accuracy = Number.parseFloat((await last.locator('> *').nth(4).textContent()) ?? '');
    const shown = async () =>
      Number.parseFloat(await legend.last().locator('.u-value').innerText());
    await expect.poll(shown).toBe(accuracy);

    await lever('Continue');
    await expect.poll(doneIn, PATIENCE).toBeGreaterThan(done);
    expect(await row.innerText()).toContain('running');
    await lever('Stop');
    await row.waitFor({ ...PATIENCE, state: 'detached' });
    await expect.poll(() => rows.count()).toBe(2);
    expect(await rows.last().innerText()).toContain('interrupted');
    expect(await rows.last().getByRole('textbox').inputValue()).toBe('Run 2');
    expect(complaints).toEqual([]);
    await page.close();
  });
});
