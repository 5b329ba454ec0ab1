// Every tile of the kernels for GPUs against float64: values, gradients and slopes of whole tiles and ragged ones, four
// channels at a time and one, padded, strided, pooled, with partial sums.
import { afterEach, expect, test } from 'vitest';
import { tileLabels } from '../src/tensor/ops/tiles.ts';
import { plansFor, withVariant } from '../src/tensor/variants.ts';
import { testDevice } from './gpu.ts';
import { check } from './ops/check.ts';
import { checkExtremes } from './ops/extremes.ts';
import { gpuEngine } from './ops/gpu.ts';
import { table } from './ops/table.ts';

const device = await testDevice();
const engine = gpuEngine(device);

afterEach(() => {
  device.tuning = undefined;
});

/**
 * A few cases of the op table for each tile, by op and number: a software adapter compiles a kernel of the larger ones
 * for seconds, so what a tile has in common with the others is tried with the smallest.
 */
const CASES: Readonly<Record<string, readonly (readonly [op: string, number: number])[]>> = {
  '128x128': [['conv2d → relu? → maxPool2d?', 4]],
  '64x64': [['conv2d → relu? → maxPool2d?', 13]],
  '64x32x4': [['conv2d → relu? → maxPool2d?', 4]],
  '32x32x4': [['conv2d → relu? → maxPool2d?', 14]],
  '16x16x16': [
    ['linear', 3],
    ['conv2d', 5],
    ['conv2d', 14],
    ['conv2d → relu? → maxPool2d?', 4],
  ],
  Thin: [
    ['conv2d', 15],
    ['conv2d → relu? → maxPool2d?', 6],
    ['conv2d → relu? → maxPool2d?', 8],
  ],
};
/** Forces a tile wherever one may be chosen. @returns the contractions that took it */
function force(tile: string): ReadonlySet<string> {
  const taken = new Set<string>();
  device.tuning = {
    choice(family, shape) {
      const plans = plansFor(device, family, shape);
      const id = plans.find((plan) => new RegExp(`(Tiled |^conv2d.*)${tile}$`).test(plan.id))?.id;
      if (id !== undefined) taken.add(id);
      return id;
    },
  };
  return taken;
}

test('each tile has cases', () => {
  expect(Object.keys(CASES)).toEqual([...tileLabels, 'Thin']);
});

// SwiftShader took 257 s for all: there one case of the smallest tile, and one of a first layer.
const isSlow = /swiftshader/i.test(device.info.name);
const FEW = new Set([tileLabels.at(-1), 'Thin']);

for (const [tile, cases] of Object.entries(CASES))
  for (const [op, number] of isSlow ? cases.slice(FEW.has(tile) ? -1 : cases.length) : cases) {
    const row = table.find(({ name }) => name === op);
    const c = row?.cases[number];
    test(`${tile}: ${op}, ${c?.title}`, async () => {
      if (!row || !c) throw new Error(`the table has no case ${number} of ${op}`);
      const taken = force(tile);
      await check(engine, row, c, (f) => withVariant(device, 'tiled', f));
      expect(taken.size).toBe(tile === 'Thin' ? 2 : 3); // a first layer's gradient of x is a tile's
    });
    if (tile === tileLabels.at(-1) && number === 4)
      test(`${tile}: ${op}, ${c?.title}: NaN, infinities, large and small numbers`, async () => {
        if (!row || !c) throw new Error(`the table has no case ${number} of ${op}`);
        force(tile);
        await checkExtremes(engine, row, c, (f) => withVariant(device, 'tiled', f));
      });
  }
