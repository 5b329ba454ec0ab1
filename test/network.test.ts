// Networks as text: what is read is written again, every mistake is said at its layer, and what a checked
// network promises is what the engine builds.
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
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
import { layersOf, savedOf } from '../src/app/network/layers.ts';
import { FASHION_TASK } from '../src/app/data/fashion.ts';
import { airNetwork, outline, referenceNetwork, resnet, Sequential } from '../src/nn/index.ts';
import { Model } from '../src/app/web/places/model.tsx';
import { testDevice } from './gpu.ts';

describe('the text of a network', () => {
  test.each([
    ...Object.values(PRESETS),
    'conv12_k5_s2_same_tanh-avg3-gap-dense7_linear-drop0.25',
    'dense10_leakyRelu-dense10_sigmoid-dense10_gelu',
    'conv~_k~-pool~-drop~',
    'conv\u22125-foo9-conv32_what_ever-',
    'conv8-bn-relu-conv8_relu_bias-ln-gelu-dense3-gn4_x',
    'conv8_same-3x(res(conv8_same-bn|2x(conv8_k1_nobias))-relu)-gmax',
    'res()-res(conv8|)-3x()_what-~x(pool)',
    'res(conv8-bn-(-conv8',
    'conv8)-res(a)(b)-3x(a|b)-res(a|b|c)',
    '('.repeat(3000),
    `${'res('.repeat(9)}conv8${')'.repeat(9)}`,
    Array.from({ length: 50 }, () => 'res(conv8-bn-relu-conv8)').join('-'),
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
    expect(readNetwork(text)).toHaveLength(129);
    const { layers, problem } = checkNetwork(text, FASHION_TASK);
    expect(layers).toHaveLength(130);
    expect(problem).toBe(
      'layer 129: A network here has at most 128 layers, and this text has 2,000: take some out.',
    );
    expect(() => layersOf(text, FASHION_TASK)).toThrow('at most 128 layers');
    // One token of a megabyte neither takes long nor fills the sentence.
    expect(checkNetwork('x'.repeat(1e6), FASHION_TASK).problem?.length).toBeLessThan(200);
    expect(checkNetwork(`conv${'9'.repeat(1e6)}`, FASHION_TASK).problem?.length).toBeLessThan(200);
  });

  test('can be made wider', () => {
    expect(scaledNetwork(REFERENCE, 2)).toBe('conv64-pool-conv128-pool-conv256-dense256-drop0.5');
    expect(scaledNetwork('conv1-dense3', 0.1)).toBe('conv1-dense1');
  });
});

describe('a network with blocks', () => {
  test('a normalization takes over from the layer before it, unless that says otherwise', () => {
    const [plain, , told] = readNetwork('conv8-bn-conv8_relu_bias-gn-dense4');
    expect(plain).toMatchObject({ activation: 'linear', bias: 'nobias' });
    expect(told).toMatchObject({ activation: 'relu', bias: 'bias' });
    // Where the normalization is taken out, what was meant stays.
    const rest = readNetwork('conv8-bn-pool').filter(({ kind }) => kind !== 'bn');
    expect(writeNetwork(rest)).toBe('conv8_linear_nobias-pool');
  });

  test('is read into what is inside', () => {
    const [, block] = readNetwork('conv8-res(bn-3x(conv8_same)|conv8_k1)');
    expect(block).toMatchObject({
      kind: 'res',
      body: [{ kind: 'bn' }, { kind: 'times', size: '3', body: [{ kind: 'conv' }] }],
      shortcut: [{ kind: 'conv', kernel: '1' }],
    });
    expect(readNetwork('res(bn)')[0]?.shortcut).toBeUndefined();
  });

  test('has ready ones by name, wide and in the other order', () => {
    const text = (name: string) => writeNetwork(readNetwork(name));
    expect(text('resnet8')).toBe(
      'conv16_same-bn-relu-res(conv16_same-bn-relu-conv16_same-bn)-relu-' +
        'res(conv32_s2_same-bn-relu-conv32_same-bn|conv32_k1_s2-bn)-relu-' +
        'res(conv64_s2_same-bn-relu-conv64_same-bn|conv64_k1_s2-bn)-relu-gap',
    );
    expect(text('resnet14_w2_pre')).toContain('-2x(res(bn-relu-conv32_same-bn-relu-');
    expect(scaledNetwork('resnet20', 2)).toBe(text('resnet20_w2'));
    expect(text('resnet8_w3')).not.toBe(text('resnet8'));
    for (const no of ['resnet9', 'resnet8_w0', 'resnet8_x', 'air_pre', 'resnet8_w0.001'])
      expect(checkNetwork(no, FASHION_TASK).problem).toMatch(/^layer 1: There is no layer “/);
  });

  test('repeats, and counts each time', () => {
    const once = checkNetwork('conv4_same-conv4_same-conv4_same-pool', FASHION_TASK);
    const twice = checkNetwork('conv4_same-2x(conv4_same)-pool', FASHION_TASK);
    expect(twice.summary).toEqual(once.summary);
    const [, repeated] = twice.layers;
    expect(repeated).toMatchObject({ name: '', parameters: 296, body: [{ name: 'conv2' }] });
    expect(twice.layers[2]?.name).toBe('pool1');
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
    ['conv8_k129', 0, /^“129” is no size of a filter: .* 1 to 128\.$/],
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
      /^There is no layer “lstm64”; there are conv, pool, .*, bn, ln, gn, relu, .*, res\(…\), 3x\(…\)\.$/,
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
    [Array.from({ length: 129 }, () => 'drop0.1').join('-'), 128, /at most 128 layers/],
  ];
  test.each(wrong)('%s', (text, at, sentence) => {
    const { layers, modules, summary, problem } = checkNetwork(text, FASHION_TASK);
    const problems = layers.flatMap(({ problem }, i) =>
      problem === undefined ? [] : [[i, problem]],
    );
    expect(problems).toEqual([[at, expect.stringMatching(sentence)]]);
    expect([modules, summary]).toEqual([undefined, undefined]);
    expect(problem).toContain(`layer ${at + 1}`);
    expect(layers.map(({ outputShape }) => outputShape !== undefined)).toEqual(
      layers.map((_, i) => i < at),
    );
    expect(() => layersOf(text, FASHION_TASK)).toThrow(RangeError);
  });

  test('the first is named above the layers, without what is wrong with it', () => {
    const html = renderToString(
      h(Model, {
        text: 'pool-res(conv8-3x(pool3-conv0))',
        task: FASHION_TASK,
        batch: 128,
        onChange: () => {},
      }),
    );
    expect(html).toContain(
      'because of layer 2 (residual1), inside: layer 2, inside: layer 2 (conv2).<',
    );
  });

  const inside: readonly (readonly [text: string, sentence: string])[] = [
    [
      'pool-res(conv8-3x(pool3-conv0))',
      'layer 2 (residual1), inside: layer 2, inside: layer 2 (conv2): “0” is no number of filters: it takes a whole number from 1 to 1,024.',
    ],
    [
      'res(conv1_same|conv1-gap2)',
      'layer 1 (residual1), shortcut: layer 2 (pool1): Global mean has no setting “2”; write it like gap.',
    ],
    [
      'conv16_same-res(conv32_s2_same)',
      'layer 2 (residual1): It makes 14 × 14 × 32 inside, and from above comes 28 × 28 × 16: only what has one shape can be added; a shortcut of conv32_k1_s2_linear would do.',
    ],
    [
      'res(gap|conv3)',
      'layer 1 (residual1): It makes a row of 1 inside, and 26 × 26 × 3 on its shortcut: only what has one shape can be added.',
    ],
    ['res()', 'layer 1 (residual1): There is no layer inside: put one in, or take it out.'],
    [
      'res(bn|)',
      'layer 1 (residual1): There is no layer on its shortcut: put one there, or leave the bar out for the input itself.',
    ],
    ['2x()', 'layer 1: There is no layer inside: put one in, or take it out.'],
    ['fx(bn)', 'layer 1: “f” is no number of repetitions: it takes a whole number from 1 to 64.'],
    [
      '4x(conv8_k9)',
      'layer 1: In round 4, layer 1 (conv4): A 9 × 9 window does not fit 4 × 4: make it smaller, or shrink the image less above, or pad it (same).',
    ],
    ['conv8-res(bn', 'layer 2: “res(bn” has a bracket without its partner.'],
    ['3x(bn)_same', 'layer 1: Repetition has no setting “same”; write it like 3x(conv32-bn-relu).'],
    [
      'conv12-gn8',
      'layer 2 (norm1): 12 channels do not fall into 8 equal groups: take a number that divides them.',
    ],
    [
      '64x(64x(bn))',
      'layer 1: In round 3, layer 1, inside: layer 1 (norm129): A network here has at most 128 layers, and this text has 4,096: take some out.',
    ],
  ];
  test.each(inside)('%s, inside', (text, sentence) => {
    const { problem, modules } = checkNetwork(text, FASHION_TASK);
    expect([problem, modules]).toEqual([sentence, undefined]);
    expect(() => layersOf(text, FASHION_TASK)).toThrow(RangeError);
  });

  test('two mistakes are both said, and what cannot be known below the first is left out', () => {
    const { layers } = checkNetwork('conv0-pool-dense0-pool', FASHION_TASK);
    expect(layers.map(({ problem }) => problem?.slice(0, 3))).toEqual([
      ...['“0”', undefined, '“0”', undefined, undefined],
    ]);
  });

  test('a larger batch needs more room', () => {
    expect(checkNetwork('conv64_same', FASHION_TASK, 512).problem).toBeUndefined();
    expect(checkNetwork('conv64_same', FASHION_TASK, 1024).problem).toMatch(
      /1,024 images at a time.*196.0 MiB/,
    );
  });
});

test('the reference is the reference network', () => {
  const kinds = (layers: readonly { kind: string }[]) => layers.map(({ kind }) => kind);
  expect(kinds(layersOf(undefined, FASHION_TASK))).toEqual(kinds(referenceNetwork()));
  const { summary, layers } = checkNetwork(REFERENCE, FASHION_TASK);
  expect(summary?.parameters).toBe(241_546);
  expect(layers.map(({ name }) => name)).toEqual([
    ...['conv1', 'pool1', 'conv2', 'pool2', 'conv3', 'fc1', 'drop1', 'fc2'],
  ]);
});

test('the ready residual networks are those of the library', () => {
  const networks = {
    air: airNetwork(),
    resnet8: resnet({ blocks: 1 }),
    resnet20: resnet(),
    resnet14_w2_pre: resnet({ blocks: 2, width: 32, preActivation: true }),
  };
  for (const [name, modules] of Object.entries(networks)) {
    const { summary } = outline(FASHION_TASK.shape, modules);
    expect({ name, summary: checkNetwork(name, FASHION_TASK).summary }).toEqual({ name, summary });
  }
});

test('the engine builds exactly what was promised', async () => {
  const device = await testDevice();
  const texts = [
    ...Object.values(PRESETS),
    'conv5_k4_s3_linear-conv7_k2_same_s2_gelu-avg2-drop0.1-dense3_tanh-dense4_sigmoid',
    'pool3-conv3_k9_leakyRelu-gap-drop0.9',
    'conv2_k28-dense1',
    'avg28-gap',
    'conv6_same-gn3-gelu-2x(res(ln-conv6_same_linear|conv6_k1-gn2))-pool-gmax-dense8-bn-tanh',
    'resnet8_w2',
    'resnet14_pre',
  ];
  const said = texts.map((text) => JSON.stringify(readNetwork(text))).join();
  for (const text of texts) {
    const { built, saved } = device.scope(() => {
      const model = new Sequential(device, FASHION_TASK.shape, layersOf(text, FASHION_TASK));
      return { built: model.summary(), saved: model.arena.saved };
    });
    expect(savedOf(text, FASHION_TASK)).toEqual(saved.map(({ name, shape }) => ({ name, shape })));
    const { summary, layers } = checkNetwork(text, FASHION_TASK);
    expect({ text, summary }).toEqual({ text, summary: built });
    const sum = (of: 'parameters' | 'flops') => layers.reduce((all, layer) => all + layer[of], 0);
    expect([sum('parameters'), sum('flops')]).toEqual([built.parameters, built.flops]);
    const names = new Set(built.rows.map(({ name }) => name));
    const named = (all: typeof layers): string[] =>
      all.flatMap(({ name, body, shortcut = [] }) => [name, ...named([...body, ...shortcut])]);
    expect(named(layers).filter((name) => name !== '' && !names.has(name))).toEqual([]);
  }
  expect(Object.keys(LAYERS).every((name) => said.includes(name))).toBe(true);
});
