// Data on the GPU: every sample once an epoch, batches in order, losses in a ring, rows in a table.
import { describe, expect, test } from 'vitest';
import {
  type Samples,
  collectRows,
  drawBatch,
  countCorrect,
  countStep,
  drawRows,
  recordScalar,
  takeBatch,
  takeRows,
} from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';

const device = await testDevice();

/** M images whose bytes differ, labeled 0..9 in turn, of which `chosen` are the set. */
function samples(M: number, shape: readonly number[], chosen?: readonly number[]): Samples {
  const size = M * shape.reduce((a, b) => a * b, 1);
  const indices = chosen ?? Array.from({ length: M }, (_, i) => i);
  return {
    images: device.tensor(Uint8Array.from({ length: size }, byteAt), [M, ...shape], 'u8'),
    labels: device.tensor(
      Uint8Array.from({ length: M }, (_, i) => i % 10),
      [M],
      'u8',
    ),
    indices: device.tensor(indices, [indices.length], 'u32'),
  };
}
const byteAt = (_: unknown, i: number) => (i * 167 + (i >> 7) * 59) % 256;

/** One-byte images that hold their own number: what a batch holds tells which samples were drawn. */
function numbered(n: number): Samples {
  const bytes = Uint8Array.from({ length: n }, (_, i) => i);
  return {
    images: device.tensor(bytes, [n, 1], 'u8'),
    labels: device.tensor(bytes, [n], 'u8'),
    indices: device.tensor(bytes, [n], 'u32'),
  };
}

async function drawn(set: Samples, seed: number, N: number, steps: number): Promise<number[]> {
  const order: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { x, labels } = drawBatch(set, device.tensor([seed, step], [2], 'u32'), N);
    const [pixels, classes] = await Promise.all([x.data(), labels.data()]);
    expect(Array.from(pixels, (p) => Math.round(p * 255))).toEqual([...classes]);
    order.push(...classes);
  }
  return order;
}

const rising = (n: number) => Array.from({ length: n }, (_, i) => i);
const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);

describe('drawBatch', () => {
  for (const [n, N] of [
    [1, 3],
    [2, 1],
    [5, 5],
    [64, 16],
    [97, 8],
    [256, 100],
  ] as const)
    test(`${n} samples in batches of ${N}: each comes once an epoch, in a new order`, async () => {
      const epochs = 3;
      const order = await drawn(numbered(n), 7, N, Math.ceil((epochs * n) / N));
      const orders = Array.from({ length: epochs }, (_, e) => order.slice(e * n, (e + 1) * n));
      for (const epoch of orders) expect(sorted(epoch)).toEqual(rising(n));
      if (n > 60) {
        const all = [...orders, rising(n)].map((epoch) => epoch.join());
        expect(new Set(all).size).toBe(epochs + 1);
      }
    });

  test('every sample comes equally often at every position of an epoch', async () => {
    // 2,000 epochs of 10 samples: each cell of the table (position, sample) expects 200.
    const counts = new Array<number>(100).fill(0);
    const set = numbered(10);
    for (let run = 0; run < 4; run++) {
      const { labels } = drawBatch(set, device.tensor([run, 0], [2], 'u32'), 5000);
      (await labels.data()).forEach((sample, g) => counts[(g % 10) * 10 + sample]!++);
    }
    const chi2 = counts.reduce((sum, c) => sum + (c - 200) ** 2 / 200, 0);
    expect(chi2).toBeLessThan(134); // 81 degrees of freedom: 126 at p = 0.001; the streams are fixed
    expect(chi2).toBeGreaterThan(45);
  });

  test('follows from seed and step alone', async () => {
    const set = numbered(97);
    const [once, again, other] = [
      await drawn(set, 1, 16, 3),
      await drawn(set, 1, 16, 3),
      await drawn(set, 2, 16, 3),
    ];
    expect(again).toEqual(once);
    expect(other).not.toEqual(once);
  });

  test('epochs far apart have orders of their own', async () => {
    const set = numbered(97);
    const epochs = [0, 1, 97, 98, 97 * 97].map(async (epoch) => {
      const { labels } = drawBatch(set, device.tensor([3, epoch], [2], 'u32'), 97);
      return (await labels.data()).join();
    });
    expect(new Set(await Promise.all(epochs)).size).toBe(5);
  });

  test('late steps keep to the epochs: no 32-bit overflow', async () => {
    const set = numbered(97);
    const N = 97 * 4; // four whole epochs a batch, at a step far beyond 2³² samples
    const { labels } = drawBatch(set, device.tensor([3, 4_000_000_000], [2], 'u32'), N);
    const order = [...(await labels.data())];
    for (let e = 0; e < 4; e++) {
      expect(sorted(order.slice(e * 97, (e + 1) * 97))).toEqual(rising(97));
    }
  });

  for (const shape of [[28, 28, 1], [3, 5, 1], [7], [2, 3, 3]])
    test(`images [${shape}] come out whole, scaled to 0..1, from a part of the set`, async () => {
      const chosen = [3, 1, 7, 8];
      const set = samples(9, shape, chosen);
      const { x, labels } = drawBatch(set, device.tensor([1, 5], [2], 'u32'), 4);
      expect(x.shape).toEqual([4, ...shape]);
      const [pixels, classes] = await Promise.all([x.data(), labels.data()]);
      expect(sorted([...classes])).toEqual(sorted(chosen));
      const size = pixels.length / 4;
      pixels.forEach((p, i) => {
        const byte = byteAt(0, (classes[Math.floor(i / size)] as number) * size + (i % size));
        expect(Math.abs(p - byte / 255)).toBeLessThan(1e-7);
      });
    });

  test('what does not fit is refused with the values', () => {
    const set = numbered(5);
    const state = device.tensor([0, 0], [2], 'u32');
    expect(() => drawBatch(set, device.tensor([0], [1], 'u32'), 4)).toThrow(
      'drawBatch: state must be u32[2], got u32[1]',
    );
    expect(() => drawBatch(set, state, 0)).toThrow('a batch of 0 from 5 samples');
    expect(() => drawBatch({ ...set, images: device.zeros([5, 1], 'i32') }, state, 2)).toThrow(
      'images must be u8 or f32 [M, ...], got i32[5,1]',
    );
    expect(() => drawBatch({ ...set, labels: device.zeros([4], 'u8') }, state, 2)).toThrow(
      'labels must be u8[5], got u8[4]',
    );
  });
});

describe('takeBatch', () => {
  test('goes through the set in order and repeats the last sample past the end', async () => {
    const set = { ...numbered(9), indices: device.tensor([8, 2, 4, 6, 0], [5], 'u32') };
    const { labels } = takeBatch(set, device.tensor([3], [1], 'u32'), 4);
    expect([...(await labels.data())]).toEqual([6, 0, 0, 0]);
  });

  test('labels of more than 256 classes are i32', async () => {
    const labels = device.tensor([999, 256, 0, 7, 500], [5], 'i32');
    const batch = takeBatch({ ...numbered(5), labels }, device.tensor([1], [1], 'u32'), 5);
    expect([...(await batch.labels.data())]).toEqual([256, 0, 7, 500, 500]);
  });
});

describe('collectRows', () => {
  test('appends batches until the table is full', async () => {
    const table = device.full([5, 4], -1); // a whole number of vec4: a write past it would hit its last element
    const cursor = device.zeros([1], 'u32');
    const batch = (from: number) =>
      device.tensor(
        rising(8).map((i) => from + i),
        [2, 4],
      );
    for (const from of [0, 8, 16]) collectRows(batch(from), table, cursor);
    expect([...(await table.data())]).toEqual(rising(20));
    expect(await cursor.item()).toBe(6);
    collectRows(batch(100), table, cursor);
    expect([...(await table.data())]).toEqual(rising(20));
  });
});

describe('the end of a step', () => {
  const N = 130;
  // Row i is highest at i mod 3, ties with the class after it; the labels are i mod 2.
  const rows = Array.from({ length: N }, (_, i) =>
    [0, 1, 2, 3].map((c) => Number(c === i % 3 || c === (i % 3) + 1)),
  );
  const numbers = Array.from({ length: N }, (_, i) => i % 2);
  const right = numbers.filter((label, i) => label === i % 3).length;
  const logits = device.tensor(rows.flat(), [N, 4]);
  const labels = device.tensor(numbers, [N], 'i32');
  const loss = device.tensor([0.625], []);
  /** Notes the loss and the right answers in a ring of so many columns, and counts the step. */
  function start(columns = 2) {
    const ring = device.zeros([4, columns]);
    const state = device.tensor([9, 6], [2], 'u32');
    const end = () => {
      recordScalar(loss, ring, state, 0);
      recordScalar(countCorrect(logits, labels), ring, state, 1);
      countStep(state);
    };
    return { ring, state, end };
  }

  test('notes the loss and the rows whose argmax is the label, the first of equals; counts the step', async () => {
    const { ring, state, end } = start();
    end();
    expect([...(await ring.data())]).toEqual([0, 0, 0, 0, 0.625, right, 0, 0]);
    expect([...(await state.data())]).toEqual([9, 7]);
  });

  test('is one kernel where it is recorded, with the same numbers', async () => {
    const { ring, state, end } = start();
    const recording = device.capture(end);
    expect(recording.commands.map(({ label }) => label)).toEqual(['record']);
    recording.replay(2);
    expect([...(await ring.data())]).toEqual([0, 0, 0, 0, 0.625, right, 0.625, right]);
    expect([...(await state.data())]).toEqual([9, 8]);
  });

  test('is not, where the ring has another column, or the count is wanted', async () => {
    const wide = start(3);
    expect(device.capture(wide.end).commands).toHaveLength(4);
    const { ring, state } = start();
    const recording = device.capture(() => {
      const count = countCorrect(logits, labels);
      recordScalar(loss, ring, state, 0);
      recordScalar(count, ring, state, 1);
      countStep(state);
      return count;
    });
    expect(recording.commands).toHaveLength(4);
    recording.replay();
    expect(await recording.result.item()).toBe(right);
  });

  test('refuses what does not fit', () => {
    const { ring, state } = start();
    expect(() => recordScalar(logits, ring, state, 0)).toThrow(
      'recordScalar: f32[130,4] does not fit into column 0 of f32[4,2]',
    );
    expect(() => recordScalar(loss, ring, state, 2)).toThrow('column 2 of f32[4,2]');
    expect(() => countCorrect(logits, labels.view([129]))).toThrow(
      'countCorrect: logits must be [N,C] and labels [N], got f32[130,4] and i32[129]',
    );
  });
});

describe('rows of other tensors', () => {
  test('are those of the same samples: bytes scaled, f32 as they are', async () => {
    const n = 50;
    const set = numbered(n);
    const { indices } = set;
    const thirds = device.tensor(
      Float32Array.from({ length: 3 * n }, (_, i) => (i % 3) - Math.floor(i / 3)),
      [n, 3],
    );
    const state = device.tensor([3, 5], [2], 'u32');
    const { labels } = drawBatch(set, state, 16);
    const which = [...(await labels.data())];
    const bytes = drawRows({ images: set.images, indices }, state, 16);
    expect(Array.from(await bytes.data(), (v) => Math.round(v * 255))).toEqual(which);
    const floats = await drawRows({ images: thirds, indices }, state, 16).data();
    expect([...floats]).toEqual(which.flatMap((m) => [0 - m, 1 - m, 2 - m]));
    const first = device.tensor([48], [1], 'u32');
    const taken = await takeRows({ images: thirds, indices }, first, 3).data();
    expect([...taken]).toEqual([-48, -47, -46, -49, -48, -47, -49, -48, -47]);
  });
});
