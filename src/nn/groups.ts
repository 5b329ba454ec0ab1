// Parameters that are treated unlike the others: another learning rate, no weight decay, none at all.
import { type Tensor, TensorError } from '../tensor/index.ts';
import {
  type Kind,
  type OptionKinds,
  boolean,
  callable,
  checkOptions,
  finite,
  required,
} from '../tensor/options.ts';
import { type Arena, type Parameter, slotSize } from './arena.ts';
import type { Optimizer } from './optimizers.ts';

/** A parameter belongs to the first group that takes it; to none, it is treated as the optimizer says. */
export interface ParameterGroup {
  /** Does the group take it? */
  readonly takes: (parameter: Pick<Parameter, 'name' | 'shape'>) => boolean;
  /** What the learning rate is multiplied by, by default 1. */
  readonly learningRate?: number | undefined;
  /** What the weight decay is multiplied by, by default 1. */
  readonly weightDecay?: number | undefined;
  /** Nothing moves it, and it has no gradient. By default false. */
  readonly isFrozen?: boolean | undefined;
}

const factor = finite({ from: 0 });
const groupKinds: OptionKinds<ParameterGroup> = {
  takes: required(callable),
  learningRate: factor,
  weightDecay: factor,
  isFrozen: boolean,
};

/** For `groups`, each held against its kinds where they are used. */
export const groupKind: Kind = {
  wants: 'a group such as noDecayOnVectors',
  holds: (value) => typeof (value as ParameterGroup | null)?.takes === 'function',
};

/** Biases and the scales of norms are not decayed: what has one axis. */
export const noDecayOnVectors: ParameterGroup = {
  takes: ({ shape }) => shape.length < 2,
  weightDecay: 0,
};

/** Parameters whose names begin like this stay as they are: `frozen('conv1.')`, for a network that is fine-tuned. */
export const frozen = (...beginnings: readonly string[]): ParameterGroup => ({
  takes: ({ name }) => beginnings.some((beginning) => name.startsWith(beginning)),
  isFrozen: true,
});

export interface Grouped {
  /** What is learned. */
  readonly learned: readonly Parameter[];
  /** f32 [slots, 4], for an update; absent where all parameters are alike. */
  readonly factors: Tensor | undefined;
}

/**
 * The parameters of an arena, by groups.
 * @throws TensorError on a group that means nothing, or one that takes no parameter; where nothing is left to learn
 */
export function grouped(
  arena: Arena,
  groups: readonly ParameterGroup[],
  { directs }: Pick<Optimizer, 'directs'>,
): Grouped {
  const { parameters, device } = arena;
  groups.forEach((group, i) => checkOptions(`training: groups[${i}]`, group, groupKinds));
  if (groups.length === 0 && !directs) return { learned: parameters, factors: undefined };
  const groupOf = (parameter: Parameter) => groups.find(({ takes }) => takes(parameter));
  const chosen = parameters.map(groupOf);
  const idle = groups.findIndex((group) => !chosen.includes(group));
  if (idle >= 0) throw new TensorError(`training: groups[${idle}] takes no parameter`);
  const learned = parameters.filter((_, i) => !chosen[i]?.isFrozen);
  if (learned.length === 0) throw new TensorError('training: every parameter is frozen');
  const factors = parameters.flatMap((parameter, i) => {
    const { learningRate = 1, weightDecay = 1, isFrozen = false } = chosen[i] ?? {};
    const isDirected = Number(directs?.(parameter) ?? false);
    const four = [isFrozen ? 0 : learningRate, weightDecay, isDirected, 0];
    return Array.from({ length: slotSize(parameter.tensor.size) / 64 }, () => four).flat();
  });
  return { learned, factors: device.tensor(factors, [factors.length / 4, 4]) };
}
