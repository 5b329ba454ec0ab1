// Layers that normalize: over the batch, over a sample, over groups of its channels.
import { NORMALIZATION_EPSILON, type Tensor, TensorError } from '../tensor/index.ts';
import * as tensor from '../tensor/index.ts';
import { type OptionKinds, checkOptions, finite, required, whole } from '../tensor/options.ts';
import { ones, zeros } from './initializers.ts';
import type { Module } from './module.ts';

/** What the normalizations have in common, and all of `layerNorm`. */
export interface NormalizationLayer {
  /** Added to the variance; by default 1e-5, as in PyTorch (Keras: 1e-3). */
  readonly epsilon?: number | undefined;
}

/** Of `batchNorm`. */
export interface BatchNormLayer extends NormalizationLayer {
  /** Share of a batch's statistics in the running ones; by default 0.1, as in PyTorch (Keras writes 1 − it: 0.99). */
  readonly momentum?: number | undefined;
}

/** Of `groupNorm`. */
export interface GroupNormLayer extends NormalizationLayer {
  /** Into which the channels are divided. */
  readonly groups: number;
}

const epsilonKind = { epsilon: finite({ from: 0 }) };
const batchNormKinds: OptionKinds<BatchNormLayer> = {
  ...epsilonKind,
  momentum: finite({ from: 0, to: 1 }),
};
const groupNormKinds: OptionKinds<GroupNormLayer> = {
  ...epsilonKind,
  groups: required(whole({ from: 1 })),
};

/** Weight and bias of as many numbers as the last axis has: at first 1 and 0. */
const weightAndBias = (C: number) => [
  { name: 'weight', shape: [C], initializer: ones },
  { name: 'bias', shape: [C], initializer: zeros },
];

function channelsOf(input: readonly number[], where: string): number {
  const C = input.at(-1);
  if (C === undefined) throw new TensorError(`${where}: takes channels, got []`);
  return C;
}

/**
 * Batch normalization (Ioffe & Szegedy 2015): y = (x − mean) / √(variance + epsilon) · weight + bias for every channel.
 * While training mean and variance are the batch's, and the buffers `mean` and `variance` move towards them by
 * `momentum`, towards the variance as it is estimated of the whole (n − 1), as in PyTorch; else they are the buffers.
 * [..., C] → [..., C]. Parameters weight [C], bias [C]; buffers mean [C], variance [C], at first 0 and 1.
 */
export function batchNorm(options: BatchNormLayer = {}): Module {
  checkOptions('batchNorm', options, batchNormKinds);
  const { epsilon = NORMALIZATION_EPSILON, momentum = 0.1 } = options;
  return {
    kind: 'batchNorm',
    stem: 'norm',
    isPassage: true,
    build(input, where) {
      const C = channelsOf(input, where);
      return {
        outputShape: input,
        parameters: weightAndBias(C),
        buffers: [
          { name: 'mean', shape: [C], initializer: zeros },
          { name: 'variance', shape: [C], initializer: ones },
        ],
      };
    },
    scaleAndShift({ parameters, buffers }) {
      const [[weight, bias], [mean, variance]] = [parameters, buffers] as [Tensor[], Tensor[]];
      const scale = (variance as Tensor)
        .add(epsilon)
        .rsqrt()
        .mul(weight as Tensor);
      return { scale, shift: (bias as Tensor).sub((mean as Tensor).mul(scale)) };
    },
    forward(x, { parameters: [weight, bias], buffers, training }) {
      const [mean, variance] = buffers as [Tensor, Tensor];
      if (!training) return tensor.batchNorm(x, mean, variance, weight, bias, { epsilon });
      const found = tensor.batchNormTraining(x, weight, bias, { epsilon });
      const { device } = x;
      const count = x.size / mean.size;
      device.noGrad(() => {
        const towards = (from: Tensor, to: Tensor, factor: number) =>
          device.copy(from.mul(1 - momentum).add(to.mul(momentum * factor)), from);
        towards(mean, found.mean, 1);
        towards(variance, found.variance, count / (count - 1));
      });
      return found.y;
    },
  };
}

/**
 * Layer normalization (Ba, Kiros & Hinton 2016): each sample's last axis, its channels, gets mean 0 and variance 1, then
 * weight and bias. [..., C] → [..., C]. Parameters weight [C], bias [C].
 */
export function layerNorm(options: NormalizationLayer = {}): Module {
  checkOptions('layerNorm', options, epsilonKind);
  return {
    kind: 'layerNorm',
    stem: 'norm',
    isPassage: true,
    build: (input, where) => ({
      outputShape: input,
      parameters: weightAndBias(channelsOf(input, where)),
    }),
    forward: (x, { parameters: [weight, bias] }) => tensor.layerNorm(x, weight, bias, options),
  };
}

/**
 * Group normalization (Wu & He 2018): each sample's channels in groups, over all pixels, get mean 0 and variance 1, then
 * weight and bias. [..., C] → [..., C]. Parameters weight [C], bias [C].
 */
export function groupNorm(options: GroupNormLayer): Module {
  checkOptions('groupNorm', options, groupNormKinds);
  const { groups, epsilon } = options;
  return {
    kind: 'groupNorm',
    stem: 'norm',
    isPassage: true,
    build(input, where) {
      const C = channelsOf(input, where);
      if (C % groups !== 0) {
        throw new TensorError(`${where}: ${C} channels do not divide into ${groups} groups`);
      }
      return { outputShape: input, parameters: weightAndBias(C), groups };
    },
    forward: (x, { parameters: [weight, bias] }) =>
      tensor.groupNorm(x, groups, weight, bias, { epsilon }),
  };
}
