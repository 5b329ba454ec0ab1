// Networks as text: what is read is written again, every mistake is said at its layer, and what a checked
// network promises is what the engine builds.
import { describe, expect, test } from 'vitest';
import {
  LAYERS,
  newLayer,
  PRESETS,
  readNetwork,
  REFERENCE,
  scaledNetwork,
  writeNetwork,
} from '../src/app/network.ts';
import { checkNetwork } from '../src/app/network/check.ts';
import { layersOf } from '../src/app/network/layers.ts';
import { parametersOf } from '../src/app/network/parameters.ts';
import { INPUT_SHAPE } from '../src/app/data/prepare.ts';
import { referenceNetwork, Sequential } from '../src/nn/index.ts';
import { testDevice } from './gpu.ts';

describe('the text of a network', () => {
  test.each([
    ...Object.values(PRESETS),
    'conv12_k5_s2_same_tanh-avg3-gap-dense7_linear-drop0.25',
    'dense10_leakyRelu-dense10_sigmoid-dense10_gelu',
    'conv~_k~-pool~-drop~',
    'conv\u22125-foo9-conv32_what_ever-',
    Array.from({ length: 2000 }, () => 'conv8').join('-'),
  ])('%s is written as it was read', (text) => {
    expect(writeNetwork(readNetwork(text))).toBe(text);
  });

  test('is read with what is usual for the rest', () => {
    const [conv, pool, drop, ...more] = readNetwork('conv16-pool-dropout0.3');
    expect(conv).toMatchObject({ kind: 'conv', size: '16', kernel: '3', activation: 'relu' });
    expect(pool).toMatchObject({ kind: 'pool', size: '2' });
    expect(drop).toMatchObject({ kind: 'drop', size: '0.3' });
    expect(more).toEqual([]);
  });

  test('may be the name of a preset', () => {
    expect(writeNetwork(readNetwork(' reference '))).toBe(REFERENCE);
    expect(readNetwork('linear')).toEqual([]);
  });

  test('keeps what a person types apart from its own marks', () => {
    const layers = ['-5', ' a_b ', ''].map((size) => ({ ...newLayer('conv'), size }));
    const read = readNetwork(writeNetwork(layers));
    expect(read.map(({ size }) => size)).toEqual(['\u22125', 'a b', '']);
  });

  test('of two thousand layers is read, refused and kept, without two thousand rows', () => {
    const text = Array.from({ length: 2000 }, () => 'drop0.1').join('-');
    expect(readNetwork(text)).toHaveLength(33);
    const { layers, problem } = checkNetwork(text);
    expect(layers).toHaveLength(34);
    expect(problem).toBe(
      'layer 33: A network here has at most 32 layers, and this text has 2,000: take some out.',
    );
    expect(() => layersOf(text)).toThrow('at most 32 layers');
    // One token of a megabyte neither takes long nor fills the sentence.
    expect(checkNetwork('x'.repeat(1e6)).problem?.length).toBeLessThan(200);
    expect(checkNetwork(`conv${'9'.repeat(1e6)}`).problem?.length).toBeLessThan(200);
  });

  test('can be made wider', () => {
    expect(scaledNetwork(REFERENCE, 2)).toBe('conv64-pool-conv128-pool-conv256-dense256-drop0.5');
    expect(scaledNetwork('conv1-dense3', 0.1)).toBe('conv1-dense1');
  });
});

describe('a mistake is said at its layer', () => {
  const fine = 'conv32-pool-conv64-pool';
  const wrong: readonly (readonly [text: string, at: number, sentence: RegExp])[] = [
    [
      'conv32-pool3-pool3-conv8',
      3,
      /^A 3 × 3 window does not fit 2 × 2: .*, or pad it \(same\)\.$/,
    ],
    [`${fine}-pool-pool-pool`, 6, /^A 2 × 2 window does not fit 1 × 1: [^(]*\.$/],
    ['conv0', 0, /^“0” is no number of filters: it takes a whole number from 1 to 1,024\.$/],
    ['conv1.5', 0, /“1.5”/],
    ['conv~-pool', 0, /^Nothing is no number of filters/],
    ['conv8_k29', 0, /^“29” is no size of a filter: .* 1 to 28\.$/],
    ['conv8_s9', 0, /^“9” is no stride/],
    ['pool0', 0, /^“0” is no size of a window/],
    ['avgx', 0, /^“x” is no size of a window/],
    ['gap2', 0, /^Global mean has no setting “2”/],
    ['dense5000', 0, /^“5000” is no number of units: .* 4,096\.$/],
    ['drop1', 0, /^“1” is not a share of values to drop/],
    ['drop\u22120.1', 0, /^“−0.1” is not a share/],
    [
      'conv8-lstm64',
      1,
      /^There is no layer “lstm64”; there are conv, pool, avg, gap, dense, drop\.$/,
    ],
    ['', 0, /^There is no layer Nothing/],
    ['conv8_big', 0, /^Convolution has no setting “big”; write it like conv32,/],
    ['dense8_same', 0, /^Dense has no setting “same”/],
    ['dense8-conv8', 1, /^It takes an image, and what comes from above is a row of 8 numbers/],
    ['gap-pool', 1, /^It takes an image/],
    [
      'conv1024_same',
      0,
      /^For 128 images at a time its output takes 392.0 MiB, more than the 128.0 MiB/,
    ],
    [
      'dense4096-dense4096-dense4096',
      2,
      /^With it the network has 36,777,984 parameters, 140.3 MiB/,
    ],
    [Array.from({ length: 33 }, () => 'drop0.1').join('-'), 32, /at most 32 layers/],
  ];
  test.each(wrong)('%s', (text, at, sentence) => {
    const { layers, steps, summary, problem } = checkNetwork(text);
    const problems = layers.flatMap(({ problem }, i) =>
      problem === undefined ? [] : [[i, problem]],
    );
    expect(problems).toEqual([[at, expect.stringMatching(sentence)]]);
    expect([steps, summary]).toEqual([undefined, undefined]);
    expect(problem).toContain(`layer ${at + 1}`);
    expect(layers.map(({ outputShape }) => outputShape !== undefined)).toEqual(
      layers.map((_, i) => i < at),
    );
    expect(() => layersOf(text)).toThrow(RangeError);
  });

  test('two mistakes are both said, and what cannot be known below the first is left out', () => {
    const { layers } = checkNetwork('conv0-pool-dense0-pool');
    expect(layers.map(({ problem }) => problem?.slice(0, 3))).toEqual([
      ...['“0”', undefined, '“0”', undefined, undefined],
    ]);
  });

  test('a larger batch needs more room', () => {
    expect(checkNetwork('conv64_same', 512).problem).toBeUndefined();
    expect(checkNetwork('conv64_same', 1024).problem).toMatch(/1,024 images at a time.*196.0 MiB/);
  });
});

test('the reference is the reference network', () => {
  const kinds = (layers: readonly { kind: string }[]) => layers.map(({ kind }) => kind);
  expect(kinds(layersOf(undefined))).toEqual(kinds(referenceNetwork()));
  const { summary, layers } = checkNetwork(REFERENCE);
  expect(summary?.parameters).toBe(241_546);
  expect(layers.map(({ name }) => name)).toEqual([
    ...['conv1', 'pool1', 'conv2', 'pool2', 'conv3', 'fc1', 'drop1', 'fc2'],
  ]);
});

test('the engine builds exactly what was promised', async () => {
  const device = await testDevice();
  const texts = [
    ...Object.values(PRESETS),
    'conv5_k4_s3_linear-conv7_k2_same_s2_gelu-avg2-drop0.1-dense3_tanh-dense4_sigmoid',
    'pool3-conv3_k9_leakyRelu-gap-drop0.9',
    'conv2_k28-dense1',
    'avg28-gap',
  ];
  for (const text of texts) {
    const { built, parameters } = device.scope(() => {
      const model = new Sequential(device, INPUT_SHAPE, layersOf(text));
      return { built: model.summary(), parameters: model.arena.parameters };
    });
    expect(parametersOf(text)).toEqual(parameters.map(({ name, shape }) => ({ name, shape })));
    const { summary, layers } = checkNetwork(text);
    expect({ text, summary }).toEqual({ text, summary: built });
    const sum = (of: 'parameters' | 'flops') => layers.reduce((all, layer) => all + layer[of], 0);
    expect([sum('parameters'), sum('flops')]).toEqual([built.parameters, built.flops]);
    const names = new Set(built.rows.map(({ name }) => name));
    expect(layers.filter(({ name }) => !names.has(name))).toEqual([]);
  }
  expect(Object.keys(LAYERS)).toHaveLength(6);
});
