// Runs that are kept to be compared: how many, what differs, and what of a file or of the storage is taken.
import { describe, expect, test } from 'vitest';
import { DataError } from '../src/app/data/dataset.ts';
import { toJson } from '../src/app/record.ts';
import {
  compare,
  freeName,
  type KeptRun,
  keptOf,
  MOST_RUNS,
  readKept,
  readRunJson,
  withRun,
} from '../src/app/web/runs/kept.ts';
import { readSettings, typedFromConfig, usualValues } from '../src/app/web/settings.ts';
import { type RecordChanges, recordOf } from './runRecord.ts';

const kept = (id: string, changes: RecordChanges = {}): KeptRun => ({
  ...keptOf(recordOf(changes), id),
  id,
});

describe('kept runs', () => {
  test('are few: the oldest goes', () => {
    const ids = Array.from({ length: MOST_RUNS + 2 }, (_, i) => `run ${i}`);
    const runs = ids.map((id) => kept(id)).reduce(withRun, [] as readonly KeptRun[]);
    expect(runs.map(({ id }) => id)).toEqual(ids.slice(2));
  });

  test('are there once, under the name that they were given', () => {
    const [first, again] = [kept('a'), { ...kept('a'), accuracy: 0.5 }];
    const runs = withRun(withRun([{ ...first, name: 'mine' }], kept('b')), again);
    expect(runs.map(({ id, name }) => [id, name])).toEqual([
      ['b', 'b'],
      ['a', 'mine'],
    ]);
    expect(runs[1]?.accuracy).toBe(0.5);
    expect(freeName([{ ...first, name: 'Run 2' }])).toBe('Run 3');
  });

  test('show what they differ in', () => {
    const runs = [
      kept('a', { config: { network: 'dense128', learningRate: 0.01 } }),
      kept('b', { config: { learningRate: 0.001, optimizer: 'adam' } }),
    ];
    const { different, same } = compare(runs);
    expect(different.map(({ title, text }) => [title, ...runs.map(text)])).toEqual([
      ['Network', 'dense128', 'conv32-pool-conv64-pool-conv128-dense128-drop0.5'],
      ['Rate', '0.01', '0.001'],
    ]);
    expect(same).toContainEqual({ title: 'Optimiser', text: 'Adam' });
    expect(compare([runs[0] as KeptRun]).different).toEqual([]);
  });

  test('give their settings back', () => {
    const situation = { software: true, builtin: true, available: 10_000 };
    const values = {
      ...usualValues(situation),
      ...{ images: '500', lr: '0.0003', seed: '9', optimizer: 'sgd', model: 'conv8-gap' },
    };
    const { config } = readSettings(values, situation);
    expect(config && typedFromConfig(config)).toEqual(values);
  });

  test('come back from the storage, the sound ones', () => {
    const runs = [kept('a'), kept('b', { config: { turns: [{ step: 3, factor: 0.1 }] } })];
    expect(readKept(JSON.stringify(runs))).toEqual(runs);
    const broken = [
      { ...runs[0], accuracy: 'high' },
      { ...runs[0], config: {} },
      { ...runs[0], epochs: [{ epoch: 1 }] },
      ...[null, 3, runs[1]],
    ];
    expect(readKept(JSON.stringify(broken))).toEqual([runs[1]]);
    expect([null, '', '{', '{}', '"x"'].map(readKept)).toEqual([[], [], [], [], []]);
  });
});

describe('a run.json', () => {
  const json = toJson(recordOf());
  test('as the record writes it', () => {
    const run = keptOf(readRunJson('run.json', json), 'x');
    expect(run).toMatchObject({ digest: '5f0c2a9e77d1b346', images: 54_000, accuracy: 0.91 });
    expect(run.epochs).toHaveLength(3);
  });

  const changed = (change: object) =>
    JSON.stringify({ ...(JSON.parse(json) as object), ...change });
  test.each([
    ['', /^run.json: is no JSON/],
    ['[]', /has no format/],
    ['{"format":"weft-run/9"}', /has the format “weft-run\/9”, and weft-run\/1 is known here/],
    [changed({ digest: 7 }), /is not the record of a run: digest is no text/],
    [changed({ stopped: 'bored' }), /stopped is none of completed, interrupted, diverged/],
    [changed({ epochs: [{}] }), /epochs\.0\.epoch is no number/],
    [changed({ test: null }), /test is no object/],
    [changed({ config: { seed: 1 } }), /config\.epochs is no number/],
  ])('that is broken is refused: %#', (text, sentence) => {
    expect(() => readRunJson('run.json', text)).toThrow(DataError);
    expect(() => readRunJson('run.json', text)).toThrow(sentence);
  });
});
