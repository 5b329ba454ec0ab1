// The real Fashion-MNIST, where it is at hand: read as published, explored in time.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadDataSet } from '../src/app/cli/dataset.ts';
import { explore } from '../src/app/data/eda.ts';
import { splitTrainValidation } from '../src/app/data/prepare.ts';

const folder =
  process.env['FASHION_MNIST_DIR'] ??
  fileURLToPath(new URL('../../shared/fashion-mnist', import.meta.url));
const present = existsSync(folder);

test.skipIf(!present)(
  `Fashion-MNIST${present ? '' : `: no files at ${folder} (FASHION_MNIST_DIR)`}`,
  async () => {
    const { set, notice } = await loadDataSet({ data: folder });
    expect(notice).toBeUndefined();
    expect([set.train.count, set.test.count]).toEqual([60_000, 10_000]);

    const began = process.cpuUsage();
    const { train, test, perClass, duplicates } = await explore(set);
    // Of the processor, which a busy machine stretches less than the clock: 2.7 s (2026-11-23); the limit leaves room for slower ones.
    expect(process.cpuUsage(began).user / 1e6).toBeLessThan(20);
    expect(train.classCounts).toEqual(Array(10).fill(6_000));
    expect(test.classCounts).toEqual(Array(10).fill(1_000));
    // The figures that the field normalizes with.
    expect(train.pixels.mean / 255).toBeCloseTo(0.286, 4);
    expect(train.pixels.std / 255).toBeCloseTo(0.353, 4);
    expect(train.pixels.zeroShare).toBeCloseTo(0.502, 3);
    expect(perClass[5]!.brightness.mean).toBeLessThan(perClass[4]!.brightness.mean);
    expect(duplicates).toMatchObject({ exact: 0, near: 26 });

    const split = splitTrainValidation(set.train.labels, { validation: 6_000, seed: 1 });
    for (let label = 0; label < 10; label++)
      expect(split.validation.filter((i) => set.train.labels[i] === label)).toHaveLength(600);
  },
);
