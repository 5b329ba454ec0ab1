// Inference over a whole set, recorded once: batch after batch, the outputs collected on the GPU and read
// in one go. Loss and accuracy are computed on the CPU in f64.
import {
  type Recording,
  type Tensor,
  TensorError,
  add,
  collectRows,
  flip,
  mul,
  slice,
} from '../tensor/index.ts';
import {
  type OptionKinds,
  boolean,
  callable,
  checkOptions,
  required,
  whole,
} from '../tensor/options.ts';
import type { Loss } from './losses.ts';
import { functionsKind } from './module.ts';
import { accuracy, argmaxRows, softmaxRows } from './metrics.ts';
import type { Model } from './model.ts';
import {
  type SampleSet,
  type WholeSet,
  labeled,
  samplesOf,
  takeInputs,
  takeTargets,
} from './samples.ts';

/** Of `Inference.create`. */
export interface InferenceOptions {
  /** Samples at a time, by default 128: more take more memory, and longer in one dispatch. */
  readonly batch?: number;
  /** The mean of what it says of each image [H,W,C] and of its mirror image: test-time augmentation. By default false. */
  readonly mirror?: boolean;
}

const inferenceKinds: OptionKinds<InferenceOptions> = {
  batch: whole({ from: 1, to: 65_535 }),
  mirror: boolean,
};

/** Batches sent before the GPU is waited for: a slow adapter has to stay responsive. */
const IN_FLIGHT = 8;

/** A network's outputs for a set of samples, as often as they are wanted. */
export class Inference {
  private constructor(
    readonly model: Model,
    readonly samples: WholeSet,
    readonly batch: number,
    readonly recording: Recording<void>,
    /** u32 [1]: the next sample. */
    readonly cursor: Tensor,
    /** f32 [n, ...outputShape] */
    readonly outputs: Tensor,
  ) {}

  /**
   * @throws TensorError when the samples do not fit the network, an index is no sample, or an option means nothing
   */
  static create(model: Model, data: SampleSet, options: InferenceOptions = {}): Inference {
    checkOptions('inference', options, inferenceKinds);
    const { batch = 128, mirror = false } = options;
    const { device, outputShape } = model;
    const samples = samplesOf(data);
    const size = Math.min(batch, samples.indices.size);
    const cursor = device.zeros([1], 'u32');
    const outputs = device.zeros([samples.indices.size, ...outputShape]);
    const recording = device.capture(() => {
      const x = takeInputs(samples, cursor, size);
      const y = model.forward(x);
      const said = mirror ? mul(add(y, model.forward(flip(x, { axes: [2] }))), 0.5) : y;
      collectRows(said, outputs, cursor);
    });
    return new Inference(model, samples, size, recording, cursor, outputs);
  }

  /**
   * The model's outputs for all samples, [n, ...outputShape] row-major, with the weights as they are now.
   * @param onProgress told how many samples are done
   */
  async run(onProgress?: (done: number, of: number) => void): Promise<Float32Array> {
    const { device } = this.model;
    const n = this.samples.indices.size;
    const steps = Math.ceil(n / this.batch);
    device.write(this.cursor, [0]);
    for (let step = 0; step < steps; step += IN_FLIGHT) {
      const now = Math.min(IN_FLIGHT, steps - step);
      this.recording.replay(now);
      await device.finish();
      onProgress?.(Math.min(n, (step + now) * this.batch), n);
    }
    return (await this.outputs.data()) as Float32Array;
  }
}

/** What a classifier made of labeled samples. */
export interface Scored {
  /** [n, classes], row-major. */
  readonly logits: Float32Array;
  readonly probabilities: Float32Array;
  /** The most probable class of each sample, the first of equals. */
  readonly predictions: Int32Array;
  /** Mean cross-entropy in nats, without label smoothing. */
  readonly loss: number;
  readonly accuracy: number;
}

/** Of `evaluate`. */
export interface EvaluateOptions extends InferenceOptions {
  /** What is told of any model, of outputs and targets, or classes, as in training. */
  readonly loss: Loss;
  /** Told beside it; by default none. */
  readonly metrics?: Readonly<Record<string, Loss>> | undefined;
}

/** What a loss says of a model. */
export interface Evaluated {
  /** The model's outputs [n, ...outputShape], row-major. */
  readonly outputs: Float32Array;
  /** Mean over all samples, of a loss that is a mean over those of a batch. */
  readonly loss: number;
  /** By name: the same mean of each metric. One that counts is to be divided by the size of its batch. */
  readonly values: ReadonlyMap<string, number>;
}

const evaluateKinds: OptionKinds<EvaluateOptions> = {
  ...inferenceKinds,
  loss: required(callable),
  metrics: functionsKind,
};

/**
 * Runs a classifier over a labeled set and scores it; see `Inference` to do so more than once. With a loss, runs any model
 * over any set, and tells that loss.
 * @throws TensorError, before the network runs, when a label is none of its outputs, there are no labels, the network does
 * not end in a vector, and as `Inference.create` does; of a loss, as it does
 */
export function evaluate(
  model: Model,
  data: SampleSet,
  options: EvaluateOptions,
): Promise<Evaluated>;
export function evaluate(
  model: Model,
  data: SampleSet,
  options?: InferenceOptions,
): Promise<Scored>;
export async function evaluate(
  model: Model,
  data: SampleSet,
  options: InferenceOptions | EvaluateOptions = {},
): Promise<Scored | Evaluated> {
  return 'loss' in options ? byLoss(model, data, options) : byClass(model, data, options);
}

async function byClass(model: Model, data: SampleSet, options: InferenceOptions): Promise<Scored> {
  const { outputShape } = model;
  if (outputShape.length !== 1) {
    throw new TensorError(`evaluate: the network's output is [${outputShape}], not a vector`);
  }
  const inference = Inference.create(model, data, options);
  const classes = outputShape[0] as number;
  const labels = await labelsOf(inference.samples);
  const bad = labels.findIndex((label) => label >= classes);
  if (bad >= 0) {
    throw new TensorError(
      `evaluate: label ${bad} is ${labels[bad]}, the network has ${classes} outputs, 0 to ${classes - 1}`,
    );
  }
  return scoreLogits(await inference.run(), labels, classes);
}

async function byLoss(model: Model, data: SampleSet, options: EvaluateOptions): Promise<Evaluated> {
  checkOptions('evaluate', options, evaluateKinds);
  const { loss, metrics = {}, ...how } = options;
  const { device } = model;
  const inference = Inference.create(model, data, how);
  const outputs = await inference.run();
  const n = inference.samples.indices.size;
  const told = [loss, ...Object.values(metrics)];
  const sums = told.map(() => 0);
  for (let at = 0; at < n; at += inference.batch) {
    const N = Math.min(inference.batch, n - at);
    const first = device.tensor([at], [1], 'u32');
    const numbers = device.scope(() => {
      const y = slice(inference.outputs, { starts: [at], ends: [at + N], axes: [0] });
      const targets = takeTargets(inference.samples, first, N);
      return told.map((f) => f(y, targets));
    });
    // One batch after the other: all of them at once might be more than there is memory for.
    for (const [i, number] of numbers.entries())
      sums[i] = (sums[i] as number) + N * (await number.item());
  }
  const [mean = NaN, ...others] = sums.map((sum) => sum / n);
  const values = new Map(Object.keys(metrics).map((name, i) => [name, others[i] as number]));
  return { outputs, loss: mean, values };
}

/** The labels of a set, in the order of its indices. Waits for the GPU. @throws TensorError on an index that is no sample */
export async function labelsOf(samples: WholeSet): Promise<Int32Array> {
  const { labels, indices } = labeled('labels', samples);
  const [all, chosen] = await Promise.all([labels.data(), indices.data()]);
  return Int32Array.from(chosen, (i, at) => {
    const label = all[i];
    if (label !== undefined) return label;
    throw new TensorError(`labels: index ${at} is ${i}, there are ${all.length} samples`);
  });
}

/** Scores logits [n, classes] against n labels, in f64. @throws RangeError on labels that are no class */
export function scoreLogits(
  logits: Float32Array,
  labels: ArrayLike<number>,
  classes: number,
): Scored {
  const predictions = argmaxRows(logits, classes);
  return {
    logits,
    probabilities: Float32Array.from(softmaxRows(logits, classes)),
    predictions,
    loss: crossEntropy(logits, labels, classes),
    accuracy: accuracy(labels, predictions),
  };
}

/** −(1/n) Σ ln softmax(logits[i])[label i], as log Σ exp(z − z[label]) so that nothing is clipped. */
function crossEntropy(logits: Float32Array, labels: ArrayLike<number>, classes: number): number {
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    const target = row[labels[i] as number];
    if (target === undefined) {
      throw new RangeError(`label ${i} is ${labels[i]}, outside the ${classes} classes`);
    }
    const top = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const sum = row.reduce((sum, z) => sum + Math.exp(z - top), 0);
    total += Math.log(sum) + top - target;
  }
  return total / labels.length;
}
