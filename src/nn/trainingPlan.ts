// What a training step is made of, and the function that is recorded as one.
import {
  type CaptureOptions,
  type Tape,
  type Tensor,
  TensorError,
  countStep,
  recordScalar,
  valueAndGrad,
} from '../tensor/index.ts';
import {
  type Kind,
  type OptionKinds,
  anything,
  callable,
  checkOptions,
  finite,
  listOf,
  required,
  whole,
  word,
} from '../tensor/options.ts';
import type { Arena } from './arena.ts';
import type { Augmentation, TrainingBatch } from './augmentation.ts';
import { type ParameterGroup, groupKind, grouped } from './groups.ts';
import type { Loss } from './losses.ts';
import { functionsKind } from './module.ts';
import type { Model } from './model.ts';
import type { Optimizer } from './optimizers.ts';
import { OptimizerState } from './optimizerState.ts';
import { type SampleSet, drawPair, samplesOf } from './samples.ts';

/** A number that tells of a batch, f32 []: of its outputs [N, ...] and its targets, as a loss has it. See `countCorrect`. */
export type Metric = Loss;

/** Of `TrainStep.create`. */
export interface TrainStepOptions {
  /** What is made small, such as `softmaxCrossEntropy`; of classes i32 [N], or of the set's targets. */
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly data: SampleSet;
  /** Samples a step. */
  readonly batch: number;
  /** Of the order of the samples and of dropout, by default 0. */
  readonly seed?: number | undefined;
  /** By the name under which they are read with the losses; by default none. */
  readonly metrics?: Readonly<Record<string, Metric>> | undefined;
  /** Parameters to be treated unlike the others; a parameter belongs to the first group that takes it. */
  readonly groups?: readonly ParameterGroup[] | undefined;
  /** Gradients longer than this, all of them as one vector, are scaled to it. By default they are not. */
  readonly clipNorm?: number | undefined;
  /**
   * Steps whose mean gradient makes one update, by default 1: a batch of batch · accumulate samples in the memory of one.
   * Learning rates count updates then, all else counts steps.
   */
  readonly accumulate?: number | undefined;
  /** Decay, 0.999 say, of an exponential moving average of the weights; see `averaged`. By default none is kept. */
  readonly ema?: number | undefined;
  /** What is done to a batch before the network sees it, such as `augmentation({ flip: true })`; by default nothing. */
  readonly augment?: Augmentation | undefined;
  /** The rewrites of the recording, by default all; none gives one kernel an op, to compare with. */
  readonly rewrites?: CaptureOptions['rewrites'] | undefined;
}

const optimizerKind: Kind = {
  wants: 'an optimizer such as adam()',
  holds: (value) => typeof (value as Optimizer | null)?.wgsl === 'string',
};
const stepKinds: OptionKinds<TrainStepOptions> = {
  loss: required(callable),
  optimizer: required(optimizerKind),
  data: anything, // `samples` says what is wrong with it
  batch: required(whole({ from: 1, to: 65_535 })),
  seed: word,
  metrics: functionsKind,
  groups: listOf(groupKind),
  clipNorm: finite({ from: 1e-30 }),
  accumulate: whole({ from: 1, to: 65_535 }),
  ema: finite({ from: 0, below: 1 }),
  augment: callable,
  rewrites: listOf(anything),
};

/** Steps whose figures are kept. */
export const RING = 1024;

/** A step that is ready to be recorded, and what it works on. */
export interface Planned {
  readonly arena: Arena;
  readonly optimizer: OptimizerState;
  /** f32 [1024, 1 + metrics]: loss and metrics of a step. */
  readonly ring: Tensor;
  readonly metrics: readonly string[];
  /** u32 [2]: seed and step. */
  readonly state: Tensor;
  readonly seed: number;
  readonly step: () => void;
}

/** @throws TensorError on options that mean nothing, and, in `step`, where the pieces do not fit together */
export function planStep(model: Model, options: TrainStepOptions): Planned {
  checkOptions('training', options, stepKinds);
  const { loss, optimizer, data, batch, seed = 0 } = options;
  const metrics = Object.entries(options.metrics ?? {});
  const { device, arena } = model;
  const samples = samplesOf(data);
  const { clipNorm, accumulate, ema: average, augment } = options;
  const { learned, factors } = grouped(arena, options.groups ?? [], optimizer);
  const directed = learned.filter((parameter) => optimizer.directs?.(parameter));
  const kept = { clipNorm, accumulate, average, factors, directed };
  const updating = new OptimizerState(optimizer, arena.learned, kept);
  const ring = device.zeros([RING, 1 + metrics.length]);
  const state = device.tensor([seed, 0], [2], 'u32');
  const parameters = learned.map(({ tensor }) => tensor);
  const gradients = learned.map(({ gradient }) => gradient);
  device.write(arena.gradients, new Float32Array(arena.gradients.size)); // what is frozen has none

  const { outputShape } = model;
  const augmented = (drawn: TrainingBatch) => augment?.(drawn, { state, outputShape }) ?? drawn;

  const step = () => {
    const { x, targets, labels } = augmented(drawPair(samples, state, batch));
    const lossAndOutputs = (): [Tensor, Tensor] => {
      const outputs = model.forward(x, { state });
      return [scalar('the loss', loss(outputs, targets)), outputs];
    };
    const { value, aux, tape } = valueAndGrad(lossAndOutputs, parameters, gradients);
    refuseSoftmax(tape);
    updating.update(arena.gradients, state);
    recordScalar(value, ring, state, 0);
    metrics.forEach(([name, metric], i) => {
      const told = scalar(`the metric ${name}`, metric(aux[0] as Tensor, labels ?? targets));
      recordScalar(told, ring, state, 1 + i);
    });
    countStep(state);
  };
  const names = metrics.map(([name]) => name);
  return { arena, optimizer: updating, ring, metrics: names, state, seed, step };
}

function scalar(what: string, value: Tensor): Tensor {
  if (value?.size === 1 && value.dtype === 'f32') return value;
  throw new TensorError(`training: ${what} must be one f32, got ${value.type}`);
}

/** A cross-entropy that takes logits would train on the softmax of a softmax: slowly, and to another end. */
function refuseSoftmax({ entries }: Tape): void {
  const shares = new Set(
    entries.flatMap(({ op, outputs }) => (op === 'softmax' ? [outputs['y']] : [])),
  );
  const isTwice = entries.some(
    ({ op, inputs }) => op === 'softmaxCrossEntropy' && shares.has(inputs['logits']),
  );
  if (isTwice) {
    throw new TensorError('training: the loss takes logits; leave the softmax at the end off');
  }
}
