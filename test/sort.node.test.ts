// sort and topK over rows of any length against a stable sort of JavaScript's, and the order in which scatterAdd adds.
import { describe, expect, test } from 'vitest';
import {
  gatherElements,
  scatterAdd,
  sort,
  type Tensor,
  topK,
  valueAndGrad,
} from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';
import { expectClose } from './ops/compare.ts';
import { randomFrom } from './ops/row.ts';

const device = await testDevice();
const values = async (t: Tensor) => [...(await t.data())];

/** NaN is above all, −0 and 0 are alike. */
function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return Number(a > b) - Number(a < b);
}

function placesInOrder(row: Float32Array, descending: boolean): number[] {
  const places = [...row.keys()];
  const of = (i: number) => row[i] as number;
  return places.sort((a, b) => (descending ? compare(of(b), of(a)) : compare(of(a), of(b))));
}

/** Few different values, the odd ones among them. */
function drawn(rows: number, size: number, seed: number): Float32Array {
  const random = randomFrom(seed);
  const odd = [NaN, -NaN, Infinity, -Infinity, 0, -0, 3e38, -3e38];
  return Float32Array.from({ length: rows * size }, () => {
    const u = random();
    return u < 0.1 ? (odd[Math.floor(80 * u)] as number) : Math.round((u - 0.5) * size) / 3;
  });
}

async function expectSorted(
  data: Float32Array,
  [rows, size]: readonly [number, number],
  { values: got, indices }: { values: Tensor; indices: Tensor },
  descending: boolean,
): Promise<void> {
  const [sorted, places] = [await got.data(), await indices.data()];
  for (let r = 0; r < rows; r++) {
    const row = data.subarray(r * size, (r + 1) * size);
    const want = placesInOrder(row, descending);
    // The first place that is wrong: to print how long rows differ takes minutes.
    const isWrong = (from: number, n: number) =>
      places[r * size + n] !== from || !Object.is(sorted[r * size + n], row[from]);
    expect(want.findIndex(isWrong)).toBe(-1);
  }
}

describe('sort', () => {
  const rowsOf: readonly (readonly [size: number, rows: number])[] = [
    ...[1, 2, 31, 512, 513].map((size) => [size, Math.ceil(600 / size)] as const),
    ...[1024, 1025, 2048, 2049, 5000].map((size) => [size, 2] as const),
  ];
  for (const [size, rows] of rowsOf)
    test(`rows of ${size}`, async () => {
      const shape = [rows, size] as const;
      const data = drawn(rows, size, size);
      const x = device.tensor(data, shape);
      for (const descending of [false, true])
        await expectSorted(data, shape, sort(x, { descending }), descending);
    });

  test('a long row, recorded and replayed over other values', async () => {
    const shape = [1, 70_001] as const;
    const x = device.tensor(drawn(...shape, 1), shape);
    const recording = device.capture(() => sort(x));
    for (const seed of [2, 3]) {
      const data = drawn(...shape, seed);
      device.write(x, data);
      recording.replay();
      await expectSorted(data, shape, recording.result, false);
    }
  });

  test('NaNs of any sign and bits are one value, and come out as they are', async () => {
    const bits = Int32Array.of(0x7fc00000, 0x3f800000, -0x400000, 0x7f800001, -1, 0x7f800000);
    const { values: sorted, indices } = sort(device.tensor(new Float32Array(bits.buffer), [6]));
    expect(await values(indices)).toEqual([1, 5, 0, 2, 3, 4]);
    expect((await values(sorted)).slice(0, 3)).toEqual([1, Infinity, NaN]);
  });
});

test('topK, eagerly and recorded', async () => {
  const x = device.tensor([3, NaN, 1, 3, -2, 0, 5, 5, -Infinity, 5], [2, 5]);
  const two = [() => topK(x, 2), () => x.topK(2, { largest: false })] as const;
  const wants = [
    [
      [NaN, 3, 5, 5],
      [1, 0, 1, 2],
    ],
    [
      [-2, 1, -Infinity, 0],
      [4, 2, 3, 0],
    ],
  ];
  for (const [i, f] of two.entries()) {
    const recording = device.capture(f);
    recording.replay();
    for (const { values: got, indices } of [f(), recording.result]) {
      expect(got.shape).toEqual([2, 2]);
      expect([await values(got), await values(indices)]).toEqual(wants[i]);
    }
  }
  expect(topK(x, 0).values.shape).toEqual([2, 0]);
});

test('scatterAdd adds in the order of the indices, so that sums have the same bits', async () => {
  const indices = device.tensor([0, 0, 0, 1, 1, 1], [6], 'i32');
  const source = device.tensor([1e8, 1, -1e8, 1e8, -1e8, 1], [6]);
  const zeros = device.zeros([2]);
  for (let i = 0; i < 3; i++) {
    expect(await values(scatterAdd(zeros, indices, source, { axis: 0 }))).toEqual([0, 1]);
  }
});

test('a recording differentiates them as an eager call does', async () => {
  const x = device.tensor(drawnNumbers(1), [3, 40]);
  const indices = device.tensor([0, 2, 2, 5, 39, -1, 7, 0, 0, 1, 1, 1], [3, 4], 'i32');
  const loss = () => {
    const sorted = sort(x).values.mul(x);
    const top = topK(x, 4, { largest: false }).values;
    const added = scatterAdd(x, indices, gatherElements(x, indices, { axis: 1 }).mul(top), {
      axis: 1,
    });
    return sorted.add(added.square()).sum();
  };
  const grad = () => valueAndGrad(loss, [x]).grads[0] as Tensor;
  const recording = device.capture(grad);
  for (const seed of [2, 3]) {
    device.write(x, drawnNumbers(seed));
    recording.replay();
    expectClose('gradient', await values(recording.result), await values(grad()), 1e-6);
  }
});

function drawnNumbers(seed: number): Float32Array {
  const random = randomFrom(seed);
  return Float32Array.from({ length: 120 }, () => random() - 0.5);
}
