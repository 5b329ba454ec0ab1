// The training step: recorded equals eager, bit for bit; it makes no GPU objects, leaks none, and learns.
import { describe, expect, test, vi } from 'vitest';
import {
  type Checkpoint,
  type Loss,
  type Module,
  type Optimizer,
  REFERENCE_INPUT,
  type SampleSet,
  Sequential,
  type SequentialOptions,
  TrainStep,
  type Weights,
  adam,
  adamW,
  conv2d,
  cosineDecay,
  countCorrect,
  dense,
  digestOf,
  dropout,
  flatten,
  maxPool2d,
  randomStream,
  referenceNetwork,
  relu,
  rmsprop,
  sgd,
  softmax,
  softmaxCrossEntropy,
} from '../src/nn/index.ts';
import { openDevice, square } from '../src/tensor/index.ts';
import { gpu, testDevice } from './gpu.ts';

vi.setConfig({ testTimeout: 300_000 }); // a software adapter compiles at the first dispatch, and takes its time
const device = await testDevice();

/** Images of one bright row, column or diagonal on noise: four classes that a small network can tell apart. */
function stripes(M: number, H: number, W: number): SampleSet {
  const noise = randomStream(5, 0);
  const images = new Uint8Array(M * H * W);
  for (let i = 0; i < images.length; i++) {
    const [m, r, c] = [Math.floor(i / (H * W)), Math.floor(i / W) % H, i % W];
    const at = Math.floor(noise(1e6 + m) * H);
    const lit = [r === at, c === at, (r + c) % H === at, (r - c + W) % H === at][m % 4];
    images[i] = lit ? 255 : 100 * noise(i);
  }
  return {
    images: device.tensor(images, [M, H, W, 1], 'u8'),
    labels: device.tensor(
      Uint8Array.from({ length: M }, (_, m) => m % 4),
      [M],
      'u8',
    ),
  };
}

const metrics = { correct: countCorrect };
const classifier = { loss: softmaxCrossEntropy, optimizer: adam(), metrics };
const data = stripes(90, 8, 8);
const layers = (): Module[] => [
  conv2d({ filters: 4, kernel: 3 }),
  relu(),
  maxPool2d({ window: 2 }),
  conv2d({ filters: 8, kernel: 2 }),
  relu(),
  flatten(),
  dense({ units: 16 }),
  relu(),
  dropout({ rate: 0.3 }),
  dense({ units: 4 }),
];

interface Setup extends SequentialOptions {
  optimizer?: Optimizer;
  batch?: number;
  labelSmoothing?: number;
  /** Whether the recording is rewritten. */
  isRewritten?: boolean;
}

async function start({
  optimizer = adam(),
  batch = 16,
  labelSmoothing = 0,
  isRewritten = true,
  ...rest
}: Setup = {}) {
  const model = new Sequential(device, [8, 8, 1], layers(), { seed: 3, ...rest });
  const loss: Loss = (y, t) => softmaxCrossEntropy(y, t, { labelSmoothing });
  const step = TrainStep.create(model, {
    ...{ loss, optimizer: optimizer, data, batch, metrics, seed: 11 },
    ...(!isRewritten && { rewrites: [] }),
  });
  return { model, step };
}

const digest = async (model: Sequential) => digestOf(await model.arena.read());
const counts = () => {
  const { buffersCreated, bindGroupsCreated, pipelinesCreated } = device.meter;
  return { buffersCreated, bindGroupsCreated, pipelinesCreated };
};

describe('a recorded step', () => {
  test('leaves the network as it was until it is run', async () => {
    const model = new Sequential(device, [8, 8, 1], layers(), { seed: 3 });
    const before = await digest(model);
    const step = TrainStep.create(model, { ...classifier, data, batch: 16 });
    expect(await digest(model)).toBe(before);
    expect(step.stepsDone).toBe(0);
    const { moments } = await step.checkpoint();
    for (const { data } of moments.values()) expect(data.every((v) => v === 0)).toBe(true);
    step.run();
    expect(await digest(model)).not.toBe(before);
  });

  const optimizers: [string, () => Optimizer][] = [
    ['sgd with momentum', () => sgd({ momentum: 0.9, nesterov: true, weightDecay: 1e-3 })],
    ['adam on a cosine', () => adam({ learningRate: cosineDecay({ peak: 0.01, steps: 7 }) })],
    ['adamw', () => adamW({ learningRate: 0.01 })],
    ['rmsprop', () => rmsprop({ momentum: 0.5 })],
  ];
  for (const [name, optimizer] of optimizers)
    test(`${name}: one by one and all at once give the same bits, and eager those of the plain ops`, async () => {
      const runs = [
        await start({ optimizer: optimizer() }),
        await start({ optimizer: optimizer() }),
      ];
      const plain = await start({ optimizer: optimizer(), isRewritten: false });
      const eager = await start({ optimizer: optimizer(), isRewritten: false });
      for (let i = 0; i < 7; i++) {
        runs[0]!.step.run();
        eager.step.runEagerly();
      }
      runs[1]!.step.run(7);
      plain.step.run(7);
      for (const [a, b] of [runs, [eager, plain]]) {
        expect(await a!.step.metrics(0)).toEqual(await b!.step.metrics(0));
        expect(await digest(a!.model)).toBe(await digest(b!.model));
      }
    });

  test('the same seed gives the same digest, another one another', async () => {
    const ends = [];
    for (const seed of [3, 3, 4]) {
      const { model, step } = await start({ seed });
      step.run(20);
      ends.push(await digest(model));
    }
    expect(ends[1]).toBe(ends[0]);
    expect(ends[2]).not.toBe(ends[0]);
  });

  test('makes no GPU object after warm-up, and one submit a run', async () => {
    const { step } = await start();
    step.run();
    await device.finish();
    const [before, submits] = [counts(), device.meter.submits];
    for (let i = 0; i < 5; i++) step.run(10);
    await device.finish();
    expect(counts()).toEqual(before);
    expect(device.meter.submits - submits).toBe(5);
  });

  test('the reference network takes at most 19 dispatches', async () => {
    const model = new Sequential(device, REFERENCE_INPUT, referenceNetwork());
    const set = {
      images: device.zeros([256, ...REFERENCE_INPUT], 'u8'),
      labels: device.zeros([256], 'u8'),
    };
    const step = TrainStep.create(model, { ...classifier, data: set, batch: 128 });
    const kinds = step.recording.commands.map((command) => command.kind);
    expect(new Set(kinds)).toEqual(new Set(['dispatch']));
    expect(kinds.length).toBeLessThanOrEqual(19);
    const before = device.meter.dispatches;
    step.run();
    await device.finish();
    expect(device.meter.dispatches - before).toBe(kinds.length);
  });

  test('long runs are the same however they are cut: the step table is refilled in time', async () => {
    const optimizer = () => adam({ learningRate: (step) => 1e-3 / (1 + step / 300) });
    const ends = [];
    for (const cut of [512, 100]) {
      const small = new Sequential(device, [8, 8, 1], [flatten(), dense({ units: 4 })]);
      const step = TrainStep.create(small, {
        ...{ ...classifier, optimizer: optimizer(), data, batch: 4 },
      });
      while (step.stepsDone < 1100) step.run(Math.min(cut, 1100 - step.stepsDone));
      ends.push(await digest(small));
      await expect(step.metrics(0, 10)).rejects.toThrow('steps 0 to 10 were asked, 76 to 1100');
      expect((await step.metrics(76)).loss.length).toBe(1024);
    }
    expect(new Set(ends).size).toBe(1);
  });

  test('eager steps release what they make', async () => {
    const { step } = await start();
    step.runEagerly();
    await device.finish();
    const [bytes, living] = [device.meter.liveBytes, device.living().length];
    for (let i = 0; i < 5; i++) step.runEagerly();
    await device.finish();
    const names = device
      .living()
      .slice(living)
      .map(({ label }) => label);
    expect(names).toEqual([]);
    // Less where the collector meanwhile found what another test forgot.
    expect(device.meter.liveBytes).toBeLessThanOrEqual(bytes);
  });
});

describe('the rewrites', () => {
  test('change no number that matters', async () => {
    const both = [await start(), await start({ isRewritten: false })];
    for (const { step } of both) step.run(10);
    const [fused, plain] = await Promise.all(both.map(({ model }) => model.arena.read()));
    for (const [name, { data }] of fused!) {
      const other = plain!.get(name)!.data;
      const largest = Math.max(...other.map(Math.abs));
      data.forEach((v, i) => expect(Math.abs(v - other[i]!)).toBeLessThan(1e-5 * largest + 1e-9));
    }
    expect(both[0]!.step.recording.commands.length).toBeLessThan(
      both[1]!.step.recording.commands.length,
    );
  });
});

describe('learning', () => {
  test('the loss falls, the hits rise, and an epoch sees every sample', async () => {
    const { step } = await start({ optimizer: adam({ learningRate: 0.01 }) });
    step.run(300);
    const { loss, values, divergedAt } = await step.metrics(0);
    const hits = values.get('correct')!;
    const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(loss.slice(0, 5))).toBeGreaterThan(1.2);
    expect(mean(loss.slice(-30))).toBeLessThan(0.4);
    expect(mean(hits.slice(-30)) / 16).toBeGreaterThan(0.85);
    expect(divergedAt).toBeUndefined();
  });

  test('a checkpoint goes on with the same bits', async () => {
    const { model, step } = await start();
    step.run(5);
    const checkpoint = await step.checkpoint();
    step.run(6);
    const [want, figures] = [await digest(model), await step.metrics(5)];
    const other = await start({ seed: 99 });
    other.step.run(2);
    other.step.restore(checkpoint);
    expect(other.step.stepsDone).toBe(5);
    other.step.run(6);
    expect(await digest(other.model)).toBe(want);
    expect(await other.step.metrics(5)).toEqual(figures);
  });

  test('the learning rate may change between runs', async () => {
    const { model, step } = await start({ optimizer: sgd({ learningRate: 0.1 }) });
    step.run(3);
    const before = await digest(model);
    step.setLearningRate(0);
    expect(step.learningRate).toBe(0);
    step.run(3);
    expect(await digest(model)).toBe(before);
    step.setLearningRate(0.1);
    step.run();
    expect(await digest(model)).not.toBe(before);
  });

  test('divergence is named by its first step', async () => {
    const { step } = await start({ optimizer: sgd({ learningRate: 1e30 }) });
    step.run(6);
    const { loss, divergedAt } = await step.metrics(0);
    expect(divergedAt).toBeGreaterThan(0);
    expect(loss.slice(0, divergedAt).every(Number.isFinite)).toBe(true);
    expect(Number.isFinite(loss[divergedAt!])).toBe(false);
  });
});

describe('refusals', () => {
  test('of a softmax at the end', async () => {
    const model = new Sequential(device, [8, 8, 1], [...layers(), softmax()]);
    expect(() => TrainStep.create(model, { ...classifier, data, batch: 4 })).toThrow(
      'the loss takes logits; leave the softmax at the end off',
    );
  });

  test('of too many steps at once, and of figures that are not there', async () => {
    const { step } = await start();
    expect(() => step.run(513)).toThrow('a run has 1 to 512 steps, asked 513');
    expect(() => step.run(0)).toThrow('asked 0');
    await expect(step.metrics(0, 1)).rejects.toThrow('steps 0 to 1 were asked, 0 to 0 are kept');
  });

  test('of images that the network does not take', async () => {
    const model = new Sequential(device, [9, 8, 1], layers());
    expect(() => TrainStep.create(model, { ...classifier, data, batch: 4 })).toThrow(
      'the network takes [N,9,8,1], got [4,8,8,1]',
    );
  });

  describe('of a checkpoint that does not fit, which changes nothing', () => {
    const put = (map: ReadonlyMap<string, Weights>, name: string, data: unknown) =>
      new Map([...map, [name, { shape: map.get(name)?.shape ?? [1], data } as Weights]]);
    const without = (map: ReadonlyMap<string, Weights>, name: string) =>
      new Map([...map].filter(([other]) => other !== name));
    const broken = (values: Float32Array, value: number) =>
      values.map((v, i) => (i === 1 ? value : v));
    const wrong: [string, (c: Checkpoint) => object, string][] = [
      [
        'no parameter',
        (c) => ({ weights: without(c.weights, 'fc1.bias') }),
        'restore: fc1.bias [16] is missing',
      ],
      [
        'one too many',
        (c) => ({ weights: put(c.weights, 'fc9.bias', new Float32Array(1)) }),
        "restore: 'fc9.bias' is no parameter",
      ],
      [
        'another length',
        (c) => ({ weights: put(c.weights, 'fc1.bias', new Float32Array(3)) }),
        'restore: fc1.bias [16] got 3 values',
      ],
      [
        'another type',
        (c) => ({ weights: put(c.weights, 'fc1.bias', [1, 2, 3, 4]) }),
        'restore: fc1.bias [16] got [1,2,3,4]',
      ],
      [
        'NaN',
        (c) => ({
          weights: put(c.weights, 'fc1.bias', broken(c.weights.get('fc1.bias')!.data, NaN)),
        }),
        'restore: fc1.bias[1] is NaN',
      ],
      [
        'weights as an object',
        () => ({ weights: {} }),
        'restore: the weights must be a map by name',
      ],
      [
        'no moments',
        () => ({ moments: new Map() }),
        'restore: adam keeps m and v, the moments of the checkpoint are: none',
      ],
      ['moments missing', () => ({ moments: undefined }), 'are: none'],
      [
        'moments of SGD',
        (c) => ({ moments: new Map([['velocity', c.moments.get('m')!]]) }),
        'are: velocity',
      ],
      [
        'one moment too many',
        (c) => ({ moments: put(c.moments, 'velocity', new Float32Array(1)) }),
        'are: m and v and velocity',
      ],
      [
        'a short moment',
        (c) => ({ moments: put(c.moments, 'v', c.moments.get('v')!.data.slice(1)) }),
        'restore: the moment v takes',
      ],
      [
        'an infinite moment',
        (c) => ({ moments: put(c.moments, 'v', broken(c.moments.get('v')!.data, Infinity)) }),
        'restore: the moment v[1] is Infinity',
      ],
      [
        'a step before the first',
        () => ({ stepsDone: -1 }),
        'restore: stepsDone must be a whole number from 0 to 4294967295, got -1',
      ],
      ['half a step', () => ({ stepsDone: 1.5 }), 'got 1.5'],
      ['no step', () => ({ stepsDone: undefined }), 'restore: stepsDone must be a whole number'],
      ['a step as text', () => ({ stepsDone: '3' }), "got '3'"],
      ['a seed beyond 32 bits', () => ({ seed: 2 ** 32 }), 'restore: seed must be a whole number'],
    ];
    for (const [title, change, message] of wrong)
      test(title, async () => {
        const good = await start();
        good.step.run(3);
        const taken = await good.step.checkpoint();
        const { model, step } = await start({ seed: 5 });
        step.run(2);
        const before = await step.checkpoint();
        expect(() => step.restore({ ...taken, ...change(taken) })).toThrow(message);
        expect(await step.checkpoint()).toEqual(before);
        expect(step.stepsDone).toBe(2);
        step.run(1);
        expect(await digest(model)).not.toBe('');
      });

    test('and one of SGD for Adam', async () => {
      const { step } = await start({ optimizer: sgd() });
      const other = await start();
      const before = await other.step.checkpoint();
      const taken = await step.checkpoint();
      expect(() => other.step.restore(taken)).toThrow(
        'restore: adam keeps m and v, the moments of the checkpoint are: velocity',
      );
      expect(await other.step.checkpoint()).toEqual(before);
    });
  });

  test('of figures from before a checkpoint: they are another run’s', async () => {
    const { step } = await start();
    step.run(4);
    const taken = await step.checkpoint();
    const other = await start();
    other.step.restore(taken);
    await expect(other.step.metrics(0)).rejects.toThrow('steps 0 to 4 were asked, 4 to 4 are kept');
    await expect(step.metrics(0.5)).rejects.toThrow('steps 0.5 to 4');
  });

  test('of a profile where there are no timestamps: no step is counted', async () => {
    const own = await openDevice(gpu, { without: ['timestamp-query'] });
    const model = new Sequential(own, [2], [dense({ units: 2 })]);
    const set = { images: own.zeros([4, 2], 'u8'), labels: own.zeros([4], 'u8') };
    const step = TrainStep.create(model, { ...classifier, data: set, batch: 2 });
    await expect(step.profile()).rejects.toThrow('timestamp');
    expect(step.stepsDone).toBe(0);
    await own.finish();
    own.destroy();
  });

  test('a step that fails while it is recorded leaves no memory and no commands behind', async () => {
    const x = device.full([1000], 1);
    await device.finish();
    const { liveBytes, pooledBytes, dispatches } = device.meter;
    const failing = () =>
      device.capture(() => {
        square(x);
        throw new Error('no');
      });
    expect(failing).toThrow('no');
    await device.finish();
    expect(device.meter.liveBytes + device.meter.pooledBytes).toBe(liveBytes + pooledBytes);
    expect(device.meter.dispatches).toBe(dispatches);
  });
});
