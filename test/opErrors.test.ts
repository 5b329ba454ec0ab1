// Wrong shapes, dtypes and options throw at the call, with the values in the message.
import { describe, expect, test } from 'vitest';
import { TensorError } from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';
import { wrongCalls, zeros } from './ops/errors.ts';

const device = await testDevice();

for (const [op, calls] of Object.entries(wrongCalls))
  describe(op, () => {
    calls.forEach(({ call, says }, i) =>
      test(says.join(' ') || String(i), () => {
        const run = () => call(zeros(device, 'f32'), zeros(device, 'i32'), zeros(device, 'u32'));
        expect(run).toThrow(TensorError);
        expect(run).toThrow(new RegExp(`^${op}: `));
        for (const part of says) expect(run).toThrow(part);
      }),
    );
  });
