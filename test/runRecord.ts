// Synthetic runs for the tests of discussion, report and terminal: a record with given curves, an
// evaluation with a given confusion matrix.

import { judge, type Evaluation } from '../src/app/evaluation.ts';
import type { EpochRecord, RunConfig, RunRecord } from '../src/app/record.ts';
import { ROWS } from '../src/app/settings/table.ts';
import { scoreLogits } from '../src/nn/index.ts';

/** A configuration: what is usual, the amount of work aside, with some of it otherwise. */
export function configWith(changes: Partial<RunConfig> = {}): RunConfig {
  const usual = ROWS.map(([, row]) => [
    row.key,
    typeof row.usual === 'function' ? null : row.usual,
  ]);
  return {
    ...(Object.fromEntries(usual) as unknown as RunConfig),
    ...{ epochs: 1, batchSize: 128, learningRate: 0.002, preset: null },
    ...changes,
  };
}

export const CLASSES = [
  ...['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat'],
  ...['Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
];

/** [train loss, train accuracy, validation loss, validation accuracy] of each epoch. */
export type Curve = readonly (readonly [number, number, number | null, number | null])[];

export const STILL_IMPROVING: Curve = [
  [0.82, 0.71, 0.48, 0.83],
  [0.51, 0.82, 0.4, 0.86],
  [0.44, 0.85, 0.35, 0.877],
];

export function epochsOf(curve: Curve): readonly EpochRecord[] {
  return curve.map(([trainLoss, trainAccuracy, validationLoss, validationAccuracy], i) => ({
    epoch: i + 1,
    trainLoss,
    trainAccuracy,
    validationLoss,
    validationAccuracy,
    learningRate: 0.001,
    timeMs: 41_000.25,
    imagesPerSecond: 1317.2,
  }));
}

export interface RecordChanges {
  readonly curve?: Curve;
  readonly evaluation?: Evaluation;
  readonly stopped?: RunRecord['stopped'];
  readonly config?: Partial<RunRecord['config']>;
  readonly dataset?: Partial<RunRecord['dataset']>;
  readonly command?: string;
  readonly notes?: readonly string[];
  readonly dropout?: boolean;
}

export function recordOf(changes: RecordChanges = {}): RunRecord {
  const epochs = epochsOf(changes.curve ?? STILL_IMPROVING);
  const evaluation = changes.evaluation ?? evaluationOf(confusionWith(1000, 90));
  const layer = (
    name: string,
    kind: string,
    outputShape: readonly number[],
    parameters: number,
  ) => ({
    ...{ name, kind, outputShape, parameters },
    flops: parameters * 20,
    activationBytes: 4 * outputShape.reduce((a, b) => a * b, 1),
  });
  const rows = [
    layer('conv1', 'conv2d', [26, 26, 32], 320),
    ...(changes.dropout === false ? [] : [layer('dropout', 'dropout', [128], 0)]),
    layer('logits', 'dense', [10], 1290),
  ];
  return {
    format: 'weft-run/1',
    startedAt: '2026-11-23T12:00:00.000Z',
    finishedAt: '2026-11-23T12:02:10.000Z',
    stopped: changes.stopped ?? 'completed',
    command: changes.command ?? 'npm run train -- --epochs 3 --seed 7',
    notes: changes.notes ?? [],
    config: {
      ...configWith({ seed: 7, epochs: epochs.length, learningRate: 0.001 }),
      schedule: 'constant',
      ...changes.config,
    },
    adapter: {
      ...{ name: 'llvmpipe (LLVM 19.1.7, 256 bits)', vendor: 'mesa', description: 'llvmpipe' },
      ...{ software: true, subgroupSize: 8, backend: 'vulkan' },
    },
    runtime: { host: 'Node 20.20.2', weft: '0.1.0', commit: null },
    dataset: {
      ...{ name: 'fashion-mnist', title: 'Fashion-MNIST', builtin: false },
      shape: [28, 28, 1],
      ...{ checksum: 'c59f468a2f672dc8', source: 'fashion-mnist folder', classes: CLASSES },
      counts: { train: 54_000, validation: 6000, test: evaluation.count, available: 60_000 },
      ...changes.dataset,
    },
    model: { rows, parameters: 1610, flops: 32_200, activationBytes: 87_080 },
    epochs,
    test: {
      loss: evaluation.loss,
      accuracy: evaluation.accuracy,
      interval: evaluation.interval,
      report: evaluation.report,
      confusion: evaluation.confusion,
    },
    speed: {
      ...{ dispatchesPerStep: 27, submitsPerStep: 1, medianStepMs: 91.23456, p95StepMs: 97.5 },
      ...{ warmUpMs: 3210.123, totalTimeMs: 130_000 },
    },
    digest: '5f0c2a9e77d1b346',
  };
}

/** [support, errors] a class: every class has its errors in the next class. */
export function confusionWith(support: number, errors: number): number[][] {
  return CLASSES.map((_, t) =>
    CLASSES.map((_, p) => (p === t ? support - errors : p === (t + 1) % 10 ? errors : 0)),
  );
}

/** Samples with the given confusion matrix; the predicted class has the given probability. */
export function evaluationOf(
  confusion: readonly (readonly number[])[],
  confidence = 0.91,
  classes: readonly string[] = CLASSES,
): Evaluation {
  const labels: number[] = [];
  const probabilities: number[] = [];
  confusion.forEach((row, t) =>
    row.forEach((count, p) => {
      for (let i = 0; i < count; i++) {
        labels.push(t);
        const rest = (1 - confidence) / (classes.length - 1);
        probabilities.push(...classes.map((_, k) => (k === p ? confidence : rest)));
      }
    }),
  );
  return judgeProbabilities(probabilities, labels, classes);
}

/** Whose softmax they are: their logarithms. */
export function judgeProbabilities(
  probabilities: readonly number[],
  labels: readonly number[],
  classes: readonly string[],
): Evaluation {
  const logits = Float32Array.from(probabilities, Math.log);
  return judge(scoreLogits(logits, labels, classes.length), labels, classes);
}
