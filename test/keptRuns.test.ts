// Runs that are kept to be compared: how many, what differs, and what of a file or of the storage is taken.
import { describe, expect, test } from 'vitest';
import {
  compare,
  freeName,
  type KeptRun,
  keptOf,
  MOST_RUNS,
  readStored,
  storedText,
  withRun,
} from '../src/app/web/runs/kept.ts';
import { readSettings, typedFromConfig } from '../src/app/settings/read.ts';
import { type RecordChanges, recordOf } from './runRecord.ts';
import { SITUATION } from './situation.ts';

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
      ['Learning rate', '0.01', '0.001'],
    ]);
    expect(same).toContainEqual({ title: 'Optimizer', text: 'Adam' });
    expect(compare([runs[0] as KeptRun]).different).toEqual([]);
  });

  test('give their settings back', () => {
    const typed = { images: '500', lr: '0.0003', seed: '9', optimizer: 'sgd', model: 'conv8-gap' };
    const { config, values } = readSettings(typed, SITUATION);
    const again = typedFromConfig(config!);
    expect(again).toMatchObject(typed);
    expect(readSettings(again, SITUATION)).toEqual({ ...readSettings(typed, SITUATION), values });
    expect(Object.keys(again)).not.toContain('data');
  });

  test('come back from the storage, the sound ones', () => {
    const runs = [kept('a'), kept('b', { config: { turns: [{ step: 3, factor: 0.1 }] } })];
    expect(readStored(storedText(runs))).toEqual(runs);
    const broken = [
      { ...runs[0], accuracy: 'high' },
      { ...runs[0], config: {} },
      { ...runs[0], epochs: [{ epoch: 1 }] },
      { ...runs[0], config: { ...runs[0]!.config, optimizer: '__proto__' } },
      { ...runs[0], config: { ...runs[0]!.config, epochs: 2 } },
      ...[null, 3, runs[1]],
    ];
    expect(readStored(storedText(broken as KeptRun[]))).toEqual([runs[1]]);
    expect(readStored(null)).toEqual([]);
  });

  test('of before there were versions are brought up to this one', () => {
    const runs = [kept('a'), kept('b')];
    expect(readStored(JSON.stringify(runs))).toEqual(runs);
  });

  test('of a newer version are not taken for anything else', () => {
    const newer = JSON.stringify({ format: 'weft-kept-runs/2', runs: [] });
    expect(() => readStored(newer)).toThrow('written by a newer version of weft');
    for (const text of ['', '{', '{}', '"x"', '{"format":"weft-run/1"}'])
      expect(() => readStored(text)).toThrow('the kept runs of this browser: ');
  });
});
