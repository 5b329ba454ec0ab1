// Values that must never change unnoticed: what a seed means. They are integers at heart, so every adapter agrees.
import { expect, test } from 'vitest';
import { Sequential, digestOf, referenceNetwork } from '../src/nn/index.ts';
import { drawBatch, dropout } from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';

const device = await testDevice();

test('the first weights of the reference network, seed 1', async () => {
  const model = new Sequential(device, [28, 28, 1], referenceNetwork(), { seed: 1 });
  expect(model.arena.count).toBe(241_546);
  expect(digestOf(await model.arena.read())).toBe('62bf78acfd15b994');
});

test('the samples of the first batch, seed 7, of 100', async () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);
  const samples = {
    images: device.tensor(bytes, [100, 1, 1, 1], 'u8'),
    labels: device.tensor(bytes, [100], 'u8'),
    indices: device.tensor(Uint32Array.from(bytes), [100], 'u32'),
  };
  const { labels } = drawBatch(samples, device.tensor([7, 0], [2], 'u32'), 10);
  expect([...(await labels.data())]).toEqual([80, 39, 48, 50, 89, 69, 73, 43, 56, 58]);
});

test('the elements that dropout keeps, seed 7, step 3, stream 2', async () => {
  const x = device.full([16], 1);
  const y = dropout(x, device.tensor([7, 3], [2], 'u32'), { rate: 0.5, stream: 2 });
  expect([...(await y.data())].map((v) => (v > 0 ? 1 : 0)).join('')).toBe('0000011010110110');
});
