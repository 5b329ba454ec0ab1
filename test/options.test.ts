// Every option of every op, layer, optimizer, schedule and step takes what it says, and refuses everything else by name.
import { describe, expect, test } from 'vitest';
import * as nn from '../src/nn/index.ts';
import * as weft from '../src/tensor/index.ts';
import { gpu, testDevice } from './gpu.ts';

const device = await testDevice();
const f32 = (...shape: number[]) => device.zeros(shape);
const i32 = (...shape: number[]) => device.zeros(shape, 'i32');
const state = device.zeros([2], 'u32');

/** What no option takes unless its row says so. */
const WRONG: Readonly<Record<string, unknown>> = {
  text: 'SAME',
  proto: '__proto__',
  NaN: Number.NaN,
  infinity: Infinity,
  negative: -1,
  fraction: 1.5,
  huge: 1e300,
  null: null,
  true: true,
  bigint: 1n,
  empty: [],
  triple: [1, 2, 3],
  hole: [1, undefined],
  words: ['1', '2'],
  object: {},
  function: () => 1,
  tensor: f32(2),
};
type Wrong =
  | 'text' | 'proto' | 'object' | 'negative' | 'fraction' | 'huge' | 'infinity' | 'true' | 'empty' | 'triple' | 'function'; // prettier-ignore

interface Row {
  readonly good: object;
  readonly call: (options: never) => unknown;
  /** By option, what of WRONG it takes after all. */
  readonly options: Readonly<Record<string, readonly Wrong[]>>;
  /** Called with named values rather than an object: nothing else can be given. */
  readonly isClosed?: true;
}

const row = <A extends object>(
  good: A,
  call: (options: A) => unknown,
  options: Row['options'],
): Row => ({ good, call, options });
const closed = <A extends object>(
  good: A,
  call: (options: A) => unknown,
  options: Row['options'],
): Row => ({ good, call, options, isClosed: true });

const image = f32(1, 6, 6, 4);
const LISTS: readonly Wrong[] = ['empty', 'triple'];
const RATES: readonly Wrong[] = ['fraction', 'function'];
const windows = { stride: [], padding: [], dilation: [] };
const model = () => new nn.Sequential(device, [4], [nn.dense({ units: 3 })]);
const data = { images: device.zeros([8, 4], 'u8'), labels: device.zeros([8], 'u8') };
const recipe = { loss: nn.softmaxCrossEntropy, optimizer: nn.adam(), data, batch: 2 };

const rows: Readonly<Record<string, Row>> = {
  conv2d: row({}, (o) => weft.conv2d(image, f32(3, 3, 4, 4), undefined, o), windows),
  linear: row({}, (o) => weft.linear(f32(2, 3), f32(3, 4), undefined, o), {}),
  dropout: row({ rate: 0.5 }, (o) => weft.dropout(f32(2), state, o), { rate: [], stream: [] }),
  dropoutMask: row({ rate: 0.5 }, (o) => weft.dropoutMask(f32(2), f32(2), o), { rate: [] }),
  maxPool2d: row({ window: 2 }, (o) => weft.maxPool2d(image, o), {
    ...{ window: [], stride: [], padding: [] },
  }),
  avgPool2d: row({ window: 2 }, (o) => weft.avgPool2d(image, o), {
    ...{ window: [], stride: [], padding: [], countIncludePad: ['true'] },
  }),
  sum: row({}, (o) => weft.sum(f32(2, 3, 4, 5), o), { axes: LISTS, keepDims: ['true'] }),
  mean: row({}, (o) => weft.mean(f32(2, 3, 4, 5), o), { axes: LISTS, keepDims: ['true'] }),
  max: row({}, (o) => weft.max(f32(2, 3, 4, 5), o), { axes: LISTS, keepDims: ['true'] }),
  argmax: row({ axis: 0 }, (o) => weft.argmax(f32(2), o), {
    ...{ axis: ['negative'], keepDims: ['true'] },
  }),
  softmax: row({}, (o) => weft.softmax(f32(2), o), { axis: ['negative'] }),
  logSoftmax: row({}, (o) => weft.logSoftmax(f32(2), o), { axis: ['negative'] }),
  softmaxCrossEntropy: row({}, (o) => weft.softmaxCrossEntropy(f32(2, 3), i32(2), o), {
    labelSmoothing: [],
  }),
  min: row({}, (o) => weft.min(f32(2, 3, 4, 5), o), { axes: LISTS, keepDims: ['true'] }),
  argmin: row({ axis: 0 }, (o) => weft.argmin(f32(2), o), {
    ...{ axis: ['negative'], keepDims: ['true'] },
  }),
  variance: row({}, (o) => weft.variance(f32(2, 3, 4, 5), o), {
    ...{ axes: LISTS, keepDims: ['true'], correction: [] },
  }),
  std: row({}, (o) => weft.std(f32(2, 3, 4, 5), o), {
    ...{ axes: LISTS, keepDims: ['true'], correction: [] },
  }),
  norm: row({}, (o) => weft.norm(f32(2, 3, 4, 5), o), {
    ...{ axes: LISTS, keepDims: ['true'], ord: ['infinity'] },
  }),
  cast: row({ dtype: 'i32' as const }, (o) => weft.cast(f32(2), o), { dtype: [] }),
  elu: row({}, (o) => weft.elu(f32(2), o), { alpha: ['negative', 'fraction'] }),
  matmul: row({}, (o) => weft.matmul(f32(2, 2), f32(2, 2), o), {
    ...{ transposeA: ['true'], transposeB: ['true'] },
  }),
  reshape: closed({ shape: [2] }, (o) => weft.reshape(f32(2), o.shape), { shape: [] }),
  broadcastTo: closed({ shape: [2] }, (o) => weft.broadcastTo(f32(2), o.shape), { shape: [] }),
  transpose: closed({}, (o: { perm?: number[] }) => weft.transpose(f32(2), o.perm), { perm: [] }),
  slice: row({ starts: [0, 0], ends: [1, 1] }, (o) => weft.slice(f32(4, 4), o), {
    ...{ starts: [], ends: [], axes: [], steps: [] },
  }),
  pad: row({ pads: [1, 1] }, (o) => weft.pad(f32(2), o), {
    ...{ pads: [], value: ['negative', 'fraction', 'infinity'] },
  }),
  concat: row({ axis: 0 }, (o) => weft.concat([f32(2)], o), { axis: ['negative'] }),
  gather: row({ axis: 0 }, (o) => weft.gather(f32(2), i32(2), o), { axis: ['negative'] }),
  gatherElements: row({ axis: 0 }, (o) => weft.gatherElements(f32(2), i32(2), o), {
    axis: ['negative'],
  }),
  scatterAdd: row({ axis: 0 }, (o) => weft.scatterAdd(f32(2), i32(2), f32(2), o), {
    axis: ['negative'],
  }),
  sort: row({}, (o) => weft.sort(f32(2), o), { descending: ['true'] }),
  topK: row({}, (o) => weft.topK(f32(2), 1, o), { largest: ['true'] }),
  rand: row({ shape: [2] }, (o) => weft.rand(state, o), { shape: LISTS, stream: [] }),
  randn: row({ shape: [2] }, (o) => weft.randn(state, o), { shape: LISTS, stream: [] }),
  randint: row({ shape: [2], high: 3 }, (o) => weft.randint(state, o), {
    ...{ shape: LISTS, stream: [], low: ['negative'], high: [] },
  }),
  arange: closed(
    { start: 0, stop: 5 },
    (o: { start: number; stop: number; step?: number; dtype?: 'i32' }) =>
      weft.arange(device, o.start, o.stop, o.step, o.dtype),
    { start: ['negative', 'fraction'], step: ['fraction'], dtype: [] },
  ),
  linspace: closed(
    { start: 0, stop: 1, count: 3 },
    (o) => weft.linspace(device, o.start, o.stop, o.count),
    { start: ['negative', 'fraction'], stop: ['negative', 'fraction'], count: [] },
  ),
  eye: closed(
    { rows: 2 },
    (o: { rows: number; columns?: number; dtype?: 'i32' }) =>
      weft.eye(device, o.rows, o.columns, o.dtype),
    { rows: [], columns: [], dtype: [] },
  ),
  oneHot: row({ depth: 3 }, (o) => weft.oneHot(i32(2), o), { depth: [], axis: ['negative'] }),
  clip: row({}, (o) => weft.clip(f32(2), o), {
    ...{ min: ['negative', 'fraction'], max: ['negative', 'fraction'] },
  }),
  leakyRelu: row({}, (o) => weft.leakyRelu(f32(2), o), {
    alpha: ['negative', 'fraction'],
  }),
  gelu: row({}, (o) => weft.gelu(f32(2), o), { approximate: [] }),
  relu: row({}, (o) => weft.relu(f32(2), o), {}),
  square: row({}, (o) => weft.square(f32(2), o), {}),
  flatten: row({}, (o) => weft.flatten(f32(2), o), {}),
  withVariant: closed(
    { name: 'tiled' as const },
    (o) => weft.withVariant(device, o.name, () => 1),
    { name: [] },
  ),

  'conv2d layer': row({ filters: 4, kernel: 3 }, nn.conv2d, {
    ...{ filters: [], kernel: [], useBias: ['true'], initializer: ['function'] },
    ...{ stride: [], padding: [], dilation: [] },
  }),
  dense: row({ units: 4 }, nn.dense, {
    ...{ units: [], useBias: ['true'], initializer: ['function'] },
  }),
  'maxPool2d layer': row({ window: 2 }, nn.maxPool2d, {
    ...{ window: [], stride: [], padding: [] },
  }),
  'avgPool2d layer': row({ window: 2 }, nn.avgPool2d, {
    ...{ window: [], stride: [], padding: [], countIncludePad: ['true'] },
  }),
  'dropout layer': row({ rate: 0.5 }, nn.dropout, { rate: [] }),
  augmentation: row({}, nn.augmentation, {
    ...{ flip: ['true'], shift: [], padding: [], crop: [], rotate: ['fraction'], scale: [] },
    ...{ brightness: ['fraction'], contrast: [], cutout: [], mixup: [], cutmix: [], stream: [] },
  }),
  'leakyRelu layer': row({}, nn.leakyRelu, { alpha: ['negative', 'fraction'] }),
  'gelu layer': row({}, nn.gelu, { approximate: [] }),

  sgd: row({}, nn.sgd, {
    ...{ learningRate: RATES, momentum: [], nesterov: ['true'], weightDecay: ['fraction'] },
  }),
  adam: row({}, nn.adam, {
    ...{ learningRate: RATES, beta1: [], beta2: [], eps: ['fraction'] },
    weightDecay: ['fraction'],
  }),
  adamW: row({}, nn.adamW, {
    ...{ learningRate: RATES, beta1: [], beta2: [], eps: ['fraction'] },
    weightDecay: ['fraction'],
  }),
  rmsprop: row({}, nn.rmsprop, {
    ...{ learningRate: RATES, rho: [], eps: ['fraction'], momentum: [] },
    weightDecay: ['fraction'],
  }),
  adagrad: row({}, nn.adagrad, {
    ...{ learningRate: RATES, eps: ['fraction'], weightDecay: ['fraction'] },
  }),
  lion: row({}, nn.lion, {
    ...{ learningRate: RATES, beta1: [], beta2: [], weightDecay: ['fraction'] },
  }),
  muon: row({}, nn.muon, {
    ...{ learningRate: RATES, momentum: [], nesterov: ['true'], weightDecay: ['fraction'] },
    ...{ iterations: [], takes: ['function'], ratio: ['fraction'] },
    ...{ beta1: [], beta2: [], eps: ['fraction'] },
  }),
  stepDecay: row({ initial: 1, rate: 0.5, steps: 10 }, nn.stepDecay, {
    ...{ initial: ['fraction'], rate: ['fraction'], steps: [] },
  }),
  linearDecay: row({ initial: 1, steps: 10 }, nn.linearDecay, {
    ...{ initial: ['fraction'], final: ['fraction'], steps: [] },
  }),
  oneCycle: row({ peak: 1, steps: 10 }, nn.oneCycle, {
    ...{ peak: ['fraction'], steps: [], rise: [], initial: ['fraction'], final: ['fraction'] },
  }),
  warmUp: row({ steps: 10 }, (o) => nn.warmUp(nn.constant(1), o), { steps: [], from: [] }),
  Plateau: row({ initial: 1 }, (o) => new nn.Plateau(o), {
    ...{ initial: ['fraction'], factor: [], patience: [], threshold: ['fraction'] },
    floor: ['fraction'],
  }),
  cosineDecay: row({ peak: 1, steps: 10 }, nn.cosineDecay, {
    ...{ peak: ['fraction'], steps: [], floor: ['fraction'] },
  }),
  exponentialDecay: row({ initial: 1, rate: 0.5, steps: 10 }, nn.exponentialDecay, {
    ...{ initial: ['fraction'], rate: ['fraction'], steps: [] },
  }),
  Sequential: row({}, (o) => new nn.Sequential(device, [4], [nn.relu()], o), {
    ...{ seed: ['negative'] },
  }),
  training: row(recipe, (o) => nn.TrainStep.create(model(), o), {
    ...{ loss: ['function'], optimizer: [], batch: [], seed: [], metrics: ['object'] },
    ...{
      groups: ['empty'],
      clipNorm: ['fraction'],
      accumulate: [],
      ema: [],
      augment: ['function'],
    },
  }),
  samples: row(data, (o) => nn.TrainStep.create(model(), { ...recipe, data: o }), {
    ...{ images: [], labels: [], targets: [], indices: [] },
  }),
  lambda: row({}, (o) => nn.lambda((x) => x, o), {
    kind: ['text', 'proto'],
    outputShape: ['function'],
  }),
  huber: row({}, (o) => nn.huber(f32(2), f32(2), o), { delta: ['fraction'] }),
  inference: row({}, (o) => nn.Inference.create(model(), data, o), { batch: [], mirror: ['true'] }),
};

/** What a row named `dropout layer` says it is: `dropout`. */
const nameOf = (key: string) => key.replace(' layer', '');

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(weft.TensorError);
    return (error as Error).message;
  }
  return 'taken';
}

for (const [key, { good, call, options, isClosed }] of Object.entries(rows)) {
  const where = nameOf(key);
  const say = (given: unknown) => messageOf(() => call(given as never));
  describe(key, () => {
    test('takes what is right, and undefined for what may be left out', () => {
      expect(say(good)).toBe('taken');
      const open = Object.keys(options).filter((name) => !(name in good));
      expect(say({ ...good, ...Object.fromEntries(open.map((name) => [name, undefined])) })).toBe(
        'taken',
      );
    });

    for (const [name, takes] of Object.entries(options))
      test(`refuses wrong values of ${name}`, () => {
        for (const [kind, value] of Object.entries(WRONG)) {
          const isNew = kind === 'tensor' && ['images', 'labels', 'indices'].includes(name);
          if ((takes as readonly string[]).includes(kind) || isNew) continue;
          const said = say({ ...good, [name]: value });
          expect(said, `${name}: ${kind}`).toMatch(new RegExp(`^${where}: .*${name}`));
        }
        if (name in good) expect(say({ ...good, [name]: undefined })).toMatch(/got nothing$/);
      });

    if (!isClosed)
      test('refuses options that nobody knows, and what is no object', () => {
        for (const name of ['strides', '__proto__', 'constructor', 'toString', '']) {
          const odd = Object.assign(JSON.parse(`{"${name}": 1}`) as object, good);
          expect(say(odd)).toMatch(`${where}: there is no option '${name}'`);
        }
        for (const value of [null, 3, 'SAME', [], f32(2), new Map()]) {
          expect(say(value)).toMatch(new RegExp(`^${where}: the options must be an object, got .`));
        }
      });
  });
}

test('the options of a device', async () => {
  const wrong: Readonly<Record<string, readonly unknown[]>> = {
    label: [1, null],
    poolCapBytes: ['4096', -1, Number.NaN, null],
    programCap: [0, 1.5, '8'],
    without: ['subgroups', ['subgroup'], [null]],
    largeTensors: [1, 'yes'],
    strides: [2],
  };
  for (const [name, values] of Object.entries(wrong))
    for (const value of values)
      await expect(weft.openDevice(gpu, { [name]: value })).rejects.toThrow(
        new RegExp(`^openDevice: .*${name}`),
      );
});

test('the message says what would be right', () => {
  const said = (padding: unknown) =>
    messageOf(() => weft.conv2d(image, f32(3, 3, 4, 4), undefined, { padding } as never));
  expect(said('SAME')).toBe(
    "conv2d: padding must be 'valid', 'same', a whole number from 0 or [top,left,bottom,right], got 'SAME'",
  );
  expect(said([1, 2, 3])).toContain('got [1,2,3]');
  expect(said({ top: 1 })).toContain('got {top: number}');
  expect(said(image)).toContain('got f32[1,6,6,4]');
  expect(said('x'.repeat(500)).length).toBeLessThan(200);
});

test('a learning rate that a schedule gives is held against its bounds before the step runs', async () => {
  const optimizer = nn.sgd({ learningRate: (s) => [0.1, 0.1, Number.NaN, -1][s] as number });
  const step = nn.TrainStep.create(model(), { ...recipe, optimizer });
  step.run(2); // the rule may know no more steps than are asked for
  expect(() => step.run(1)).toThrow(
    'sgd: the learning rate of step 2 must be a finite number from 0',
  );
  expect(step.stepsDone).toBe(2);
  expect(() => step.setLearningRate('0.1' as never)).toThrow('setLearningRate: rate must be');
  step.setLearningRate(0.1);
  step.run(2);
  expect((await step.metrics(0)).loss.every(Number.isFinite)).toBe(true);
});

test('tensors of two devices, and a layer that is none', async () => {
  const other = await weft.openDevice(gpu);
  expect(() => weft.add(f32(2), other.zeros([2]))).toThrow(
    'add: f32[2] and f32[2] lie on two devices',
  );
  other.destroy();
  expect(() => new nn.Sequential(device, [4], [{ kind: 'dense' } as never])).toThrow(
    'Sequential: layers must be a list, each a layer',
  );
  expect(() => new nn.Sequential(device, [0.5], [])).toThrow('Sequential: inputShape must be');
});
