// Tensors that are made on the GPU: numbers by their place, one value everywhere; eagerly and at every replay.
import { describe, expect, test } from 'vitest';
import { arange, eye, gather, linspace, type Tensor } from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';

const device = await testDevice();
const values = async (t: Tensor) => [...(await t.data())];

/** The values of what f makes, which a recording must make too. */
async function made(f: () => Tensor): Promise<number[]> {
  const recording = device.capture(f);
  recording.replay(2);
  const eager = f();
  expect(recording.result.shape).toEqual(eager.shape);
  expect(recording.result.dtype).toBe(eager.dtype);
  const want = await values(eager);
  expect(await values(recording.result)).toEqual(want);
  return want;
}

describe('arange', () => {
  test('from 0, from a start, by a step, downwards', async () => {
    expect(await made(() => arange(device, 5))).toEqual([0, 1, 2, 3, 4]);
    expect(await made(() => arange(device, 2, 5))).toEqual([2, 3, 4]);
    expect(await made(() => arange(device, 1, 2, 0.25))).toEqual([1, 1.25, 1.5, 1.75]);
    expect(await made(() => arange(device, 0, 5, 2))).toEqual([0, 2, 4]);
    expect(await made(() => arange(device, 3, -1, -1.5))).toEqual([3, 1.5, 0]);
    expect(await made(() => arange(device, 2, 2))).toEqual([]);
    expect(arange(device, 2, 2, -1).shape).toEqual([0]);
    expect(await made(() => arange(device, 0))).toEqual([]);
  });

  test('in whole numbers, beyond what f32 holds', async () => {
    const far = 2 ** 31 - 3;
    expect(await made(() => arange(device, far, far + 2, 1, 'i32'))).toEqual([far, far + 1]);
    expect(await made(() => arange(device, -(2 ** 31), 0, 2 ** 30, 'i32'))).toEqual([
      -(2 ** 31),
      -(2 ** 30),
    ]);
    expect(await made(() => arange(device, 2 ** 32 - 1, 0, -(2 ** 31), 'u32'))).toEqual([
      2 ** 32 - 1,
      2 ** 31 - 1,
    ]);
  });

  test('many, each within an ulp of the largest', async () => {
    const got = await values(arange(device, 0, 1, 1e-5));
    expect(got).toHaveLength(100_000);
    const off = got.map((v, i) => Math.abs(v - i * 1e-5));
    expect(Math.max(...off.slice(0, 50_000))).toBeLessThan(2 ** -24);
    expect(Math.max(...off.slice(50_000))).toBeLessThan(2 ** -23);
  });
});

describe('linspace', () => {
  test('has both ends exactly', async () => {
    expect(await made(() => linspace(device, 0, 1, 5))).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(await made(() => linspace(device, 3, -3, 3))).toEqual([3, 0, -3]);
    expect(await made(() => linspace(device, 2, 7, 1))).toEqual([2]);
    expect(await made(() => linspace(device, 2, 7, 0))).toEqual([]);
    const far = Math.fround(3.4e38);
    expect(await made(() => linspace(device, -far, far, 2))).toEqual([-far, far]);
    const got = await values(linspace(device, 0.1, 0.7, 1001));
    expect([got[0], got.at(-1)]).toEqual([Math.fround(0.1), Math.fround(0.7)]);
    for (const [i, v] of got.entries())
      expect(Math.abs(v - (0.1 + (i * 0.6) / 1000))).toBeLessThan(2 ** -23);
  });
});

test('eye is 1 where row and column are the same, whichever there are more of', async () => {
  expect(await made(() => eye(device, 2))).toEqual([1, 0, 0, 1]);
  expect(await made(() => eye(device, 3, 2))).toEqual([1, 0, 0, 1, 0, 0]);
  expect(await made(() => eye(device, 2, 3, 'i32'))).toEqual([1, 0, 0, 0, 1, 0]);
  expect(eye(device, 2, 0).shape).toEqual([2, 0]);
  expect(eye(device, 0, 2).shape).toEqual([0, 2]);
});

test('zeros, ones and full', async () => {
  expect(await made(() => device.ones([2, 3]))).toEqual([1, 1, 1, 1, 1, 1]);
  expect(await made(() => device.zeros([5], 'i32'))).toEqual([0, 0, 0, 0, 0]);
  expect(await made(() => device.full([3], -Infinity))).toEqual([-Infinity, -Infinity, -Infinity]);
  expect(await made(() => device.full([2], -7, 'i32'))).toEqual([-7, -7]);
  expect(await made(() => device.full([2], 2 ** 32 - 1, 'u32'))).toEqual([
    2 ** 32 - 1,
    2 ** 32 - 1,
  ]);
  expect(await made(() => device.full([17], 200, 'u8'))).toEqual(Array(17).fill(200));
  expect(await made(() => device.full([0, 2], 4))).toEqual([]);
  expect(() => device.capture(() => device.full([2], 1.5, 'i32'))).toThrow('full: i32 holds');
});

test('a recorded value is there again after it was overwritten', async () => {
  const recording = device.capture(() => device.ones([3]));
  recording.replay();
  device.write(recording.result, [5, 6, 7]);
  recording.replay();
  expect(await values(recording.result)).toEqual([1, 1, 1]);
});

test('they may be indices', async () => {
  const x = device.tensor([1, 2, 3, 4], [4]);
  expect(await made(() => gather(x, arange(device, 3, -1, -2, 'i32'), { axis: 0 }))).toEqual([
    4, 2,
  ]);
});
