// The training step: recorded once, then replayed as often as wanted in one submit, with nothing awaited.
import { type KernelTime, type Recording, type Tensor, TensorError } from '../tensor/index.ts';
import { checkOptions, required, shown, word } from '../tensor/options.ts';
import type { Arena } from './arena.ts';
import type { Model } from './model.ts';
import type { OptimizerState } from './optimizerState.ts';
import type { Weights } from './safetensors.ts';
import type { Schedule } from './schedule.ts';
import { type Planned, type TrainStepOptions, RING, planStep } from './trainingPlan.ts';

const counterKinds = { seed: required(word), stepsDone: required(word) };

/** Loss and metrics of consecutive steps. */
export interface StepMetrics {
  /** The first step, counted from 0. */
  readonly from: number;
  /** Mean loss over each step's batch. */
  readonly loss: Float32Array;
  /** By the name of a metric: its value for each step's batch, before the step's update. */
  readonly values: ReadonlyMap<string, Float32Array>;
  /** The first of these steps whose loss is not finite. */
  readonly divergedAt: number | undefined;
}

/** What one step did to the weights. */
export interface WeightUpdate {
  readonly before: ReadonlyMap<string, Weights>;
  readonly after: ReadonlyMap<string, Weights>;
  /** Steps done after it. */
  readonly stepsDone: number;
}

type Read = Promise<ReadonlyMap<string, Weights>>;
type Watcher = (before: Read, after: Read, stepsDone: number) => void;

/** All that a run needs to go on as if it had never stopped. */
export interface Checkpoint {
  readonly seed: number;
  readonly stepsDone: number;
  readonly weights: ReadonlyMap<string, Weights>;
  /** By the optimizer's name for it: as it lies in the arena. */
  readonly moments: ReadonlyMap<string, Weights>;
}

/** The most steps of one `run`: the ring is twice as long, so that figures can be read one run behind. */
export const MOST_STEPS = RING / 2;

/**
 * A training step, recorded once: draws a batch, goes forward and back, updates the weights, and notes loss and metrics on
 * the GPU. `run` sends it again and waits for nothing.
 */
export class TrainStep {
  /** The commands of a step, for those who want to see or time them. */
  readonly recording: Recording<void>;
  readonly #arena: Arena;
  readonly #optimizer: OptimizerState;
  readonly #ring: Tensor;
  /** Names of the metrics, in the ring's order. */
  readonly #metrics: readonly string[];
  /** Seed and step: whatever is random follows from it. */
  readonly #state: Tensor;
  readonly #step: () => void;
  #seed: number;
  #stepsDone = 0;
  /** The steps before this one were none of this object's: their figures are not in the ring. */
  #ringFrom = 0;
  #watcher: Watcher | undefined;

  private constructor(planned: Planned, recording: Recording<void>) {
    this.recording = recording;
    this.#arena = planned.arena;
    this.#optimizer = planned.optimizer;
    this.#ring = planned.ring;
    this.#metrics = planned.metrics;
    this.#state = planned.state;
    this.#step = planned.step;
    this.#seed = planned.seed;
  }

  /**
   * Records a step: draw a batch, forward, loss, backward into the arena, update, note loss and metrics, count the step.
   * Nothing has run then; the kernels are being compiled (`recording.compiled()` waits for them).
   * @example TrainStep.create(model, { loss: softmaxCrossEntropy, optimizer: adam(), data, batch: 128 })
   * @throws TensorError when the samples do not fit the network, a label is none of its outputs, the loss or a metric
   * is no scalar, the loss takes logits and gets a softmax, or an option means nothing
   */
  static create(model: Model, options: TrainStepOptions): TrainStep {
    const planned = planStep(model, options);
    const { rewrites } = options;
    return new TrainStep(planned, model.device.capture(planned.step, rewrites && { rewrites }));
  }

  /** Steps that were run or queued. */
  get stepsDone(): number {
    return this.#stepsDone;
  }

  /**
   * Queues n more steps, at most 512, as one submit. Nothing is made and nothing awaited.
   * @throws RangeError unless n is 1..512
   */
  run(n = 1): void {
    if (!Number.isInteger(n) || n < 1 || n > MOST_STEPS) {
      throw new RangeError(`run: a run has 1 to ${MOST_STEPS} steps, asked ${n}`);
    }
    this.#optimizer.prepare(this.#stepsDone, n);
    const watcher = this.#watcher;
    if (watcher) {
      this.#watcher = undefined;
      if (n > 1) this.recording.replay(n - 1);
      const before = this.#arena.read();
      this.recording.replay();
      watcher(before, this.#arena.read(), this.#stepsDone + n);
    } else this.recording.replay(n);
    this.#stepsDone += n;
  }

  /**
   * The weights before and after the last step of the next `run`, which is submitted by itself for that;
   * the steps end in the same bits. One watcher at a time: a newer one takes its place.
   */
  watchUpdate(): Promise<WeightUpdate> {
    return new Promise((resolve, reject) => {
      this.#watcher = (before, after, stepsDone) => {
        Promise.all([before, after]).then(
          ([before, after]) => resolve({ before, after, stepsDone }),
          reject,
        );
      };
    });
  }

  /**
   * One more step, with the GPU time of each of its dispatches. Waits for the GPU.
   * @throws TensorError without the timestamp feature; no step is done then
   */
  async profile(): Promise<KernelTime[]> {
    if (!this.#arena.device.info.features.includes('timestamp-query'))
      return this.recording.profile(); // says so
    this.#optimizer.prepare(this.#stepsDone, 1);
    this.#stepsDone++;
    return this.recording.profile();
  }

  /** One more step by the same ops, unrecorded: what a recording without rewrites does, bit for bit, only slower. */
  runEagerly(): void {
    this.#optimizer.prepare(this.#stepsDone, 1);
    this.#arena.device.scope(this.#step);
    this.#stepsDone++;
  }

  /**
   * Loss and metrics of steps from..to-1. Waits for the GPU.
   * @throws RangeError on steps that did not run yet or whose place in the ring was taken again
   */
  async metrics(from: number, to = this.#stepsDone): Promise<StepMetrics> {
    const oldest = Math.max(this.#ringFrom, this.#stepsDone - RING);
    const areSteps = Number.isInteger(from) && Number.isInteger(to);
    if (!(areSteps && from >= oldest && from <= to && to <= this.#stepsDone)) {
      throw new RangeError(
        `metrics: steps ${from} to ${to} were asked, ${oldest} to ${this.#stepsDone} are kept`,
      );
    }
    const ring = await this.#ring.data();
    const columns = 1 + this.#metrics.length;
    const column = (c: number) =>
      Float32Array.from(
        { length: to - from },
        (_, i) => ring[columns * ((from + i) % RING) + c] as number,
      );
    const loss = column(0);
    const bad = loss.findIndex((value) => !Number.isFinite(value));
    const values = new Map(this.#metrics.map((name, i) => [name, column(1 + i)]));
    return { from, loss, values, divergedAt: bad < 0 ? undefined : from + bad };
  }

  /** Another learning rate from the next step on. */
  setLearningRate(rate: number | Schedule): void {
    this.#optimizer.setLearningRate(rate);
  }

  /** The learning rate of the next step. */
  get learningRate(): number {
    return this.#optimizer.learningRateAt(this.#stepsDone);
  }

  /** The moving average of the parameters, where one is kept, laid out like the arena's `learned`. */
  get average(): Tensor | undefined {
    return this.#optimizer.average;
  }

  /**
   * The moving average of the weights, with the buffers as they are: what `arena.load` takes. Waits for the GPU.
   * @throws TensorError when the step keeps none, for want of the option `ema`
   */
  async averaged(): Promise<Map<string, Weights>> {
    const { average } = this.#optimizer;
    if (!average) throw new TensorError('averaged: no average is kept; give the step an ema');
    const [values, learned] = await Promise.all([this.#arena.read(), average.data()]);
    return new Map([...values, ...this.#arena.split(learned as Float32Array)]);
  }

  /** The run as it stands. Waits for the GPU. */
  async checkpoint(): Promise<Checkpoint> {
    const { moments } = this.#optimizer;
    const [seed, stepsDone] = [this.#seed, this.#stepsDone];
    const reads = [...moments].map(async ([name, moment]): Promise<[string, Weights]> => {
      return [name, { shape: moment.shape, data: (await moment.data()) as Float32Array }];
    });
    const [weights, ...read] = await Promise.all([this.#arena.read(), ...reads]);
    return { seed, stepsDone, weights, moments: new Map(read) };
  }

  /**
   * Goes on from a checkpoint of the same network and optimizer. All of it is checked before any of it is written.
   * @throws TensorError when it is of another, or holds a number that is not finite or a counter that is none
   */
  restore(checkpoint: Checkpoint): void {
    const { seed, stepsDone, weights, moments } = checkpoint;
    checkOptions('restore', { seed, stepsDone }, counterKinds);
    const packed = this.#arena.pack('restore', weights);
    for (const [name, { data }] of weights) requireFinite(name, data);
    const kept = this.#momentsOf(moments);

    const { device, values } = this.#arena;
    device.write(values, packed);
    for (const [tensor, data] of kept) device.write(tensor, data);
    device.write(this.#state, [seed, stepsDone]);
    this.#seed = seed;
    this.#stepsDone = this.#ringFrom = stepsDone;
  }

  /** What a checkpoint holds for each of the optimizer's moments. */
  #momentsOf(given: Checkpoint['moments']): [Tensor, Float32Array][] {
    const { moments, optimizer } = this.#optimizer;
    const names = given instanceof Map ? [...given.keys()].map(String) : [];
    if (names.toSorted().join() !== [...moments.keys()].toSorted().join()) {
      const keeps = `${optimizer.name} keeps ${[...moments.keys()].join(' and ')}`;
      const held = names.join(' and ') || 'none';
      throw new TensorError(`restore: ${keeps}, the moments of the checkpoint are: ${held}`);
    }
    return [...moments].map(([name, tensor]) => {
      const data: unknown = given.get(name)?.data;
      if (!(data instanceof Float32Array) || data.length !== tensor.size) {
        const got = data instanceof Float32Array ? `${data.length}` : shown(data);
        throw new TensorError(
          `restore: the moment ${name} takes ${tensor.size} values, got ${got}`,
        );
      }
      requireFinite(`the moment ${name}`, data);
      return [tensor, data];
    });
  }
}

function requireFinite(name: string, data: Float32Array): void {
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new TensorError(`restore: ${name}[${bad}] is ${data[bad]}`);
}
