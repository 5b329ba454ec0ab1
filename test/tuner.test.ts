// The tuner: what it times, what it remembers, what it ignores, and that a tuned device computes the same.
import { beforeEach, describe, expect, test } from 'vitest';
import {
  type Choice,
  type Device,
  type Tensor,
  type TuningStore,
  conv2d,
  formatChoices,
  sum,
  tune,
  valueAndGrad,
} from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';
import { randomFrom } from './ops/row.ts';

const device = await testDevice();
const now = () => performance.now();
beforeEach(() => {
  device.tuning = undefined;
});

/** A store that a test can look into. */
function memory() {
  const tables = new Map<string, string>();
  const store: TuningStore = {
    read: (key) => Promise.resolve(tables.get(key)),
    write: (key, text) => Promise.resolve(void tables.set(key, text)),
  };
  const only = () => [...tables.entries()][0] as [key: string, text: string];
  return { tables, store, only };
}

const random = randomFrom(7);
const noise = (on: Device, ...shape: number[]): Tensor =>
  on.tensor(
    Float32Array.from({ length: shape.reduce((p, d) => p * d, 1) }, () => random() - 0.5),
    shape,
  );
const [x, w, b] = [noise(device, 4, 9, 9, 8), noise(device, 3, 3, 8, 16), noise(device, 16)];

const forward = () => conv2d(x, w, b);
/** The kernels that an op is recorded with. */
async function kernelsOf(f: () => unknown): Promise<string[]> {
  const { commands } = device.capture(() => void f());
  return commands.map(({ label }) => label);
}
const asked = async (f: () => unknown) => device.scope(() => void f());

async function tuned(store: TuningStore, f: () => unknown) {
  const measured: Choice[] = [];
  const work = () => asked(f);
  const inForce = await tune(device, work, { store, now, onChoice: (c) => measured.push(c) });
  return { measured, inForce };
}

/** A table of one's own making for what `forward` asks. */
async function forged(change: (choice: Choice) => object): Promise<ReturnType<typeof memory>> {
  const { store, tables, only } = memory();
  await tuned(store, forward);
  const [key, text] = only();
  const table = JSON.parse(text) as { choices: Choice[] };
  tables.set(key, JSON.stringify({ ...table, choices: table.choices.map(change) }));
  device.tuning = undefined;
  return { store, tables, only };
}

describe('tune', () => {
  test('tells how far it is, and stops within one measurement', async () => {
    const seen: string[] = [];
    const onProgress = (done: number, of: number) => void seen.push(`${done}/${of}`);
    const { store, tables } = memory();
    let asks = 0;
    const isStopped = () => ++asks > 3;
    const work = () => asked(forward);
    expect(await tune(device, work, { store, now, onProgress, isStopped })).toEqual([]);
    expect(asks).toBe(4); // asked no more, and measured no more
    expect(tables.size).toBe(0);
    expect(seen).toEqual(['0/1', '0/1']);
    expect(await tune(device, work, { store, now, onProgress })).toHaveLength(1);
    expect(seen.slice(2)).toEqual(['0/1', '1/1']);
  });

  test('times every variant that fits, keeps the fastest and writes it down', async () => {
    const { store, only } = memory();
    const { measured, inForce } = await tuned(store, forward);
    expect(measured).toHaveLength(1);
    expect(inForce).toEqual(measured);
    const [{ op, shape, winner, timesMs }] = measured as [Choice];
    expect([op, shape]).toEqual(['contraction', '4x9x9x8 → 16, 3x3']);
    expect(Object.keys(timesMs)).toEqual(expect.arrayContaining(['conv2dRegister', winner]));
    expect(Object.values(timesMs).every((ms) => ms > 0)).toBe(true);
    // Within the margin by which the usual variant is preferred.
    expect(timesMs[winner]).toBeLessThanOrEqual(Math.min(...Object.values(timesMs)) / 0.97);
    expect(await kernelsOf(forward)).toEqual([winner]);
    expect(JSON.parse(only()[1])).toMatchObject({ format: 'weft-tuning/1', choices: [{ winner }] });
  });

  test('measures nothing twice, and only what is new', async () => {
    const { store } = memory();
    const { inForce } = await tuned(store, forward);
    const again = await tuned(store, forward);
    expect(again.measured).toEqual([]);
    expect(again.inForce.map(({ winner }) => winner)).toEqual(inForce.map(({ winner }) => winner));
    const gradients = () => valueAndGrad(() => [sum(forward())], [x, w]);
    const more = await tuned(store, gradients);
    expect(more.measured).toHaveLength(2);
    expect(more.inForce).toHaveLength(3);
  });
});

describe('a remembered choice', () => {
  const other = async () => {
    const usual = (await kernelsOf(forward))[0];
    return usual === 'conv2dRegister' ? 'conv2dTiled' : 'conv2dRegister';
  };

  test('is taken, and computes the same', async () => {
    const usual = await forward().data();
    const winner = await other();
    const { store } = await forged((choice) => ({ ...choice, winner }));
    const { measured } = await tuned(store, forward);
    expect(measured).toEqual([]);
    expect(await kernelsOf(forward)).toEqual([winner]);
    const values = await forward().data();
    const error = Math.max(...values.map((v, i) => Math.abs(v - (usual[i] as number))));
    expect(error).toBeLessThan(1e-5);
    expect(await forward().data()).toEqual(values); // and the same bits every time
  });

  test('of other sources is ignored and measured anew', async () => {
    const winner = await other();
    const { store } = await forged((choice) => ({ ...choice, winner, kernels: '00000000' }));
    expect((await tuned(store, forward)).measured).toHaveLength(1);
  });

  test('of another adapter, or in a file that is none, is ignored', async () => {
    const { store, tables, only } = await forged((choice) => choice);
    const [key, text] = only();
    for (const bad of [text.replace(/"adapter": ?"/, '"adapter":"other '), '{"format":', '[]']) {
      expect(bad).not.toBe(text);
      tables.set(key, bad);
      expect((await tuned(store, forward)).measured).toHaveLength(1);
    }
  });

  const bad: [string, (choice: Record<string, unknown>) => unknown, string][] = [
    ['null as a time', (c) => ({ ...c, timesMs: { conv2dTiled: null } }), 'choices[0]: timesMs'],
    ['text as a time', (c) => ({ ...c, timesMs: { conv2dTiled: '1' } }), 'choices[0]: timesMs'],
    ['a time below 0', (c) => ({ ...c, timesMs: { conv2dTiled: -1 } }), 'choices[0]: timesMs'],
    ['no times', (c) => ({ ...c, timesMs: undefined }), 'choices[0]: timesMs must be milliseconds'],
    ['null for the times', (c) => ({ ...c, timesMs: null }), 'choices[0]: timesMs'],
    [
      'a winner that is a number',
      (c) => ({ ...c, winner: 3 }),
      'choices[0]: winner must be a text',
    ],
    ['no op', (c) => ({ ...c, op: undefined }), 'choices[0]: op must be a text, got nothing'],
    ['a field too many', (c) => ({ ...c, __proto: 1 }), "there is no option '__proto'"],
    ['null for a choice', () => null, 'choices[0]: the options must be an object, got null'],
    ['a list for a choice', () => [], 'choices[0]: the options must be an object'],
  ];
  for (const [title, change, why] of bad)
    test(`with ${title} is dropped with a sentence, and measured anew`, async () => {
      const { store } = await forged((choice) => change(choice as never) as object);
      const dropped: string[] = [];
      const onDropped = (said: string) => dropped.push(said);
      const choices = await tune(device, () => asked(forward), { store, now, onDropped });
      expect(dropped.join()).toContain(
        'The choice of kernels kept for this adapter is measured anew: ',
      );
      expect(dropped.join()).toContain(why);
      expect(choices).toHaveLength(1);
      expect(formatChoices(choices)).toContain(' ms');
      // What was written in its place is sound.
      expect((await tuned(store, forward)).measured).toEqual([]);
    });

  test('work that fails leaves the device with the choices it had', async () => {
    const { store } = memory();
    await tuned(store, forward);
    const before = device.tuning;
    const failing = () => Promise.reject(new Error('no work'));
    await expect(tune(device, failing, { store, now })).rejects.toThrow('no work');
    expect(device.tuning).toBe(before);
  });

  test('that does not fit any more gives way to the usual one', async () => {
    const usual = await kernelsOf(forward);
    const { store } = await forged((choice) => ({ ...choice, winner: 'conv2dGone' }));
    await tuned(store, forward);
    expect(await kernelsOf(forward)).toEqual(usual);
  });

  test('does not pass a forced variant', async () => {
    const { store } = await forged((choice) => ({ ...choice, winner: 'conv2dRegister' }));
    await tuned(store, forward);
    device.variant = 'tiled';
    try {
      expect(await kernelsOf(forward)).toEqual(['conv2dTiled']);
    } finally {
      device.variant = undefined;
    }
  });
});

test('the choices as a table, the winner marked', () => {
  const timesMs = { conv2dTiled: 2, conv2dRegister: 1.5 };
  const choice = {
    op: 'contraction',
    shape: '1x2x2x4 → 4, 1x1',
    kernels: '0',
    winner: 'conv2dRegister',
    timesMs,
  };
  expect(formatChoices([choice]).split('\n')).toEqual([
    'contraction: 1x2x2x4 → 4, 1x1',
    '  → conv2dRegister                       1.500 ms',
    '    conv2dTiled                          2.000 ms',
  ]);
});
