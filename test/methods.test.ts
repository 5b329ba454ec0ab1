// Tensors have ops as methods, numbers go where tensors go, and values come back as nested arrays.
import { expect, test } from 'vitest';
import { type Tensor, valueAndGrad } from '../src/tensor/index.ts';
import * as weft from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';

const device = await testDevice();
const x = device.tensor([1, -2, 3, -4, 5, 6], [2, 3]);

test('methods are the ops', async () => {
  const y = x
    .add(1)
    .mul(x)
    .relu()
    .sum({ axes: [1] });
  expect(await y.toArray()).toEqual([16, 84]);
  expect(await x.reshape([3, 2]).transpose().toArray()).toEqual([
    [1, 3, 5],
    [-2, -4, 6],
  ]);
  expect(await x.matmul(x.transpose()).max().toArray()).toBe(77);
  expect(await x.less(0).cast({ dtype: 'f32' }).mean().item()).toBeCloseTo(1 / 3);
  const parts = x.split({ parts: 3, axis: 1 });
  expect(await Promise.all(parts.map((part) => part.squeeze().toArray()))).toEqual([
    [1, -4],
    [-2, 5],
    [3, 6],
  ]);
});

test('every method is an op of that name', () => {
  const ops = new Set(Object.keys(weft));
  const methods = Object.keys(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(x))).filter(
    (name) => ops.has(name),
  );
  expect(methods.length).toBeGreaterThan(60);
});

test('they are followed by a gradient', async () => {
  const { grads } = valueAndGrad(() => x.pow(3).sub(x.mul(2)).sum(), [x]);
  expect(await (grads[0] as Tensor).toArray()).toEqual([
    [1, 10, 25],
    [46, 73, 106],
  ]);
});

test('numbers stand on either side, and are kept on the GPU', async () => {
  expect(await weft.sub(1, x).toArray()).toEqual([
    [0, 3, -2],
    [5, -4, -5],
  ]);
  const before = device.meter.buffersCreated;
  for (let i = 0; i < 5; i++) device.scope(() => void weft.div(x, 4));
  await device.finish();
  expect(device.meter.buffersCreated - before).toBeLessThan(4);
  expect(() => weft.add('1' as unknown as Tensor, x)).toThrow(
    'add: a must be a tensor, got string',
  );
});

test('a recording takes numbers, though it cannot upload', async () => {
  const recording = device.capture(() => x.mul(3).add(0.125));
  recording.replay();
  expect(await recording.result.toArray()).toEqual([
    [3.125, -5.875, 9.125],
    [-11.875, 15.125, 18.125],
  ]);
});

test('nothing comes back as empty arrays', async () => {
  expect(await device.zeros([2, 0]).toArray()).toEqual([[], []]);
  expect(await device.zeros([0, 2]).toArray()).toEqual([]);
});
