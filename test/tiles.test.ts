// Every tile of the kernels for GPUs against float64: values, gradients and slopes of whole tiles and ragged ones, four
// channels at a time and one, padded, strided, pooled, with partial sums.
import { afterEach, describe, expect, test } from 'vitest';
import { tileLabels } from '../src/tensor/ops/tiles.ts';
import { plansFor } from '../src/tensor/variants.ts';
import { testDevice } from './gpu.ts';
import { check } from './ops/check.ts';
import { gpuEngine } from './ops/gpu.ts';
import { table } from './ops/table.ts';

const device = await testDevice();
const engine = gpuEngine(device);

afterEach(() => {
  device.tuning = undefined;
});

/** Cases of the op table, by op and number. */
const CASES: readonly (readonly [op: string, ...cases: number[]])[] = [
  ['conv2d', 5, 14],
  ['conv2d → relu? → maxPool2d?', 4, 13],
];

for (const tile of tileLabels)
  describe(tile, () => {
    for (const [op, ...cases] of CASES) {
      const row = table.find(({ name }) => name === op);
      for (const n of cases) {
        const c = row?.cases[n];
        test(`${op}, ${c?.title}`, async () => {
          if (!row || !c) throw new Error(`the table has no case ${n} of ${op}`);
          const taken = new Set<string>();
          device.tuning = {
            choice(family, shape) {
              const ids = plansFor(device, family, shape).map(({ id }) => id);
              const id = ids.find((name) => name.endsWith(`Tiled ${tile}`));
              if (id !== undefined) taken.add(id);
              return id;
            },
          };
          await check(engine, row, c, (f) => f());
          expect(taken.size).toBe(3);
        });
      }
    }
  });
