// Inference over a set: the same as batch by batch, whatever the batch size; scores from logits in f64.
import { describe, expect, test, vi } from 'vitest';
import {
  Inference,
  Sequential,
  conv2d,
  dense,
  dropout,
  evaluate,
  flatten,
  maxPool2d,
  randomStream,
  relu,
  scoreLogits,
} from '../src/nn/index.ts';
import { testDevice } from './gpu.ts';

vi.setConfig({ testTimeout: 300_000 }); // a software adapter compiles at the first dispatch, and takes its time
const device = await testDevice();
const random = randomStream(2, 0);
const bytes = Uint8Array.from({ length: 37 * 36 }, (_, i) => 256 * random(i));
const classes = Uint8Array.from({ length: 37 }, (_, i) => 5 * random(1e6 + i));
const data = {
  images: device.tensor(bytes, [37, 6, 6, 1], 'u8'),
  labels: device.tensor(classes, [37], 'u8'),
};
const model = new Sequential(
  device,
  [6, 6, 1],
  [
    conv2d({ filters: 4, kernel: 3 }),
    relu(),
    maxPool2d({ window: 2 }),
    flatten(),
    dense({ units: 8 }),
    relu(),
    dropout({ rate: 0.5 }),
    dense({ units: 5 }),
  ],
);

const direct = async () =>
  await model
    .forward(
      device.tensor(
        Float32Array.from(bytes, (b) => b / 255),
        [37, 6, 6, 1],
      ),
    )
    .data();

const near = (got: ArrayLike<number>, want: ArrayLike<number>) => {
  expect(got.length).toBe(want.length);
  const largest = Math.max(...Array.from(want, Math.abs));
  for (let i = 0; i < want.length; i++)
    expect(Math.abs(got[i]! - want[i]!)).toBeLessThan(1e-6 * largest);
};

describe('Inference', () => {
  for (const batch of [8, 128])
    test(`batches of ${batch}`, async () => {
      const { logits } = await evaluate(model, data, { batch });
      near(logits, await direct());
    });

  test('again, with other weights, tells its progress and makes no more pipelines', async () => {
    const inference = Inference.create(model, data, { batch: 8 });
    const before = await inference.run();
    const weights = await model.arena.read();
    model.arena.load(
      new Map([...weights].map(([name, w]) => [name, { ...w, data: w.data.map((v) => 2 * v) }])),
    );
    const { pipelinesCreated, bindGroupsCreated } = device.meter;
    const progress: number[] = [];
    const after = await inference.run((done, of) => progress.push(done, of));
    expect(progress).toEqual([37, 37]);
    expect(device.meter).toMatchObject({ pipelinesCreated, bindGroupsCreated });
    near(after, await direct());
    expect(after).not.toEqual(before);
    model.arena.load(weights);
  });

  test('a part of the set, in the order of its indices', async () => {
    const indices = [36, 0, 7, 7, 20, 3, 1, 30, 5, 0];
    const part = { ...data, indices: device.tensor(indices, [10], 'u32') };
    const whole = await direct();
    const scored = await evaluate(model, part, { batch: 8 });
    near(
      scored.logits,
      indices.flatMap((i) => [...whole.subarray(5 * i, 5 * i + 5)]),
    );
    const hits = indices.filter((i, k) => scored.predictions[k] === classes[i]);
    expect(scored.accuracy).toBe(hits.length / 10);
  });

  test('predict gives probabilities', async () => {
    const { logits, probabilities } = await evaluate(model, data);
    const x = device.tensor(
      Float32Array.from(bytes, (b) => b / 255),
      [37, 6, 6, 1],
    );
    near(await model.predict(x).data(), probabilities);
    expect(logits.length).toBe(probabilities.length);
  });
});

describe('scoreLogits', () => {
  test('mean cross-entropy and accuracy, by hand', () => {
    const scored = scoreLogits(Float32Array.from([0, 0, Math.log(3), 0]), [0, 1], 2);
    expect(scored.loss).toBeCloseTo((Math.log(2) + Math.log(4)) / 2, 7);
    expect(scored.accuracy).toBe(0.5);
    expect([...scored.predictions]).toEqual([0, 0]);
    expect(scored.probabilities[2]).toBeCloseTo(0.75, 6);
  });

  test('is exact where probabilities are 0 in f32, and refuses strange labels', () => {
    expect(scoreLogits(Float32Array.from([1000, 0]), [1], 2).loss).toBe(1000);
    expect(() => scoreLogits(Float32Array.from([1, 0]), [2], 2)).toThrow('label 0 is 2');
  });
});
