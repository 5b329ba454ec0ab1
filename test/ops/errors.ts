// Calls that cannot mean anything, and what the engine says to them: the op's name and the values.
import type { Device, Tensor } from '../../src/tensor/index.ts';
import * as weft from '../../src/tensor/index.ts';

export interface WrongCall {
  readonly call: (
    f32: (...shape: number[]) => Tensor,
    i32: (...shape: number[]) => Tensor,
    u32: (...shape: number[]) => Tensor,
  ) => unknown;
  /** What the message must hold; it begins with the op's name. */
  readonly says: readonly string[];
}

export const zeros =
  (device: Device, dtype: 'f32' | 'i32' | 'u32') =>
  (...shape: number[]) =>
    device.zeros(shape, dtype);

/** By op. */
export const wrongCalls: Readonly<Record<string, readonly WrongCall[]>> = {
  add: [
    { call: (f) => weft.add(f(2, 3), f(2, 4)), says: ['[2,3]', '[2,4]'] },
    { call: (f, i) => weft.add(f(2), i(2)), says: ['b', 'f32', 'i32[2]'] },
  ],
  mul: [{ call: (f) => weft.mul(f(3), f(2, 4)), says: ['[3]', '[2,4]'] }],
  exp: [{ call: (_, i) => weft.exp(i(3)), says: ['x', 'f32', 'i32[3]'] }],
  clip: [{ call: (f) => weft.clip(f(3), { min: Number.NaN }), says: ['min', 'NaN'] }],
  leakyRelu: [{ call: (f) => weft.leakyRelu(f(3), { alpha: Infinity }), says: ['Infinity'] }],
  sum: [
    { call: (f) => weft.sum(f(2, 3), { axes: [2] }), says: ['axis 2', 'rank 2'] },
    { call: (f) => weft.sum(f(2, 3), { axes: [0, -2] }), says: ['[0,-2]'] },
  ],
  mean: [{ call: (f) => weft.mean(f(2, 3), { axes: [-3] }), says: ['axis -3', 'rank 2'] }],
  max: [{ call: (f) => weft.max(f(2, 3), { axes: [1.5] }), says: ['axes', '[1.5]'] }],
  pow: [{ call: (f) => weft.pow(f(2, 3), f(2, 4)), says: ['[2,3]', '[2,4]'] }],
  maximum: [{ call: () => weft.maximum(1, 2), says: ['tensor', '1', '2'] }],
  equal: [
    { call: (f, i) => weft.equal(f(2), i(2)), says: ['f32[2]', 'i32[2]', 'dtype'] },
    { call: (_, i) => weft.equal(i(2), 0.5), says: ['i32', '0.5'] },
  ],
  isNaN: [{ call: (_, i) => weft.isNaN(i(2)), says: ['x', 'f32', 'i32[2]'] }],
  cast: [{ call: (f) => weft.cast(f(2), { dtype: 'f64' as 'f32' }), says: ['dtype', 'f64'] }],
  where: [
    { call: (f) => weft.where(f(2), f(3), f(2)), says: ['[2]', '[3]'] },
    { call: (f, i) => weft.where(f(2), f(2), i(2)), says: ['f32[2]', 'i32[2]'] },
  ],
  min: [{ call: (f) => weft.min(f(2, 3), { axes: [2] }), says: ['axis 2', 'rank 2'] }],
  argmin: [
    { call: (f) => weft.argmin(f(2, 3), { axis: 2 }), says: ['axis 2', 'rank 2'] },
    { call: (f) => weft.argmin(f(2, 0), { axis: 1 }), says: ['f32[2,0]', 'empty'] },
  ],
  prod: [{ call: (f) => weft.prod(f(2), { axes: [0, -1] }), says: ['[0,-1]'] }],
  variance: [
    { call: (f) => weft.variance(f(2), { axes: [1] }), says: ['axis 1', 'rank 1'] },
    { call: (f) => weft.variance(f(2), { correction: -1 }), says: ['correction', '-1'] },
  ],
  std: [{ call: (f) => weft.std(f(2), { axes: [1] }), says: ['axis 1', 'rank 1'] }],
  logSumExp: [{ call: (f) => weft.logSumExp(f(2), { axes: [1] }), says: ['axis 1', 'rank 1'] }],
  norm: [{ call: (f) => weft.norm(f(2), { ord: 3 }), says: ['ord', '3'] }],
  any: [{ call: (f) => weft.any(f(2), { axes: [1] }), says: ['axis 1', 'rank 1'] }],
  all: [{ call: (f) => weft.all(f(2), { axes: [1] }), says: ['axis 1', 'rank 1'] }],
  expandDims: [{ call: (f) => weft.expandDims(f(2), { axis: 2 }), says: ['axis 2'] }],
  squeeze: [{ call: (f) => weft.squeeze(f(1, 2), { axes: [1] }), says: ['axis 1', '[1,2]'] }],
  stack: [
    { call: () => weft.stack([]), says: ['no tensors'] },
    { call: (f) => weft.stack([f(2), f(3)]), says: ['f32[2]', 'f32[3]'] },
  ],
  split: [
    { call: (f) => weft.split(f(5), { parts: 2 }), says: ['f32[5]', '2 equal parts'] },
    { call: (f) => weft.split(f(5), { parts: [2, 2] }), says: ['f32[5]', '[2,2]'] },
  ],
  tile: [{ call: (f) => weft.tile(f(2, 3), { repeats: [2] }), says: ['[2]', 'f32[2,3]'] }],
  flip: [{ call: (f) => weft.flip(f(2), { axes: [1] }), says: ['axis 1', 'rank 1'] }],
  roll: [{ call: (f) => weft.roll(f(2), { shift: 1, axis: 1 }), says: ['axis 1', 'rank 1'] }],
  cumsum: [{ call: (f) => weft.cumsum(f(2), { axis: 1 }), says: ['axis 1', 'rank 1'] }],
  argmax: [{ call: (f) => weft.argmax(f(2, 3), { axis: 2 }), says: ['axis 2', 'rank 2'] }],
  matmul: [
    { call: (f) => weft.matmul(f(2, 3), f(4, 5)), says: ['[2,3]', '[4,5]'] },
    { call: (f) => weft.matmul(f(2, 3), f(3, 5), { transposeB: true }), says: ['[2,3]', '[3,5]'] },
    { call: (f) => weft.matmul(f(2, 2, 3), f(3, 3, 5)), says: ['[2]', '[3]'] },
    { call: (f) => weft.matmul(f(), f(3)), says: ['[]'] },
  ],
  linear: [
    { call: (f) => weft.linear(f(2, 3), f(4, 5)), says: ['[2,3]', '[4,5]'] },
    { call: (f) => weft.linear(f(2, 3), f(3, 5), f(4)), says: ['b', '[5]', '[4]'] },
  ],
  conv2d: [
    {
      call: (f) => weft.conv2d(f(64, 28, 28, 1), f(3, 3, 3, 16)),
      says: ['conv2d: w [3,3,3,16] takes 3 channels, x [64,28,28,1] has 1'],
    },
    { call: (f) => weft.conv2d(f(28, 28, 1), f(3, 3, 1, 16)), says: ['[28,28,1]', '[N,H,W,C]'] },
    { call: (f) => weft.conv2d(f(1, 5, 5, 1), f(3, 3, 1, 4), f(3)), says: ['b', '[4]', '[3]'] },
    { call: (f) => weft.conv2d(f(1, 2, 2, 1), f(3, 3, 1, 4)), says: ['3', '2'] },
    {
      call: (f) => weft.conv2d(f(1, 5, 5, 1), f(3, 3, 1, 4), undefined, { stride: 0 }),
      says: ['0'],
    },
    {
      call: (f) => weft.conv2d(f(1, 5, 5, 1), f(3, 3, 1, 4), undefined, { padding: -1 }),
      says: ['-1'],
    },
    {
      call: (f) => weft.conv2d(f(1, 5, 5, 1), f(3, 3, 1, 4), undefined, { dilation: 1.5 }),
      says: ['1.5'],
    },
    {
      call: (f) => weft.conv2d(f(1, 5, 5, 4), f(3, 3, 4, 4), undefined, { groups: 2 }),
      says: ['w [3,3,4,4] takes 4 channels in each of 2 groups, x [1,5,5,4] has 4'],
    },
    {
      call: (f) => weft.conv2d(f(1, 5, 5, 4), f(3, 3, 2, 5), undefined, { groups: 2 }),
      says: ['groups 2', '5 outputs', '[3,3,2,5]'],
    },
    {
      call: (f) => weft.conv2d(f(1, 5, 5, 4), f(3, 3, 2, 5), undefined, { groups: 0 }),
      says: ['groups', '0'],
    },
    {
      call: (f, i) => weft.conv2d(f(1, 5, 5, 4), i(3, 3, 2, 4), undefined, { groups: 2 }),
      says: ['w', 'i32[3,3,2,4]'],
    },
  ],
  conv2dTranspose: [
    {
      call: (f) => weft.conv2dTranspose(f(1, 5, 5, 2), f(3, 3, 2, 4)),
      says: ['w [3,3,2,4] takes 4 channels, x [1,5,5,2] has 2'],
    },
    {
      call: (f) => weft.conv2dTranspose(f(5, 5, 2), f(3, 3, 4, 2)),
      says: ['[5,5,2]', '[R,S,K,C]'],
    },
    { call: (f) => weft.conv2dTranspose(f(1, 0, 5, 2), f(3, 3, 4, 2)), says: ['[1,0,5,2]'] },
    { call: (f) => weft.conv2dTranspose(f(1, 5, 5, 2), f(3, 3, 4, 2), f(3)), says: ['[4]', '[3]'] },
    {
      call: (f) => weft.conv2dTranspose(f(1, 5, 5, 2), f(3, 3, 4, 2), undefined, { groups: 3 }),
      says: ['groups 3', '2 channels'],
    },
    {
      call: (f) =>
        weft.conv2dTranspose(f(1, 5, 5, 2), f(3, 3, 4, 2), undefined, {
          stride: 2,
          outputPadding: [1, 2],
        }),
      says: ['outputPadding', '[1,2]', '[2,2]'],
    },
    {
      call: (f) =>
        weft.conv2dTranspose(f(1, 5, 5, 2), f(3, 3, 4, 2), undefined, {
          padding: 'same',
          outputPadding: 1,
        }),
      says: ['outputPadding 1', "'same'"],
    },
    {
      call: (f) => weft.conv2dTranspose(f(1, 1, 1, 2), f(3, 3, 4, 2), undefined, { padding: 2 }),
      says: ['padding [2,2,2,2]', '-1x-1'],
    },
  ],
  maxPool2d: [
    { call: (f) => weft.maxPool2d(f(2, 3), { window: 2 }), says: ['[2,3]'] },
    { call: (f) => weft.maxPool2d(f(1, 2, 2, 1), { window: 3 }), says: ['3', '2'] },
    { call: (f) => weft.maxPool2d(f(1, 4, 4, 1), { window: 0 }), says: ['0'] },
  ],
  avgPool2d: [{ call: (f) => weft.avgPool2d(f(1, 2, 2, 1), { window: 3 }), says: ['3', '2'] }],
  globalAvgPool2d: [{ call: (f) => weft.globalAvgPool2d(f(2, 3)), says: ['[2,3]'] }],
  batchNorm: [
    { call: (f) => weft.batchNorm(f(3), f(3), f(3)), says: ['x', '[N,…,C]', '[3]'] },
    { call: (f) => weft.batchNorm(f(2, 3), f(2), f(3)), says: ['mean', '[3]', '[2]'] },
    { call: (f) => weft.batchNorm(f(2, 3), f(3), f(1)), says: ['variance', '[3]', '[1]'] },
    { call: (f, i) => weft.batchNorm(f(2, 3), f(3), f(3), i(3)), says: ['weight', 'i32[3]'] },
    {
      call: (f) => weft.batchNorm(f(2, 3), f(3), f(3), f(3), f(3), { epsilon: -1 }),
      says: ['epsilon', '-1'],
    },
  ],
  batchNormTraining: [
    { call: (f) => weft.batchNormTraining(f(1, 1, 1, 3)), says: ['[1,1,1,3]', 'one value'] },
    { call: (f) => weft.batchNormTraining(f(2, 3), f(3), f(2)), says: ['bias', '[3]', '[2]'] },
    {
      call: (f) => weft.batchNormTraining(f(2, 3), undefined, undefined, { momentum: 1 } as never),
      says: ['momentum', 'epsilon'],
    },
  ],
  layerNorm: [
    { call: (f) => weft.layerNorm(f(2, 3), f(2)), says: ['weight', '[3]', '[2]'] },
    {
      call: (f) => weft.layerNorm(f(2, 3), undefined, undefined, { axes: [2] }),
      says: ['axis 2', 'rank 2'],
    },
    { call: (f) => weft.layerNorm(f(2), undefined, undefined, { axes: [] }), says: ['[]', '[2]'] },
    { call: (_, i) => weft.layerNorm(i(2)), says: ['x', 'f32', 'i32[2]'] },
  ],
  groupNorm: [
    { call: (f) => weft.groupNorm(f(2, 6), 4), says: ['groups', '6 channels', '4'] },
    { call: (f) => weft.groupNorm(f(2, 6), 0), says: ['groups', '0'] },
    { call: (f) => weft.groupNorm(f(2, 6), 2, f(2)), says: ['weight', '[6]', '[2]'] },
  ],
  upsample2d: [
    { call: (f) => weft.upsample2d(f(5, 5, 2), { scale: 2 }), says: ['[N,H,W,C]', '[5,5,2]'] },
    { call: (f) => weft.upsample2d(f(1, 0, 5, 2), { scale: 2 }), says: ['[1,0,5,2]', 'empty'] },
    { call: (f) => weft.upsample2d(f(1, 5, 5, 2), { scale: 1.5 }), says: ['scale', '1.5'] },
    { call: (f) => weft.upsample2d(f(1, 5, 5, 2), {} as never), says: ['scale', 'nothing'] },
    {
      call: (f) => weft.upsample2d(f(1, 5, 5, 2), { scale: 2, mode: 'bicubic' as 'nearest' }),
      says: ['mode', "'bicubic'"],
    },
    {
      call: (f) => weft.upsample2d(f(1, 5, 5, 2), { scale: 2, alignCorners: true }),
      says: ['alignCorners true', "'nearest'"],
    },
  ],
  globalMaxPool2d: [{ call: (f) => weft.globalMaxPool2d(f(2, 3)), says: ['[2,3]'] }],
  dropoutMask: [
    { call: (f) => weft.dropoutMask(f(2, 3), f(2, 4), { rate: 0.5 }), says: ['[2,3]', '[2,4]'] },
    { call: (f) => weft.dropoutMask(f(2), f(2), { rate: 1 }), says: ['rate', '1'] },
  ],
  dropout: [{ call: (f) => weft.dropout(f(2), undefined, { rate: -0.1 }), says: ['rate', '-0.1'] }],
  softmax: [{ call: (f) => weft.softmax(f(2, 3), { axis: 2 }), says: ['axis 2', 'rank 2'] }],
  softmaxCrossEntropy: [
    { call: (f, i) => weft.softmaxCrossEntropy(f(4, 10), i(5)), says: ['[4,10]', '[5]'] },
    { call: (f) => weft.softmaxCrossEntropy(f(4, 10), f(4)), says: ['labels', 'f32[4]'] },
    {
      call: (f, i) => weft.softmaxCrossEntropy(f(4, 10), i(4), { labelSmoothing: 1.5 }),
      says: ['labelSmoothing', '1.5'],
    },
  ],
  reshape: [{ call: (f) => weft.reshape(f(2, 3), [4, 2]), says: ['[2,3]', '[4,2]'] }],
  transpose: [
    { call: (f) => weft.transpose(f(2, 3), [0, 0]), says: ['[0,0]'] },
    { call: (f) => weft.transpose(f(2, 3), [0, 1, 2]), says: ['[0,1,2]'] },
  ],
  concat: [
    { call: (f) => weft.concat([f(2, 3), f(2, 4)], { axis: 0 }), says: ['[2,3]', '[2,4]'] },
    { call: () => weft.concat([], { axis: 0 }), says: [] },
  ],
  slice: [
    { call: (f) => weft.slice(f(7), { starts: [0], ends: [5], steps: [0] }), says: ['0'] },
    { call: (f) => weft.slice(f(7), { starts: [0, 0], ends: [5] }), says: ['2', '1'] },
  ],
  pad: [{ call: (f) => weft.pad(f(2, 3), { pads: [1, 1] }), says: ['[1,1]', '[2,3]'] }],
  gather: [
    { call: (f, i) => weft.gather(f(2, 3), i(2), { axis: 2 }), says: ['axis 2', 'rank 2'] },
    { call: (f) => weft.gather(f(2, 3), f(2), { axis: 0 }), says: ['indices', 'i32', 'f32[2]'] },
  ],
  oneHot: [
    { call: (_, i) => weft.oneHot(i(3), { depth: 0 }), says: ['depth', '0'] },
    { call: (_, i) => weft.oneHot(i(3), { depth: 4, axis: 2 }), says: ['axis 2'] },
  ],
  arange: [
    { call: (f) => weft.arange(f().device, 0, 5, 0), says: ['0', '5'] },
    { call: (f) => weft.arange(f().device, 0, 5, -1), says: ['-1', '5'] },
    { call: (f) => weft.arange(f().device, 0, -1, 2), says: ['2', '-1'] },
    { call: (f) => weft.arange(f().device, Number.NaN), says: ['stop', 'NaN'] },
    { call: (f) => weft.arange(f().device, 0, 1.5, 1, 'i32'), says: ['stop', '1.5'] },
    { call: (f) => weft.arange(f().device, 0, 1, 1, 'u8' as 'u32'), says: ['dtype', 'u8'] },
  ],
  linspace: [
    { call: (f) => weft.linspace(f().device, 0, 1, 2.5), says: ['count', '2.5'] },
    { call: (f) => weft.linspace(f().device, 0, Infinity, 2), says: ['stop', 'Infinity'] },
  ],
  eye: [{ call: (f) => weft.eye(f().device, -1), says: ['rows', '-1'] }],
  full: [{ call: (f) => f().device.full([1], -1, 'u32'), says: ['u32', '-1'] }],
  rand: [
    { call: (_, __, u) => weft.rand(u(3), { shape: [2] }), says: ['state', 'u32[3]'] },
    { call: (f) => weft.rand(f(2), { shape: [2] }), says: ['state', 'u32', 'f32[2]'] },
    { call: (_, __, u) => weft.rand(u(2), { shape: [-1] }), says: ['shape', '[-1]'] },
  ],
  augment: [
    { call: (f, _, u) => weft.augment(f(4, 28, 28), u(2)), says: ['[N,H,W,C]', '[4,28,28]'] },
    { call: (f, _, u) => weft.augment(f(4, 8, 8, 1), u(3)), says: ['state', 'u32[3]'] },
    {
      call: (f, _, u) => weft.augment(f(4, 8, 8, 1), u(2), { mixup: 2 }),
      says: ['mixup', 'from 0 to 1', '2'],
    },
  ],
  mixLabels: [
    {
      call: (_, i, u) => weft.mixLabels(i(65_536), u(2), { classes: 3, size: [8, 8] }),
      says: ['at most 65,535', '65,536'],
    },
    {
      call: (_, i, u) => weft.mixLabels(i(4, 2), u(2), { classes: 3, size: [8, 8] }),
      says: ['[N]', '[4,2]'],
    },
    {
      call: (_, i, u) => weft.mixLabels(i(4), u(2), { classes: 3, size: [8] as never }),
      says: ['size', 'height and width'],
    },
  ],
  randn: [{ call: (_, __, u) => weft.randn(u(2), { shape: [2], stream: -1 }), says: ['-1'] }],
  randint: [
    {
      call: (_, __, u) => weft.randint(u(2), { shape: [2], low: 3, high: 3 }),
      says: ['high', 'low 3', 'got 3'],
    },
    { call: (_, __, u) => weft.randint(u(2), { shape: [2], high: 0.5 }), says: ['high', '0.5'] },
  ],
  countStep: [{ call: (f) => weft.countStep(f(2)), says: ['state', 'f32[2]'] }],
  gatherElements: [
    {
      call: (f, i) => weft.gatherElements(f(2, 3), i(4, 4), { axis: 0 }),
      says: ['i32[4,4]', 'f32[2,3]'],
    },
    {
      call: (f, i) => weft.gatherElements(f(2, 3), i(2), { axis: 0 }),
      says: ['i32[2]', 'f32[2,3]'],
    },
    { call: (f, i) => weft.gatherElements(f(2, 3), i(2, 3), { axis: 2 }), says: ['axis 2'] },
    { call: (f, i) => weft.gatherElements(f(2, 0), i(2, 3), { axis: 1 }), says: ['empty'] },
    { call: (f) => weft.gatherElements(f(2), f(2), { axis: 0 }), says: ['indices', 'i32'] },
    {
      call: (f) => {
        const x = f(2, 3);
        const indices = x.device.tensor([0, 1, 3], [1, 3], 'i32');
        return weft.gatherElements(x, indices, { axis: 0 });
      },
      says: ['indices[2] is 3', 'axis 0 of f32[2,3] has -2 to 1'],
    },
  ],
  scatterAdd: [
    {
      call: (f, i) => weft.scatterAdd(f(2, 3), i(4, 3), f(5, 3), { axis: 0 }),
      says: ['f32[5,3]', 'i32[4,3]'],
    },
    {
      call: (f, i) => weft.scatterAdd(f(2, 3), i(4, 4), f(4, 4), { axis: 0 }),
      says: ['i32[4,4]', 'f32[2,3]'],
    },
    {
      call: (f) => {
        const indices = f().device.tensor([0, -3], [2], 'i32');
        return weft.scatterAdd(f(2), indices, f(2), { axis: 0 });
      },
      says: ['indices[1] is -3', '-2 to 1'],
    },
  ],
  sort: [
    { call: (f) => weft.sort(f()), says: ['axis -1', 'rank 0'] },
    { call: (_, i) => weft.sort(i(3)), says: ['x', 'f32', 'i32[3]'] },
    { call: (f) => weft.sort(f(3), { descending: 1 as never }), says: ['descending', '1'] },
  ],
  topK: [
    { call: (f) => weft.topK(f(2, 3), 4), says: ['k 4', '3', 'f32[2,3]'] },
    { call: (f) => weft.topK(f(2, 3), 1.5), says: ['k', '1.5'] },
    { call: (f) => weft.topK(f(), 1), says: ['axis -1', 'rank 0'] },
  ],
  valueAndGrad: [
    {
      call: (f) => {
        const x = f(3);
        return weft.valueAndGrad(() => weft.exp(x), [x]);
      },
      says: ['scalar', '[3]'],
    },
    {
      call: (f) => {
        const [x, other] = [f(3), f(2)];
        return weft.valueAndGrad(() => weft.sum(x), [other]);
      },
      says: ['does not depend', '[2]'],
    },
    { call: (f) => weft.valueAndGrad(() => weft.sum(f(2)), []), says: ['nothing'] },
  ],
  vjp: [
    {
      call: (f) => {
        const x = f(3);
        return weft.vjp(() => weft.exp(x), [x], f(2));
      },
      says: ['cotangent', '[2]', '[3]'],
    },
    { call: (f) => weft.vjp(() => weft.exp(f(2)), [], f(2)), says: ['vjp', 'nothing'] },
  ],
};
