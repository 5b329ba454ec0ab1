// Shaping the network on the page, with the keyboard as well: a mistake is said at its layer and keeps the
// training from starting, and what is shaped is what is trained.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { executablePath, openVisits, PATIENCE, type Visits } from './visit.ts';

let visits: Visits;

describe.skipIf(executablePath === undefined)('the model', () => {
  beforeAll(async () => {
    visits = await openVisits();
  });
  afterAll(() => visits?.close());

  test('is shaped, put right and trained', async () => {
    const { page, complaints } = await visits.visit(
      '?images=200&epochs=1&validation=100&batch=50&model=conv4-pool-drop0.5',
    );
    const model = page.locator('#model');
    const rows = model.locator('.shaping ol > li');
    const layer = (at: number) => rows.nth(at - 1);
    expect(await rows.locator('.who b').allInnerTexts()).toEqual([
      'conv1',
      'pool1',
      'drop1',
      'fc1',
    ]);
    expect(await model.locator('.volumes li').count()).toBe(4);

    // The same network as code to copy.
    const code = model.locator('.inCode');
    await code.locator('summary').click();
    await code.getByText('layers.Conv2D(4, 3, name="conv1")').waitFor(PATIENCE);
    await code.getByRole('button', { name: 'PyTorch' }).click();
    await code.getByText('nn.Conv2d(1, 4, 3)').waitFor(PATIENCE);
    await code.locator('summary').click();

    // A pool too many: said at its layer, and nowhere else.
    await layer(2).getByLabel('pool size').fill('27');
    const problem = layer(2).locator('.problem');
    await expect
      .poll(() => problem.innerText())
      .toBe(
        'A 27 × 27 window does not fit 26 × 26: make it smaller, or shrink the image less above.',
      );
    expect(await model.locator('.problem:not(:empty)').count()).toBe(1);
    expect(await model.locator('.lead').innerText()).toContain('because of layer 2 (pool1)');
    await page.locator('button.primary[aria-disabled=false]').waitFor(PATIENCE);
    await page.locator('button.primary').click();
    const focused = () =>
      page.evaluate(() => document.activeElement?.closest('[data-at]')?.getAttribute('data-at'));
    await expect.poll(focused).toBe('1');
    expect(await page.locator('button.primary').innerText()).toBe('Start training');

    // The keyboard is there already.
    await page.keyboard.press('Control+A');
    await page.keyboard.type('3');
    await expect.poll(() => problem.innerText()).toBe('');
    await expect.poll(() => layer(2).locator('.figure').first().innerText()).toBe('8 × 8 × 4');

    // A convolution comes before what makes a row; it is moved up, and the focus goes with it.
    await model.getByRole('button', { name: 'Dense', exact: true }).click();
    await layer(4).getByLabel('units').fill('12');
    await model.getByRole('button', { name: 'Convolution', exact: true }).click();
    await expect.poll(focused).toBe('3');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('6');
    const up = model.getByRole('button', { name: 'Move conv2 up' });
    await up.focus();
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('2');
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('1');
    await model.getByRole('button', { name: 'Remove drop1' }).click();
    const address = () => new URL(page.url()).searchParams.get('model');
    await expect.poll(address).toBe('conv4-conv6-pool3-dense12');
    expect(await model.locator('.total').innerText()).toContain('5,012');

    await page.locator('button.primary').click();
    await page.locator('#accuracy').waitFor(PATIENCE);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'run.json' }).click();
    const text = readFileSync(await (await download).path()).toString();
    const record: unknown = JSON.parse(text);
    expect(text).toContain('--model conv4-conv6-pool3-dense12 ');
    expect(record).toMatchObject({
      config: { network: 'conv4-conv6-pool3-dense12' },
      model: { parameters: 5012 },
    });
    expect(complaints).toEqual([]);
    await page.close();
  });
});
