// The life of a run, free of any face: paused, stepped, turned, kept and gone on with, to the same bits.
import { expect, test, vi } from 'vitest';
import { type RunCheckpoint, readCheckpoint, writeCheckpoint } from '../src/app/checkpoint.ts';
import { RunControl } from '../src/app/control.ts';
import { builtinDataSet } from '../src/app/data/builtin.ts';
import { divide } from '../src/app/division.ts';
import { type ExperimentOptions, runExperiment } from '../src/app/experiment.ts';
import type { FitProgress } from '../src/app/fit.ts';
import { readChanges, scaledBy, changesText, withChange } from '../src/app/rateChanges.ts';
import { testDevice } from './gpu.ts';
import { configWith } from './runRecord.ts';

vi.setConfig({ testTimeout: 300_000 }); // a cold software adapter compiles for a while

const device = await testDevice();
const data = await builtinDataSet({ train: 200, test: 20 });

const CONFIG = configWith({
  seed: 5,
  epochs: 3,
  batchSize: 20,
  optimizer: 'adam',
  learningRate: 0.002,
  schedule: 'cosine',
  validation: 20,
  data: 'builtin',
});

/** 9 steps an epoch, one a submit, so that every lever meets a step of its own. */
function run(change: Partial<ExperimentOptions> = {}) {
  const config = change.config ?? CONFIG;
  return runExperiment({
    device,
    data,
    config,
    division: divide(data.train, config),
    runtime: { host: 'test', weft: '0', commit: null },
    command: (config) => `test ${changesText(config.turns)}`,
    notes: [],
    control: new RunControl({ submitMs: 0.001 }),
    onReady: () => {},
    onProgress: () => {},
    onEpoch: () => {},
    now: () => performance.now(),
    date: () => new Date(),
    ...change,
  });
}

/** The run as no hand touched it. */
const untouched = await run();

test('a run that was stopped goes on from its file to the same bits, with the same figures', async () => {
  const control = new RunControl({ submitMs: 0.001 });
  const kept: RunCheckpoint[] = [];
  const first = await run({
    control,
    onProgress: ({ stepsDone }) => stepsDone === 13 && control.stop(),
    onKeep: (checkpoint) => void kept.push(checkpoint),
  });
  expect(first.record.stopped).toBe('interrupted');
  const last = kept.at(-1)!;
  expect(last.position.epoch).toBe(2);
  expect(last.state.stepsDone).toBeGreaterThanOrEqual(13);
  expect(last.state.stepsDone).toBeLessThan(16);

  const bytes = await writeCheckpoint(last);
  const resume = await readCheckpoint('run.checkpoint', bytes);
  const seen: FitProgress[] = [];
  const second = await run({ resume, onProgress: (progress) => seen.push(progress) });
  expect(seen[0]!.stepsDone).toBe(last.state.stepsDone + 1);
  expect(second.record.digest).toBe(untouched.record.digest);
  expect(second.probabilities).toEqual(untouched.probabilities);
  const figures = ({ record }: typeof second) =>
    record.epochs.map((epoch) => ({ ...epoch, timeMs: 0, imagesPerSecond: 0 }));
  expect(figures(second)).toEqual(figures(untouched));
  expect(second.record.startedAt).toBe(first.record.startedAt);
  expect(second.record.notes).toEqual([`Continued at step ${last.state.stepsDone}.`]);
});

test('the checkpoint after the last epoch only waits to be judged', async () => {
  const kept: RunCheckpoint[] = [];
  await run({ onKeep: (checkpoint) => void kept.push(checkpoint) });
  expect(kept.map(({ position }) => position.epoch)).toEqual([2, 3, 4]);
  const { record } = await run({ resume: kept[2]! });
  expect(record.stopped).toBe('completed');
  expect(record.epochs).toHaveLength(3);
  expect(record.digest).toBe(untouched.record.digest);
});

test('paused it holds, a single step is one, and neither changes the bits', async () => {
  const control = new RunControl({ submitMs: 0.001 });
  const done: number[] = [];
  const held: number[] = [];
  let keeps = 0;
  const { record } = await run({
    control,
    onProgress: ({ stepsDone }) => {
      done.push(stepsDone);
      if (stepsDone === 4) control.pause();
    },
    onPause: (isPaused) => {
      if (!isPaused) return;
      held.push(done.at(-1)!);
      if (held.length < 8) setTimeout(() => control.step());
      else setTimeout(() => control.continue());
    },
    onKeep: () => void keeps++,
  });
  const first = held[0]!;
  expect(first).toBeLessThan(7);
  // Over the end of the epoch, too, it stays paused; every step is told.
  expect(held).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((i) => first + i));
  expect(done).toEqual(Array.from({ length: 27 }, (_, i) => i + 1));
  expect(keeps).toBe(4); // on the pause and after each epoch
  expect(record.digest).toBe(untouched.record.digest);
});

test('a learning rate that was turned stands in the record, and repeats the run', async () => {
  const control = new RunControl({ submitMs: 0.001 });
  const rates: number[] = [];
  const first = await run({
    control,
    onProgress: ({ stepsDone, latest }) => {
      rates[stepsDone - 1] = latest.learningRate;
      if (stepsDone === 10) control.changeRate(0.25);
    },
  });
  const { turns } = first.record.config;
  expect(turns).toHaveLength(1);
  const { step, factor } = turns[0]!;
  expect(step).toBeGreaterThanOrEqual(10);
  expect(factor).toBe(0.25);
  expect(rates[step]! / rates[step - 1]!).toBeLessThan(0.3);
  expect(first.record.command).toBe(`test ${step}:0.25`);
  expect(first.record.digest).not.toBe(untouched.record.digest);

  const again = await run({ config: first.record.config });
  expect(again.record.digest).toBe(first.record.digest);
  expect(again.record.config).toEqual(first.record.config);
});

test('turns are read as they are written, and only so', () => {
  const turns = [
    { step: 0, factor: 2 },
    { step: 120, factor: 0.05 },
  ];
  expect(readChanges(changesText(turns))).toEqual(turns);
  for (const text of [
    '',
    '5',
    '5:0',
    '-1:2',
    '5:x',
    '1.5:2',
    '9:1,9:2',
    '9:1,3:2',
    '5:1:2',
    '1:1e999',
  ])
    expect(() => readChanges(text)).toThrow(RangeError);
  expect(withChange(turns, { step: 120, factor: 0.5 })).toEqual([
    turns[0],
    { step: 120, factor: 0.5 },
  ]);
  expect(withChange(turns, { step: 130, factor: 0.05 })).toEqual(turns);
  const rate = scaledBy((step) => step, turns);
  expect([119, 120].map(rate)).toEqual([238, 6]);
  const control = new RunControl();
  for (const factor of [0, -1, NaN, Infinity])
    expect(() => control.changeRate(factor)).toThrow(RangeError);
});

test('a broken or foreign checkpoint is refused with a sentence', async () => {
  let kept!: RunCheckpoint;
  const config = { ...CONFIG, epochs: 1 };
  const { weights } = await run({ config, onKeep: (checkpoint) => void (kept = checkpoint) });
  const bytes = await writeCheckpoint(kept);
  expect(await readCheckpoint('good', bytes)).toEqual(kept);
  const read = (change: (bytes: Uint8Array) => Uint8Array) =>
    readCheckpoint('c', change(bytes.slice()));
  const flipped = (at: number) => (b: Uint8Array) => ((b[at]! ^= 1), b);
  await expect(read((b) => b.subarray(0, 1e5))).rejects.toThrow(/^c: /);
  await expect(read(flipped(bytes.length - 1000))).rejects.toThrow('has been damaged');
  const digit = new TextDecoder('latin1').decode(bytes).indexOf('seed\\":5') + 7;
  await expect(read(flipped(digit))).rejects.toThrow('has been damaged');
  const { writeSafetensors } = await import('../src/nn/index.ts');
  await expect(read(() => writeSafetensors(weights))).rejects.toThrow(
    'is not a checkpoint of a run',
  );
  await expect(read(() => new TextEncoder().encode('<!doctype html>'))).rejects.toThrow('web page');

  const other = { ...kept, data: { ...kept.data, title: 'Other', checksum: 'ab'.repeat(32) } };
  await expect(run({ config, resume: other })).rejects.toThrow(
    'learned from Other (abababababab…)',
  );
  const moments = new Map([['m', kept.state.moments.get('m')!]]);
  await expect(
    run({ config, resume: { ...kept, state: { ...kept.state, moments } } }),
  ).rejects.toThrow('the moments of the checkpoint are: m');
});
