// What a training can be set to: each optimizer and schedule, averaged weights, early stopping, mirrored test images; and that
// a run with all of it goes on from its file to the same bits.
import { FASHION_TASK } from '../src/app/data/fashion.ts';
import { describe, expect, test, vi } from 'vitest';
import { type RunCheckpoint, readCheckpoint, writeCheckpoint } from '../src/app/checkpoint.ts';
import { RunControl } from '../src/app/control.ts';
import { builtinDataSet } from '../src/app/data/builtin.ts';
import { divide } from '../src/app/division.ts';
import { type ExperimentOptions, runExperiment } from '../src/app/experiment.ts';
import { bestOf } from '../src/app/judgedWeights.ts';
import type { RunConfig } from '../src/app/record.ts';
import { scheduleOf } from '../src/app/schedule.ts';
import { augmentOptions, readTransforms, writeTransforms } from '../src/app/settings/augment.ts';
import { OPTIMIZERS, type OptimizerName } from '../src/app/settings/optimizers.ts';
import { readSettings } from '../src/app/settings/read.ts';
import { accuracyTitle, saidMore } from '../src/app/settings/said.ts';
import { SCHEDULES } from '../src/app/settings/schedules.ts';
import { CONFIG } from '../src/app/settings/table.ts';
import { check } from '../src/app/schema/format.ts';
import { testDevice } from './gpu.ts';
import { configWith } from './runRecord.ts';

vi.setConfig({ testTimeout: 300_000 }); // a cold software adapter compiles for a while

const device = await testDevice();
const data = await builtinDataSet({ train: 200, test: 20 });

const SMALL = configWith({
  ...{ seed: 5, epochs: 3, batchSize: 20, validation: 20, data: 'builtin', network: 'dense16' },
});

function run(changes: Partial<RunConfig>, more: Partial<ExperimentOptions> = {}) {
  const config = { ...SMALL, ...changes };
  return runExperiment({
    ...{ device, data, config, division: divide(data.train, config), notes: [] },
    runtime: { host: 'test', weft: '0', commit: null },
    command: () => 'test',
    control: new RunControl({ submitMs: 0.001 }),
    ...{ onReady: () => {}, onProgress: () => {}, onEpoch: () => {} },
    now: () => performance.now(),
    date: () => new Date(),
    ...more,
  });
}

describe('each optimizer', () => {
  test.each(Object.keys(OPTIMIZERS) as OptimizerName[])(
    '%s learns at its usual rate, and is kept',
    async (optimizer) => {
      const kept: RunCheckpoint[] = [];
      const { rate } = OPTIMIZERS[optimizer];
      const { record } = await run(
        { optimizer, learningRate: rate, weightDecay: 1e-4, clipNorm: 1 },
        { onKeep: (checkpoint) => void kept.push(checkpoint) },
      );
      expect(record.stopped).toBe('completed');
      expect(record.epochs.at(-1)!.trainLoss).toBeLessThan(record.epochs[0]!.trainLoss);
      const bytes = await writeCheckpoint(kept[0]!);
      const resume = await readCheckpoint('run.checkpoint', bytes);
      const again = await run(resume.config, { resume });
      expect(again.record.digest).toBe(record.digest);
    },
  );
});

const ALL: Partial<RunConfig> = {
  ...{ augment: 'flip,shift2,mixup0.2', schedule: 'onecycle', labelSmoothing: 0.1, clipNorm: 1 },
  ...{ ema: 0.9, patience: 1, tta: 'mirror', weightDecay: 0.01, momentum: 0.8 },
};

test('a run with all of it goes on from its file to the same bits', async () => {
  const whole = await run({ ...ALL, patience: 5 });
  const kept: RunCheckpoint[] = [];
  const control = new RunControl({ submitMs: 0.001 });
  await run(
    { ...ALL, patience: 5 },
    {
      control,
      onProgress: ({ stepsDone }) => stepsDone === 13 && control.stop(),
      onKeep: (checkpoint) => void kept.push(checkpoint),
    },
  );
  const last = kept.at(-1)!;
  expect(last.best?.size).toBeGreaterThan(0);
  expect([...last.state.moments.keys()]).toContain('average');
  const resume = await readCheckpoint('run.checkpoint', await writeCheckpoint(last));
  const { record, logits } = await run({ ...ALL, patience: 5 }, { resume });
  expect(record.digest).toBe(whole.record.digest);
  expect(logits).toEqual(whole.logits);
  expect(record.epochs.map(({ validationLoss }) => validationLoss)).toEqual(
    whole.record.epochs.map(({ validationLoss }) => validationLoss),
  );
});

test('a run whose validation loss rises stops, with the weights of its best epoch', async () => {
  // Far too long steps: the loss rises sooner or later.
  const changes: Partial<RunConfig> = {
    optimizer: 'sgd',
    learningRate: 3,
    schedule: 'constant',
    epochs: 30,
  };
  const { record } = await run({ ...changes, patience: 2 });
  const best = bestOf(record.epochs)!;
  expect(record.epochs.at(-1)!.epoch - best.epoch).toBe(2);
  expect(record.epochs.length).toBeLessThan(30);
  expect(record.stopped).toBe('completed');
  expect(record.notes.at(-1)).toContain(
    `was that of epoch ${best.epoch}, whose weights were taken`,
  );
  const short = await run({ ...changes, epochs: best.epoch });
  expect(record.digest).toBe(short.record.digest);
});

test('averaged weights are judged and saved, and change nothing about the learning', async () => {
  const [plain, averaged] = [await run({}), await run({ ema: 0.9 })];
  const losses = ({ record }: typeof plain) => record.epochs.map(({ trainLoss }) => trainLoss);
  expect(losses(averaged)).toEqual(losses(plain));
  expect(averaged.record.digest).not.toBe(plain.record.digest);
  const validation = ({ record }: typeof plain) => record.epochs.map((e) => e.validationLoss);
  expect(validation(averaged)).not.toEqual(validation(plain));
});

test('mirrored test images are averaged in, and named', async () => {
  const mirror = (images: Uint8Array) =>
    images.map((_, i) => images[i - (i % 28) + 27 - (i % 28)] as number);
  const [plain, both] = [await run({}), await run({ tta: 'mirror' })];
  const mirrored = { ...data, test: { ...data.test, images: mirror(data.test.images) } };
  const other = await run({}, { data: mirrored });
  both.logits.forEach((value, i) =>
    expect(value).toBeCloseTo((plain.logits[i]! + other.logits[i]!) / 2, 5),
  );
  expect(both.record.digest).toBe(plain.record.digest);
  expect(accuracyTitle(both.record.config)).toContain('mirrored');
  expect(accuracyTitle(plain.record.config)).toBe('test accuracy');
});

describe('schedules', () => {
  const of = (changes: Partial<RunConfig>) =>
    scheduleOf(configWith({ epochs: 10, batchSize: 10, learningRate: 0.5, ...changes }), 100);
  test.each(Object.keys(SCHEDULES) as (keyof typeof SCHEDULES)[])(
    '%s peaks at the rate',
    (schedule) => {
      for (const warmup of [null, 0, 0.25]) {
        const rate = of({ schedule, warmup });
        const rates = Array.from({ length: 100 }, (_, step) => rate(step));
        expect(Math.max(...rates)).toBeLessThanOrEqual(0.5);
        expect(Math.max(...rates)).toBeGreaterThan(0.49);
        const rise = warmup ?? SCHEDULES[schedule].warmup;
        const top = rates.findIndex((value) => value > 0.49);
        expect(Math.abs(top - 100 * rise)).toBeLessThan(5);
        if (schedule !== 'constant') expect(rates.at(-1)).toBeLessThan(0.02);
      }
    },
  );

  test('two steps down', () => {
    const rate = of({ schedule: 'step' });
    expect([0, 33, 34, 67, 68, 99].map(rate)).toEqual(
      [0.5, 0.5, 0.05, 0.05, 0.005, 0.005].map((value) => expect.closeTo(value, 10) as number),
    );
  });
});

describe('a line of augmentation', () => {
  test('is read, and written in its usual form', () => {
    expect(readTransforms('shift2, flip')).toEqual({ shift: 2, flip: 1 });
    expect(writeTransforms(readTransforms('shift2, flip'))).toBe('flip,shift2');
    expect(writeTransforms(readTransforms('fashion'))).toBe('flip,shift2');
    expect(writeTransforms(readTransforms('none'))).toBe('none');
    expect(augmentOptions('none')).toBeUndefined();
    expect(augmentOptions('reflect')).toBeUndefined();
    expect(augmentOptions('flip,reflect,rotate10')).toEqual({
      flip: true,
      padding: 'reflect',
      rotate: 10,
    });
  });

  test.each([
    ['flop', /“flop” is none of flip, shift/],
    ['shift', /behind shift stands a whole number from 1 to 14/],
    ['shift1.5', /whole number/],
    ['flip2', /stands without a number/],
    ['mixup3', /from 0.05 to 1/],
    ['__proto__', /is none of/],
    ['constructor', /is none of/],
    ['flip,,shift2', /^Nothing is none of/],
  ])('%s is refused', (line, sentence) => {
    expect(() => readTransforms(line)).toThrow(sentence);
  });
});

test('settings that contradict each other are refused where they stand', () => {
  const situation = {
    face: 'page',
    ...{ builtin: true, available: 1000, task: FASHION_TASK },
    adapter: { name: '', software: true },
  } as const;
  const problems = (typed: object) => readSettings(typed, situation).problems;
  expect(problems({ optimizer: 'adagrad', momentum: '0.9' }).momentum).toMatch(
    /Adagrad has no momentum/,
  );
  expect(problems({ patience: '2', validation: '0' }).patience).toMatch(/held back/);
  expect(problems({ patience: '2' })).toEqual({});
});

test('a configuration from before there were such settings means what it meant', () => {
  const absent = {
    ...{ augment: 'none', warmup: null, momentum: null, weightDecay: null, labelSmoothing: 0 },
    ...{ clipNorm: 0, ema: 0, patience: 0, tta: 'none' },
  };
  const old = Object.fromEntries(Object.entries(SMALL).filter(([name]) => !(name in absent)));
  expect(check(CONFIG, old)).toEqual({ value: { ...old, ...absent } });
  expect(saidMore(SMALL)).toBe('');
  expect(saidMore({ ...SMALL, ...ALL })).toContain(
    'augmentation: mirror, shift 2 pixels, mixup 0.2; ',
  );
});
