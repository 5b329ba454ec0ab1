// Four files with planted copies, given to the page: it counts the test images that stand among the training
// images, and shows each beside the one that it repeats. The published set is large; here a small one is published.
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Locator } from 'playwright';
import type { Plugin } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtinDataSet } from '../src/app/data/builtin.ts';

import { SOURCE_FILES, type SourceFile } from '../src/app/data/sources.ts';
import { executablePath, openVisits, PATIENCE, type Visits } from './visit.ts';

const IMAGE_SIZE = 784;

const drawn = await builtinDataSet({ train: 200, test: 50, seed: 3 });

const imageOf = ({ images }: { images: Uint8Array }, index: number) =>
  images.subarray(index * IMAGE_SIZE, (index + 1) * IMAGE_SIZE);

/** Test image 4 is training image 17, 9 is 30 under another label, and 21 is nearly 111. */
for (const [at, from] of [
  [4, 17],
  [9, 30],
  [21, 111],
] as const) {
  imageOf(drawn.test, at).set(imageOf(drawn.train, from));
  drawn.test.labels[at] = drawn.train.labels[from] as number;
}
drawn.test.labels[9] = ((drawn.train.labels[30] as number) + 1) % 10;
const retouched = imageOf(drawn.test, 21);
retouched[400] = (retouched[400] as number) ^ 64;

function idx({ split, holds }: SourceFile): Uint8Array {
  const { images, labels, count } = drawn[split];
  const dims = holds === 'images' ? [count, 28, 28] : [count];
  const header = Buffer.from([0, 0, 8, dims.length, ...dims.flatMap((dim) => [0, 0, 0, dim])]);
  return Buffer.concat([header, holds === 'images' ? images : Uint8Array.from(labels)]);
}

const files = SOURCE_FILES.map((file) => ({ file, contents: idx(file) }));

/** The page knows these files as the published ones. */
const published: Plugin = {
  name: 'published',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('/data/sources.ts')) return undefined;
    const swapped = files.reduce((text, { file, contents }) => {
      const digest = createHash('sha256').update(contents).digest('hex');
      return text.replace(file.sha256, digest);
    }, code);
    return swapped.replaceAll('count: 60_000', 'count: 200').replaceAll('10_000', '50');
  },
};

let visits: Visits;

/** The two pictures of an entry. */
const drawnIn = (entry: Locator) =>
  entry
    .locator('canvas')
    .evaluateAll((all) => all.map((one) => (one as unknown as HTMLCanvasElement).toDataURL()));

describe.skipIf(executablePath === undefined)('near-duplicates', () => {
  beforeAll(async () => {
    visits = await openVisits([published]);
  });
  afterAll(() => visits?.close());

  test('are counted, and shown beside what they repeat', async () => {
    const { page, complaints } = await visits.visit('');
    const data = page.locator('#data');
    expect(await data.innerText()).toContain('none, nor nearly');
    await page.locator('.source input[multiple]').setInputFiles(
      files.map(({ file: { name }, contents }) => ({
        name,
        mimeType: 'application/gzip',
        buffer: gzipSync(contents),
      })),
    );
    const figure = data.getByRole('button', { name: /nearly$/ });
    await figure.waitFor(PATIENCE);
    expect(await figure.innerText()).toBe('2 to the byte, 1 nearly');
    await figure.focus();
    await page.keyboard.press('Enter');

    const album = page.getByRole('dialog');
    const entries = album.locator('.images > li');
    await entries.first().waitFor(PATIENCE);
    expect(await album.locator('[role=status]').innerText()).toMatch(
      /^3 test images; each beside the training image that it repeats, the nearest first\./,
    );
    const labels = await entries.evaluateAll((all) =>
      all.map((entry) =>
        [...entry.querySelectorAll('button')].map((one) => one.getAttribute('aria-label')),
      ),
    );
    const nameOf = (index: number) => drawn.classes[drawn.test.labels[index] as number];
    const twin = (index: number) => `The training image ${index} that it repeats: look inside`;
    expect(labels).toEqual([
      [`${nameOf(4)}, test image 4; equal to the byte: look inside`, twin(17)],
      [`${nameOf(9)}, test image 9; equal to the byte: look inside`, twin(30)],
      [expect.stringMatching(/, test image 21; 0\.\d+% apart: look inside$/), twin(111)],
    ]);
    const [exact, , near] = await Promise.all([0, 1, 2].map((at) => drawnIn(entries.nth(at))));
    expect(exact?.[0]).toBe(exact?.[1]);
    expect(near?.[0]).not.toBe(near?.[1]);

    // The twin opens, too, as the training image that it is.
    await entries
      .nth(2)
      .getByRole('button', { name: /repeats/ })
      .click();
    await expect.poll(() => new URL(page.url()).hash, PATIENCE).toMatch(/^#inside\/train\/111/);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
