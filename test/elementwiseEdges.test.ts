// Elementwise functions where rounding, NaN and infinity decide: whole powers, all pairs of special values, casts.
import { expect, test } from 'vitest';
import {
  cast,
  cos,
  equal,
  erf,
  isFinite,
  isNaN,
  less,
  notEqual,
  pow,
  sin,
} from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';
import { erf as exactErf } from './reference/special.ts';

const device = await testDevice();
const vector = (values: readonly number[]) => device.tensor(values, [values.length]);

test('pow of all pairs of special values, as IEEE 754 has them', async () => {
  const bases = [-2, -1, -0.5, -0, 0, 0.3, 1, 7.3, 1e10, -3, NaN, Infinity, -Infinity];
  const powers = [
    -3,
    -2,
    -0.5,
    0,
    0.5,
    1,
    2,
    3,
    5.5,
    -1,
    100,
    NaN,
    Infinity,
    -Infinity,
    33_333_333,
  ];
  const y = await pow(device.tensor(bases, [bases.length, 1]), vector(powers)).data();
  const wrong = bases.flatMap((a, i) =>
    powers.flatMap((b, j) => {
      const got = y[i * powers.length + j] ?? 0;
      // JavaScript gives NaN where IEEE 754 has 1.
      const isOne = a === 1 || (a === -1 && Math.abs(b) === Infinity);
      const want = isOne ? 1 : Math.fround(a) ** Math.fround(b);
      const isNear = Math.abs(got - want) <= 6e-6 * Math.abs(want) + 1e-38;
      return isNear || Object.is(got, Math.fround(want)) ? [] : [[a, b, got, want]];
    }),
  );
  expect(wrong).toEqual([]);
});

test('squares and cubes are those of a product', async () => {
  const values = Array.from({ length: 100 }, (_, i) => Math.fround(0.37 * (i - 50)));
  const [two, three] = await Promise.all([2, 3].map((b) => pow(vector(values), b).data()));
  expect([...(two ?? [])]).toEqual(values.map((v) => Math.fround(v * v)));
  expect([...(three ?? [])]).toEqual(values.map((v) => Math.fround(Math.fround(v * v) * v)));
});

test('comparisons that NaN does not pass, and −0 is 0', async () => {
  const x = vector([1, NaN, -0, 3, Infinity]);
  expect([...(await equal(x, 0).data())]).toEqual([0, 0, 1, 0, 0]);
  expect([...(await notEqual(x, x).data())]).toEqual([0, 1, 0, 0, 0]);
  expect([...(await less(x, 2).data())]).toEqual([1, 0, 1, 0, 0]);
  expect([...(await isNaN(x).data())]).toEqual([0, 1, 0, 0, 0]);
  expect([...(await isFinite(x).data())]).toEqual([1, 0, 1, 1, 0]);
  const classes = device.tensor([1, 2, 3], [3], 'i32');
  expect([...(await equal(classes, 3).data())]).toEqual([0, 0, 1]);
});

test('casts cut off, stop at the ends, and make 0 of NaN', async () => {
  const x = vector([1.9, NaN, -1.9, Infinity, -Infinity, 5e9]);
  const as = async (dtype: 'i32' | 'u32' | 'u8') => [...(await cast(x, { dtype }).data())];
  expect(await as('i32')).toEqual([1, 0, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 1]);
  expect(await as('u32')).toEqual([1, 0, 0, 2 ** 32 - 1, 0, 2 ** 32 - 1]);
  expect((await as('u8')).slice(0, 3)).toEqual([1, 0, 255]);
  const bytes = device.tensor([1, 2, 255, 0, 7], [5], 'u8');
  expect([...(await cast(bytes, { dtype: 'f32' }).data())]).toEqual([1, 2, 255, 0, 7]);
});

test('sin and cos up to 8192, erf everywhere: within 2e-7', async () => {
  const angles = Array.from({ length: 4096 }, (_, i) => Math.fround((i - 2048) * 3.99951));
  const values = Array.from({ length: 4096 }, (_, i) => Math.fround((i - 2048) / 500));
  const worst = (got: ArrayLike<number>, want: readonly number[]) =>
    want.reduce((most, v, i) => Math.max(most, Math.abs(v - (got[i] ?? NaN))), 0);
  expect(worst(await sin(vector(angles)).data(), angles.map(Math.sin))).toBeLessThan(2e-7);
  expect(worst(await cos(vector(angles)).data(), angles.map(Math.cos))).toBeLessThan(2e-7);
  expect(worst(await erf(vector(values)).data(), values.map(exactErf))).toBeLessThan(2e-7);
});
