// How a network is: figures against plain loops, dead units that are made dead, and a watched step that
// leaves the training as it was; and the code that ran.
import { describe, expect, test, vi } from 'vitest';
import { codeOf } from '../src/app/inside/code.ts';
import { stepCodeOf } from '../src/app/inside/stepCode.ts';
import { Flow } from '../src/app/inside/flow.ts';
import { Checkup, updateRatios } from '../src/app/inside/health.ts';
import { histogramOf } from '../src/app/inside/histogram.ts';
import {
  adam,
  Sequential,
  TrainStep,
  conv2d,
  countCorrect,
  dense,
  digestOf,
  dropout,
  evaluate,
  flatten,
  maxPool2d,
  randomStream,
  relu,
  sgd,
  softmaxCrossEntropy,
} from '../src/nn/index.ts';
import { REWRITES } from '../src/tensor/rewrite.ts';
import { copyRewrites } from '../src/tensor/rewrites/copy.ts';
import { recordRewrites } from '../src/tensor/rewrites/record.ts';
import { testDevice } from './gpu.ts';

vi.setConfig({ testTimeout: 300_000 });
const device = await testDevice();
const random = randomStream(5, 0);
const COUNT = 128;
const images = Uint8Array.from({ length: COUNT * 64 }, (_, i) => 256 * random(i));
const labels = Uint8Array.from({ length: COUNT }, (_, i) => 3 * random(1e6 + i));
const build = (seed = 1) =>
  new Sequential(
    device,
    [8, 8, 1],
    [
      conv2d({ filters: 4, kernel: 3 }),
      relu(),
      maxPool2d({ window: 2 }),
      flatten(),
      dense({ units: 6 }),
      relu(),
      dropout({ rate: 0.5 }),
      dense({ units: 3 }),
    ],
    { seed },
  );
const samples = {
  images: device.tensor(images, [COUNT, 8, 8, 1], 'u8'),
  labels: device.tensor(labels, [COUNT], 'u8'),
};
const lossOf = async (model: Sequential) => (await evaluate(model, samples)).loss;

describe('a checkup', async () => {
  const model = build();
  const bias = (name: string) =>
    model.arena.parameters.find((p) => p.name === `${name}.bias`)!.tensor;
  device.write(bias('conv1'), [5, -100, 5, -100]);
  device.write(bias('fc1'), [90, 90, -200, 90, 90, 90]);
  const health = await Checkup.create(model, images, labels).run();

  test('finds the dead and no others', () => {
    const dead = health.layers.filter(({ kind }) => kind === 'relu').map(({ dead }) => dead);
    expect(dead[0]).toEqual({ dead: 2, units: 4 });
    expect(dead[1]).toEqual({ dead: 1, units: 6 });
    expect(health.layers[0]?.dead).toBeUndefined();
  });

  test('its loss and its zeros are those of a plain pass', async () => {
    expect(health.images).toBe(COUNT);
    expect(health.loss).toBeCloseTo(await lossOf(model), 5);
    const x = device.tensor(
      Float32Array.from(images, (byte) => byte / 255),
      [COUNT, 8, 8, 1],
    );
    const [conv, rectify] = model.layers;
    const values = Array.from(await rectify!.apply(conv!.apply(x)).data());
    const zeros = values.filter((value) => value === 0).length;
    expect(health.layers[1]?.zeroShare).toBe(zeros / values.length);
    expect(health.layers[1]?.values.count).toBe(values.length - zeros);
  });

  test('its gradient is the slope of the loss', async () => {
    const h = 1e-2;
    const last = bias('fc2');
    const slopes: number[] = [];
    for (let k = 0; k < 3; k++) {
      const at = async (change: number) => {
        device.write(
          last,
          [0, 1, 2].map((i) => (i === k ? change : 0)),
        );
        return lossOf(model);
      };
      slopes.push(((await at(h)) - (await at(-h))) / (2 * h));
    }
    const found = health.parameters.find(({ name }) => name === 'fc2.bias');
    expect(found?.gradientNorm).toBeCloseTo(Math.hypot(...slopes), 3);
    expect(found?.gradients.high).toBeCloseTo(Math.max(...slopes), 3);
    expect(found?.gradients.low).toBeCloseTo(Math.min(...slopes), 3);
  });
});

test('a watched step changes no bit, and tells what it did', async () => {
  const run = async (isWatched: boolean) => {
    const model = build(2);
    const step = TrainStep.create(model, {
      loss: softmaxCrossEntropy,
      optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
      ...{ data: samples, batch: 16, seed: 3 },
    });
    step.run(2);
    const two = await model.arena.read();
    const update = isWatched ? step.watchUpdate() : undefined;
    step.run(3);
    const five = await model.arena.read();
    step.run(2);
    return { two, five, update: await update, digest: digestOf(await model.arena.read()) };
  };
  const [plain, watched] = [await run(false), await run(true)];
  expect(watched.digest).toBe(plain.digest);
  const update = watched.update!;
  expect(update.stepsDone).toBe(5);
  expect(digestOf(update.after)).toBe(digestOf(plain.five));
  expect(digestOf(update.before)).not.toBe(digestOf(plain.two));
  const ratios = updateRatios(update);
  expect([...ratios.keys()]).toEqual([...plain.five.keys()]);
  const [w0, w1] = [update.before, update.after].map((w) => [...w.get('fc1.weight')!.data]);
  const moved = Math.hypot(...w0!.map((w, i) => w1![i]! - w));
  expect(ratios.get('fc1.weight')).toBeCloseTo(moved / Math.hypot(...w0!), 6);
  expect(ratios.get('fc1.weight')).toBeGreaterThan(0);
});

test('a histogram counts everything once, and zeros apart', () => {
  const { counts, ...rest } = histogramOf([
    Float32Array.of(-1, 0, 0, 3),
    Float32Array.of(0, 1, 1, 1),
  ]);
  expect(rest).toMatchObject({ low: -1, high: 3, count: 8, mean: 0.625 });
  expect(counts.reduce((a, b) => a + b)).toBe(8);
  expect([counts[0], counts.at(-1)]).toEqual([1, 1]);
  expect(histogramOf([Float32Array.of(0, 2, 4)], { withoutZeros: true })).toMatchObject({
    low: 2,
    count: 2,
    mean: 3,
    deviation: 1,
  });
  expect(histogramOf([new Float32Array(3)], { withoutZeros: true })).toMatchObject({ count: 0 });
});

test('the code of a layer is the WGSL that ran, with its constants', async () => {
  const model = build();
  const flow = Flow.create(model);
  const { layers, timing } = await codeOf(flow, { busy: false, now: () => performance.now() });
  expect(layers.map(({ name }) => name)).toEqual([...model.layers.map((l) => l.name), 'softmax']);
  const [conv, rectify, , row] = layers;
  expect(conv?.kernels.map(({ wgsl }) => wgsl).join()).toMatch(/const K = 4u;/);
  expect(conv?.flops).toBe(2 * 36 * 4 * 9);
  expect(rectify?.kernels.map(({ label }) => label)).toEqual(['relu']);
  expect(row?.kernels).toEqual([]); // putting maps in a row computes nothing
  expect(row?.timeMs).toBeUndefined();
  expect(conv?.timeMs).toBeGreaterThanOrEqual(0); // Chromium rounds to 0.1 ms, and this takes less
  expect(timing).toBe(device.gpu.features.has('timestamp-query') ? 'timestamps' : 'wallClock');
  const without = await codeOf(flow, { busy: true, now: () => 0 });
  if (without.timing === 'none') expect(without.layers[0]?.timeMs).toBeUndefined();
});

test.each([
  {
    rewrites: REWRITES,
    ahead: 'conv1 fc1 drop1 fc2', // the kernel of six units does not drop
    back: { conv1: 'p', fc1: 'ip', fc2: 'ip' },
  },
  {
    rewrites: [...copyRewrites, ...recordRewrites],
    ahead: 'conv1 relu1 pool1 fc1 relu2 drop1 fc2',
    back: { conv1: 'p', relu1: 'i', pool1: 'i', fc1: 'ip', relu2: 'i', drop1: 'i', fc2: 'ip' },
  },
])(
  'the dispatches of a step are the work of layers: $ahead',
  ({ rewrites, ahead, back: expected }) => {
    const model = build(1);
    const step = TrainStep.create(model, {
      ...{ loss: softmaxCrossEntropy, optimizer: adam(), data: samples, batch: 16, rewrites },
      metrics: { correct: countCorrect },
    });
    const kernels = stepCodeOf(step.recording, model).kernels;
    const shared = kernels.filter(({ work }) => !work).map(({ label }) => label);
    expect(shared).toEqual(['drawBatch', 'softmaxCrossEntropy', 'adam', 'record']);

    // There in the order of the layers, back in the other; the first layer's input asks for no gradient.
    const order = Object.keys(expected);
    const loss = kernels.findIndex(({ label }) => label === 'softmaxCrossEntropy');
    const works = (from: number, to: number) =>
      kernels.slice(from, to).flatMap(({ work }) => work ?? []);
    const there = works(0, loss);
    expect([...new Set(there.map(({ layer }) => layer))].join(' ')).toBe(ahead);
    expect(new Set(there.map(({ role }) => role))).toEqual(new Set(['forward']));
    const back = works(loss, kernels.length);
    expect([...new Set(back.map(({ layer }) => layer))]).toEqual(order.toReversed());
    for (const [name, initials] of Object.entries(expected)) {
      const roles = back.filter(({ layer }) => layer === name).map(({ role }) => role[0]);
      expect(new Set(roles)).toEqual(new Set(initials));
    }
  },
);
