// An experiment from data set to verdict, free of any face: prepare, build, train, evaluate, record.
import {
  type Optimiser,
  type Schedule,
  type Weights,
  Inference,
  Sequential,
  TrainStep,
  adam,
  adamW,
  cosineDecay,
  digestOf,
  rmsprop,
  scoreLogits,
  sgd,
} from '../nn/index.ts';
import { type Choice, type Device, type Tensor, type TuneOptions, tune } from '../tensor/index.ts';
import type { RunCheckpoint } from './checkpoint.ts';
import { adapterRecord, dataSetRecord, testRecord } from './circumstances.ts';
import type { RunControl } from './control.ts';
import type { DataSet, Split } from './data/dataset.ts';
import { INPUT_SHAPE, chooseStratified, splitTrainValidation } from './data/prepare.ts';
import { type Evaluation, judge } from './evaluation.ts';
import { type FitOptions, type FitOutcome, fit } from './fit.ts';
import { layersOf } from './network/layers.ts';
import type { RunConfig, RunRecord, RuntimeRecord } from './record.ts';

/** The optimisers by the name an option takes. */
export const OPTIMISERS: Readonly<Record<string, (learningRate: Schedule) => Optimiser>> = {
  adam: (learningRate) => adam({ learningRate }),
  adamw: (learningRate) => adamW({ learningRate }),
  sgd: (learningRate) => sgd({ learningRate }),
  momentum: (learningRate) => sgd({ learningRate, momentum: 0.9 }),
  nesterov: (learningRate) => sgd({ learningRate, momentum: 0.9, nesterov: true }),
  rmsprop: (learningRate) => rmsprop({ learningRate }),
};

/** Which training images are learned from and which are held back. */
export interface Division {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
}

/**
 * Divides the training images as a configuration asks: the hold-out first, then the limit on the rest, both stratified.
 * @throws RangeError on amounts that the set does not have
 */
export function divide(train: Split, config: RunConfig): Division {
  const { seed, validation, trainLimit } = config;
  const parts = splitTrainValidation(train.labels, { seed, validation });
  if (trainLimit === null) return parts;
  const { chosen } = chooseStratified(train.labels, Math.min(trainLimit, parts.train.length), {
    seed,
    among: parts.train,
  });
  return { train: chosen, validation: parts.validation };
}

export interface ExperimentOptions {
  readonly device: Device;
  readonly data: DataSet;
  readonly config: RunConfig;
  readonly division: Division;
  readonly runtime: RuntimeRecord;
  /** The command line that repeats the run, turns of the learning rate included. */
  readonly command: (config: RunConfig) => string;
  readonly notes: readonly string[];
  readonly control: RunControl;
  /** A run of this configuration on these data that is to go on. */
  readonly resume?: RunCheckpoint | undefined;
  /** For a configuration that asks for the fastest kernels: how they are measured, and where remembered. */
  readonly tuning?: TuneOptions;
  /** The kernels in force, where they were measured. */
  readonly onTuned?: (choices: readonly Choice[]) => void;
  readonly onReady: (ready: {
    readonly warmUpMs: number;
    readonly model: Sequential;
    /** To be watched; the run alone makes it go. */
    readonly step: TrainStep;
  }) => void;
  readonly onProgress: FitOptions['onProgress'];
  readonly onEpoch: FitOptions['onEpoch'];
  readonly onPause?: FitOptions['onPause'];
  readonly onTurn?: FitOptions['onTurn'];
  /** The run as it stands; see FitOptions.onKeep. */
  readonly onKeep?: (checkpoint: RunCheckpoint) => void | Promise<void>;
  /** Milliseconds since any fixed time. */
  readonly now: () => number;
  /** The time of day. */
  readonly date: () => Date;
}

export interface Verdict {
  readonly record: RunRecord;
  readonly evaluation: Evaluation;
  readonly weights: ReadonlyMap<string, Weights>;
  /** Of the test images, [count, classes]. */
  readonly probabilities: Float32Array;
  readonly divergedAt: number | undefined;
}

/**
 * Runs the configuration's network on a data set and judges it on the test images. A run that goes on from
 * a checkpoint ends with the bits of one that was never interrupted, on the same adapter.
 * @throws RangeError when it names no optimiser or network that can be built, or goes on with other data;
 * TensorError when the checkpoint is of another network or optimiser
 */
export async function runExperiment(options: ExperimentOptions): Promise<Verdict> {
  const { device, data, config, division, resume, now } = options;
  if (resume && resume.data.checksum !== data.checksum)
    throw new RangeError(
      `the run to go on with learned from ${resume.data.title} (${resume.data.checksum.slice(0, 12)}…), here is ${data.title} (${data.checksum.slice(0, 12)}…)`,
    );
  const startedAt = resume?.startedAt ?? options.date().toISOString();
  const started = now() - (resume?.spentMs ?? 0);
  const warmUpFrom = now();
  const told = resume ? [...resume.notes, continuation(resume, device.info.name)] : options.notes;

  const upload = (split: Split) => ({
    images: device.tensor(split.images, [split.count, ...INPUT_SHAPE], 'u8'),
    labels: device.tensor(split.labels, [split.count], 'u8'),
  });
  const train = upload(data.train);
  const select = (indices: Uint32Array): Tensor => device.tensor(indices, [indices.length], 'u32');
  const layers = layersOf(config.network, config.batchSize);
  const model = new Sequential(device, INPUT_SHAPE, layers, { seed: config.seed });
  const schedule = scheduleOf(config, division.train.length);
  const [learned, held] = [select(division.train), select(division.validation)];
  const heldLabels = Uint8Array.from(division.validation, (i) => data.train.labels[i] as number);
  const prepare = () => ({
    step: TrainStep.create(
      model,
      optimiserOf(config, schedule),
      { ...train, indices: learned },
      { batch: config.batchSize, seed: config.seed },
    ),
    validate: scorer(model, { ...train, indices: held }, heldLabels),
  });
  if (config.tune && !options.tuning)
    throw new RangeError(
      'a configuration that asks for the fastest kernels needs somewhere to keep what was measured',
    );
  const dropped: string[] = [];
  const tuning = options.tuning && {
    ...options.tuning,
    onDropped: (why: string) => {
      dropped.push(why);
      options.tuning?.onDropped?.(why);
    },
  };
  const choices = config.tune && tuning && (await tune(device, prepare, tuning));
  if (choices) options.onTuned?.(choices);
  const notes = choices ? [...new Set([...told, ...dropped, choiceNote(choices)])] : told;
  const { step, validate } = prepare();
  if (resume) step.restore(resume.state);
  await step.recording.compiled(); // those of the validation may follow while it learns
  await device.finish();
  const warmUpMs = now() - warmUpFrom;
  options.onReady({ warmUpMs, model, step });

  const submitsBefore = device.meter.submits;
  const outcome = await fit({
    model,
    step,
    validate,
    epochs: config.epochs,
    batch: config.batchSize,
    samples: division.train.length,
    schedule,
    turns: config.turns ?? [],
    from: resume?.position,
    control: options.control,
    onProgress: options.onProgress,
    onEpoch: options.onEpoch,
    ...(options.onPause && { onPause: options.onPause }),
    ...(options.onTurn && { onTurn: options.onTurn }),
    ...(options.onKeep && {
      onKeep: (kept) =>
        options.onKeep?.({
          ...kept,
          config,
          data: { title: data.title, builtin: data.builtin, checksum: data.checksum },
          adapter: device.info.name,
          weft: options.runtime.weft,
          notes,
          startedAt,
          keptAt: options.date().toISOString(),
          spentMs: now() - started,
        }),
    }),
    now,
  });
  const submits = device.meter.submits - submitsBefore;

  const test = Inference.create(model, upload(data.test));
  const { probabilities } = scoreLogits(await test.run(), data.test.labels, data.classes.length);
  const evaluation = judge(probabilities, data.test.labels, data.classes);
  const weights = await model.arena.read();

  const { turns } = outcome;
  const asRun: RunConfig = { ...config, ...(turns.length > 0 && { turns }) };
  const record: RunRecord = {
    format: 'weft-run/1',
    startedAt,
    finishedAt: options.date().toISOString(),
    stopped: outcome.stopped,
    command: options.command(asRun),
    notes,
    config: asRun,
    adapter: adapterRecord(device),
    runtime: options.runtime,
    dataset: dataSetRecord(data, division.train.length, division.validation.length),
    model: model.summary(),
    epochs: outcome.epochs,
    test: testRecord(evaluation),
    speed: {
      dispatchesPerStep: step.recording.commands.length,
      submitsPerStep: outcome.stepMs.length === 0 ? 0 : submits / outcome.stepMs.length,
      ...spread(outcome),
      warmUpMs,
      totalTimeMs: now() - started,
    },
    digest: digestOf(weights),
  };
  const { divergedAt } = outcome;
  return { record, evaluation, weights, probabilities, divergedAt };
}

/** Share of the steps over which a falling learning rate rises first: large steps from random weights go astray. */
const WARM_UP = 0.05;

function scheduleOf(config: RunConfig, samples: number): Schedule {
  const { learningRate, schedule, epochs, batchSize } = config;
  if (schedule === 'constant') return () => learningRate;
  const steps = Math.ceil((epochs * samples) / batchSize);
  return cosineDecay({ peak: learningRate, steps, warmup: Math.ceil(steps * WARM_UP) });
}

function optimiserOf({ optimizer }: RunConfig, schedule: Schedule): Optimiser {
  const make = OPTIMISERS[optimizer];
  if (!make) throw new RangeError(`there is no optimiser ${optimizer}`);
  return make(schedule);
}

/** With other kernels sums are taken in another order: a run that is to be repeated bit for bit needs the same ones. */
const choiceNote = (choices: readonly Choice[]): string =>
  `The kernels were chosen by measuring them on this adapter: ${choices
    .map(({ op, shape, winner }) => `${winner} for ${op} ${shape}`)
    .join('; ')}.`;

/** A break is no secret; on another adapter it may have changed the bits. */
function continuation({ state, adapter }: RunCheckpoint, present: string): string {
  const moved =
    adapter === present
      ? ''
      : `, begun on ${adapter}: the digest may differ from that of a run on one adapter`;
  return `Continued at step ${state.stepsDone}${moved}.`;
}

function scorer(
  model: Sequential,
  set: { readonly images: Tensor; readonly labels: Tensor; readonly indices: Tensor },
  labels: Uint8Array,
) {
  if (labels.length === 0) return undefined;
  const inference = Inference.create(model, set);
  const classes = model.outputShape[0] ?? 0;
  return async () => scoreLogits(await inference.run(), labels, classes);
}

function spread({ stepMs }: FitOutcome) {
  const sorted = stepMs.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { medianStepMs: at(0.5), p95StepMs: at(0.95) };
}
