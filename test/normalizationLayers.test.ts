// The layers that normalize: batch statistics while training, running ones after, against float64; a residual network of them.
import { expect, test, vi } from 'vitest';
import {
  Inference,
  Sequential,
  TrainStep,
  adam,
  batchNorm,
  conv2d,
  countCorrect,
  dense,
  evaluate,
  flatten,
  globalAvgPool2d,
  groupNorm,
  layerNorm,
  loadWeights,
  meanSquaredError,
  relu,
  residual,
  sequential,
  sgd,
  softmaxCrossEntropy,
  writeSafetensors,
} from '../src/nn/index.ts';
import { testDevice } from './gpu.ts';

vi.setConfig({ testTimeout: 300_000 }); // a software adapter compiles at the first dispatch, and takes its time
const device = await testDevice();

const [N, C] = [6, 3];
const rows = Array.from({ length: N }, (_, n) =>
  Array.from({ length: C }, (_, c) => Math.fround(Math.sin(3 * n + c) + c)),
);
const column = (c: number) => rows.map((row) => row[c] as number);
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const squares = (values: readonly number[]) => {
  const middle = mean(values);
  return values.reduce((sum, v) => sum + (v - middle) ** 2, 0);
};
const data = () => ({
  images: device.tensor(rows.flat(), [N, C]),
  targets: device.tensor(new Float32Array(N * C), [N, C]),
});

test('batchNorm keeps running statistics as PyTorch does, and uses them when nothing is trained', async () => {
  const model = new Sequential(device, [C], [batchNorm({ momentum: 0.25 })]);
  const step = TrainStep.create(model, {
    loss: meanSquaredError,
    optimizer: sgd({ learningRate: 0 }),
    data: data(),
    batch: N, // all there are, whatever their order
  });
  step.run(2);
  const { loss } = await step.metrics(0);
  expect(loss[0]).toBeCloseTo(1, 4); // mean 0, variance 1: the mean square is 1

  const kept = await model.arena.read();
  const [running, variance] = ['norm1.mean', 'norm1.variance'].map((name) => kept.get(name)?.data);
  const share = 1 - 0.75 ** 2; // of two steps
  for (let c = 0; c < C; c++) {
    expect(running?.[c]).toBeCloseTo(share * mean(column(c)), 5);
    const unbiased = squares(column(c)) / (N - 1);
    expect(variance?.[c]).toBeCloseTo(1 - share + share * unbiased, 5);
  }
  const y = await Inference.create(model, data()).run();
  rows.flat().forEach((v, i) => {
    const [m, s] = [running?.[i % C] ?? NaN, variance?.[i % C] ?? NaN];
    expect(y[i]).toBeCloseTo((v - m) / Math.sqrt(s + 1e-5), 4);
  });
});

test('layerNorm and groupNorm give every sample mean 0 and variance 1', async () => {
  for (const [layer, groups] of [
    [layerNorm(), 1],
    [groupNorm({ groups: 3 }), 3],
  ] as const) {
    const model = new Sequential(device, [4, 4, 6], [layer]);
    const x = device.tensor(
      Float32Array.from({ length: 2 * 4 * 4 * 6 }, (_, i) => 3 * Math.cos(i * i)),
      [2, 4, 4, 6],
    );
    const y = await Inference.create(model, { images: x, targets: x }).run();
    const together =
      groups === 1
        ? [...y.subarray(0, 6)] // the channels of a pixel
        : [...y.subarray(0, 96)].filter((_, i) => i % 6 < 2); // the first group of an image
    expect(mean(together)).toBeCloseTo(0, 5);
    expect(squares(together) / together.length).toBeCloseTo(1, 3);
  }
});

test('a residual network with batchNorm learns, and says the same from a file', async () => {
  const conv = () => conv2d({ filters: 8, kernel: 3, padding: 'same', useBias: false });
  const build = (seed: number) =>
    new Sequential(
      device,
      [8, 8, 1],
      [
        conv(),
        batchNorm(),
        relu(),
        residual(sequential(conv(), batchNorm(), relu(), conv(), batchNorm())),
        relu(),
        globalAvgPool2d(),
        dense({ units: 2 }),
      ],
      { seed },
    );
  // Stripes that lie or stand.
  const labels = Uint8Array.from({ length: 64 }, (_, i) => i % 2);
  const pixels = Uint8Array.from({ length: 64 * 64 }, (_, i) => {
    const [row, at, image] = [(i >> 3) % 8, i % 8, i >> 6];
    return (labels[image] ? row : at + image) % 2 === 0 ? 220 : 20;
  });
  const samples = {
    images: device.tensor(pixels, [64, 8, 8, 1], 'u8'),
    labels: device.tensor(labels, [64], 'u8'),
  };
  const model = build(1);
  const step = TrainStep.create(model, {
    ...{ loss: softmaxCrossEntropy, optimizer: adam({ learningRate: 0.01 }), data: samples },
    ...{ batch: 16, metrics: { correct: countCorrect } },
  });
  step.run(80);
  const { loss } = await step.metrics(0);
  expect(loss.at(-1)).toBeLessThan(0.1 * (loss[0] ?? 0));
  const { accuracy } = await evaluate(model, samples);
  expect(accuracy).toBe(1);

  const file = writeSafetensors(await model.arena.read());
  const other = build(2);
  other.arena.load(loadWeights('norm.safetensors', file, other.arena.saved));
  expect(await evaluate(other, samples)).toEqual(await evaluate(model, samples));
});

test('what does not fit is refused where the network is built', () => {
  const build = (layer: ReturnType<typeof batchNorm>) => new Sequential(device, [4, 4, 6], [layer]);
  expect(() => build(groupNorm({ groups: 4 }))).toThrow(/6 channels do not divide into 4 groups/);
  expect(() => batchNorm({ momentum: 2 })).toThrow(/momentum.*2/);
  expect(() => layerNorm({ epsilon: -1 })).toThrow(/epsilon.*-1/);
  expect(() => build(flatten())).not.toThrow();
});

test('outside training a batch normalization goes into the layer before it, within rounding', async () => {
  const conv = (useBias: boolean) => conv2d({ filters: 6, kernel: 3, padding: 'same', useBias });
  const layers = [
    ...[conv(true), batchNorm(), relu()],
    residual(sequential(conv(false), batchNorm({ epsilon: 0.1 })), batchNorm()),
    ...[batchNorm(), globalAvgPool2d(), dense({ units: 5, useBias: false }), batchNorm()],
  ];
  const model = new Sequential(device, [8, 8, 6], layers, { seed: 2 });
  // Scales of both signs and of very different sizes.
  for (const { name, tensor } of model.arena.saved)
    if (name.includes('norm'))
      device.write(
        tensor,
        Float32Array.from({ length: tensor.size }, (_, i) =>
          name.endsWith('variance') ? 0.01 + i * i : Math.sin(3 * i + name.length),
        ),
      );
  const x = device.tensor(
    Float32Array.from({ length: 4 * 384 }, (_, i) => Math.cos(i * i)),
    [4, 8, 8, 6],
  );
  const apart = await model.layers.reduce((input, { apply }) => apply(input), x).data();
  const whole = await model.forward(x).data();
  const most = Math.max(...Array.from(apart, Math.abs));
  expect(most).toBeGreaterThan(0.1);
  whole.forEach((v, i) => expect(Math.abs(v - apart[i]!)).toBeLessThan(3e-6 * most));
  expect(whole).not.toEqual(apart); // it is another order of rounding
  // Only those that stand alone take means off whole images.
  const subs = device
    .capture(() => model.forward(x), { rewrites: [] })
    .nodes.filter(({ op, outputs }) => op === 'sub' && (outputs['y']?.shape.length ?? 0) > 1);
  expect(subs).toHaveLength(2);
});
