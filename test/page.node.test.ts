// The page in a real Chromium, as `npm start` serves it: data, a small training by keyboard, the verdict.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configFile, executablePath, openVisits, PATIENCE, type Visits } from './visit.ts';
import { SMALL_SET } from './smallSet.ts';

let visits: Visits;
const visit: Visits['visit'] = (search) => visits.visit(search);

describe.skipIf(executablePath === undefined)('the page', () => {
  beforeAll(async () => {
    visits = await openVisits();
  });
  afterAll(() => visits?.close());

  test('goes from the data to a discussed verdict', async () => {
    const { page, complaints } = await visit('?images=600&epochs=1&validation=100');
    const button = page.getByRole('button', { name: 'Start training' });
    await button.and(page.locator('[aria-disabled=false]')).waitFor(PATIENCE);
    expect(await page.locator('.garments canvas').count()).toBe(10);
    expect(await page.locator('#model tbody tr').count()).toBe(13);
    expect(await page.locator('#model .total').innerText()).toContain('241,546');

    await button.focus();
    await page.keyboard.press('Enter');
    // The one button turns into Stop and keeps the focus.
    await expect.poll(() => page.locator(':focus').innerText()).toBe('Stop');
    // How it stands is said wherever one is, and in the tab's title, until it is over.
    const standing = page.getByRole('group', { name: 'The training under way' });
    await expect.poll(() => standing.innerText()).toMatch(/epoch 1\/1/);
    await standing.getByRole('button', { name: 'Stop the training' }).waitFor(PATIENCE);
    expect(await page.title()).toMatch(/epoch 1\/1.* · weft$/);
    await page.locator('#accuracy').waitFor(PATIENCE);
    expect(await standing.count()).toBe(0);
    expect(await page.title()).toBe('weft: which garment is this?');

    const accuracy = Number.parseFloat(await page.locator('#accuracy').innerText());
    expect(accuracy).toBeGreaterThan(12); // a guess is right in 10 of 100
    const cells = await page.locator('.confusion td').allInnerTexts();
    const counts = cells.map((text) => (text === '·' ? 0 : Number(text)));
    expect(counts).toHaveLength(100);
    expect(counts.reduce((sum, count) => sum + count)).toBe(SMALL_SET.test);
    const hits = counts.filter((_, i) => i % 11 === 0).reduce((sum, count) => sum + count);
    expect((100 * hits) / SMALL_SET.test).toBeCloseTo(accuracy, 0);
    expect(await page.locator('.gallery > li').count()).toBe(24);
    expect(await page.locator('#training details tbody tr').count()).toBe(1);
    expect(await page.locator('.discussion').innerText()).toContain('drawn by weft itself');
    expect(await page.locator('.plot canvas').count()).toBe(4);

    // A cell opens exactly as many images as it counts, and gives the focus back.
    const wrong = page.locator('.confusion td:not(.hit) button').first();
    const album = page.getByRole('dialog');
    await wrong.focus();
    await page.keyboard.press('Enter');
    const count = Number(await wrong.innerText());
    await album.locator('.images li').first().waitFor(PATIENCE);
    expect(await album.locator('[role=status]').innerText()).toMatch(new RegExp(`^${count} test`));
    expect(await album.locator('.images li').count()).toBe(Math.min(60, count));
    await page.keyboard.press('Escape');
    await expect.poll(() => album.count()).toBe(0);
    expect(await page.locator(':focus').innerText()).toBe(String(count));
    // Arrow keys go along the row, and a class holds the images of its row.
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.confusion button:focus').count()).toBe(1);
    expect(await wrong.evaluate((cell) => cell === document.activeElement)).toBe(false);
    await page.locator('.confusion tbody th button').first().click();
    await album.getByRole('button', { name: 'Show more' }).click();
    await expect.poll(() => album.locator('.images li').count()).toBe(SMALL_SET.test / 10);
    await page.keyboard.press('Escape');

    const names = [
      ...['report.html', 'run.json', 'model.safetensors'],
      ...['model.onnx', 'pytorch.zip', 'model_keras.py'],
    ];
    for (const name of names) {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name, exact: true }).click();
      const file = await download;
      expect(file.suggestedFilename()).toBe(name);
      const contents = readFileSync(await file.path());
      if (name === 'run.json') {
        const record: unknown = JSON.parse(contents.toString());
        expect(record).toMatchObject({ format: 'weft-run/1', stopped: 'completed' });
      } else if (name.endsWith('.py')) expect(contents.toString()).toContain('keras.Sequential');
      else expect(contents.length).toBeGreaterThan(100_000);
    }
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('opens the images of every figure of the data', async () => {
    const { page, complaints } = await visit('');
    const album = page.getByRole('dialog');
    const opened = async () => {
      await album.locator('.images li').first().waitFor(PATIENCE);
      const text = `${await album.locator('h2').innerText()}: ${await album.locator('[role=status]').innerText()}`;
      await page.keyboard.press('Escape');
      await expect.poll(() => album.count()).toBe(0);
      return text;
    };
    const data = page.locator('#data');
    await data.getByRole('button', { name: 'More of Coat' }).click();
    expect(await opened()).toMatch(/^Coat in the training images: 300 training images, 60/);
    await data.getByRole('button', { name: 'Mean of Bag' }).click();
    expect(await opened()).toMatch(/^Bag, the most typical: .*nearest to the mean/);
    await data.getByRole('button', { name: 'Standard deviation of Bag' }).click();
    expect(await opened()).toMatch(/^Bag, the most unusual: .*farthest from the mean/);
    await data.getByRole('button', { name: '70 test images of Dress' }).click();
    expect(await opened()).toMatch(/^All test images of Dress: 70 test images/);
    await data.getByRole('button', { name: /^Shirt: 50% of the images/ }).click();
    expect(await opened()).toMatch(/^Shirt, of mean brightness \d+: .*this brightness first/);

    // The histogram: a drawn range, a column, a typed range.
    const over = data.locator('.u-over');
    await over.scrollIntoViewIfNeeded();
    const box = (await over.boundingBox()) as { x: number; y: number; width: number };
    await page.mouse.move(box.x + box.width * 0.25, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 4 });
    await page.mouse.up();
    expect(await opened()).toMatch(/^Pixels from 6\d to 12\d: .*most such pixels/);
    await page.mouse.click(box.x + 4, box.y + 50);
    expect(await opened()).toMatch(/^Pixels from 0 to 7: /);
    const from = data.getByLabel('Pixels from');
    await from.fill('300');
    expect(await data.locator('.range .problem').innerText()).toBe(
      'Pixel values are whole numbers from 0 to 255.',
    );
    await page.keyboard.press('Enter');
    expect(await album.count()).toBe(0);
    await from.fill('32');
    await page.keyboard.press('Enter');
    expect(await opened()).toMatch(/^Pixels from 32 to 63: /);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('says what is wrong with a setting, and stops by keyboard', async () => {
    const { page, complaints } = await visit(
      '?images=2000&epochs=5&validation=100&batch=4,096&lr=quick&optimizer=__proto__&model=conv8-pool199',
    );
    const rate = page.getByLabel('Learning rate');
    const problem = page.locator('#field-lr-problem');
    expect(await problem.innerText()).toBe('“quick” is not a number above 0, such as 0.001.');
    expect(await rate.getAttribute('aria-invalid')).toBe('true');

    const button = page.locator('button.primary');
    await page.locator('button.primary[aria-disabled=false]').waitFor(PATIENCE);
    await button.focus();
    await page.keyboard.press('Space');
    // The first that is wrong has the focus, from place to place; each says why.
    const focused = () =>
      page.evaluate(() => {
        const at = document.activeElement;
        return at?.getAttribute('name') ?? at?.closest('[data-at]')?.textContent;
      });
    await expect.poll(focused).toMatch(/^pool1.*“199” is no size of a window/);
    expect(await page.locator('#training .actions p').innerText()).toMatch(
      /^The model is not right yet: layer 2 \(pool1\)/,
    );
    await page.keyboard.press('Control+A');
    await page.keyboard.type('2');
    await button.click();
    await expect.poll(focused).toBe('batch');
    expect(await page.locator('#field-batch-problem').innerText()).toMatch(/^A batch of 4,096/);
    await page.locator('#field-batch').fill('1,00');
    await button.click();
    await expect.poll(focused).toBe('batch');
    expect(await page.locator('#training .actions p').innerText()).toMatch(
      /^Batch is not right yet: “1,00” is not a whole number/,
    );
    await page.locator('#field-batch').fill('128');
    await button.click();
    await expect.poll(focused).toBe('lr');
    expect(await page.locator('#field-optimizer-problem').innerText()).toMatch(
      /^“__proto__” is not one of adam, adamw/,
    );
    await page.locator('#field-optimizer').selectOption('adam');
    expect(await button.innerText()).toBe('Start training');

    await rate.fill('0.002');
    await expect.poll(() => problem.innerText()).toBe('');
    await expect.poll(() => new URL(page.url()).searchParams.get('lr')).toBe('0.002');
    await page.keyboard.press('Enter'); // from the field
    await page.getByRole('button', { name: 'Stop', exact: true }).focus();
    await expect
      .poll(() => page.locator('.progress').innerText(), PATIENCE)
      .toMatch(/Time left\s*\d/);
    await page.keyboard.press('Enter');
    await page.locator('#accuracy').waitFor(PATIENCE);
    expect(await page.locator('.progress .phase').innerText()).toContain('Stopped before the end');
    expect(await page.locator('#evaluation').innerText()).toContain('The run was stopped');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('refuses a broken file and keeps the data', async () => {
    const { page } = await visit('');
    const title = await page.locator('#data .lead').innerText();
    await page.locator('.source input[multiple]').setInputFiles([
      { name: 'cat.png', mimeType: 'image/png', buffer: Buffer.from('a cat') },
      {
        name: 'train-labels-idx1-ubyte',
        mimeType: 'application/octet-stream',
        buffer: Buffer.from('<!doctype html><title>404</title>'),
      },
    ]);
    const alert = page.locator('.source [role=alert]');
    await alert.waitFor(PATIENCE);
    expect(await alert.innerText()).toMatch(/cat\.png: lies in no folder of a class/);
    expect(await page.locator('#data .lead').innerText()).toBe(title);
    // Dropped from anywhere on the page, it is refused where one sees it.
    await page.locator('#conclusion').scrollIntoViewIfNeeded();
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['a dog'], 'dog.bin'));
      document.body.dispatchEvent(
        new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }),
      );
    });
    await expect.poll(() => alert.innerText()).toMatch(/dog\.bin: /);
    const isSeen = () =>
      alert.evaluate((it) => {
        const { top, bottom } = it.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      });
    await expect.poll(isSeen).toBe(true);
    // No stop of the Tab key is without a name.
    const nameless = await page.evaluate(
      () =>
        [...document.querySelectorAll('#data .strip')].filter(
          (it) => (it as HTMLElement).tabIndex >= 0,
        ).length,
    );
    expect(nameless).toBe(0);
    // Captions and running text fit a telephone, whatever the tables do.
    await page.setViewportSize({ width: 390, height: 844 });
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('caption, figcaption, p')].flatMap((it) => {
        const { left, right, width } = it.getBoundingClientRect();
        return width > 1 && (left < 0 || right > innerWidth) ? [it.textContent] : [];
      }),
    );
    expect(cut).toEqual([]);
    await page.close();
  });
});

test('the page begins without the engine, and small', async () => {
  const built = await build({
    configFile,
    mode: 'page',
    logLevel: 'error',
    build: { write: false },
  });
  const { output } = built as Rolldown.RolldownOutput;
  const chunks = output.filter((file) => file.type === 'chunk');
  // All but what is fetched when somebody first looks inside.
  const initial = chunks.filter((chunk) => !chunk.isDynamicEntry).map(({ code }) => code);
  expect(initial.length).toBeLessThan(chunks.length);
  for (const { code } of chunks) expect(code).not.toMatch(/@compute|requestAdapter/);
  const gzipBytes = initial.reduce((sum, code) => sum + gzipSync(code).length, 0);
  expect(gzipBytes).toBeLessThan(150_000);
  const worker = output.find(({ fileName }) => fileName.includes('worker'));
  expect(worker?.type === 'asset' && String(worker.source)).toMatch(/@compute/);
});
