// The settings on the page: augmentation drawn as it is changed, the schedule before a training, the rarely used folded away.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { executablePath, openVisits, PATIENCE, type Visits } from './visit.ts';

let served: Visits;
beforeAll(async () => {
  if (executablePath !== undefined) served = await openVisits();
}, PATIENCE.timeout);
afterAll(() => served?.close());

test(
  'one garment is drawn sixteen times, anew with each change, and the address follows',
  PATIENCE,
  async () => {
    const { page, complaints } = await served.visit('?augment=flip');
    const looks = page.locator('.looks canvas');
    await looks.nth(15).waitFor(PATIENCE);
    const drawn = () =>
      looks.evaluateAll((all) => all.map((one) => (one as HTMLCanvasElement).toDataURL()));
    const first = await drawn();
    expect(new Set(first).size).toBe(2); // as it is, and mirrored

    const transforms = page.getByRole('group', { name: 'What is done to an image' });
    expect(await transforms.getByLabel('Mirror', { exact: true }).isChecked()).toBe(true);
    await transforms.getByLabel('Shift', { exact: true }).check();
    await expect.poll(async () => new Set(await drawn()).size, PATIENCE).toBeGreaterThan(8);
    const augment = () => new URL(page.url()).searchParams.get('augment');
    await expect.poll(augment).toBe('flip,shift2');
    await transforms.getByLabel('Shift, pixels').fill('5');
    await expect.poll(augment).toBe('flip,shift5');
    const before = await drawn();
    await page.getByRole('button', { name: 'Draw again' }).click();
    await expect.poll(drawn, PATIENCE).not.toEqual(before);
    await transforms.getByRole('button', { name: 'Nothing' }).click();
    await expect.poll(async () => new Set(await drawn()).size, PATIENCE).toBe(1);
    await expect.poll(augment).toBe('none');

    const more = page.locator('#training details.more');
    expect(await more.locator('#field-warmup').isVisible()).toBe(false);
    await more.locator('summary').click();
    expect(await more.locator('#field-warmup').isVisible()).toBe(true);
    expect(await more.locator('#field-augment').count()).toBe(0); // its editor stands above
    await transforms.getByRole('button', { name: 'Fashion-MNIST’s usual' }).click();
    await expect.poll(async () => new Set(await drawn()).size, PATIENCE).toBeGreaterThan(8);

    const says = page.locator('.schedule figcaption');
    expect(await says.innerText()).toMatch(/at most 0\.002, .* at the end/);
    await page.locator('#field-schedule').selectOption('constant');
    await expect.poll(() => says.innerText()).toMatch(/at most 0\.002, 0\.002 at the end/);
    await page.locator('#field-optimizer').selectOption('sgd');
    await expect.poll(() => page.locator('#field-lr').inputValue()).toBe('0.05');
    await expect.poll(() => says.innerText()).toMatch(/at most 0\.05/);
    expect(complaints).toEqual([]);
    await page.close();

    const wrong = await served.visit('?augment=flop');
    const refusal = wrong.page.locator('.transforms [role=alert]');
    await refusal.waitFor(PATIENCE);
    expect(await refusal.innerText()).toContain('“flop” is none of flip');
    await wrong.page.close();
  },
);
