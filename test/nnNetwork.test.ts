// Networks before they run: names, shapes, costs, initial weights, the arena, schedules; and their errors.
import { describe, expect, test } from 'vitest';
import {
  type Module,
  REFERENCE_INPUT,
  Sequential,
  adam,
  avgPool2d,
  conv2d,
  cosineDecay,
  dense,
  digestOf,
  exponentialDecay,
  flatten,
  gelu,
  glorotNormal,
  globalAvgPool2d,
  glorotUniform,
  heNormal,
  heUniform,
  maxPool2d,
  randomStream,
  referenceNetwork,
  relu,
  rmsprop,
  sgd,
} from '../src/nn/index.ts';
import { testDevice } from './gpu.ts';

const device = await testDevice();
const network = (input: readonly number[], layers: Module[], seed = 0) =>
  new Sequential(device, input, layers, { seed });

describe('Sequential', () => {
  const reference = network(REFERENCE_INPUT, referenceNetwork());

  test('the reference network has the size it is known for', () => {
    const { parameters, flops, rows } = reference.summary();
    expect(parameters).toBe(241_546);
    expect(flops).toBe(6_474_496);
    expect(rows.map((r) => r.name).join(' ')).toBe(
      'conv1 relu1 pool1 conv2 relu2 pool2 conv3 relu3 flatten1 fc1 relu4 drop1 fc2',
    );
    expect(reference.arena.parameters.map((p) => `${p.name} ${p.tensor}`)).toEqual([
      ...['conv1.weight f32[3,3,1,32]', 'conv1.bias f32[32]'],
      ...['conv2.weight f32[3,3,32,64]', 'conv2.bias f32[64]'],
      ...['conv3.weight f32[3,3,64,128]', 'conv3.bias f32[128]'],
      ...['fc1.weight f32[1152,128]', 'fc1.bias f32[128]'],
      ...['fc2.weight f32[128,10]', 'fc2.bias f32[10]'],
    ]);
  });

  test('prints as a table', () => {
    const lines = String(network([4, 4, 1], [conv2d({ filters: 2, kernel: 3 }), flatten()]));
    expect(lines).toBe(
      [
        'Layer (kind)        Output shape  Parameters  MFLOP  KiB',
        '────────────────────────────────────────────────────────',
        'conv1 (conv2d)      [N, 2, 2, 2]          20  0.000  0.0',
        'flatten1 (flatten)  [N, 8]                 0  0.000  0.0',
        '────────────────────────────────────────────────────────',
        'Parameters: 20 (0.00 MiB)',
        'Forward, one sample: 0.00 MFLOP, 0.1 KiB of activations',
      ].join('\n'),
    );
  });

  test('shapes follow stride, padding and dilation', () => {
    const { rows } = network(
      [9, 7, 3],
      [
        conv2d({ filters: 4, kernel: [3, 2], padding: 'same', stride: 2, useBias: false }),
        gelu(),
        avgPool2d({ window: 2, stride: 1, padding: 1 }),
        conv2d({ filters: 5, kernel: 3, dilation: 2 }),
        globalAvgPool2d(),
      ],
    ).summary();
    expect(rows.map((r) => r.outputShape)).toEqual([
      [5, 4, 4],
      [5, 4, 4],
      [6, 5, 4],
      [2, 1, 5],
      [5],
    ]);
    expect(rows.map((r) => r.parameters)).toEqual([72, 0, 0, 185, 0]);
  });

  const wrong: [string, readonly number[], Module[], string][] = [
    [
      'a window larger than what is left',
      [4, 4, 1],
      [maxPool2d({ window: 2 }), conv2d({ filters: 1, kernel: 3 })],
      'layer 2 (conv1): a window of 3x3 does not fit into 2x2',
    ],
    [
      'a dense layer over an image',
      [4, 4, 1],
      [dense({ units: 3 })],
      'layer 1 (fc1): takes a vector, got [4,4,1]; put flatten() before it',
    ],
    [
      'a convolution over a vector',
      [16],
      [conv2d({ filters: 1, kernel: 3 })],
      'layer 1 (conv1): takes an image [H,W,C], got [16]',
    ],
  ];
  for (const [title, input, layers, message] of wrong)
    test(`refuses ${title}, naming the layer`, () => {
      expect(() => network(input, layers)).toThrow(message);
    });

  test('refuses a batch of another shape', () => {
    expect(() => reference.forward(device.zeros([2, 27, 28, 1]))).toThrow(
      'the network takes [N,28,28,1], got [2,27,28,1]',
    );
  });
});

describe('initial weights', () => {
  const shape = [5, 5, 16, 40]; // fan in 400, fan out 1000
  const moments = (values: Float32Array) => {
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return { mean, variance: values.reduce((s, v) => s + (v - mean) ** 2, 0) / values.length };
  };
  const rules = [
    ['heUniform', heUniform, 2 / 400, Math.sqrt(6 / 400)],
    ['heNormal', heNormal, 2 / 400, 6 * Math.sqrt(2 / 400)],
    ['glorotUniform', glorotUniform, 2 / 1400, Math.sqrt(6 / 1400)],
    ['glorotNormal', glorotNormal, 2 / 1400, 6 * Math.sqrt(2 / 1400)],
  ] as const;
  for (const [name, initializer, variance, bound] of rules)
    test(`${name}: mean 0, variance and bounds of its formula`, () => {
      const values = initializer(shape, randomStream(1, 2));
      const got = moments(values);
      expect(Math.abs(got.mean)).toBeLessThan(4 * Math.sqrt(variance / values.length));
      expect(Math.abs(got.variance / variance - 1)).toBeLessThan(0.05);
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound);
    });

  test('follow from the seed, differ between parameters; biases are 0', async () => {
    const layers = () => [dense({ units: 40 }), relu(), dense({ units: 40 })];
    const read = (seed: number) => network([40], layers(), seed).arena.read();
    const [one, again, other] = await Promise.all([read(1), read(1), read(2)]);
    expect(digestOf(again)).toBe(digestOf(one));
    expect(digestOf(other)).not.toBe(digestOf(one));
    const [a, b] = [one.get('fc1.weight')!, one.get('fc2.weight')!];
    expect(a.data).not.toEqual(b.data);
    // He before the ReLU, up to √(6/40); Glorot after it, up to √(6/80).
    const largest = (values: Float32Array) => Math.max(...values.map(Math.abs));
    expect(largest(a.data)).toBeGreaterThan(0.36);
    expect(largest(b.data)).toBeLessThan(Math.sqrt(6 / 80));
    expect(one.get('fc1.bias')!.data).toEqual(new Float32Array(40));
  });

  test('a stream has no short cycles and no neighbors alike', () => {
    const uniform = randomStream(0, 0);
    const values = Array.from({ length: 10_000 }, (_, i) => uniform(i));
    expect(new Set(values).size).toBe(10_000);
    expect(values.every((u) => u > 0 && u < 1)).toBe(true);
    const next = values.slice(1);
    const covariance = next.reduce((s, v, i) => s + (v - 0.5) * (values[i]! - 0.5), 0) / 9999;
    expect(Math.abs(covariance * 12)).toBeLessThan(0.04);
  });
});

describe('Arena', () => {
  test('is read and written by name; slots are aligned, gaps stay 0', async () => {
    const { arena } = network([3], [dense({ units: 2 }), dense({ units: 5 })]);
    expect(arena.count).toBe(23);
    expect(arena.values.shape).toEqual([256]);
    expect(arena.parameters.map((p) => p.tensor.offset)).toEqual([0, 256, 512, 768]);
    const weights = await arena.read();
    weights.get('fc2.bias')!.data.set([1, 2, 3, 4, 5]);
    arena.load(weights);
    expect([...(await arena.parameters[3]!.tensor.data())]).toEqual([1, 2, 3, 4, 5]);
    const whole = await arena.values.data();
    expect(whole.filter((v) => v !== 0).length).toBe(6 + 10 + 5);
    expect([...whole.slice(192, 197)]).toEqual([1, 2, 3, 4, 5]);
  });

  test('refuses weights of another network', async () => {
    const { arena } = network([3], [dense({ units: 2 })]);
    const other = await network([4], [dense({ units: 2 })]).arena.read();
    const own = await arena.read();
    const turned = new Map([...own, ['fc1.weight', { shape: [2, 3], data: new Float32Array(6) }]]);
    expect(() => arena.load(other)).toThrow('load: fc1.weight [3,2] got 8 values');
    expect(() => arena.load(new Map())).toThrow('load: fc1.weight [3,2] is missing');
    expect(() => arena.load(turned)).toThrow('load: fc1.weight is [3,2], not [2,3]');
    const more = new Map([...own, ['__proto__', own.get('fc1.bias')!]]);
    expect(() => arena.load(more)).toThrow("load: '__proto__' is no parameter of this network");
    expect(digestOf(await arena.read())).toBe(digestOf(own));
  });

  test('digest: FNV-1a of 64 bits over the bytes', () => {
    const bytes = new TextEncoder().encode('chongo was here!');
    const data = new Float32Array(bytes.buffer);
    // Computed with BigInt from the definition in RFC 9923.
    const want = bytes.reduce(
      (h, byte) => ((h ^ BigInt(byte)) * 0x100000001b3n) % 2n ** 64n,
      0xcbf29ce484222325n,
    );
    expect(digestOf(new Map([['w', { shape: [4], data }]]))).toBe(
      want.toString(16).padStart(16, '0'),
    );
    expect(digestOf(new Map())).toBe('cbf29ce484222325');
  });
});

describe('schedules and options', () => {
  test('cosineDecay falls and stays', () => {
    const rate = cosineDecay({ peak: 1, steps: 100, floor: 0.1 });
    expect([0, 50, 100, 500].map((s) => Number(rate(s).toFixed(6)))).toEqual([1, 0.55, 0.1, 0.1]);
  });

  test('exponentialDecay', () => {
    const rate = exponentialDecay({ initial: 0.8, rate: 0.5, steps: 10 });
    expect([0, 10, 20].map(rate)).toEqual([0.8, 0.4, 0.2]);
  });

  test('options out of range are refused with the value', () => {
    expect(() => adam({ beta1: 1 })).toThrow(
      'adam: beta1 must be a finite number from 0, below 1, got 1',
    );
    expect(() => adam({ eps: 0 })).toThrow('adam: eps must be a finite number from 1e-30, got 0');
    expect(() => sgd({ momentum: -0.1 })).toThrow('sgd: momentum must be a finite number from 0');
    expect(() => rmsprop({ weightDecay: Number.NaN })).toThrow('got NaN');
  });
});
