// Schemas of a run's configuration, epochs and record: what run.json, checkpoints and kept runs hold.
import * as v from 'valibot';
import type { ImageShape, Task } from '../data/dataset.ts';
import { FASHION_TASK } from '../data/fashion.ts';
import { checkNetwork } from '../network/check.ts';
import { REFERENCE } from '../network/presets.ts';
import {
  type EpochRecord,
  type RunConfig,
  type RunRecord,
  RUN_FORMAT,
  taskOfRun,
} from '../record.ts';
import { CONFIG } from '../settings/table.ts';
import { CHANNELS } from './dataSet.ts';
import { type Format, type Schema, formatIn, readFormat, readJson } from './format.ts';
import {
  agreeing,
  areRising,
  amount,
  count,
  flag,
  listOf,
  name,
  number,
  numberOrNaN,
  numberOrNull,
  object,
  oneOf,
  share,
  shareOrNaN,
  shareOrNull,
  text,
  time,
  which,
  whole,
} from './values.ts';

export const STOPPED = oneOf(['completed', 'interrupted', 'diverged']);

const EPOCH: Schema<EpochRecord> = agreeing(
  object({
    epoch: whole(1),
    steps: v.exactOptional(whole(1)),
    stepsInEpoch: v.exactOptional(whole(1)),
    trainLoss: numberOrNaN,
    trainAccuracy: shareOrNaN,
    validationLoss: numberOrNull,
    validationAccuracy: shareOrNull,
    learningRate: number,
    timeMs: amount,
    imagesPerSecond: numberOrNaN,
  }),
  ({ epoch, steps = 0, stepsInEpoch = 0 }) =>
    steps > stepsInEpoch || (steps === 0 && stepsInEpoch > 0)
      ? `epoch ${epoch} has ${steps || 'no'} steps of ${stepsInEpoch || 'no'} stepsInEpoch`
      : undefined,
);

export const EPOCHS: Schema<readonly EpochRecord[]> = which(
  listOf(EPOCH),
  (epochs) => areRising(epochs.map(({ epoch }) => epoch)),
  'one whose epochs rise',
);

/** Epochs beyond those that the configuration asks for. */
export const beyond = (epochs: readonly EpochRecord[], config: RunConfig): string | undefined => {
  const last = epochs.at(-1)?.epoch ?? 0;
  return last > config.epochs
    ? `epochs reaches epoch ${last}, config.epochs is ${config.epochs}`
    : undefined;
};

/** What a network cannot do with a task. */
export const problemOfNetwork = ({ network }: RunConfig, task: Task): string | undefined => {
  const { problem } = checkNetwork(network ?? REFERENCE, task);
  return problem && `config.network cannot be built: ${problem}`;
};

/** Files from before there were other images are of those of Fashion-MNIST. */
export const SHAPE: Schema<ImageShape> = v.optional(
  v.tuple([whole(1), whole(1), CHANNELS], 'a list [height, width, channels] belongs there'),
  FASHION_TASK.shape,
);
export const CLASSES = v.optional(whole(1), FASHION_TASK.classes);

export const INTERVAL = object({ low: share, high: share });

const SCORES = { precision: share, recall: share, f1: share, support: count };

const RECORD: Schema<RunRecord> = agreeing(
  object({
    format: v.literal(RUN_FORMAT),
    startedAt: time,
    finishedAt: time,
    stopped: STOPPED,
    command: text,
    notes: listOf(text),
    config: CONFIG,
    adapter: object({
      name: text,
      vendor: text,
      description: text,
      software: flag,
      subgroupSize: numberOrNull,
      backend: v.nullable(text),
    }),
    runtime: object({ host: text, weft: text, commit: v.nullable(text) }),
    dataset: object({
      name: text,
      title: text,
      builtin: flag,
      checksum: text,
      source: text,
      shape: SHAPE,
      classes: listOf(name),
      counts: object({ train: count, validation: count, test: count, available: count }),
    }),
    model: object({
      rows: listOf(
        object({
          name: text,
          kind: text,
          outputShape: listOf(count),
          parameters: count,
          flops: count,
          activationBytes: count,
        }),
      ),
      parameters: count,
      flops: count,
      activationBytes: count,
    }),
    epochs: EPOCHS,
    test: object({
      loss: numberOrNaN,
      accuracy: share,
      interval: object({ low: share, high: share, confidence: share }),
      report: object({
        classes: listOf(object({ name, ...SCORES })),
        accuracy: share,
        macro: object(SCORES),
        weighted: object(SCORES),
      }),
      confusion: listOf(listOf(count)),
    }),
    speed: object({
      dispatchesPerStep: amount,
      submitsPerStep: amount,
      medianStepMs: amount,
      p95StepMs: amount,
      warmUpMs: amount,
      totalTimeMs: amount,
    }),
    digest: name,
  }),
  ({ epochs, config, dataset, test }) =>
    beyond(epochs, config) ??
    problemOfTest(test, dataset) ??
    problemOfNetwork(config, taskOfRun({ dataset })),
);

/** The test's lists agree with the classes, its matrix with the number of images. */
function problemOfTest(
  { confusion, report }: RunRecord['test'],
  { classes, counts }: RunRecord['dataset'],
): string | undefined {
  const K = classes.length;
  const sizes = [confusion.length, ...confusion.map((row) => row.length)];
  const wrong = sizes.find((size) => size !== K);
  if (wrong !== undefined)
    return `test.confusion has ${wrong} rows or columns, dataset.classes has ${K} names`;
  if (report.classes.length !== K)
    return `test.report.classes has ${report.classes.length} entries, dataset.classes has ${K} names`;
  const images = confusion.flat().reduce((sum, n) => sum + n, 0);
  return images === counts.test
    ? undefined
    : `test.confusion counts ${images} images, dataset.counts.test is ${counts.test}`;
}

/** run.json. */
export const RUN: Format<RunRecord> = {
  name: 'weft-run',
  version: 1,
  title: 'the record of a run',
  schema: RECORD,
  up: new Map(),
};

/** A run.json, of the page or of `npm run train`. @throws DataError that names what is not as it should be */
export function readRunJson(file: string, text: string): RunRecord {
  const value = readJson(file, text);
  return readFormat(file, RUN, formatIn(value), value);
}
