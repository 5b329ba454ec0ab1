// Modules made of modules and modules from outside: counted, named, looked into, saved and restored like ours.
import { describe, expect, test, vi } from 'vitest';
import {
  type Model,
  type Module,
  Sequential,
  TrainStep,
  adam,
  airNetwork,
  batchNorm,
  concat,
  conv2d,
  dense,
  digestOf,
  dropout,
  flatten,
  globalAvgPool2d,
  lambda,
  loadWeights,
  maxPool2d,
  ones,
  outline,
  randomStream,
  relu,
  residual,
  resnet,
  sequential,
  softmax,
  softmaxCrossEntropy,
  writeSafetensors,
} from '../src/nn/index.ts';
import { type Tensor, add, mul, relu as rectified } from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';

vi.setConfig({ testTimeout: 300_000 }); // a software adapter compiles at the first dispatch, and takes its time
const device = await testDevice();
const random = (shape: readonly number[], stream = 0): Tensor => {
  const uniform = randomStream(4, stream);
  const size = shape.reduce((product, d) => product * d, 1);
  return device.tensor(
    Float32Array.from({ length: size }, (_, i) => 2 * uniform(i) - 1),
    shape,
  );
};

/**
 * What a user might write: y = scale · x, a number a channel that is learned, and beside it a running mean of the
 * absolute inputs, which is not.
 */
const scaled = (momentum = 0.9): Module => ({
  kind: 'myScale',
  build: (input) => ({
    outputShape: input,
    parameters: [{ name: 'scale', shape: input.slice(-1), initializer: ones }],
    buffers: [{ name: 'running', shape: input.slice(-1) }],
  }),
  forward(x, { parameters: [scale], buffers: [running], training }) {
    if (training) {
      const axes = x.shape.map((_, i) => i).slice(0, -1);
      const now = device.noGrad(() =>
        add(mul(running as Tensor, momentum), mul(x.abs().mean({ axes }), 1 - momentum)),
      );
      device.copy(now, running as Tensor);
    }
    return mul(x, scale as Tensor);
  },
});

/** Two classes of noise, one brighter. */
const images = Uint8Array.from(
  { length: 32 * 64 },
  (_, i) => 255 * randomStream(6, 1)(i) * (Math.floor(i / 64) % 2 === 0 ? 1 : 0.4),
);
const samples = {
  images: device.tensor(images, [32, 8, 8, 1], 'u8'),
  labels: device.tensor(
    Uint8Array.from({ length: 32 }, (_, m) => m % 2),
    [32],
    'u8',
  ),
};

const own = (): Module[] => [
  conv2d({ filters: 4, kernel: 3, padding: 'same' }),
  scaled(),
  residual(
    sequential(
      conv2d({ filters: 4, kernel: 3, padding: 'same' }),
      relu(),
      scaled(0.5),
      dropout({ rate: 0.2 }),
    ),
  ),
  maxPool2d({ window: 2 }),
  concat(
    conv2d({ filters: 3, kernel: 1 }),
    lambda((x) => rectified(x)),
  ),
  lambda((x) => x.square(), { kind: 'squared' }),
  globalAvgPool2d(),
  dense({ units: 2 }),
];

describe('a network of modules from outside', () => {
  test('is counted and named like ours', () => {
    const model = new Sequential(device, [8, 8, 1], own());
    const { rows, parameters } = model.summary();
    expect(rows.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      ...['conv1 conv2d', 'myScale1 myScale', 'residual1.body.conv1 conv2d'],
      ...['residual1.body.relu1 relu', 'residual1.body.myScale1 myScale'],
      ...['residual1.body.drop1 dropout', 'residual1 residual', 'pool1 maxPool2d'],
      ...['concat1.branch1 conv2d', 'concat1.branch2 lambda', 'concat1 concat'],
      ...['squared1 squared', 'pool2 globalAvgPool2d', 'fc1 dense'],
    ]);
    const counts = rows.map((row) => row.parameters);
    expect(counts).toEqual([40, 4, 148, 0, 4, 0, 0, 0, 15, 0, 0, 0, 0, 16]);
    expect(parameters).toBe(227);
    const rowOf = (name: string) => rows.find((row) => row.name === name);
    expect(rowOf('residual1.body.conv1')?.flops).toBe(2 * 64 * 4 * 9 * 4);
    expect(rowOf('residual1')?.flops).toBe(0);
    expect(rowOf('concat1')?.outputShape).toEqual([4, 4, 7]);
    const { summary, learned, saved } = outline([8, 8, 1], own());
    expect(summary).toEqual(model.summary());
    const named = (all: readonly { name: string; shape: readonly number[] }[]) =>
      all.map(({ name, shape }) => ({ name, shape }));
    expect(learned).toEqual(named(model.arena.parameters));
    expect(saved).toEqual(named(model.arena.saved));
    expect(model.arena.saved.map(({ name }) => name)).toEqual([
      ...['conv1.weight', 'conv1.bias', 'myScale1.scale'],
      ...['residual1.body.conv1.weight', 'residual1.body.conv1.bias'],
      ...['residual1.body.myScale1.scale'],
      ...['concat1.branch1.weight', 'concat1.branch1.bias', 'fc1.weight', 'fc1.bias'],
      ...['myScale1.running', 'residual1.body.myScale1.running'],
    ]);
    expect(String(model)).toContain('myScale1 (myScale)');
  });

  test('can be looked into: layer by layer it gives what it gives as a whole', async () => {
    const model = new Sequential(device, [8, 8, 1], own());
    const x = random([3, 8, 8, 1]);
    const [whole, step] = [
      model.forward(x),
      model.layers.reduce((input, { apply }) => apply(input), x),
    ];
    expect(await step.data()).toEqual(await whole.data());
    const around = model.layers[2]!;
    expect(around.parameters.map(({ name }) => name)).toHaveLength(3);
    const [body] = around.parts;
    expect(body!.parts.map(({ name }) => name)).toEqual([
      ...['residual1.body.conv1', 'residual1.body.relu1'],
      ...['residual1.body.myScale1', 'residual1.body.drop1'],
    ]);
    const way = random([2, 8, 8, 4], 3);
    expect(await around.apply(way).data()).toEqual(await add(body!.apply(way), way).data());
  });

  test('whose parts stand in a row is treated as `sequential`: no row of its own, its normalization folded', async () => {
    const inner = () => [conv2d({ filters: 4, kernel: 3 }), batchNorm()];
    const row = sequential(...inner());
    const mine: Module = { ...row, kind: 'myRow' };
    const [theirs, own] = [row, mine].map((one) => new Sequential(device, [5, 5, 1], [one]));
    expect(own!.summary().rows.map(({ kind }) => kind)).toEqual(['conv2d', 'batchNorm']);
    device.copy(random([own!.arena.learned.size], 7), own!.arena.learned);
    device.copy(own!.arena.learned, theirs!.arena.learned);
    const x = random([2, 5, 5, 1]);
    expect(await own!.forward(x).data()).toEqual(await theirs!.forward(x).data());
  });

  test('learns, is saved to a file, and gives the same outputs when restored', async () => {
    const model = new Sequential(device, [8, 8, 1], own(), { seed: 2 });
    const first = await model.arena.read();
    const step = TrainStep.create(model, {
      loss: softmaxCrossEntropy,
      optimizer: adam({ learningRate: 0.02 }),
      ...{ data: samples, batch: 8 },
    });
    step.run(40);
    const { loss } = await step.metrics(0);
    expect(loss.at(-1)!).toBeLessThan(0.6 * loss[0]!);
    const weights = await model.arena.read();
    for (const [name, { data }] of weights) expect(data).not.toEqual(first.get(name)!.data);

    const bytes = writeSafetensors(weights);
    const other = new Sequential(device, [8, 8, 1], own(), { seed: 3 });
    other.arena.load(loadWeights('own.safetensors', bytes, other.arena.saved));
    const x = random([5, 8, 8, 1], 2);
    expect(await other.forward(x).data()).toEqual(await model.forward(x).data());
    expect(digestOf(await other.arena.read())).toBe(digestOf(weights));
  });

  test('goes on from a checkpoint with the same bits, its buffers too', async () => {
    const start = (seed: number) => {
      const model = new Sequential(device, [8, 8, 1], own(), { seed });
      const step = TrainStep.create(model, {
        ...{ loss: softmaxCrossEntropy, optimizer: adam(), data: samples, batch: 8, seed },
      });
      return { model, step };
    };
    const [one, other] = [start(2), start(5)];
    one.step.run(4);
    const checkpoint = await one.step.checkpoint();
    one.step.run(3);
    other.step.run(1);
    other.step.restore(checkpoint);
    other.step.run(3);
    expect(digestOf(await other.model.arena.read())).toBe(digestOf(await one.model.arena.read()));
  });

  test('the running mean is what its formula says', async () => {
    const model = new Sequential(device, [3], [scaled(), dense({ units: 2 })]);
    const x = random([7, 3]);
    const state = device.tensor([0, 0], [2], 'u32');
    for (let i = 0; i < 2; i++) model.forward(x, { state });
    const values = await x.data();
    const want = [0, 1, 2].map((c) => {
      const mean = [...values].reduce((sum, v, i) => sum + (i % 3 === c ? Math.abs(v) / 7 : 0), 0);
      return 0.1 * mean * (1 + 0.9);
    });
    const got = await model.arena.tensor('myScale1.running').data();
    want.forEach((value, c) => expect(got[c]).toBeCloseTo(value, 6));
  });
});

describe('initial weights', () => {
  test('one module in two places has parameters of its own in each', async () => {
    const twice = dense({ units: 4 });
    const { arena } = new Sequential(device, [4], [twice, relu(), twice]);
    const weights = await arena.read();
    expect(weights.get('fc1.weight')!.data).not.toEqual(weights.get('fc2.weight')!.data);
  });

  test('a ReLU behind the end of a body counts', async () => {
    const largest = async (...layers: Module[]) => {
      const { arena } = new Sequential(device, [100], layers);
      return Math.max(...(await arena.tensor('residual1.body.weight').data()).map(Math.abs));
    };
    const body = residual(dense({ units: 100 }));
    expect(await largest(body, relu())).toBeGreaterThan(Math.sqrt(6 / 200));
    expect(await largest(body)).toBeLessThan(Math.sqrt(6 / 200));
  });
});

describe('residual networks', () => {
  /** The largest of the first weights, beside what He uniform and Glorot uniform allow. */
  async function begun(model: Sequential, name: string) {
    const { data, shape } = (await model.arena.read()).get(name)!;
    const [rows = 1, columns = 1] = shape.slice(-2);
    const window = data.length / rows / columns;
    const limits = [6 / (window * rows), 6 / (window * (rows + columns))].map(Math.sqrt);
    return { largest: data.reduce((most, w) => Math.max(most, Math.abs(w)), 0), limits };
  }

  test.each([false, true])('begin as a ReLU behind wants it (pre-activation: %s)', async (pre) => {
    const model = new Sequential(device, [16, 16, 3], resnet({ blocks: 1, preActivation: pre }));
    const names = model.arena.parameters.map(({ name }) => name).filter((n) => /conv/.test(n));
    expect(names).toHaveLength(9);
    for (const name of names) {
      const { largest, limits } = await begun(model, name);
      expect([name, largest > limits[1]!, largest <= limits[0]!]).toEqual([name, true, true]);
    }
    const { largest, limits } = await begun(model, 'fc1.weight');
    expect(largest).toBeLessThanOrEqual(limits[1]!);
  });

  test('have the sizes that their papers give', () => {
    const sizes = (layers: Module[], input = [32, 32, 3]) => outline(input, layers).summary;
    // He et al. 2015, table 6: 0.27 million. Projections and normalization are counted here.
    expect(sizes(resnet({ blocks: 3 })).parameters).toBe(272_474);
    expect(sizes(resnet({ blocks: 2 })).parameters).toBe(175_258);
    expect(sizes(resnet({ blocks: 1, width: 32 })).parameters).toBe(308_650);
    const { rows } = sizes(resnet({ blocks: 1, classes: 7 }));
    const ends = rows.filter(({ kind }) => kind === 'residual' || kind === 'dense');
    expect(ends.map((row) => row.outputShape)).toEqual([
      ...[
        [32, 32, 16],
        [16, 16, 32],
        [8, 8, 64],
      ],
      [7],
    ]);
    expect(sizes(airNetwork(), [28, 28, 1])).toMatchObject({
      parameters: 162_562,
      flops: 14_026_368,
    });
    expect(() => resnet({ blocks: 0 })).toThrow('resnet: blocks must be a whole number from 1');
    expect(() => airNetwork({ width: 1.5 })).toThrow('airNetwork: width must be a whole number');
  });
});

describe('refusals', () => {
  const build = (input: readonly number[], ...layers: Module[]) => {
    return () => new Sequential(device, input, layers);
  };
  const plan = (built: object): Module => ({
    kind: 'mine',
    build: () => built as ReturnType<Module['build']>,
    forward: (x) => x,
  });
  const wrong: [string, () => unknown, string][] = [
    [
      'a body that changes the shape',
      build([4], residual(dense({ units: 3 }))),
      'layer 1 (residual1): the body gives [3], the input is [4]; they are added',
    ],
    [
      'a shortcut that does not follow',
      build([4], relu(), residual(dense({ units: 3 }), dense({ units: 2 }))),
      'layer 2 (residual1): the body gives [3], the shortcut [2]; they are added',
    ],
    [
      'a layer deep inside',
      build([4, 4, 1], residual(sequential(flatten(), conv2d({ filters: 1, kernel: 3 })))),
      'layer 1 (residual1), body, layer 2 (conv1): takes an image [H,W,C], got [16]',
    ],
    [
      'branches of two sizes',
      build([4, 4, 1], concat(relu(), maxPool2d({ window: 2 }))),
      'layer 1 (concat1): branches differ in the last axis alone, these give [4,4,1] and [2,2,1]',
    ],
    ['no branch', () => concat(), 'concat: there is no branch'],
    ['a body that is none', () => residual(3 as never), 'residual: body must be a layer such as'],
    ['a lambda without a function', () => lambda(undefined as never), 'lambda: f must be'],
    ['options of a lambda', () => lambda((x) => x, { kind: 3 as never }), 'lambda: kind must be'],
    [
      'an output shape that is none',
      build([4], plan({ outputShape: [0.5] })),
      'layer 1 (mine1): outputShape must be a list, each a whole number from 1, build gave [0.5]',
    ],
    [
      'a parameter without a shape',
      build([4], plan({ outputShape: [4], parameters: [{ name: 'w' }] })),
      'layer 1 (mine1): a parameter: shape must be a list, each a whole number from 1, got nothing',
    ],
    [
      'a name used twice',
      build(
        [4],
        plan({ outputShape: [4], parameters: [1, 2].map(() => ({ name: 'w', shape: [2] })) }),
      ),
      "arena: there are two parameters 'mine1.w'",
    ],
  ];
  for (const [title, run, message] of wrong)
    test(`of ${title}`, () => expect(run).toThrow(message));

  test('of a forward that does not keep the promise of build', () => {
    const model = new Sequential(device, [4], [lambda((x) => x.sum({ axes: [1] }))]);
    expect(() => model.forward(device.zeros([2, 4]))).toThrow(
      'lambda1 (lambda): build promised [N,4], forward made f32[2] of f32[2,4]',
    );
  });
});

test('a model is any object of its form', () => {
  const model: Model = new Sequential(device, [4], [relu()]);
  expect(model.outputShape).toEqual([4]);
});

test('a network ends in a softmax also where that stands in a row of its own', async () => {
  const model = new Sequential(device, [4], [dense({ units: 3 }), sequential(relu(), softmax())]);
  const x = random([2, 4]);
  expect(model.endsInSoftmax).toBe(true);
  expect(await model.predict(x).data()).toEqual(await model.forward(x).data());
});
