// Every op on the GPU against the float64 reference: values, every gradient, and finite differences;
// ops with kernel variants once with each variant.
import { describe, test } from 'vitest';
import { variantNames, withVariant } from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';
import { type Force, check } from './ops/check.ts';
import { gpuEngine } from './ops/gpu.ts';
import type { Row } from './ops/row.ts';
import { table } from './ops/table.ts';

const device = await testDevice();
const engine = gpuEngine(device);

function declare(row: Row, title: string, force: Force, cases = row.cases): void {
  describe(title, () => {
    for (const c of cases) test(c.title, () => check(engine, row, c, force));
  });
}

for (const row of table) {
  if (!row.variants) declare(row, row.name, (f) => f());
  else
    for (const variant of variantNames) {
      // On lavapipe a case of the tiled kernels, with their barriers, took up to 13 s, compiled cold: there every second.
      const isSlow = variant === 'tiled' && device.info.name.includes('llvmpipe');
      const cases = isSlow ? row.cases.filter((_, i) => i % 2 === 0) : row.cases;
      declare(row, `${row.name}, ${variant}`, (f) => withVariant(device, variant, f), cases);
    }
}
