// A training step that finds no room: said for people, with a largest batch that really fits.
import { FASHION_TASK } from '../src/app/data/fashion.ts';
import { expect, test, vi } from 'vitest';
import { RunControl } from '../src/app/control.ts';
import { builtinDataSet } from '../src/app/data/builtin.ts';
import { divide } from '../src/app/division.ts';
import { runExperiment } from '../src/app/experiment.ts';
import type { RunMemory } from '../src/app/memory.ts';
import { checkNetwork } from '../src/app/network/check.ts';
import { openDevice } from '../src/tensor/index.ts';
import { gpu } from './gpu.ts';
import { configWith } from './runRecord.ts';

vi.setConfig({ testTimeout: 300_000 }); // a cold software adapter compiles for a while

const data = await builtinDataSet({ train: 600, test: 20 });
const CAP_BYTES = 2 ** 24;

async function run(batchSize: number) {
  let ready: RunMemory | undefined;
  const device = await openDevice(gpu, { poolCapBytes: CAP_BYTES });
  const config = configWith({
    ...{ seed: 5, epochs: 1, batchSize, optimizer: 'sgd', learningRate: 0.01 },
    ...{ schedule: 'constant', network: 'conv16_k5-pool', validation: 0 },
    data: 'builtin',
  });
  try {
    const verdict = await runExperiment({
      ...{ device, data, config, division: divide(data.train, config) },
      runtime: { host: 'test', weft: '0', commit: null },
      ...{ command: () => '', notes: [], control: new RunControl() },
      onReady: ({ memory }) => (ready = memory),
      ...{ onProgress: () => {}, onEpoch: () => {} },
      now: () => performance.now(),
      date: () => new Date(),
    });
    return { ...verdict, ready, tookBytes: device.meter.peakBytes };
  } finally {
    device.destroy();
  }
}

test('a step that does not fit is refused with the largest batch that does', async () => {
  const { message } = await run(600).then(
    () => new Error('it ran'),
    (error: Error) => error,
  );
  const found =
    /^A training with 600 images a step does not fit: it takes more than 16\.0 MiB altogether, the most that weft takes of this device\. The largest batch that fits is (\d+); or make the network smaller\.$/.exec(
      message,
    );
  if (!found) throw new Error(message);
  const largest = Number(found[1]);
  expect(largest).toBeGreaterThan(64);
  const { record } = await run(largest);
  expect(record.stopped).toBe('completed');
  // Rounding takes a few images at most.
  await expect(run(Math.ceil(largest * 1.02) + 1)).rejects.toThrow('does not fit');
});

test('what a run takes is known before its first step', async () => {
  const { ready, tookBytes } = await run(64);
  expect(ready?.bytes).toBe(tookBytes);
  expect(ready?.stepBytes).toBeGreaterThan(64 * 12 * 12 * 16 * 4); // the pooled maps alone
  expect(ready?.stepBytes).toBeLessThan(tookBytes);
});

test('a layer whose output is too large for a batch names the largest one', () => {
  const largest = Math.floor(2 ** 27 / (4 * 28 * 28 * 64));
  expect(checkNetwork('conv64_same', FASHION_TASK, largest).problem).toBeUndefined();
  expect(checkNetwork('conv64_same', FASHION_TASK, largest + 1).problem).toMatch(
    new RegExp(`or the batch: ${largest} at most`),
  );
});

test('what is a byte above the limit does not read like it', () => {
  // 784 · 4,096 + 4,096 + 4,096 · n + n + 10 n + 10 parameters around 2^25.
  const problems = ['dense4096-dense4096-dense3321', 'conv255_same-conv64_same_k1'].map(
    (text) => checkNetwork(text, FASHION_TASK, 167).problem ?? '',
  );
  for (const problem of problems)
    expect(problem).not.toMatch(/128\.0 MiB, more than the 128\.0 MiB/);
});
