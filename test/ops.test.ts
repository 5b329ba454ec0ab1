// Every op on the GPU against the float64 reference: values, every gradient, and finite differences;
// ops with kernel variants once with each variant.
import { describe, expect, test } from 'vitest';
import { variantNames, withVariant } from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';
import { type Force, check } from './ops/check.ts';
import { checkExtremes, checkNothing, lenders } from './ops/extremes.ts';
import { gpuEngine } from './ops/gpu.ts';
import type { Row } from './ops/row.ts';
import { table } from './ops/table.ts';

const device = await testDevice();
const engine = gpuEngine(device);

function declare(row: Row, title: string, force: Force, cases = row.cases): void {
  describe(title, () => {
    for (const c of cases) test(c.title, () => check(engine, row, c, force));
    test('NaN, infinities, very large and very small numbers', async () => {
      for (const c of lenders(cases)) await checkExtremes(engine, row, c, force);
    }, 300_000); // by itself it compiles what the cases above have compiled
  });
}

/** By no variant: a kernel that has nothing to do is not run. */
function declareNothing(row: Row): void {
  test(`${row.name} of no elements, in every dimension`, async () => {
    const taken = new Map<string, boolean>();
    for (const c of lenders(row.cases)) {
      for (const [dimension, isTaken] of await checkNothing(engine, row, c))
        taken.set(dimension, isTaken || taken.get(dimension) === true);
    }
    const refused = [...taken].flatMap(([dimension, isTaken]) => (isTaken ? [] : [dimension]));
    expect(refused.sort()).toEqual(row.refuses);
  });
}

for (const row of table) {
  declareNothing(row);
  if (!row.variants) declare(row, row.name, (f) => f());
  else
    for (const variant of variantNames) {
      // Software adapters compile the kernels for GPUs for seconds: tiles.test.ts has a few cases of each.
      if (variant === 'tiled' && device.info.software) continue;
      // The register kernels have nothing that is one adapter's own: the second gets every third case of them.
      const isSecond = /swiftshader/i.test(device.info.name);
      const cases = row.cases.filter((_, i) => !isSecond || variant !== 'register' || i % 3 === 0);
      declare(row, `${row.name}, ${variant}`, (f) => withVariant(device, variant, f), cases);
    }
}
