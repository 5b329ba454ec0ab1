// Augmentation against float64 loops with the same random numbers; in a training step, and its absence everywhere else.
import { describe, expect, test, vi } from 'vitest';
import {
  Inference,
  type SampleSet,
  Sequential,
  TrainStep,
  augmentation,
  countCorrect,
  dense,
  flatten,
  randomStream,
  sgd,
  softmaxCrossEntropy,
} from '../src/nn/index.ts';
import { type AugmentOptions, augment, mixLabels, randn } from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';
import {
  Draws,
  type Images,
  augment as augment64,
  mixLabels as mixLabels64,
} from './reference/augment.ts';

vi.setConfig({ testTimeout: 300_000 }); // a software adapter compiles at the first dispatch
const device = await testDevice();
const noise = randomStream(3, 0);

function images(shape: Images['shape']): Images {
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, data: Float32Array.from({ length: size }, (_, i) => noise(i)) };
}

const WORKS: Readonly<Record<string, AugmentOptions>> = {
  nothing: {},
  flip: { flip: true },
  'shift, zeros': { shift: 2 },
  'shift, reflect': { shift: 3, padding: 'reflect' },
  'shift beyond the image': { shift: 40, padding: 'reflect' },
  crop: { crop: 0.5 },
  rotate: { rotate: 30 },
  scale: { scale: 0.3, padding: 'reflect' },
  brightness: { brightness: 0.3 },
  contrast: { contrast: 0.5 },
  cutout: { cutout: 5 },
  mixup: { mixup: 0.2 },
  'mixup, hardly': { mixup: 1e-4 },
  cutmix: { cutmix: 1 },
  all: {
    ...{ flip: true, shift: 2, crop: 0.8, rotate: 15, scale: 0.1, brightness: 0.1, contrast: 0.2 },
    ...{ cutout: 4, mixup: 0.4, cutmix: 0.7, stream: 9 },
  },
};

describe.each(Object.entries(WORKS))('%s', (name, options) => {
  for (const shape of [
    [16, 28, 28, 1],
    [5, 7, 11, 3],
    [2, 1, 1, 1],
    [1, 5, 3, 2],
  ] as const)
    test(`[${shape}] is what a float64 loop says`, async () => {
      const x = images(shape);
      for (const [seed, step] of [
        [1, 0],
        [4_000_000_000, 77],
      ] as const) {
        const state = device.tensor([seed, step], [2], 'u32');
        const got = await augment(device.tensor(x.data, [...shape]), state, options).data();
        const [N, H, W] = shape;
        const want = augment64(x, new Draws(seed, step, options, [N, H, W]));
        // Between pixels the place is known to 1e-5 of one; whole ones are moved as they are.
        const isExact = /^(nothing|flip|shift|cutout)/.test(name);
        got.forEach((value, i) => {
          if (isExact) expect(value).toBe(want[i]);
          else expect(Math.abs(value - want[i]!)).toBeLessThan(2e-5);
        });
        if (name !== 'nothing' && N === 16) expect([...got]).not.toEqual(Array.from(x.data));
      }
    });
});

test('labels are mixed as their images are', async () => {
  const labels = [3, 1, 4, 1, 5, 0, 2, 6, 5, 3, 5];
  const mixes: readonly AugmentOptions[] = [
    ...[{ mixup: 0.2 }, { cutmix: 1 }, { mixup: 1, cutmix: 0.5, stream: 3 }],
    ...[{ mixup: 1e-4 }, { mixup: 1e-30 }, { cutmix: 1e-46 }],
  ];
  for (const mix of mixes) {
    const state = device.tensor([5, 6], [2], 'u32');
    const t = device.tensor(labels, [11], 'i32');
    const got = await mixLabels(t, state, { ...mix, classes: 7, size: [28, 20] }).data();
    const want = mixLabels64(labels, 7, new Draws(5, 6, mix, [11, 28, 20]));
    got.forEach((value, i) => expect(Math.abs(value - want[i]!)).toBeLessThan(1e-5));
    const shares = new Set(Array.from(got, (v) => Math.abs(v).toFixed(3))).size;
    if (mix.mixup === 1e-4 || mix.mixup === 1e-30)
      expect(shares).toBe(2); // either image whole
    else expect(shares).toBeGreaterThan(6);
  }
});

test('each image has numbers of its own, and each step', async () => {
  const same = new Float32Array(64 * 49);
  for (let i = 0; i < same.length; i++) same[i] = noise(i % 49);
  const x = device.tensor(same, [64, 7, 7, 1]);
  const at = async (step: number) => {
    const y = await augment(x, device.tensor([0, step], [2], 'u32'), {
      flip: true,
      shift: 2,
    }).data();
    return Array.from({ length: 64 }, (_, n) => y.slice(49 * n, 49 * n + 49).join());
  };
  const [one, again, two] = [await at(1), await at(1), await at(2)];
  expect(again).toEqual(one);
  expect(two).not.toEqual(one);
  expect(new Set(one).size).toBeGreaterThan(30); // of 50 ways to look
});

test('shares of a mixture are spread as Beta(alpha, alpha) is', () => {
  for (const alpha of [0.1, 0.4, 1]) {
    const draws = new Draws(7, 0, { mixup: alpha }, [65_535, 1, 1]);
    const shares = Array.from({ length: 20_000 }, (_, n) => draws.mix(n).share);
    const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
    const variance = shares.reduce((sum, s) => sum + (s - mean) ** 2, 0) / shares.length;
    expect(mean).toBeCloseTo(0.5, 1.5);
    expect(variance / (1 / (4 * (2 * alpha + 1)))).toBeCloseTo(1, 1.3);
  }
});

describe('in a training step', () => {
  const M = 40;
  const bytes = Uint8Array.from({ length: M * 36 }, (_, i) => 256 * noise(i));
  const classes = Uint8Array.from({ length: M }, (_, m) => m % 3);
  const data: SampleSet = {
    images: device.tensor(bytes, [M, 6, 6, 1], 'u8'),
    labels: device.tensor(classes, [M], 'u8'),
  };
  const network = () =>
    new Sequential(device, [6, 6, 1], [flatten(), dense({ units: 3 })], { seed: 1 });
  const recipe = {
    ...{ loss: softmaxCrossEntropy, optimizer: sgd({ learningRate: 0.1 }), data, batch: 8 },
    metrics: { correct: countCorrect },
  };

  test.each([
    ['whole', { flip: true, shift: 1 }],
    ['mixed', { mixup: 0.5, cutmix: 1 }],
  ] as const)('a recording and single ops end in the same bits, %s', async (_, options) => {
    const [a, b] = [network(), network()];
    const recorded = TrainStep.create(a, { ...recipe, augment: augmentation(options) });
    const eager = TrainStep.create(b, { ...recipe, augment: augmentation(options) });
    recorded.run(3);
    for (let i = 0; i < 3; i++) eager.runEagerly();
    expect(await a.arena.values.data()).toEqual(await b.arena.values.data());
    const plain = network();
    TrainStep.create(plain, recipe).run(3);
    expect(await plain.arena.values.data()).not.toEqual(await a.arena.values.data());
    const { values, loss } = await recorded.metrics(0);
    expect(loss.every(Number.isFinite)).toBe(true);
    for (const correct of values.get('correct')!) expect(Number.isInteger(correct)).toBe(true);
  });

  test('with nothing to do it ends in the bits of one without', async () => {
    const [a, b] = [network(), network()];
    TrainStep.create(a, { ...recipe, augment: augmentation({}) }).run(3);
    TrainStep.create(b, recipe).run(3);
    expect(await a.arena.values.data()).toEqual(await b.arena.values.data());
  });

  test('an evaluation sees the images as they are', async () => {
    const model = network();
    TrainStep.create(model, { ...recipe, augment: augmentation({ cutout: 6, brightness: 1 }) });
    const [w, bias] = model.arena.parameters.map(({ tensor }) => tensor);
    const [W, B] = [await w!.data(), await bias!.data()];
    const got = await Inference.create(model, data).run();
    for (let m = 0; m < M; m++)
      for (let k = 0; k < 3; k++) {
        let sum = B[k]!;
        for (let i = 0; i < 36; i++) sum += (bytes[36 * m + i]! / 255) * W[3 * i + k]!;
        expect(Math.abs(got[3 * m + k]! - sum)).toBeLessThan(1e-5);
      }
  });

  test('anyone’s function is one', async () => {
    const model = network();
    const step = TrainStep.create(model, {
      ...recipe,
      augment: (batch, { state }) => ({
        ...batch,
        x: batch.x.add(randn(state, { shape: batch.x.shape })),
      }),
    });
    step.run(2);
    expect((await step.metrics(0)).divergedAt).toBeUndefined();
  });

  test('what cannot be mixed is refused', () => {
    const images = { images: data.images, targets: data.images };
    const options = { ...recipe, loss: () => device.one, metrics: {}, data: images };
    expect(() =>
      TrainStep.create(network(), { ...options, augment: augmentation({ mixup: 1 }) }),
    ).toThrow('augmentation: mixup and cutmix take classes, i32 [N]');
  });
});
