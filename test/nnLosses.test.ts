// Training by any loss, to any targets: an autoencoder, a regression, bytes against bytes; metrics; and what is refused.
import { describe, expect, test, vi } from 'vitest';
import {
  Inference,
  type Loss,
  type Model,
  Sequential,
  TrainStep,
  adam,
  binaryCrossEntropyWithLogits,
  countCorrect,
  dense,
  evaluate,
  flatten,
  huber,
  l1,
  lambda,
  meanSquaredError,
  randomStream,
  relu,
  sgd,
  softmax,
  softmaxCrossEntropy,
} from '../src/nn/index.ts';
import { abs, max, sub } from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';

vi.setConfig({ testTimeout: 300_000 }); // a software adapter compiles at the first dispatch, and takes its time
const device = await testDevice();
const uniform = randomStream(12, 0);

/** Images of one bright row. */
const M = 48;
const bytes = Uint8Array.from({ length: M * 36 }, (_, i) =>
  Math.floor((i % 36) / 6) === Math.floor(i / 36) % 6 ? 240 : 30 * uniform(i),
);
const images = device.tensor(bytes, [M, 6, 6, 1], 'u8');

/** Points, and what a linear map that nobody knows makes of them. */
const POINTS = 64;
const points = Float32Array.from({ length: POINTS * 3 }, (_, i) => 2 * uniform(1000 + i) - 1);
const map = [
  [0.5, -1],
  [2, 0.25],
  [-0.75, 1],
];
const mapped = Array.from({ length: POINTS }, (_, m) =>
  [0, 1].map((o) => map.reduce((sum, row, i) => sum + points[3 * m + i]! * row[o]!, 0.1)),
);
const regression = {
  images: device.tensor(points, [POINTS, 3]),
  targets: device.tensor(mapped.flat(), [POINTS, 2]),
};

const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length;

describe('an autoencoder', () => {
  const build = () =>
    new Sequential(device, [6, 6, 1], [
      flatten(),
      dense({ units: 8 }),
      relu(),
      dense({ units: 36 }),
      lambda((x) => x.reshape([x.shape[0]!, 6, 6, 1]), { outputShape: () => [6, 6, 1] }),
    ]); // prettier-ignore

  test('learns to say again what it saw: the loss falls, the images come back', async () => {
    const model = build();
    const step = TrainStep.create(model, {
      loss: binaryCrossEntropyWithLogits,
      optimizer: adam({ learningRate: 0.02 }),
      data: { images, targets: images },
      batch: 12,
      seed: 1,
    });
    expect(step.recording.commands.filter(({ label }) => label === 'drawBatch')).toHaveLength(1);
    step.run(150);
    const { loss, values, divergedAt } = await step.metrics(0);
    expect(divergedAt).toBeUndefined();
    expect(values.size).toBe(0);
    expect(mean(loss.slice(-10))).toBeLessThan(0.5 * mean(loss.slice(0, 5)));
    const logits = await Inference.create(model, { images }, { batch: 7 }).run();
    const shown = Array.from(logits, (z) => 1 / (1 + Math.exp(-z)));
    const right = shown.filter((p, i) => p > 0.5 === bytes[i]! > 128).length;
    expect(right / shown.length).toBeGreaterThan(0.97);
  });

  test('may be shown other images than it is to give', async () => {
    const inverse = device.tensor(
      bytes.map((byte) => 255 - byte),
      [M, 6, 6, 1],
      'u8',
    );
    const step = TrainStep.create(build(), {
      loss: meanSquaredError,
      optimizer: adam({ learningRate: 0.02 }),
      data: { images, targets: inverse },
      batch: 12,
    });
    step.run(120);
    const { loss } = await step.metrics(0);
    expect(mean(loss.slice(-10))).toBeLessThan(0.25 * mean(loss.slice(0, 5)));
  });
});

describe('a regression over f32', () => {
  const losses: [string, Loss][] = [
    ['meanSquaredError', meanSquaredError],
    ['l1', l1],
    ['huber', (y, t) => huber(y, t, { delta: 0.5 })],
    ['one of one’s own', (y, t) => sub(y, t).square().add(sub(y, t).abs()).mean()],
  ];
  for (const [name, loss] of losses)
    test(`${name} finds the map`, async () => {
      const model = new Sequential(device, [3], [dense({ units: 2 })]);
      const step = TrainStep.create(model, {
        ...{ loss, optimizer: adam({ learningRate: 0.03 }), data: regression, batch: 16 },
        metrics: { worst: (y, t) => max(abs(sub(y, t))) },
      });
      step.run(400);
      const { values } = await step.metrics(0);
      const worst = values.get('worst')!;
      expect(mean(worst.slice(0, 5))).toBeGreaterThan(0.5);
      expect(mean(worst.slice(-20))).toBeLessThan(0.2);
    });

  test('recorded and eager end in the same figures, whatever is fused', async () => {
    const figures = [];
    for (const how of ['recorded', 'plain', 'eager']) {
      const model = new Sequential(device, [3], [dense({ units: 4 }), relu(), dense({ units: 2 })]);
      const step = TrainStep.create(model, {
        ...{ loss: huber, optimizer: sgd({ learningRate: 0.1 }), data: regression, batch: 16 },
        metrics: { mae: l1, mse: meanSquaredError },
        ...(how !== 'recorded' && { rewrites: [] }),
      });
      if (how === 'eager') for (let i = 0; i < 5; i++) step.runEagerly();
      else step.run(5);
      const { loss, values } = await step.metrics(0);
      figures.push([...loss, ...[...values.values()].flatMap((column) => [...column])]);
    }
    const [recorded, plain, eager] = figures;
    expect(eager).toEqual(plain);
    recorded!.forEach((value, i) => expect(value).toBeCloseTo(plain![i]!, 5));
    expect(recorded).toHaveLength(15);
  });
});

test('a model need not be a Sequential', async () => {
  const inner = new Sequential(device, [3], [dense({ units: 2 })]);
  const { arena } = inner;
  const model: Model = {
    ...{ device, inputShape: [3], outputShape: [2], arena },
    forward: (x, training) => inner.forward(x.mul(2), training),
  };
  const step = TrainStep.create(model, {
    ...{ loss: meanSquaredError, optimizer: adam(), data: regression, batch: 8 },
  });
  step.run(2);
  expect((await step.metrics(0)).divergedAt).toBeUndefined();
  expect(await Inference.create(model, regression).run()).toHaveLength(2 * POINTS);
});

describe('evaluate', () => {
  test('by a loss: the mean over all samples, however they are cut', async () => {
    const model = new Sequential(device, [3], [dense({ units: 2 })], { seed: 2 });
    const indices = device.tensor([5, 1, 40, 7, 7, 63, 2], [7], 'u32');
    const outputs = await Inference.create(model, { ...regression, indices }).run();
    const distances = [5, 1, 40, 7, 7, 63, 2].flatMap((m, i) =>
      [0, 1].map((o) => outputs[2 * i + o]! - mapped[m]![o]!),
    );
    for (const batch of [1, 3, 128]) {
      const told = await evaluate(
        model,
        { ...regression, indices },
        { loss: meanSquaredError, metrics: { mae: l1 }, batch },
      );
      expect(told.outputs).toEqual(outputs);
      expect(told.loss).toBeCloseTo(
        distances.reduce((s, d) => s + (d * d) / 14, 0),
        5,
      );
      const mae = distances.reduce((s, d) => s + Math.abs(d) / 14, 0);
      expect(told.values.get('mae')).toBeCloseTo(mae, 5);
    }
  });

  test('by a loss over classes says what the classifier’s own figures say', async () => {
    const labels = device.tensor(
      Uint8Array.from({ length: POINTS }, (_, i) => i % 2),
      [POINTS],
      'u8',
    );
    const model = new Sequential(device, [3], [dense({ units: 2 })]);
    const set = { images: regression.images, labels };
    const scored = await evaluate(model, set, { batch: 10 });
    const told = await evaluate(model, set, {
      loss: softmaxCrossEntropy,
      metrics: { accuracy: (y, t) => countCorrect(y, t).div(y.shape[0]!) },
      batch: 10,
    });
    expect(told.loss).toBeCloseTo(scored.loss, 5);
    expect(told.values.get('accuracy')).toBeCloseTo(scored.accuracy, 5);
  });

  test('refuses what means nothing', async () => {
    const model = new Sequential(device, [3], [dense({ units: 2 })]);
    await expect(evaluate(model, regression)).rejects.toThrow('the samples have no labels');
    const wrong = { loss: meanSquaredError, metrics: { a: 3 } } as never;
    await expect(evaluate(model, regression, wrong)).rejects.toThrow(
      'evaluate: metrics must be an object of functions',
    );
  });
});

describe('refusals', () => {
  const model = new Sequential(device, [3], [dense({ units: 2 })]);
  const recipe = { loss: meanSquaredError, optimizer: sgd(), data: regression, batch: 4 };
  const wrong: [string, () => unknown, string][] = [
    [
      'targets of another shape',
      () => TrainStep.create(new Sequential(device, [3], [dense({ units: 3 })]), recipe),
      'meanSquaredError: outputs and targets must be f32 of one shape, got f32[4,3] and f32[4,2]',
    ],
    [
      'a loss that is no scalar',
      () => TrainStep.create(model, { ...recipe, loss: (y, t) => sub(y, t) }),
      'training: the loss must be one f32, got f32[4,2]',
    ],
    [
      'a metric that is none',
      () => TrainStep.create(model, { ...recipe, metrics: { error: (y, t) => sub(y, t) } }),
      'training: the metric error must be one f32, got f32[4,2]',
    ],
    [
      'classes for a loss of vectors',
      () =>
        TrainStep.create(model, {
          ...recipe,
          data: { images: regression.images, labels: device.zeros([POINTS], 'u8') },
        }),
      'meanSquaredError: outputs and targets must be f32 of one shape, got f32[4,2] and i32[4]',
    ],
    [
      'no targets at all',
      () => TrainStep.create(model, { ...recipe, data: { images: regression.images } }),
      'samples: a training needs labels or targets, got nothing',
    ],
    [
      'too few targets',
      () =>
        TrainStep.create(model, {
          ...recipe,
          data: { images: regression.images, targets: device.zeros([3, 2]) },
        }),
      'samples: targets f32[3,2] are not as many as images f32[64,3]',
    ],
    [
      'right answers counted among vectors',
      () => TrainStep.create(model, { ...recipe, metrics: { correct: countCorrect } }),
      'countCorrect: labels must be i32, got f32[4,2]',
    ],
    [
      'a softmax that a loss of one’s own takes for logits',
      () =>
        TrainStep.create(new Sequential(device, [3], [dense({ units: 2 }), softmax()]), {
          ...recipe,
          data: { images: regression.images, labels: device.zeros([POINTS], 'u8') },
          loss: (y, t) => softmaxCrossEntropy(y, t, { labelSmoothing: 0.1 }),
        }),
      'training: the loss takes logits; leave the softmax at the end off',
    ],
  ];
  for (const [title, run, message] of wrong)
    test(`of ${title}`, () => expect(run).toThrow(message));
});
