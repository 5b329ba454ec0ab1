// rand, randn and randint: their bounds, moments and evenness at fixed seeds, and what the numbers follow from.
import { describe, expect, test } from 'vitest';
import {
  dropout,
  countStep,
  rand,
  randint,
  randn,
  type RandOptions,
  type Tensor,
} from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';

const device = await testDevice();

const SIZE = 65_537; // no whole number of vec4s
const state = (seed: number, step = 0) => device.tensor([seed, step], [2], 'u32');
const read = async (t: Tensor) => Float64Array.from(await t.data());
const mean = (x: Float64Array, f: (v: number) => number = (v) => v) =>
  x.reduce((sum, v) => sum + f(v), 0) / x.length;

/** χ² of counts that are expected to be alike, in standard deviations from its mean. */
function chiSquare(counts: readonly number[], total: number): number {
  const expected = total / counts.length;
  const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const freedom = counts.length - 1;
  return (chi - freedom) / Math.sqrt(2 * freedom);
}

function countsOf(x: Float64Array, bins: number, binOf: (v: number) => number): number[] {
  const counts = Array<number>(bins).fill(0);
  for (const v of x) counts[binOf(v)] = (counts[binOf(v)] as number) + 1;
  return counts;
}

/** The number of standard deviations that a mean of SIZE numbers is off. */
const off = (got: number, want: number, deviation: number) =>
  Math.abs(got - want) / (deviation / Math.sqrt(SIZE));

for (const seed of [1, 2, 4_000_000_000])
  describe(`seed ${seed}`, () => {
    test('rand is even in [0, 1)', async () => {
      const x = await read(rand(state(seed), { shape: [SIZE] }));
      expect(x.every((v) => v >= 0 && v < 1)).toBe(true);
      expect(off(mean(x), 1 / 2, Math.sqrt(1 / 12))).toBeLessThan(4);
      expect(
        off(
          mean(x, (v) => v * v),
          1 / 3,
          Math.sqrt(4 / 45),
        ),
      ).toBeLessThan(4);
      expect(
        Math.abs(
          chiSquare(
            countsOf(x, 128, (v) => Math.floor(128 * v)),
            SIZE,
          ),
        ),
      ).toBeLessThan(4);
      // Neighbors, which come from one hash, and vec4s, which do not.
      for (const lag of [1, 2, 3, 4, 64]) {
        const products = x.subarray(lag).map((v, i) => (v - 0.5) * ((x[i] as number) - 0.5));
        expect(off(mean(products), 0, 1 / 12)).toBeLessThan(4);
      }
    });

    test('randn is normal', async () => {
      const x = await read(randn(state(seed), { shape: [SIZE] }));
      expect(x.every((v) => Math.abs(v) < 5.78)).toBe(true);
      expect(off(mean(x), 0, 1)).toBeLessThan(4);
      expect(
        off(
          mean(x, (v) => v ** 2),
          1,
          Math.sqrt(2),
        ),
      ).toBeLessThan(4);
      expect(
        off(
          mean(x, (v) => v ** 3),
          0,
          Math.sqrt(15),
        ),
      ).toBeLessThan(4);
      expect(
        off(
          mean(x, (v) => v ** 4),
          3,
          Math.sqrt(96),
        ),
      ).toBeLessThan(4);
      // Eight parts of the line that are equally likely.
      const edges = [-1.1503494, -0.6744898, -0.3186394, 0, 0.3186394, 0.6744898, 1.1503494];
      const counts = countsOf(x, 8, (v) => edges.filter((edge) => v >= edge).length);
      expect(Math.abs(chiSquare(counts, SIZE))).toBeLessThan(4);
      for (const lag of [1, 2, 3, 4, 64])
        expect(off(mean(x.subarray(lag).map((v, i) => v * (x[i] as number))), 0, 1)).toBeLessThan(
          4,
        );
    });

    test('randint is even from low to below high', async () => {
      const x = await read(randint(state(seed), { shape: [SIZE], low: -3, high: 10 }));
      expect(
        Math.abs(
          chiSquare(
            countsOf(x, 13, (v) => v + 3),
            SIZE,
          ),
        ),
      ).toBeLessThan(4);
      const ends = { low: -(2 ** 31), high: 2 ** 31 - 1 };
      const wide = await read(randint(state(seed), { shape: [SIZE], ...ends }));
      const bin = (v: number) => Math.floor((64 * (v + 2 ** 31)) / 2 ** 32);
      expect(Math.abs(chiSquare(countsOf(wide, 64, bin), SIZE))).toBeLessThan(4);
      const bits = wide.map((v) => (v + 2 ** 31) % 64);
      expect(
        Math.abs(
          chiSquare(
            countsOf(bits, 64, (v) => v),
            SIZE,
          ),
        ),
      ).toBeLessThan(4);
    });
  });

test('one number to choose from is always that', async () => {
  const x = randint(state(1), { shape: [5], low: 7, high: 8 });
  expect(x.dtype).toBe('i32');
  expect([...(await read(x))]).toEqual([7, 7, 7, 7, 7]);
});

const KINDS: Record<string, (state: Tensor, options: RandOptions) => Tensor> = {
  rand,
  randn,
  randint: (on, options) => randint(on, { ...options, high: 1000 }),
};

describe.each(Object.entries(KINDS))('%s', (_, draw) => {
  test('the same seed, step and stream give the same bits, in any shape', async () => {
    const x = draw(state(3, 7), { shape: [6, 5], stream: 2 });
    expect(x.shape).toEqual([6, 5]);
    expect(await read(x)).toEqual(await read(draw(state(3, 7), { shape: [30], stream: 2 })));
    expect(draw(state(3), { shape: [0, 2] }).shape).toEqual([0, 2]);
    expect(draw(state(3), { shape: [] }).size).toBe(1);
  });

  test('another seed, step or stream gives others', async () => {
    const first = await read(draw(state(3, 7), { shape: [1000] }));
    const others = [
      draw(state(4, 7), { shape: [1000] }),
      draw(state(3, 8), { shape: [1000] }),
      draw(state(7, 3), { shape: [1000] }),
      draw(state(3, 7), { shape: [1000], stream: 1 }),
    ];
    for (const other of others) {
      const values = await read(other);
      expect(first.filter((v, i) => v === values[i]).length).toBeLessThan(10);
    }
  });

  test('every replay draws anew, and what an eager step would draw', async () => {
    const on = state(5);
    const recording = device.capture(() => {
      const drawn = [0, 1].map((stream) => draw(on, { shape: [7], stream }));
      countStep(on);
      return drawn;
    });
    for (const step of [0, 1, 2]) {
      recording.replay();
      for (const stream of [0, 1]) {
        const got = await read(recording.result[stream] as Tensor);
        expect(got).toEqual(await read(draw(state(5, step), { shape: [7], stream })));
      }
    }
    recording.replay(3);
    expect([...(await on.data())]).toEqual([5, 6]);
  });
});

test('rand is independent of a dropout mask of its state and stream', async () => {
  const on = state(9, 1);
  const x = await read(rand(on, { shape: [SIZE] }));
  const mask = await read(dropout(device.ones([SIZE]), on, { rate: 0.5 }));
  const kept = x.filter((_, i) => mask[i] !== 0);
  expect(Math.abs(mean(kept) - 1 / 2)).toBeLessThan(
    (4 * Math.sqrt(1 / 12)) / Math.sqrt(kept.length),
  );
});
