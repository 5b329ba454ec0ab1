// Where ops could stumble: nothing in a tensor, other dtypes than f32, infinities, more elements than one
// row of workgroups reaches, and accuracy far from the middle of a function.
import { describe, expect, test } from 'vitest';
import * as weft from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';
import { erfc } from './reference.ts';

const device = await testDevice();
const f32 = (data: number[], shape: number[] = [data.length]) => device.tensor(data, shape);
const i32 = (data: number[], shape: number[] = [data.length]) => device.tensor(data, shape, 'i32');
const values = async (x: weft.Tensor) => Array.from(await x.data());

describe('nothing', () => {
  const none = device.zeros([2, 0, 3]);

  test('a sum of it is 0, a maximum -Infinity, a mean NaN, its argmax is refused', async () => {
    expect(await values(weft.sum(none, { axes: [1] }))).toEqual(Array(6).fill(0));
    expect(await values(weft.max(none, { axes: [1] }))).toEqual(Array(6).fill(-Infinity));
    expect(await weft.sum(none).item()).toBe(0);
    expect(await values(weft.mean(none, { axes: [1] }))).toEqual(Array(6).fill(NaN));
    expect(() => weft.argmax(none, { axis: 1 })).toThrow('argmax: axis 1');
  });

  test('passes through ops that keep or move it', () => {
    expect(weft.exp(none).shape).toEqual([2, 0, 3]);
    expect(weft.add(none, device.zeros([3])).shape).toEqual([2, 0, 3]);
    expect(weft.transpose(none).shape).toEqual([3, 0, 2]);
    expect(weft.reshape(none, [0, 7]).shape).toEqual([0, 7]);
    expect(weft.reshape(none, [-1, 7]).shape).toEqual([0, 7]);
    expect(() => weft.reshape(none, [-1, 0])).toThrow('-1 could be any size beside the 0');
    expect(weft.slice(f32([1, 2, 3]), { starts: [2], ends: [1] }).shape).toEqual([0]);
    expect(weft.gather(f32([1, 2, 3]), i32([]), { axis: 0 }).shape).toEqual([0]);
    expect(weft.softmax(none).shape).toEqual([2, 0, 3]);
  });

  test('has gradients of its shape, and gives zeros to what it was cut from', async () => {
    const x = f32([1, 2, 3]);
    const cut = () => weft.sum(weft.slice(x, { starts: [3], ends: [3] }));
    expect(await values(weft.valueAndGrad(cut, [x]).grads[0] as weft.Tensor)).toEqual([0, 0, 0]);
    const whole = () => weft.sum(weft.exp(none));
    expect(weft.valueAndGrad(whole, [none]).grads[0]?.shape).toEqual([2, 0, 3]);
  });

  test('can be padded to something', async () => {
    expect(await values(weft.pad(f32([]), { pads: [1, 1], value: 7 }))).toEqual([7, 7]);
  });
});

describe('whole numbers', () => {
  const x = i32([1, -2, 3, 4, 5, -6], [2, 3]);

  test('are moved as they are', async () => {
    expect(await values(weft.transpose(x))).toEqual([1, 4, -2, 5, 3, -6]);
    expect(await values(weft.slice(x, { starts: [-1], ends: [-9], steps: [-1] }))).toEqual([
      4, 5, -6, 1, -2, 3,
    ]);
    expect(await values(weft.pad(x, { pads: [0, 1, 0, 0], value: -9 }))).toEqual([
      -9, 1, -2, 3, -9, 4, 5, -6,
    ]);
    expect(await values(weft.concat([x, x, x], { axis: 0 }))).toHaveLength(18);
    expect(await values(weft.broadcastTo(i32([7, 8]), [2, 2]))).toEqual([7, 8, 7, 8]);
    expect(weft.reshape(x, [3, -1]).dtype).toBe('i32');
  });

  test('are chosen by index and by condition', async () => {
    expect(await values(weft.gather(x, i32([-1, 0]), { axis: 1 }))).toEqual([3, 1, -6, 4]);
    expect(await values(weft.where(i32([1, 0, -1]), x, i32([0])))).toEqual([1, 0, 3, 4, 0, -6]);
    expect(() => weft.where(x, x, f32([1, 2, 3]))).toThrow('differ in dtype');
    expect(() => weft.concat([x, f32([1, 2, 3], [1, 3])], { axis: 0 })).toThrow('concat');
  });
});

test('infinities stand where they are put, -0 is no condition', async () => {
  const padded = weft.pad(f32([1]), { pads: [1, 1], value: -Infinity });
  expect(await values(padded)).toEqual([-Infinity, 1, -Infinity]);
  expect(await weft.max(padded).item()).toBe(1);
  expect(await values(weft.where(f32([-0, 0, 2]), f32([1]), f32([5])))).toEqual([5, 5, 1]);
});

test('a gradient that is masked away is 0, whatever comes from above', async () => {
  const x = f32([-1, 2]);
  const steep = () => weft.sum(weft.div(weft.relu(x), f32([0, 1])));
  expect(await values(weft.valueAndGrad(steep, [x]).grads[0] as weft.Tensor)).toEqual([0, 1]);
});

test('more workgroups than one dimension holds', async () => {
  const size = 65_535 * 64 + 129;
  const x = device.tensor(
    Float32Array.from({ length: size }, (_, i) => i % 1009),
    [size],
  );
  const padded = await weft.pad(x, { pads: [1, 0] }).data();
  const joined = await weft.concat([f32([4]), x], { axis: 0 }).data();
  for (const i of [0, 64 * 65_535 - 1, 64 * 65_535, size - 1]) {
    expect(padded[i + 1]).toBe(i % 1009);
    expect(joined[i + 1]).toBe(i % 1009);
  }
  expect(await weft.argmax(x, { axis: 0 }).item()).toBe(1008);
});

describe('accuracy', () => {
  const x = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) / 160);
  const cdf = (v: number) => 0.5 * erfc(-v / Math.SQRT2);
  const functions: Readonly<Record<string, readonly [unknown, (v: number) => number]>> = {
    gelu: [weft.gelu, (v) => v * cdf(v)],
    tanh: [weft.tanh, Math.tanh],
    sigmoid: [weft.sigmoid, (v) => 1 / (1 + Math.exp(-v))],
  };

  for (const [name, [f, exact]] of Object.entries(functions))
    test(`${name} on -12.5..12.5: to 2e-7, and to 2e-6 of small values`, async () => {
      const got = await (f as typeof weft.tanh)(device.tensor(x, [x.length])).data();
      for (const [i, v] of x.entries()) {
        const want = exact(v);
        const error = Math.abs((got[i] ?? Number.NaN) - want);
        expect(error, `${name}(${v})`).toBeLessThanOrEqual(2e-7 * Math.max(1, Math.abs(v)));
        if (Math.abs(v) < 2) {
          expect(error, `${name}(${v})`).toBeLessThanOrEqual(2e-6 * Math.abs(want));
        }
      }
    });

  test('tanh keeps its digits near 0', async () => {
    const small = Float32Array.from([1e-30, -3e-12, 1e-7, 0.001, -0.0625, 0.59, 0.61]);
    const got = await weft.tanh(device.tensor(small, [small.length])).data();
    for (const [i, v] of small.entries()) {
      expect(Math.abs((got[i] ?? 0) / Math.tanh(v) - 1)).toBeLessThan(3e-7);
    }
  });

  test('nothing overflows at the ends', async () => {
    const ends = f32([-1e30, -200, 200, 1e30]);
    expect(await values(weft.tanh(ends))).toEqual([-1, -1, 1, 1]);
    expect(await values(weft.sigmoid(ends))).toEqual([0, 0, 1, 1]);
    expect((await values(weft.gelu(ends))).map(Math.abs)).toEqual([0, 0, 200, Math.fround(1e30)]);
    expect(await values(weft.softmax(f32([-1e30, 1e30])))).toEqual([0, 1]);
    const largest = f32([-3.4e38, -1.9e19, 1.9e19, 3.4e38]);
    for (const x of [ends, largest])
      for (const approximate of ['none', 'tanh'] as const) {
        const { grads } = weft.valueAndGrad(() => weft.sum(weft.gelu(x, { approximate })), [x]);
        expect((await values(grads[0] as weft.Tensor)).map(Math.abs)).toEqual([0, 0, 1, 1]);
      }
  });

  test('a sum of 2^20 + 3 numbers is off by less than 1e-6 of their magnitudes', async () => {
    const data = Float32Array.from({ length: 2 ** 20 + 3 }, (_, i) =>
      Math.fround(Math.sin(i) + 0.1),
    );
    let [want, magnitudes] = [0, 0];
    for (const v of data) [want, magnitudes] = [want + v, magnitudes + Math.abs(v)];
    const got = await weft.sum(device.tensor(data, [data.length])).item();
    expect(Math.abs(got - want)).toBeLessThan(1e-6 * magnitudes);
  });
});

test('a mean of a long axis and its gradient take the scale once', async () => {
  const x = device.full([3, 1000], 2);
  expect(await values(weft.mean(x, { axes: [1] }))).toEqual([2, 2, 2]);
  const { grads } = weft.valueAndGrad(() => weft.mean(x), [x]);
  const [first = 0] = await values(grads[0] as weft.Tensor);
  expect(Math.abs(first * 3000 - 1)).toBeLessThan(1e-6);
});

describe('products', () => {
  test('over nothing are zeros, and so are gradients over no samples', async () => {
    const product = weft.matmul(device.zeros([2, 0]), device.zeros([0, 3]));
    expect(await values(product)).toEqual(Array(6).fill(0));
    const stack = weft.matmul(device.zeros([4, 2, 0]), device.zeros([0, 3]));
    expect(stack.shape).toEqual([4, 2, 3]);
    expect(await values(stack)).toEqual(Array(24).fill(0));
    const bias = f32([1, -2, NaN]);
    const dense = () => weft.linear(device.zeros([2, 0]), device.zeros([0, 3]), bias);
    expect(await values(dense())).toEqual([1, -2, NaN, 1, -2, NaN]);
    expect(await values(weft.relu(dense()))).toEqual([1, 0, NaN, 1, 0, NaN]);
    const [w, b] = [f32([1, 2, 3, 4], [2, 2]), f32([5, 6])];
    const loss = () => weft.sum(weft.linear(device.zeros([0, 2]), w, b));
    const { grads } = weft.valueAndGrad(loss, [w, b]);
    expect(await values(grads[0] as weft.Tensor)).toEqual([0, 0, 0, 0]);
    expect(await values(grads[1] as weft.Tensor)).toEqual([0, 0]);
  });

  test('of more rows than one dimension of a grid reaches fall to a variant that folds it', async () => {
    const rows = 65_535 * 32 + 1; // one block more than the subgroup kernel's grid can hold
    const x = device.full([rows, 4], 1);
    const w = f32([...Array(16).keys()], [4, 4]);
    const y = weft.linear(x, w);
    const last = weft.slice(y, { starts: [rows - 1], ends: [rows], axes: [0] });
    expect(await values(last)).toEqual([24, 28, 32, 36]);
  });
});
