// What is read back is checked whole: run.json and checkpoints whose checksum is right and whose contents are not,
// each refused with a sentence that names file, field and value.
import { FASHION_TASK } from '../src/app/data/fashion.ts';
import { describe, expect, test } from 'vitest';
import { type RunCheckpoint, readCheckpoint, writeCheckpoint } from '../src/app/checkpoint.ts';
import { DataError, sha256 } from '../src/app/data/dataset.ts';
import { savedOf } from '../src/app/network/layers.ts';
import { toJson } from '../src/app/record.ts';
import { type Format, readFormat } from '../src/app/schema/format.ts';
import { readRunJson } from '../src/app/schema/run.ts';
import { object, text as anyText } from '../src/app/schema/values.ts';
import { keptOf } from '../src/app/web/runs/kept.ts';
import { FACE } from '../src/app/web/worker/face.ts';
import { type Weights, readSafetensors, slotSize, writeSafetensors } from '../src/nn/index.ts';
import { recordOf } from './runRecord.ts';

type Json = Record<string, unknown>;

/** A copy of JSON with the field at a path changed; undefined takes it away. */
function changed(json: unknown, path: string, value: unknown): Json {
  const copy = structuredClone(json) as Json;
  const names = path.split('.');
  const last = names.pop() as string;
  const parent = names.reduce((object, name) => object[name] as Json, copy);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

describe('a run.json', () => {
  const json = JSON.parse(toJson(recordOf())) as Json;
  const read = (value: unknown) => readRunJson('run.json', JSON.stringify(value));

  test('as the record writes it', () => {
    const run = keptOf(read(json), 'x');
    expect(run).toMatchObject({ digest: '5f0c2a9e77d1b346', images: 54_000, accuracy: 0.91 });
    expect(run.epochs).toHaveLength(3);
  });

  test('reads null as NaN where a number may be none', () => {
    expect(read(changed(json, 'epochs.2.trainLoss', null)).epochs[2]?.trainLoss).toBeNaN();
    expect(read(changed(json, 'test.loss', null)).test.loss).toBeNaN();
  });

  test('with names of Object.prototype is read as if they were not there', () => {
    const text = JSON.stringify(json).replace('{', '{"__proto__":{"digest":"x"},"constructor":1,');
    expect(readRunJson('run.json', text)).toEqual(read(json));
    expect(({} as Json)['digest']).toBeUndefined();
  });

  test.each([
    ['digest', 7, 'run.json: digest is 7, a text belongs there'],
    [
      'stopped',
      'bored',
      'stopped is “bored”, one of completed, interrupted, diverged belongs there',
    ],
    ['epochs.2.trainLoss', 'abc', 'epochs.2.trainLoss is “abc”, a number or null belongs there'],
    ['epochs.1.trainAccuracy', 1.5, 'epochs.1.trainAccuracy is 1.5, a share from 0 to 1, or null'],
    ['epochs', [{}], 'epochs.0.epoch is missing'],
    ['epochs', {}, 'epochs is an object, a list belongs there'],
    ['epochs.1.epoch', 1, 'epochs is a list of 3, one whose epochs rise belongs there'],
    ['config.epochs', 2, 'epochs reaches epoch 3, config.epochs is 2'],
    ['test', null, 'test is null, an object belongs there'],
    ['config.optimizer', 'constructor', 'config.optimizer is “constructor”, one of adam, adamw'],
    ['config.network', 'conv8-pool199', 'config.network is “conv8-pool199”, which cannot be built'],
    ['config.turns', [{ step: 3, factor: 0 }], 'config.turns.0.factor is 0, a number above 0'],
    ['config.batchSize', 1.5, 'config.batchSize is 1.5, a whole number from 1 to 4096 belongs'],
    ['test.confusion.3', [1, 2], 'test.confusion has 2 rows or columns, dataset.classes has 10'],
    ['dataset.counts.test', 7, 'test.confusion counts 10000 images, dataset.counts.test is 7'],
    ['speed.totalTimeMs', null, 'speed.totalTimeMs is null, a number from 0 belongs there'],
    ['startedAt', 'yesterday', 'startedAt is “yesterday”, a time (ISO 8601) belongs there'],
    ['model', undefined, 'model is missing'],
  ])('whose %s is %j is refused', (path, value, sentence) => {
    expect(() => read(changed(json, path, value))).toThrow(DataError);
    expect(() => read(changed(json, path, value))).toThrow(sentence);
  });

  test.each([
    ['', /^run.json: is no JSON/],
    ['[]', /is not the record of a run: it has no format/],
    ['{"format":"__proto__"}', /its format is “__proto__”, weft-run\/1 is wanted/],
    ['{"format":"weft-run/9"}', /was written by a newer version of weft \(weft-run\/9\)/],
    ['{"format":"weft-run/0"}', /has the format weft-run\/0, which is too old/],
  ])('that is something else is refused: %s', (text, sentence) => {
    expect(() => readRunJson('run.json', text)).toThrow(sentence);
  });
});

test('an older version is brought up step by step', () => {
  const format: Format<{ readonly c: string }> = {
    name: 'x',
    version: 3,
    title: 'an x',
    schema: object({ c: anyText }),
    up: new Map<number, (old: unknown) => unknown>([
      [1, (old) => ({ b: (old as { a: string }).a })],
      [2, (old) => ({ c: (old as { b: string }).b })],
    ]),
  };
  expect(readFormat('f', format, 'x/1', { a: 'q' })).toEqual({ c: 'q' });
  expect(readFormat('f', format, 'x/3', { c: 'q' })).toEqual({ c: 'q' });
  expect(() => readFormat('f', format, 'x/1', {})).toThrow('f: c is missing');
  expect(() => readFormat('f', format, 'x/0', {})).toThrow('too old');
});

describe('a checkpoint', () => {
  const { config, epochs } = recordOf({ config: { network: 'conv4_k5-pool-dense8', epochs: 5 } });
  const zeros = (shape: readonly number[]): Weights => ({
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5),
  });
  const parameters = savedOf(config.network, FASHION_TASK);
  const arena = [parameters.reduce((n, { shape }) => n + slotSize(zeros(shape).data.length), 0)];
  const GOOD: RunCheckpoint = {
    position: {
      ...{ epoch: 4, from: 30, tally: { steps: 4, loss: 3.25, hits: 200 }, timeMs: 1000.5 },
      ...{ epochs, turns: [{ step: 12, factor: 0.5 }] },
    },
    state: {
      ...{ seed: config.seed, stepsDone: 34 },
      weights: new Map(parameters.map(({ name, shape }) => [name, zeros(shape)])),
      moments: new Map(['m', 'v'].map((name) => [name, zeros(arena)])),
    },
    config,
    data: { title: 'Fashion-MNIST', builtin: false, checksum: 'ab'.repeat(32), ...FASHION_TASK },
    ...{ adapter: 'llvmpipe', weft: '0.1.0', notes: [], spentMs: 60_000 },
    ...{ startedAt: '2026-11-23T12:00:00.000Z', keptAt: '2026-11-23T12:01:00.000Z' },
    face: {
      counts: { train: 54_000, validation: 6000, unused: 0 },
      points: [{ epoch: 0.5, loss: 1.2, accuracy: 0.5 }],
      answers: [[1, 'AAAA']],
    },
  };
  const read = (bytes: Uint8Array) => readCheckpoint('c', bytes, FACE);

  test('is read as it was written, also from a Buffer’s shared memory', async () => {
    const bytes = await writeCheckpoint(GOOD);
    expect(await read(bytes)).toEqual(GOOD);
    const shared = new Uint8Array(bytes.length + 3);
    shared.set(bytes, 3);
    const again = await read(shared.subarray(3));
    expect(again).toEqual(GOOD);
    expect(again.state.weights.get('conv1.bias')?.data.buffer.byteLength).toBe(16);
  });

  /** A file whose checksum is right, whatever it says. */
  async function forged(
    run: unknown,
    format = 'weft-checkpoint/1',
    change?: (tensors: Map<string, Weights>) => void,
  ) {
    const { tensors } = readSafetensors('c', await writeCheckpoint(GOOD));
    const values = new Map(
      [...tensors].map(([name, { shape, bytes }]) => [
        name,
        { shape, data: new Float32Array(bytes.slice().buffer) },
      ]),
    );
    change?.(values);
    const metadata = new Map([
      ['format', format],
      ['run', typeof run === 'string' ? run : JSON.stringify(run)],
    ]);
    metadata.set('sha256', await sha256(writeSafetensors(values, metadata)));
    return writeSafetensors(values, metadata);
  }
  const { state, ...rest } = GOOD;
  const run = { ...rest, state: { seed: state.seed, stepsDone: state.stepsDone } };

  test('that a person wrote anew is read, too', async () => {
    expect(await read(await forged(run))).toEqual(GOOD);
  });

  test.each([
    ['state', undefined, 'c: state is missing'],
    ['position', undefined, 'position is missing'],
    ['position.epoch', undefined, 'position.epoch is missing'],
    ['position.epoch', null, 'position.epoch is null, a whole number from 1 belongs there'],
    ['position.epoch', 'two', 'position.epoch is “two”'],
    ['position.epoch', 7, 'position.epoch is 7, config.epochs is 5'],
    ['position.epoch', 3, 'position.epochs reaches epoch 3, position.epoch is only at 3'],
    ['position.from', 99, 'position.from is step 99, state.stepsDone is 34'],
    ['position.tally.steps', 1, 'position.tally.steps is 1'],
    ['position.tally.loss', null, 'position.tally.loss is null, a number belongs there'],
    ['position.epochs', null, 'position.epochs is null, a list belongs there'],
    ['position.epochs.1.validationLoss', {}, 'position.epochs.1.validationLoss is an object'],
    ['position.turns', 'none', 'position.turns is “none”, a list belongs there'],
    ['state.stepsDone', -1, 'state.stepsDone is -1, a whole number from 0'],
    ['state.seed', 8, 'state.seed is 8, config.seed is 7'],
    ['config', null, 'config is null, an object belongs there'],
    ['config.network', 'conv4-pool27', 'config.network cannot be built: layer 2 (pool1)'],
    [
      'config.network',
      'conv4_k3-pool-dense8',
      'weights/conv1.weight has the shape [5,5,1,4], its network wants [3,3,1,4]',
    ],
    [
      'config.network',
      'dense8',
      'weights/fc1.weight has the shape [576,8], its network wants [784,8]',
    ],
    ['config.optimizer', 'sgd', 'holds no moments/velocity'],
    ['config.optimizer', '__proto__', 'config.optimizer is “__proto__”'],
    ['data.checksum', 5, 'data.checksum is 5'],
    ['notes', [1], 'notes.0 is 1, a text belongs there'],
    ['face.points.0.loss', 'low', 'face.points.0.loss is “low”, a number or null'],
    ['face.counts', undefined, 'face.counts is missing'],
    ['face.answers', [[1, '***']], 'face.answers.0.1 is “***”'],
    ['spentMs', Infinity, 'spentMs is null'],
  ])('whose %s is %j is refused', async (path, value, sentence) => {
    await expect(read(await forged(changed(run, path, value)))).rejects.toThrow(sentence);
  });

  test('of another version, or no JSON, is refused', async () => {
    await expect(read(await forged(run, 'weft-checkpoint/2'))).rejects.toThrow(
      'newer version of weft',
    );
    await expect(read(await forged(run, 'weft-checkpoint/0'))).rejects.toThrow('too old');
    await expect(read(await forged('{'))).rejects.toThrow('c: is no JSON');
    await expect(read(await forged('null'))).rejects.toThrow(
      'c: it is null, an object belongs there',
    );
    await expect(read(await forged([]))).rejects.toThrow('c: position is missing');
  });

  test.each([
    [
      'too few values',
      (t: Map<string, Weights>) => t.set('moments/m', zeros([392])),
      'moments/m has the shape [392], its network wants',
    ],
    [
      'a tensor too many',
      (t: Map<string, Weights>) => t.set('weights/fc9.bias', zeros([2])),
      'holds weights/fc9.bias, which neither',
    ],
    [
      'a tensor too few',
      (t: Map<string, Weights>) => t.delete('weights/fc2.bias'),
      'holds no weights/fc2.bias',
    ],
    [
      'a NaN',
      (t: Map<string, Weights>) => {
        t.get('weights/fc2.bias')!.data[3] = NaN;
      },
      'weights/fc2.bias[3] is NaN',
    ],
  ])('with %s is refused', async (_, change, sentence) => {
    await expect(read(await forged(run, undefined, change))).rejects.toThrow(sentence);
  });
});
