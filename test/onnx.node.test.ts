// Networks as ONNX files, run by ONNX Runtime on the same samples.
import * as ort from 'onnxruntime-web';
import { describe, expect, test } from 'vitest';
import * as nn from '../src/nn/index.ts';
import * as weft from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';

const device = await testDevice();
ort.env.wasm.numThreads = 1;

const values = (size: number, seed: number) =>
  Float32Array.from({ length: size }, (_, i) => Math.sin(12.9898 * (i + 1) + seed));

/** Weights, running means and variances as no initializer gives them, so that none can be mistaken for another. */
function stir({ arena }: nn.Sequential): void {
  for (const [i, { name, tensor }] of arena.saved.entries()) {
    const scale = 2 / Math.sqrt(tensor.size / (tensor.shape.at(-1) ?? 1));
    const stirred = values(tensor.size, i).map((v) =>
      name.endsWith('variance') ? 0.6 + v * v : v * Math.min(1, scale),
    );
    device.write(tensor, stirred);
  }
}

/** Images as the file wants them: [N,H,W,C] → [N,C,H,W], other samples as they are. */
function turned(data: Float32Array, [N, ...shape]: readonly number[], back = false): Float32Array {
  if (shape.length !== 3) return data;
  const [H, W, C] = shape as [number, number, number];
  const to = new Float32Array(data.length);
  for (let n = 0, at = 0; n < (N as number); n++)
    for (let p = 0; p < H * W; p++)
      for (let c = 0; c < C; c++, at++) {
        const other = (n * C + c) * H * W + p;
        if (back) to[at] = data[other] as number;
        else to[other] = data[at] as number;
      }
  return to;
}

/** The largest difference of an output, as a share of the largest output. */
async function difference(
  input: readonly number[],
  layers: readonly nn.Module[],
  samples = 3,
): Promise<number> {
  const model = new nn.Sequential(device, input, layers);
  stir(model);
  const shape = [samples, ...input];
  const data = values(
    shape.reduce((a, b) => a * b),
    0.5,
  );
  const ours = Float32Array.from(await model.forward(device.tensor(data, shape)).data());
  const session = await ort.InferenceSession.create(await nn.toOnnx(model));
  const [h, w, c] = input;
  const dims = input.length === 3 ? [samples, c, h, w] : shape;
  const { output } = await session.run({
    input: new ort.Tensor('float32', turned(data, shape), dims as number[]),
  });
  const theirs = turned(output?.data as Float32Array, [samples, ...model.outputShape], true);
  expect(theirs).toHaveLength(ours.length);
  expect(ours.some((v) => v !== ours[0])).toBe(true);
  const largest = ours.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  return theirs.reduce((most, v, i) => Math.max(most, Math.abs(v - ours[i]!)), 0) / largest;
}

const { conv2d, dense, lambda, residual, sequential } = nn;
const head = () => [nn.flatten(), dense({ units: 5 })];
const f = (of: (x: weft.Tensor) => weft.Tensor, outputShape?: readonly number[]) =>
  lambda(of, outputShape && { outputShape: () => outputShape });

const weights = (shape: readonly number[]) =>
  device.tensor(
    values(
      shape.reduce((a, b) => a * b),
      2,
    ),
    shape,
  );

const [grouped, transposed, three] = [weights([3, 3, 2, 6]), weights([3, 3, 3, 6]), weights([3])];

const NETWORKS: Readonly<Record<string, readonly [readonly number[], readonly nn.Module[]]>> = {
  'the reference network': [[28, 28, 1], nn.referenceNetwork()],
  'air, with its normalizations folded': [[12, 12, 1], nn.airNetwork({ width: 4 })],
  'a pre-activated ResNet-8 in color': [
    [8, 8, 3],
    [...nn.resnet({ blocks: 1, width: 4, preActivation: true }), nn.softmax()],
  ],
  'normalizations that nothing takes over': [
    [6, 6, 4],
    [nn.relu(), nn.batchNorm(), nn.layerNorm(), nn.groupNorm({ groups: 2 }), ...head()],
  ],
  'strides, padding and pools': [
    [11, 9, 2],
    [
      conv2d({ filters: 4, kernel: [3, 2], stride: [2, 1], padding: 'same' }),
      nn.leakyRelu({ alpha: 0.2 }),
      nn.maxPool2d({ window: 3, stride: 2, padding: 'same' }),
      nn.avgPool2d({ window: 2, stride: 1, padding: 'same' }),
      nn.gelu(),
      ...head(),
    ],
  ],
  'branches, and both means': [
    [6, 6, 3],
    [
      nn.concat(nn.sigmoid(), sequential(conv2d({ filters: 2, kernel: 1 }), nn.tanh())),
      nn.concat(nn.globalAvgPool2d(), nn.globalMaxPool2d(), nn.flatten()),
      dense({ units: 4 }),
    ],
  ],
  'an image from an image': [
    [5, 6, 2],
    [residual(conv2d({ filters: 2, kernel: 3, padding: 'same' })), f((x) => x.mul(x.sigmoid()))],
  ],
  'a vector from a vector': [[9], [dense({ units: 6 }), nn.relu(), dense({ units: 3 })]],
  'convolutions in groups, and transposed ones': [
    [5, 5, 4],
    [
      f((x) => weft.conv2d(x, grouped, undefined, { groups: 2 }), [3, 3, 6]),
      f((x) => weft.conv2dTranspose(x, transposed, undefined, { stride: 2 }), [7, 7, 3]),
      f((x) => weft.upsample2d(x, { scale: 2, mode: 'bilinear' }), [14, 14, 3]),
      ...head(),
    ],
  ],
  'functions of the elements': [
    [4, 4, 3],
    [
      f((x) => x.silu().add(x.elu()).add(x.softplus()).add(x.softsign()).add(x.hardSwish())),
      f((x) =>
        x
          .abs()
          .add(1)
          .log()
          .add(x.square())
          .sub(x.clip({ min: -0.5, max: 0.5 })),
      ),
      f((x) => weft.maximum(x, 0.2).mul(three).div(x.square().add(1).sqrt())),
      f((x) => weft.gelu(x, { approximate: 'tanh' }).erf().add(x.mul(0.1).expm1())),
      ...head(),
    ],
  ],
  'reductions, slices and matrices': [
    [4, 4, 3],
    [
      f((x) =>
        x.sub(x.max({ axes: [3], keepDims: true })).add(x.mean({ axes: [1], keepDims: true })),
      ),
      f((x) => x.slice({ starts: [3, 0], ends: [-9, 2], axes: [1, 3], steps: [-1, 1] }), [4, 4, 2]),
      f((x) => x.reshape([-1, 4, 8]), [4, 8]),
      f((x) => weft.matmul(x, x, { transposeB: true }).transpose([0, 2, 1]).softmax(), [4, 4]),
      f((x) => x.sum({ axes: [2] }), [4]),
    ],
  ],
};

describe('a network as an ONNX file', () => {
  test.for(Object.entries(NETWORKS))('%s', async ([, [input, layers]]) => {
    expect(await difference(input, layers)).toBeLessThan(3e-6);
  });

  test('keeps the names of weights, and says what it is', async () => {
    const model = new nn.Sequential(
      device,
      [8, 8, 1],
      [conv2d({ filters: 2, kernel: 3 }), ...head()],
    );
    const file = await nn.toOnnx(model, { name: 'small', description: 'pixels / 255' });
    const text = Buffer.from(file).toString('latin1');
    for (const word of ['conv1.weight', 'fc1.bias', 'small', 'pixels / 255'])
      expect(text).toContain(word);
  });

  test('what has no counterpart is named, and so is a batch that does not stay in front', async () => {
    const of = (...layers: nn.Module[]) =>
      nn.toOnnx(new nn.Sequential(device, [4, 4, 2], [...layers, ...head()]));
    await expect(of(f((x) => weft.sort(x).values))).rejects.toThrow(
      'toOnnx: the op sort has no counterpart in ONNX here',
    );
    await expect(
      of(f((x) => x.transpose([1, 0, 2, 3]).relu().transpose([1, 0, 2, 3]))),
    ).rejects.toThrow('only what keeps the batch in front can be exported');
  });
});
