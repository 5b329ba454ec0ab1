// dropout: the share it keeps, its scale, and a mask that depends on seed, step and stream alone.
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  dropout,
  linear,
  linearDropout,
  mul,
  relu,
  reshape,
  sum,
  valueAndGrad,
  variantNames,
} from '../src/tensor/index.ts';
import { withVariant } from '../src/tensor/variants.ts';
import { testDevice } from './gpu.ts';

const device = await testDevice();

const SIZE = 40_000;
const ones = device.full([SIZE], 1);
const ones64 = device.full([64], 1);
const state = (seed: number, step: number) => device.tensor([seed, step], [2], 'u32');

const masked = async (seed: number, step: number, options: { rate: number; stream?: number }) =>
  Float32Array.from(await dropout(ones, state(seed, step), options).data());

const kept = (values: Float32Array) => values.filter((v) => v !== 0).length / values.length;

describe('values', () => {
  for (const rate of [0.1, 0.25, 0.5, 0.9])
    test(`rate ${rate}: drops that share, scales the rest by 1 / (1 - rate)`, async () => {
      const y = await masked(1, 0, { rate });
      // Four standard deviations of the share.
      expect(Math.abs(kept(y) - (1 - rate))).toBeLessThan(
        4 * Math.sqrt((rate * (1 - rate)) / SIZE),
      );
      for (const v of y) if (v !== 0) expect(Math.abs(v * (1 - rate) - 1)).toBeLessThan(1e-6);
    });

  test('rate 0 and no state change nothing', async () => {
    expect(await masked(1, 0, { rate: 0 })).toEqual(new Float32Array(SIZE).fill(1));
    const y = await dropout(ones, undefined, { rate: 0.5 }).data();
    expect(y).toEqual(new Float32Array(SIZE).fill(1));
  });
});

describe('the mask', () => {
  test('is the same for the same seed, step and stream', async () => {
    expect(await masked(3, 7, { rate: 0.5, stream: 2 })).toEqual(
      await masked(3, 7, { rate: 0.5, stream: 2 }),
    );
  });

  test('is independent across seeds, steps, streams and positions', async () => {
    const first = await masked(3, 7, { rate: 0.5 });
    const others = [
      await masked(4, 7, { rate: 0.5 }),
      await masked(3, 8, { rate: 0.5 }),
      await masked(3, 7, { rate: 0.5, stream: 1 }),
      await masked(7, 3, { rate: 0.5 }),
      first.map((_, i) => first[(i + 1) % SIZE] ?? 0),
      first.map((_, i) => first[(i + 128) % SIZE] ?? 0),
    ];
    for (const other of others) {
      const same = first.filter((v, i) => v === other[i]).length / SIZE;
      expect(Math.abs(same - 0.5)).toBeLessThan(0.01);
    }
  });

  test('does not depend on the shape', async () => {
    const y = await dropout(reshape(ones, [200, 200]), state(3, 7), { rate: 0.5 }).data();
    expect(y).toEqual(await masked(3, 7, { rate: 0.5 }));
  });

  test('changes with the step tensor alone', async () => {
    const step = state(5, 0);
    const y0 = await dropout(ones, step, { rate: 0.5 }).data();
    device.write(step, [5, 1]);
    const y1 = await dropout(ones, step, { rate: 0.5 }).data();
    expect(y1).not.toEqual(y0);
    expect(y1).toEqual(await masked(5, 1, { rate: 0.5 }));
  });
});

test('the gradient passes where the value passed', async () => {
  const x = device.tensor(
    Float32Array.from({ length: SIZE }, (_, i) => Math.sin(i)),
    [SIZE],
  );
  const weights = device.tensor(
    Float32Array.from({ length: SIZE }, (_, i) => Math.cos(3 * i)),
    [SIZE],
  );
  const on = state(9, 4);
  const { grads } = valueAndGrad(
    () => sum(mul(dropout(relu(x), on, { rate: 0.25 }), weights)),
    [x],
  );
  const mask = await masked(9, 4, { rate: 0.25 });
  const [w, inputs, got] = [await weights.data(), await x.data(), await grads[0]?.data()];
  const want = mask.map((m, i) => ((inputs[i] ?? 0) > 0 && m > 0 ? m * (w[i] ?? 0) : 0));
  expect(got).toEqual(want);
});

describe('linearDropout is linear with dropout behind it', () => {
  const wave = (shape: readonly number[], step: number) =>
    device.tensor(
      Float32Array.from({ length: shape.reduce((p, d) => p * d, 1) }, (_, i) => Math.sin(step * i)),
      shape,
    );
  const on = state(9, 4);
  const drop = { rate: 0.25, stream: 3 };
  // Units in fours, as most variants want them, and not; more of both than a tile has.
  for (const [N, I, O] of [
    [5, 12, 8],
    [70, 36, 132],
    [3, 7, 10],
  ] as const)
    for (const withRelu of [true, false])
      for (const variant of variantNames)
        test(`${N} of ${I} to ${O}${withRelu ? ', ReLU' : ''}: ${variant}`, async () => {
          const [x, w, b] = [wave([N, I], 1), wave([I, O], 2), wave([O], 3)];
          const weights = wave([N, O], 5);
          const compute = (f: () => Tensor) =>
            withVariant(device, variant, () =>
              valueAndGrad(() => sum(mul(f(), weights)), [x, w, b]),
            );
          const fused = compute(() => linearDropout(x, w, on, b, { ...drop, relu: withRelu }));
          const plain = compute(() => dropout(linear(x, w, b, { relu: withRelu }), on, drop));
          const numbers = ({ value, grads }: typeof fused) =>
            Promise.all([value, ...grads].map(async (t) => [...(await t.data())]));
          expect(await numbers(fused)).toEqual(await numbers(plain));
        });
});

test('a NaN that is kept stays, one that is dropped is gone', async () => {
  const x = device.full([64], NaN);
  const on = state(5, 1);
  const mask = await dropout(device.full([64], 1), on, { rate: 0.5 }).data();
  const want = [...mask].map((m) => (m === 0 ? 0 : NaN));
  expect([...(await dropout(x, on, { rate: 0.5 }).data())]).toEqual(want);
  const { grads } = valueAndGrad(() => sum(mul(dropout(ones64, on, { rate: 0.5 }), x)), [ones64]);
  expect([...((await grads[0]?.data()) ?? [])]).toEqual(want);
});
