// An experiment from data set to verdict, free of any face: prepare, build, train, evaluate, record.
import {
  type Scored,
  type Weights,
  Inference,
  Sequential,
  TrainStep,
  augmentation,
  countCorrect,
  digestOf,
  noDecayOnVectors,
  scoreLogits,
} from '../nn/index.ts';
import { type Choice, type Device, type Tensor, type TuneOptions, tune } from '../tensor/index.ts';
import type { RunCheckpoint } from './checkpoint.ts';
import { adapterRecord, dataSetRecord, testRecord } from './circumstances.ts';
import type { RunControl } from './control.ts';
import { type DataSet, shapeOf, taskOf } from './data/dataset.ts';
import type { Division } from './division.ts';
import { type Evaluation, judge } from './evaluation.ts';
import { stepsBy } from './extent.ts';
import { type FitOptions, type FitOutcome, fit } from './fit.ts';
import { JudgedWeights, bestOf } from './judgedWeights.ts';
import { balancedWeights, lossOf } from './loss.ts';
import { layersOf } from './network/layers.ts';
import { type RunMemory, memoryOf, withRoom } from './memory.ts';
import { optimizerOf } from './optimizer.ts';
import { type RunConfig, type RunRecord, type RuntimeRecord, RUN_FORMAT } from './record.ts';
import { scheduleOf } from './schedule.ts';
import { augmentOptions } from './settings/augment.ts';
import { Snapshots } from './snapshots.ts';

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
    readonly memory: RunMemory;
    readonly model: Sequential;
    /** To be watched; the run alone makes it go. */
    readonly step: TrainStep;
  }) => void;
  readonly onProgress: FitOptions['onProgress'];
  readonly onEpoch: FitOptions['onEpoch'];
  readonly onPause?: FitOptions['onPause'];
  readonly onRateChange?: FitOptions['onRateChange'];
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
  readonly logits: Float32Array;
  readonly probabilities: Float32Array;
  readonly divergedAt: number | undefined;
}

/** A split on the GPU. */
export function uploaded(device: Device, data: DataSet, split: 'train' | 'test') {
  const { images, labels, count } = data[split];
  return {
    images: device.tensor(images, [count, ...shapeOf(data)], 'u8'),
    labels: device.tensor(labels, [count], labels instanceof Uint8Array ? 'u8' : 'i32'),
  };
}

/**
 * Runs the configuration's network on a data set and judges it on the test images. A run that goes on from
 * a checkpoint ends with the bits of one that was never interrupted, on the same adapter.
 * @throws RangeError when it names no optimizer or network that can be built, or goes on with other data;
 * TensorError when the checkpoint is of another network or optimizer
 */
export async function runExperiment(options: ExperimentOptions): Promise<Verdict> {
  const { device, data, config, division, resume, now } = options;
  if (resume) requireSameRun(resume, data, division);
  const startedAt = resume?.startedAt ?? options.date().toISOString();
  const started = now() - (resume?.spentMs ?? 0);
  const warmUpFrom = now();
  const told = resume
    ? [...resume.notes, continuation(resume, device.info.name, options.runtime.weft)]
    : options.notes;

  const train = uploaded(device, data, 'train');
  const select = (indices: Uint32Array): Tensor => device.tensor(indices, [indices.length], 'u32');
  const layers = layersOf(config.network, taskOf(data), config.batchSize);
  const model = new Sequential(device, shapeOf(data), layers, { seed: config.seed });
  const schedule = scheduleOf(config, division.train.length);
  const [learned, held] = [select(division.train), select(division.validation)];
  const heldLabels = Array.from(division.validation, (i) => data.train.labels[i] as number);
  const { clipNorm, ema, tta } = config;
  const classWeights =
    config.classWeights === 'balanced'
      ? balancedWeights(data.train.labels, division.train, data.classes.length)
      : undefined;
  const optimizer = optimizerOf(config, schedule);
  const works = augmentOptions(config.augment);
  const stepOf = (batch: number) =>
    TrainStep.create(model, {
      loss: lossOf(config, device, classWeights),
      optimizer,
      ...(works && { augment: augmentation(works) }),
      ...(Number(optimizer.options['weightDecay']) > 0 && { groups: [noDecayOnVectors] }),
      ...(clipNorm > 0 && { clipNorm }),
      ...(ema > 0 && { ema }),
      data: { ...train, indices: learned },
      metrics: { correct: countCorrect },
      batch,
      seed: config.seed,
    });
  const testSet = uploaded(device, data, 'test');
  const prepare = (batch = config.batchSize) => ({
    step: stepOf(batch),
    validate: scorer(model, { ...train, indices: held }, heldLabels),
  });
  /** All that a run will ever want of the GPU, before its first step: none ends for want of room. */
  const readyFor = (batch: number) => ({
    ...prepare(batch),
    test: Inference.create(model, testSet, { mirror: tta === 'mirror' }),
    snapshots: new Snapshots(model),
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
  const choices = config.tune && tuning && (await tune(device, () => prepare(), tuning));
  if (choices) options.onTuned?.(choices);
  const notes = choices ? [...new Set([...told, ...dropped, choiceNote(choices)])] : told;
  const { step, validate, test, snapshots } = withRoom(device, config, readyFor);
  if (resume) step.restore(resume.state);
  const judgedWeights = new JudgedWeights(model, step, {
    patience: config.patience,
    best: resume?.best,
  });
  await step.recording.compiled(); // those of the validation may follow while it learns
  await device.finish();
  const warmUpMs = now() - warmUpFrom;
  const memory = memoryOf(device, step);
  options.onReady({ warmUpMs, memory, model, step });

  const submitsBefore = device.meter.submits;
  const outcome = await fit({
    snapshots,
    step,
    judged: judgedWeights,
    validate: validate && (() => judgedWeights.during(validate)),
    epochs: config.epochs,
    batch: config.batchSize,
    samples: division.train.length,
    schedule,
    turns: config.turns,
    from: resume?.position,
    control: options.control,
    onProgress: options.onProgress,
    onEpoch: options.onEpoch,
    ...(options.onPause && { onPause: options.onPause }),
    ...(options.onRateChange && { onRateChange: options.onRateChange }),
    ...(options.onKeep && {
      onKeep: (kept) =>
        options.onKeep?.({
          ...kept,
          config,
          data: {
            ...{ title: data.title, builtin: data.builtin, checksum: data.checksum },
            ...taskOf(data),
          },
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

  const { stopped: how, epochs } = outcome;
  if (how !== 'diverged') judgedWeights.take(how === 'completed');
  const { labels } = data.test;
  const judged = async (): Promise<Judgement> => ({
    scored: scoreLogits(await test.run(), labels, data.classes.length),
    weights: await model.arena.read(),
  });
  const { stopped, divergedAt, verdict } = await withGoodWeights(outcome, step.stepsDone, judged);
  const { scored, weights } = verdict;
  const evaluation = judge(scored, labels, data.classes);
  const { logits, probabilities } = scored;

  const { turns } = outcome;
  const asRun: RunConfig = { ...config, turns };
  const record: RunRecord = {
    format: RUN_FORMAT,
    startedAt,
    finishedAt: options.date().toISOString(),
    stopped,
    command: options.command(asRun),
    notes: [...notes, ...earlyNote(config, outcome)],
    config: asRun,
    adapter: adapterRecord(device),
    runtime: options.runtime,
    dataset: dataSetRecord(data, division.train.length, division.validation.length),
    model: model.summary(),
    epochs,
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
  return { record, evaluation, weights, logits, probabilities, divergedAt };
}

interface Judgement {
  readonly scored: Scored;
  readonly weights: ReadonlyMap<string, Weights>;
}

const isGood = ({ scored, weights }: Judgement): boolean =>
  Number.isFinite(scored.loss) &&
  [...weights.values()].every(({ data }) => data.every(Number.isFinite));

/**
 * The verdict on a run's last weights. Where these or what they say are not finite the run has diverged, be it in
 * its very last step: then on the newest good ones, which are back.
 */
async function withGoodWeights(
  { stopped, divergedAt, waysBack }: FitOutcome,
  stepsDone: number,
  judged: () => Promise<Judgement>,
): Promise<Pick<FitOutcome, 'stopped' | 'divergedAt'> & { readonly verdict: Judgement }> {
  const hasDiverged = stopped === 'diverged';
  let verdict = hasDiverged && waysBack.length > 0 ? undefined : await judged();
  if (verdict && !hasDiverged && isGood(verdict)) return { stopped, divergedAt, verdict };
  for (const goBack of waysBack) {
    goBack();
    verdict = await judged();
    if (isGood(verdict)) break;
  }
  return {
    stopped: 'diverged',
    divergedAt: divergedAt ?? Math.max(0, stepsDone - 1),
    verdict: verdict ?? (await judged()),
  };
}

/** Whose weights they are, where not the last. */
function earlyNote({ patience, epochs: planned }: RunConfig, { stopped, epochs }: FitOutcome) {
  const best = patience > 0 && stopped === 'completed' ? bestOf(epochs) : undefined;
  if (!best) return [];
  const last = epochs.at(-1)?.epoch ?? 0;
  const stop = last < planned ? `The run was stopped after epoch ${last} of ${planned}: ` : '';
  const loss = `the lowest validation loss, ${best.validationLoss?.toFixed(4)}, was that of epoch ${best.epoch}, whose weights were taken.`;
  return [stop ? stop + loss : `T${loss.slice(1)}`];
}

/** With other kernels sums are taken in another order: a run that is to be repeated bit for bit needs the same ones. */
const choiceNote = (choices: readonly Choice[]): string =>
  `The kernels were chosen by measuring them on this adapter: ${choices
    .map(({ op, shape, winner }) => `${winner} for ${op} ${shape}`)
    .join('; ')}.`;

/**
 * Holds a checkpoint against the data that its run is to go on with.
 * @throws RangeError on another data set, and on steps that do not fit its images
 */
export function requireSameRun(
  { data: learned, position, state, config }: RunCheckpoint,
  data: DataSet,
  { train }: Division,
): void {
  const short = (checksum: string) => `${checksum.slice(0, 12)}…`;
  if (learned.checksum !== data.checksum)
    throw new RangeError(
      `the run to go on with learned from ${learned.title} (${short(learned.checksum)}), here is ${data.title} (${short(data.checksum)})`,
    );
  const { epoch, from } = position;
  const by = (epoch: number) => stepsBy(epoch, train.length, config.batchSize);
  const [first, end] = [by(epoch - 1), by(Math.min(epoch, config.epochs))];
  if (from !== first || state.stepsDone > end)
    throw new RangeError(
      `the run to go on with is at step ${state.stepsDone} of epoch ${epoch}, begun at step ${from}; with ${train.length} images that epoch goes from step ${first} to ${end}`,
    );
}

/** A break is no secret; on another adapter, or with another version, it may have changed the bits. */
function continuation({ state, adapter, weft }: RunCheckpoint, present: string, version: string) {
  const begun = [
    ...(adapter === present ? [] : [`on ${adapter}`]),
    ...(weft === version ? [] : [`with weft ${weft}`]),
  ].join(' ');
  const moved =
    begun &&
    `, begun ${begun}: the digest may differ from that of a run that was never interrupted`;
  return `Continued at step ${state.stepsDone}${moved}.`;
}

function scorer(
  model: Sequential,
  set: { readonly images: Tensor; readonly labels: Tensor; readonly indices: Tensor },
  labels: readonly number[],
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
