// A whole experiment on a small built-in set: it repeats to the bit, can be stopped, and survives divergence.
import { expect, test, vi } from 'vitest';
import { builtinDataSet } from '../src/app/data/builtin.ts';
import { discuss } from '../src/app/discussion.ts';
import { RunControl } from '../src/app/control.ts';
import { divide } from '../src/app/division.ts';
import { runExperiment } from '../src/app/experiment.ts';
import { balancedWeights, lossOf } from '../src/app/loss.ts';
import { endOf } from '../src/app/extent.ts';
import type { FitProgress } from '../src/app/fit.ts';
import { type EpochRecord, type RunConfig, toJson } from '../src/app/record.ts';
import { readRunJson } from '../src/app/schema/run.ts';
import { valueAndGrad } from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';
import { configWith } from './runRecord.ts';

vi.setConfig({ testTimeout: 300_000 }); // a cold software adapter compiles for a while

const device = await testDevice();
const data = await builtinDataSet({ train: 400, test: 60 });

const CONFIG = configWith({
  seed: 3,
  epochs: 2,
  batchSize: 60, // as many as are held out and tested: one shape, so each kernel is compiled once
  optimizer: 'adam',
  learningRate: 0.002,
  schedule: 'cosine',
  validation: 60,
  data: 'builtin',
});

interface Watch {
  readonly onProgress?: (progress: FitProgress, control: RunControl) => unknown;
  readonly onEpoch?: (epoch: EpochRecord) => void;
}

function run(
  change: Partial<RunConfig> = {},
  { onProgress, onEpoch }: Watch = {},
  control = new RunControl(),
  set = data,
) {
  const config = { ...CONFIG, ...change };
  return runExperiment({
    device,
    data: set,
    config,
    division: divide(set.train, config),
    runtime: { host: 'test', weft: '0', commit: null },
    command: () => 'test',
    notes: [],
    control,
    onReady: () => {},
    onProgress: (progress) => onProgress?.(progress, control),
    onEpoch: (epoch) => onEpoch?.(epoch),
    now: () => performance.now(),
    date: () => new Date(),
  });
}

test('color, another size and another number of classes: the network follows the data', async () => {
  const drawn = await builtinDataSet({ train: 120, test: 60 }, 'builtin-color');
  const few = { ...drawn, classes: [...drawn.classes, 'Fig', 'Kiwi'] };
  const { record, evaluation, logits } = await run(
    { network: 'conv4_same-pool-dense8', epochs: 1, data: 'builtin-color' },
    {},
    undefined,
    few,
  );
  expect(record.dataset).toMatchObject({ name: 'builtin-color', shape: [32, 32, 3] });
  expect(record.model.rows.at(-1)?.outputShape).toEqual([12]);
  expect(record.model.parameters).toBe(3 * 3 * 3 * 4 + 4 + (16 * 16 * 4 + 1) * 8 + 9 * 12);
  expect(logits.length).toBe(60 * 12);
  expect(evaluation.confusion).toHaveLength(12);
  expect(readRunJson('run.json', toJson(record)).dataset.shape).toEqual([32, 32, 3]);
  await expect(run({ network: 'conv4-pool31' }, {}, undefined, few)).rejects.toThrow(
    'A 31 × 31 window does not fit 30 × 30',
  );
});

test('classes that count alike: the weighed loss against float64, and its gradient', async () => {
  const labels = [0, 2, 2, 2, 2, 1, 2];
  const weights = balancedWeights(Uint8Array.from(labels), Uint32Array.from(labels.keys()), 4);
  expect(weights).toEqual([7 / 4, 7 / 4, 7 / 20, 0]);
  const z = labels.flatMap((_, i) => [0, 1, 2, 3].map((k) => Math.sin(3 * i + k)));
  const rows = labels.map((_, i) => z.slice(4 * i, 4 * i + 4));
  for (const s of [0, 0.1]) {
    let [sum, total] = [0, 0];
    const scale: number[][] = [];
    const shares = rows.map((row) => {
      const all = row.reduce((a, b) => a + Math.exp(b), 0);
      return row.map((value) => Math.exp(value) / all);
    });
    labels.forEach((label, i) => {
      scale.push(weights.map((w, k) => w * ((k === label ? 1 - s : 0) + s / 4)));
      scale[i]!.forEach((t, k) => {
        sum -= t * Math.log(shares[i]![k]!);
        total += t;
      });
    });
    const loss = lossOf({ labelSmoothing: s }, device, weights);
    const given = device.tensor(labels, [7], 'i32');
    const x = device.tensor(z, [7, 4]);
    const { value, grads } = valueAndGrad(() => loss(x, given), [x]);
    expect(await value.item()).toBeCloseTo(sum / total, 5);
    const want = shares.flatMap((row, i) => {
      const all = scale[i]!.reduce((a, b) => a + b, 0);
      return row.map((p, k) => (all * p - scale[i]![k]!) / total);
    });
    const found = await grads[0]!.data();
    want.forEach((g, i) => expect(found[i]).toBeCloseTo(g, 5));
  }
});

test('an experiment learns, records what happened, and repeats to the bit', async () => {
  const seen: number[] = [];
  const first = await run({}, { onProgress: ({ share }) => seen.push(share) });
  const { record, evaluation } = first;
  expect(record.stopped).toBe('completed');
  expect(record.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  expect(record.epochs[1]!.trainLoss).toBeLessThan(record.epochs[0]!.trainLoss);
  expect(record.dataset.counts).toEqual({ train: 340, validation: 60, test: 60, available: 400 });
  expect(record.model.parameters).toBe(241_546);
  expect(record.speed.dispatchesPerStep).toBeLessThanOrEqual(30);
  expect(record.test.accuracy).toBe(evaluation.accuracy);
  expect(evaluation.confusion.flat().reduce((sum, n) => sum + n, 0)).toBe(60);
  expect(discuss(record, evaluation).length).toBeGreaterThan(2);
  expect(seen.at(-1)).toBe(1);

  const again = await run();
  expect(again.record.digest).toBe(record.digest);
  expect(again.probabilities).toEqual(first.probabilities);
  const other = await run({ seed: 4 });
  expect(other.record.digest).not.toBe(record.digest);
});

test('an experiment builds the network that its configuration names', async () => {
  const network = 'conv4_k5_s2_tanh-pool-dense8-drop0.25';
  const { record, weights } = await run({ network });
  expect(record.config.network).toBe(network);
  expect(record.model.rows.map(({ kind }) => kind)).toEqual([
    ...['conv2d', 'tanh', 'maxPool2d', 'flatten', 'dense', 'relu', 'dropout', 'dense'],
  ]);
  expect(weights.get('conv1.weight')?.shape).toEqual([5, 5, 1, 4]);
  expect(record.epochs[1]!.trainLoss).toBeLessThan(record.epochs[0]!.trainLoss);
  await expect(run({ network: 'conv4-pool27' })).rejects.toThrow(
    'the network cannot be built: layer 2 (pool1): A 27 × 27 window does not fit 26 × 26',
  );
});

test('stopping ends the epoch at hand, and the run is judged all the same', async () => {
  const { record } = await run({ epochs: 50 }, { onProgress: (_, control) => control.stop() });
  expect(record.stopped).toBe('interrupted');
  expect(record.epochs).toHaveLength(1);
  expect(record.test.confusion).toHaveLength(10);
});

test('a loss that is no number ends the run early, with the last good weights', async () => {
  const { record, weights, divergedAt } = await run({
    ...{ epochs: 200, optimizer: 'sgd', learningRate: 1e30, schedule: 'constant' },
  });
  expect(record.stopped).toBe('diverged');
  expect(divergedAt).toBeLessThan(5);
  for (const { data: values } of weights.values()) {
    expect(values.every((value) => Number.isFinite(value))).toBe(true);
  }
});

const DIVERGING: Partial<RunConfig> = {
  ...{ optimizer: 'sgd', schedule: 'constant', learningRate: 3e38, network: 'linear' },
  ...{ validation: 0, trainLimit: 60, epochs: 1 },
};

test.each([
  ['in its only step, with nothing held back', DIVERGING, 0],
  ['in its last step, seen by what is held back', { ...DIVERGING, validation: 60 }, 0],
  ['in its second step', { ...DIVERGING, epochs: 3 }, 1],
])('a run that diverges %s is told so, with good weights', async (_, change, at) => {
  const { record, weights, evaluation, divergedAt } = await run(change);
  expect(record.stopped).toBe('diverged');
  expect(divergedAt).toBe(at);
  expect(record.test.loss).toBeGreaterThan(0);
  expect(record.test.loss).toBeLessThan(10);
  for (const { data: values } of weights.values()) expect(values.every(Number.isFinite)).toBe(true);
  expect(discuss(record, evaluation)[0]?.text).toContain('The run diverged');
});

test('a run without epochs is judged as it stands', async () => {
  const { record } = await run({ epochs: 0, network: 'linear' });
  expect([record.stopped, record.epochs.length]).toEqual(['completed', 0]);
});

test('a batch of more than the training images is refused', () => {
  const config = { ...CONFIG, trainLimit: 50, batchSize: 128 };
  expect(() => divide(data.train, config)).toThrow(
    'A batch of 128 needs more than the 50 training images.',
  );
  expect(divide(data.train, { ...config, batchSize: 50 }).train).toHaveLength(50);
});

test('a stop in the middle of an epoch is recorded to the step', async () => {
  const { record } = await run(
    { epochs: 50, batchSize: 20, network: 'linear', validation: 60 },
    { onProgress: ({ stepsDone }, control) => stepsDone === 20 && control.stop() },
    new RunControl({ submitMs: 0.001 }),
  );
  const [first, second, ...more] = record.epochs;
  expect(more).toEqual([]);
  expect(first).not.toHaveProperty('steps');
  expect(second).toMatchObject({ epoch: 2, stepsInEpoch: 17 });
  expect(second!.steps).toBeGreaterThanOrEqual(3);
  expect(second!.steps).toBeLessThan(6);
  expect(endOf(second!)).toBeCloseTo(1 + second!.steps! / 17, 12);
  const back = readRunJson('run.json', toJson(record));
  expect(back.epochs[1]).toMatchObject({ steps: second!.steps, stepsInEpoch: 17 });
});

test('a limit and a hold-out are divided class by class', () => {
  const { train, validation } = divide(data.train, { ...CONFIG, trainLimit: 100, validation: 50 });
  expect(train).toHaveLength(100);
  expect(validation).toHaveLength(50);
  expect(new Set([...train, ...validation]).size).toBe(150);
  const counts = new Array<number>(10).fill(0);
  for (const i of train) counts[data.train.labels[i]!]!++;
  expect(counts).toEqual(new Array(10).fill(10));
  expect(() => divide(data.train, { ...CONFIG, validation: 400 })).toThrow('400 of 400');
});
