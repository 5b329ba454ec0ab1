// Inside a network: the layers one by one give what the whole gives, every value written out comes to what
// the GPU computed, and the attributions agree with finite differences.
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { gradCam, saliency } from '../src/app/inside/attribution.ts';
import { codeOf } from '../src/app/inside/code.ts';
import { Flow } from '../src/app/inside/flow.ts';
import { graphToLogits, outputsOf } from '../src/app/inside/graph.ts';
import { type Stage, placeOf } from '../src/app/inside/stage.ts';
import { accountOf, isSame } from '../src/app/inside/terms.ts';
import {
  type Module,
  Sequential,
  avgPool2d,
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  gelu,
  globalAvgPool2d,
  globalMaxPool2d,
  groupNorm,
  layerNorm,
  leakyRelu,
  maxPool2d,
  ones,
  randomStream,
  relu,
  residual,
  sequential,
  sigmoid,
  softmax,
  tanh,
} from '../src/nn/index.ts';
import { type Tensor, mul, softmax as softmaxOf } from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const device = await testDevice();
const random = randomStream(3, 0);
const image = Uint8Array.from({ length: 144 }, (_, i) => 256 * random(i));

/** One layer of every kind, with strides, padding and dilation. */
const odd = new Sequential(
  device,
  [12, 12, 1],
  [
    conv2d({ filters: 5, kernel: [3, 2], padding: 'same' }),
    relu(),
    maxPool2d({ window: 3, stride: 2, padding: 1 }),
    conv2d({ filters: 4, kernel: 3, padding: 2, dilation: 2, stride: [1, 2], useBias: false }),
    leakyRelu({ alpha: 0.2 }),
    avgPool2d({ window: 2, stride: 1, padding: 1 }),
    avgPool2d({ window: 2, stride: 1, padding: 1, countIncludePad: true }),
    tanh(),
    flatten(),
    dense({ units: 7 }),
    gelu(),
    dropout({ rate: 0.5 }),
    dense({ units: 4, useBias: false }),
  ],
  { seed: 3 },
);
const pooled = new Sequential(
  device,
  [12, 12, 1],
  [conv2d({ filters: 3, kernel: 3 }), sigmoid(), globalAvgPool2d(), dense({ units: 3 }), softmax()],
  { seed: 4 },
);

/** Every normalization, and blocks with and without a projection, one inside the other. */
const blocks = new Sequential(
  device,
  [12, 12, 1],
  [
    conv2d({ filters: 4, kernel: 3, useBias: false }),
    batchNorm(),
    residual(
      sequential(
        conv2d({ filters: 6, kernel: 3, padding: 'same', stride: 2 }),
        groupNorm({ groups: 3 }),
        residual(sequential(layerNorm(), tanh())),
      ),
      sequential(conv2d({ filters: 6, kernel: 1, stride: 2 }), batchNorm()),
    ),
    relu(),
    residual(batchNorm()),
    globalMaxPool2d(),
    layerNorm(),
    dense({ units: 5 }),
  ],
  { seed: 5 },
);

const tensorOf = (model: Sequential) =>
  device.tensor(
    Float32Array.from(image, (byte) => byte / 255),
    [1, ...model.inputShape],
  );

describe.each([
  ['every kind of layer', odd],
  ['a network that ends in a softmax', pooled],
  ['normalization and residual blocks', blocks],
])('%s', (_, model) => {
  let stages: Stage[];
  beforeAll(async () => {
    for (const { tensor, name } of model.arena.saved)
      if (/bias|norm/.test(name))
        device.write(
          tensor,
          Float32Array.from({ length: tensor.size }, (_, i) => 0.3 + random(i)),
        );
    stages = await Flow.create(model).look(image);
  });

  test('flows to what the fused network gives', async () => {
    const y = model.forward(tensorOf(model));
    const shares = model.endsInSoftmax ? y : softmaxOf(y);
    const want = await shares.data();
    expect(stages.at(-1)?.kind).toBe('softmax');
    stages.at(-1)?.values.forEach((value, i) => expect(value).toBeCloseTo(want[i]!, 6));
  });

  test('every value is the sum that is written out', () => {
    const pixels = Float32Array.from(image, (byte) => byte / 255);
    let checked = 0;
    for (const stage of stages) {
      const largest = stage.values.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
      expect(largest).toBeGreaterThan(0);
      stage.values.forEach((value, index) => {
        const [input, around] = stage.inputs.map((at) => stages[at]?.values ?? pixels);
        const account = accountOf(stage, input!, index, around);
        const { result, gpu } = account;
        expect(gpu).toBe(value);
        if (result === undefined) return;
        if (Math.abs(result - value) > 2e-6 * Math.max(1, largest) || !isSame(account))
          throw new Error(`${stage.name} ${index}: ${result} written out, ${value} on the GPU`);
        expect(isSame({ ...account, gpu: value + 1e-4 * largest })).toBe(false);
        checked++;
      });
    }
    expect(checked).toBeGreaterThan(400);
  });

  test('its saliency is the slope of the logit', async () => {
    const x = tensorOf(model);
    const map = await saliency(model, x, 1);
    const pixels = Float32Array.from(image, (byte) => byte / 255);
    const logits =
      model.layers.at(-1)?.kind === 'softmax' ? model.layers.slice(0, -1) : model.layers;
    const logitAt = async (pixel: number, change: number) => {
      const moved = pixels.with(pixel, pixels[pixel]! + change);
      const y = logits.reduce((input, { apply }) => apply(input), device.tensor(moved, x.shape));
      return (await y.data())[1]!;
    };
    // Where a ReLU or a maximum changes sides in between, a difference says nothing: most pixels must agree.
    const h = 2e-3;
    let near = 0;
    const some = [0, 13, 30, 47, 66, 78, 95, 110, 127, 143];
    for (const pixel of some) {
      const slope = Math.abs((await logitAt(pixel, h)) - (await logitAt(pixel, -h))) / (2 * h);
      if (Math.abs(slope - map[pixel]!) < 0.03 * Math.max(0.01, slope)) near++;
    }
    expect(near).toBeGreaterThanOrEqual(8);
  });
});

test('Grad-CAM is what a float64 loop makes of activations and finite differences', async () => {
  const x = tensorOf(pooled);
  const cam = await gradCam(pooled, x, 2, 'conv1');
  const [conv, ...rest] = pooled.layers.slice(0, -1);
  const maps = await conv!.apply(x).data();
  const logitOf = async (values: ArrayLike<number>) => {
    const start = device.tensor(values, [1, 10, 10, 3]);
    return (await rest.reduce((input, { apply }) => apply(input), start).data())[2]!;
  };
  const alpha = await Promise.all(
    [0, 1, 2].map(async (k) => {
      // The mean slope over a map: move all of it, and divide by its pixels.
      const move = (h: number) => Array.from(maps, (value, i) => (i % 3 === k ? value + h : value));
      return ((await logitOf(move(0.02))) - (await logitOf(move(-0.02)))) / 4;
    }),
  );
  alpha.forEach((want, k) => expect(cam.channelWeights[k]).toBeCloseTo(want, 6));
  for (let pixel = 0; pixel < 100; pixel++) {
    const weighed = alpha.reduce((sum, a, k) => sum + a * maps[3 * pixel + k]!, 0);
    expect(cam.values[pixel]).toBeCloseTo(Math.max(0, weighed), 4);
  }
  expect(Math.max(...cam.values)).toBeGreaterThan(0);
  await expect(gradCam(pooled, x, 2, 'fc1')).rejects.toThrow(/no layer that puts out an image/);
});

test('a network with blocks is shown layer by layer', async () => {
  const stages = await Flow.create(blocks).look(image);
  const inner = 'residual1.body.residual1';
  expect(stages.map(({ name, inputs }) => `${name} ${inputs.join()}`)).toEqual([
    ...['conv1 -1', 'norm1 0'],
    ...['residual1.body.conv1 1', 'residual1.body.norm1 2'],
    ...[`${inner}.body.norm1 3`, `${inner}.body.tanh1 4`, `${inner} 5,3`],
    ...['residual1.shortcut.conv1 1', 'residual1.shortcut.norm1 7', 'residual1 6,8'],
    ...['relu1 9', 'residual2.body 10', 'residual2 11,10', 'pool1 12', 'norm2 13', 'fc1 14'],
    'softmax 15',
  ]);
  expect(placeOf(stages[6]!)).toEqual({ own: 'residual1', block: 'residual1', way: 'body' });
  expect(placeOf(stages[8]!)).toEqual({ own: 'norm1', block: 'residual1', way: 'shortcut' });
  expect(placeOf(stages[9]!)).toEqual({ own: 'residual1', block: 'residual1', way: 'sum' });
  expect(placeOf(stages[10]!)).toEqual({ own: 'relu1', block: undefined, way: undefined });
});

test('Grad-CAM inside a block leaves what goes around it as it is', async () => {
  const x = tensorOf(blocks);
  const name = 'residual1.body.norm1';
  const cam = await gradCam(blocks, x, 3, name);
  const stages = await Flow.create(blocks).look(image);
  const at = stages.findIndex((stage) => stage.name === name);
  const { values: maps, outputShape } = stages[at]!;
  const graph = graphToLogits(blocks);
  const known = stages.slice(0, at).map((s) => device.tensor(s.values, [1, ...s.outputShape]));
  const logitOf = async (values: ArrayLike<number>) => {
    const moved = device.tensor(values, [1, ...outputShape]);
    return (
      await outputsOf(graph, x, [...known, moved])
        .at(-1)!
        .data()
    )[3]!;
  };
  const places = maps.length / 6;
  for (let k = 0; k < 6; k++) {
    const move = (h: number) => Array.from(maps, (value, i) => (i % 6 === k ? value + h : value));
    const slope = ((await logitOf(move(0.003))) - (await logitOf(move(-0.003)))) / 0.006;
    expect(Math.abs(cam.channelWeights[k]! - slope / places)).toBeLessThan(3e-4);
  }
  expect(Math.max(...cam.channelWeights.map(Math.abs))).toBeGreaterThan(3e-3);
});

test('a layer from outside is shown with its name, shapes, what it learns and its maps', async () => {
  const scale: Module = {
    kind: 'myScale',
    build: (input) => ({
      outputShape: input,
      parameters: [{ name: 'scale', shape: input.slice(-1), initializer: ones }],
    }),
    forward: (x, { parameters: [scale] }) => mul(x, scale as Tensor),
  };
  const model = new Sequential(
    device,
    [6, 6, 1],
    [conv2d({ filters: 2, kernel: 3 }), scale, residual(scale), flatten(), dense({ units: 3 })],
  );
  const [conv, own, inner, around] = await Flow.create(model).look(image.slice(0, 36));
  expect(own).toMatchObject({
    ...{ name: 'myScale1', kind: 'myScale', inputShape: [4, 4, 2], outputShape: [4, 4, 2] },
    parameters: [{ name: 'scale', shape: [2] }],
  });
  expect(own!.values).toEqual(conv!.values);
  expect(inner).toMatchObject({ name: 'residual1.body', inputs: [1] });
  expect(inner!.parameters).toEqual([{ name: 'scale', shape: [2] }]);
  expect(around).toMatchObject({ name: 'residual1', inputs: [2, 1], parameters: [] });
  expect(around!.values).toEqual(own!.values.map((value) => 2 * value));
  const account = accountOf(own!, conv!.values, 5);
  expect(account).toEqual({ kind: 'unknown', result: undefined, gpu: own!.values[5] });
  expect(isSame(account)).toBe(true);
  const code = await codeOf(Flow.create(model), { busy: true, now: () => 0 });
  expect(code.layers.map(({ kind }) => kind)).toContain('myScale');
});
