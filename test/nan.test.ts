// A network with a NaN in any of its weights is seen to have diverged: nothing on the way to the loss loses it.
import { expect, test, vi } from 'vitest';
import {
  type Module,
  REFERENCE_INPUT,
  Sequential,
  TrainStep,
  adam,
  avgPool2d,
  conv2d,
  countCorrect,
  dense,
  dropout,
  flatten,
  gelu,
  globalAvgPool2d,
  leakyRelu,
  maxPool2d,
  referenceNetwork,
  relu,
  sigmoid,
  softmaxCrossEntropy,
  tanh,
} from '../src/nn/index.ts';
import type { Shape } from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';

vi.setConfig({ testTimeout: 300_000 }); // a software adapter compiles at the first dispatch, and takes its time
const device = await testDevice();
const BATCH = 8;

/** A step over random images, and its first state. */
async function start(inputShape: Shape, layers: readonly Module[], isRewritten = true) {
  const size = inputShape.reduce((product, d) => product * d, 2 * BATCH);
  const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 7919) % 256);
  const images = device.tensor(bytes, [2 * BATCH, ...inputShape], 'u8');
  const labels = device.tensor(
    Uint8Array.from({ length: 2 * BATCH }, (_, i) => i % 3),
    [2 * BATCH],
    'u8',
  );
  const model = new Sequential(device, inputShape, layers, { seed: 1 });
  const step = TrainStep.create(model, {
    ...{ loss: softmaxCrossEntropy, optimizer: adam(), data: { images, labels } },
    ...{ batch: BATCH, metrics: { correct: countCorrect }, seed: 2 },
    ...(!isRewritten && { rewrites: [] }),
  });
  step.run();
  const { divergedAt } = await step.metrics(0);
  expect(divergedAt).toBeUndefined();
  return { model, step, healthy: await step.checkpoint() };
}

const cases: Readonly<Record<string, readonly [Shape, () => readonly Module[], boolean?]>> = {
  'the reference network': [REFERENCE_INPUT, referenceNetwork],
  'the reference network, nothing rewritten': [REFERENCE_INPUT, referenceNetwork, false],
  'one of every other kind of layer': [
    [9, 9, 1],
    () => [
      conv2d({ filters: 4, kernel: 3, padding: 'same' }),
      leakyRelu(),
      maxPool2d({ window: 3, stride: 2 }),
      conv2d({ filters: 5, kernel: 2 }),
      gelu({ approximate: 'tanh' }),
      avgPool2d({ window: 2, stride: 1 }),
      conv2d({ filters: 6, kernel: 1, useBias: false }),
      sigmoid(),
      globalAvgPool2d(),
      dense({ units: 6 }),
      tanh(),
      dense({ units: 7 }),
      gelu(),
      dropout({ rate: 0.5 }),
      dense({ units: 3 }),
    ],
  ],
  'a ReLU before a pool of its own, and behind it': [
    [8, 8, 1],
    () => [
      conv2d({ filters: 3, kernel: 3 }),
      relu(),
      maxPool2d({ window: 3, stride: 1 }),
      relu(),
      flatten(),
      dense({ units: 3 }),
    ],
  ],
};

test.each(Object.entries(cases))(
  '%s: a NaN in the first, middle or last number of any parameter',
  async (_, [inputShape, layers, isRewritten]) => {
    const { model, step, healthy } = await start(inputShape, layers(), isRewritten);
    const unseen: string[] = [];
    for (const [name, { shape, data }] of healthy.weights) {
      for (const place of new Set([0, data.length >> 1, data.length - 1])) {
        const weights = new Map(healthy.weights).set(name, { shape, data: data.with(place, NaN) });
        step.restore(healthy);
        model.arena.load(weights);
        step.run();
        const { divergedAt } = await step.metrics(1);
        if (divergedAt !== 1) unseen.push(`${name}[${place}]`);
      }
    }
    expect(unseen).toEqual([]);
  },
);
