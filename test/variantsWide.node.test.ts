// Subgroups of eight lanes, as lavapipe has them for most people: kernels agree, and ops give the reference's values.
import './wide.node.ts';
import './variants.test.ts';
import { describe, expect, test } from 'vitest';
import { withVariant } from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';
import { check } from './ops/check.ts';
import { gpuEngine } from './ops/gpu.ts';
import { table } from './ops/table.ts';

const device = await testDevice();
const engine = gpuEngine(device);

test('the device has what this file asks for', () => {
  if (device.info.name.includes('llvmpipe')) expect(device.info.subgroupSize).toBe(8);
});

// ops.test.ts has them all, with four lanes: eight take LLVM a multiple of the time.
for (const row of table.filter(({ variants }) => variants))
  describe(`${row.name}, subgroup`, () => {
    for (const c of row.cases.filter((_, i) => i % 5 === 0))
      test(c.title, () => check(engine, row, c, (f) => withVariant(device, 'subgroup', f)));
  });
