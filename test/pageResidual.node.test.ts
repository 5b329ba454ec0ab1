// A residual network on the page: its blocks are shaped with the keyboard, it is trained from a click to a verdict, and
// looked into, all without a complaint.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordOf, start } from './runOnPage.ts';
import { executablePath, openVisits, PATIENCE, type Visits } from './visit.ts';

let visits: Visits;

describe.skipIf(executablePath === undefined)('a residual network', () => {
  beforeAll(async () => {
    visits = await openVisits();
  });
  afterAll(() => visits?.close());

  test('is shaped: a block is added, changed inside, and given a shortcut', async () => {
    const { page, complaints } = await visits.visit('?model=conv8_same-pool-gap');
    const model = page.locator('#model');
    const address = () => new URL(page.url()).searchParams.get('model');
    const focused = () =>
      page.evaluate(() => document.activeElement?.closest('[data-at]')?.getAttribute('data-at'));
    await model.getByRole('button', { name: 'Residual block', exact: true }).click();
    // It stands before what makes a row, and has as many filters as come in.
    await expect.poll(address).toBe('conv8_same-pool-res(conv8_same-bn-relu-conv8_same-bn)-gap');
    await expect.poll(focused).toBe('2');
    const block = model.locator('[data-at="2"]');
    expect(await block.locator('> .layer').innerText()).toMatch(/residual1[^]*14 × 14 × 8/);
    expect(await model.locator('.volumes .residual .shortcut').innerText()).toBe('as it comes in');

    // A stride inside: the sum is not one any more, which is said at the block.
    await block.locator('[data-at="2-body-0"]').getByLabel('stride').focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('2');
    const problem = block.locator('> .layer > .problem');
    await expect
      .poll(() => problem.innerText())
      .toBe(
        'It makes 7 × 7 × 8 inside, and from above comes 14 × 14 × 8: only what has one shape can be added; a shortcut of conv8_k1_s2_linear would do.',
      );
    expect(await model.locator('.problem:not(:empty)').count()).toBe(1);
    await block.getByLabel('shortcut', { exact: false }).first().selectOption('layers');
    await expect.poll(() => problem.innerText()).toBe('');
    const around = '|conv8_k1_s2_linear)-gap';
    const inside = 'conv8_same-pool-res(conv8_s2_same-bn-relu-conv8_same-bn';
    await expect.poll(address).toBe(inside + around);

    // A layer more inside, by the keyboard, and out again.
    const choice = block.getByRole('group', { name: 'Add a layer: Inside residual1' });
    await choice.getByRole('combobox').selectOption({ label: 'Dropout' });
    await choice.getByRole('button').focus();
    await page.keyboard.press('Enter');
    await expect.poll(address).toBe(`${inside}-drop0.5${around}`);
    await expect.poll(focused).toBe('2-body-5');
    await model.getByRole('button', { name: 'Remove drop1' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(address).toBe(inside + around);
    await expect.poll(focused).toBe('2-body-4');
    // A normalization goes between a convolution and its activation.
    await model.getByRole('button', { name: 'Remove residual1' }).click();
    await model.getByRole('button', { name: 'Remove pool1' }).click();
    await model.getByRole('button', { name: 'Batch normalization' }).click();
    await expect.poll(address).toBe('conv8_same-bn-relu-gap');
    await model.getByRole('button', { name: 'ResNet-20' }).click();
    expect(await model.locator('.lead').innerText()).toContain('9 residual blocks');
    expect(await model.locator('.volumes .repeated').count()).toBe(3);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('is trained from a click to the verdict, and looked into', async () => {
    // What is in a ResNet-8, smaller: SwiftShader compiles that for minutes.
    const around = 'res(conv8_s2_same-bn-relu-conv8_same-bn|conv8_k1_s2-bn)';
    const network = `conv4_s2_same-bn-relu-res(conv4_same-bn-relu-conv4_same-bn)-relu-${around}-relu-gap`;
    const { page, complaints } = await visits.visit(
      `?images=200&epochs=1&validation=50&batch=50&model=${encodeURIComponent(network)}`,
    );
    await start(page);
    const { config, model, digest } = await recordOf(page);
    expect(config.network).toBe(network);
    expect(model.rows.map(({ name }) => name)).toContain('residual2.shortcut.norm1');
    expect(digest).toMatch(/^[0-9a-f]{16}$/);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'report.html' }).click();
    const report = readFileSync(await (await saved).path(), 'utf8');
    expect(report).toContain('residual2.shortcut.norm1');

    await page.goto(`${page.url().split('#')[0]}#inside/test/0/residual2`);
    const same = page.locator('.account .check');
    await same.waitFor(PATIENCE);
    expect(await same.innerText()).toContain('The GPU computed the same');
    expect(await page.locator('.account .sum').innerText()).toMatch(
      /residual2\.body\.norm2, inside the block[^]*residual2\.shortcut\.norm1, around it/,
    );
    expect(await page.locator('.passage .map').count()).toBe(3); // both ways, and their sum
    const strip = page.locator('.river');
    expect(await strip.locator('.band').allInnerTexts()).toContain('shortcut');
    await strip.getByRole('button', { name: /norm2.*in the body of residual2/s }).click();
    await expect.poll(() => page.locator('.account').innerText()).toMatch(/running mean/);
    expect(await same.innerText()).toContain('The GPU computed the same');
    await expect.poll(() => new URL(page.url()).hash).toBe('#inside/test/0/residual2.body.norm2');
    await page.getByRole('tab', { name: 'Attribution' }).click();
    await page.getByText('Grad-CAM at relu3', { exact: true }).waitFor(PATIENCE);
    await page.getByLabel('Grad-CAM at').selectOption('residual2.body.norm1');
    await page.getByText('Grad-CAM at residual2.body.norm1', { exact: true }).waitFor(PATIENCE);
    await page.getByRole('tab', { name: 'Activation statistics' }).click();
    await page.getByText('residual2.shortcut.conv1.weight').first().waitFor(PATIENCE);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
