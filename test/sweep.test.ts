// Sweeps without a face: what a plan tries, what its runs came to, the file that keeps it, and the figures.
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import { ParallelPlot } from '../src/app/sweep/parallel.tsx';
import { apart, parallel, placesOf } from '../src/app/sweep/axes.ts';
import { type Plan, planOf, readVaried, trialsOf, variedText } from '../src/app/sweep/plan.ts';
import {
  type SweepRun,
  bestOf,
  groupsOf,
  resultOf,
  runsOf,
  spreadOf,
} from '../src/app/sweep/results.ts';
import {
  SWEEP_FORMAT,
  type Sweep,
  readSweep,
  sweepCsv,
  sweepJson,
  unseen,
} from '../src/app/sweep/sweep.ts';
import { sweepHtml } from '../src/app/sweep/sweepHtml.tsx';
import { recordOf } from './runRecord.ts';

const over = (...texts: string[]) => texts.map(readVaried);
const gridOf = (seeds: number, ...texts: string[]) =>
  planOf({ base: {}, over: over(...texts), seeds });

describe('what is varied', () => {
  test.each([
    ['lr=0.001,0.01', { flag: 'lr', values: ['0.001', '0.01'] }],
    ['lr=.01, 1e-2', { flag: 'lr', values: ['0.01'] }],
    ['optimizer=adam,sgd', { flag: 'optimizer', values: ['adam', 'sgd'] }],
    ['images=all,500', { flag: 'images', values: ['all', '500'] }],
    ['lr-changes=10:0.5,20:0.1;', { flag: 'lr-changes', values: ['10:0.5,20:0.1', ''] }],
    ['lr=0.0001..0.01', { flag: 'lr', low: '0.0001', high: '0.01' }],
    ['batch=32..512', { flag: 'batch', low: '32', high: '512' }],
  ])('%s', (text, varied) => {
    expect(readVaried(text)).toEqual(varied);
    expect(readVaried(variedText(readVaried(text)))).toEqual(varied);
  });

  test.each([
    ['rate=0.1', /^rate is no setting; one of data, pictures, model, .* stands before an =/],
    ['lr', /^lr is no setting|stands before an =/],
    ['lr=', /^lr: Nothing is not a number above 0/],
    ['lr=0.1,fast', /^lr: “fast” is not a number above 0/],
    ['optimizer=adam..sgd', /^optimizer: “adam\.\.sgd” is not one of/],
    ['lr=0.1..0.01', /^lr: a range goes from a number above 0 to a larger one/],
    ['batch=0.5..4', /^batch: “0.5” is not a whole number/],
    ['kernels=1..2', /^kernels: a range/],
    ['model=conv', /^model: /],
  ])('%s is refused', (text, sentence) => {
    expect(() => readVaried(text)).toThrow(sentence);
  });
});

describe('a plan', () => {
  test('is every combination, with one seed after the other', () => {
    const trials = trialsOf(gridOf(2, 'lr=0.001,0.01', 'optimizer=adam,sgd'));
    expect(trials.map(({ settings, seed }) => [settings.lr, settings.optimizer, seed])).toEqual([
      ['0.001', 'adam', 0],
      ['0.001', 'sgd', 0],
      ['0.01', 'adam', 0],
      ['0.01', 'sgd', 0],
      ['0.001', 'adam', 1],
      ['0.001', 'sgd', 1],
      ['0.01', 'adam', 1],
      ['0.01', 'sgd', 1],
    ]);
  });

  test('takes its seeds from the seed on, or as they are listed', () => {
    expect(planOf({ base: { seed: '7', epochs: '2' }, over: [], seeds: 3 })).toEqual({
      ...{ base: { epochs: '2' }, over: [], random: null },
      seeds: [7, 8, 9],
    });
    const listed = planOf({ base: {}, over: over('seed=3,1', 'lr=0.1') });
    expect(listed).toMatchObject({ seeds: [3, 1], over: [{ flag: 'lr' }] });
    expect(trialsOf(planOf({ base: {}, over: [] }))).toEqual([{ settings: {}, seed: 0 }]);
  });

  const random = (count: number, ...texts: string[]) =>
    trialsOf(planOf({ base: { seed: '5' }, over: over(...texts), random: count }));

  test('draws at random: the same with the same seed, each ratio as likely, whole numbers where they belong', () => {
    const drawn = random(400, 'lr=0.0001..0.01', 'batch=16..256', 'optimizer=adam,sgd');
    expect(drawn).toHaveLength(400);
    expect(drawn).toEqual(random(400, 'lr=0.0001..0.01', 'batch=16..256', 'optimizer=adam,sgd'));
    expect(drawn.slice(0, 10)).toEqual(
      random(10, 'lr=0.0001..0.01', 'batch=16..256', 'optimizer=adam,sgd'),
    );
    const rates = drawn.map(({ settings }) => Number(settings.lr));
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(0.0001);
    expect(Math.max(...rates)).toBeLessThanOrEqual(0.01);
    // Half of them below the geometric middle: by chance 200 ± 10.
    const below = rates.filter((rate) => rate < 0.001).length;
    expect(below).toBeGreaterThan(160);
    expect(below).toBeLessThan(240);
    expect(drawn.every(({ settings }) => Number.isInteger(Number(settings.batch)))).toBe(true);
  });

  test('never draws a setting twice, and ends where there is nothing new', () => {
    const drawn = random(50, 'optimizer=adam,sgd', 'batch=32,64');
    expect(new Set(drawn.map(({ settings }) => JSON.stringify(settings))).size).toBe(4);
    expect(drawn).toHaveLength(4);
  });

  test.each<readonly [title: string, Parameters<typeof planOf>[0], RegExp]>([
    ['twice', { base: {}, over: over('lr=0.1', 'lr=0.2') }, /^lr is varied twice/],
    ['set too', { base: { lr: '0.1' }, over: over('lr=0.2') }, /^lr is varied, and set to 0.1/],
    ['a range', { base: {}, over: over('lr=0.1..0.2') }, /only by a random search/],
    ['seeds twice', { base: {}, over: over('seed=1,2'), seeds: 2 }, /^seed is varied, and a number/],
    ['a seed too high', { base: { seed: '4294967295' }, over: [], seeds: 2 }, /^seed: “4294967296” is not a whole/],
    ['a range of seeds', { base: {}, over: over('seed=1..9'), random: 3 }, /^seed is varied over a list/],
    ['nothing held', { base: { validation: '0' }, over: [] }, /holds none of them back/],
    ['nothing held', { base: {}, over: over('validation=0.1,0') }, /holds none of them back/],
    ['too many', { base: {}, over: over('lr=1,2,3'), seeds: 400 }, /^These are 1,200 runs/],
  ])('that has something %s is refused', (_, plan, sentence) => {
    expect(() => planOf(plan)).toThrow(sentence);
  }); // prettier-ignore
});

/** The runs of a plan with given validation accuracies; null diverged, a text is why it failed. */
function ranWith(plan: Plan, figures: readonly (number | string | null | undefined)[]): SweepRun[] {
  return runsOf(plan).map((run, i) => {
    const figure = figures[i];
    if (figure === undefined) return run;
    if (typeof figure === 'string') return { ...run, state: 'failed', problem: figure };
    const result = {
      ...{ validationAccuracy: figure ?? 0.1, validationLoss: 1 - (figure ?? 0), bestEpoch: 2 },
      ...{ bestAccuracy: figure ?? 0.1, testAccuracy: null, timeMs: 1000, digest: 'abcdef0123' },
    };
    return { ...run, state: figure === null ? 'diverged' : 'completed', result };
  });
}

describe('what the runs came to', () => {
  test('a mean and the deviation of the sample', () => {
    expect(spreadOf([])).toBeNull();
    expect(spreadOf([0.5])).toEqual({ mean: 0.5, deviation: null, count: 1 });
    const spread = spreadOf([2, 4, 4, 4, 5, 5, 7, 9]);
    expect(spread?.mean).toBe(5);
    expect(spread?.deviation).toBeCloseTo(Math.sqrt(32 / 7), 12);
  });

  test('a record gives its last epoch, its best, and the test only if asked', () => {
    const record = recordOf({
      curve: [
        [0.8, 0.7, 0.5, 0.83],
        [0.5, 0.8, 0.4, 0.88],
        [0.4, 0.9, 0.45, 0.87],
      ],
    });
    const result = resultOf(record, false);
    expect(result).toMatchObject({
      ...{ validationAccuracy: 0.87, validationLoss: 0.45, bestEpoch: 2, bestAccuracy: 0.88 },
      ...{ testAccuracy: null, timeMs: 130_000, digest: record.digest },
    });
    const patient = { ...record, config: { ...record.config, patience: 3 } };
    expect(resultOf(patient, false)).toMatchObject({
      ...{ validationAccuracy: 0.88, validationLoss: 0.4 },
    });
    expect(resultOf(record, true).testAccuracy).toBe(record.test.accuracy);
    expect(resultOf({ ...record, epochs: [] }, false)).toMatchObject({
      ...{ validationAccuracy: null, bestEpoch: null },
    });
  });

  test('settings are ranked by their mean, those with a lost run behind, those without a figure last', () => {
    const plan = gridOf(2, 'lr=1,2,3,4');
    const runs = ranWith(plan, [0.5, 0.99, 0.7, undefined, 0.6, null, 0.8, undefined]);
    expect(groupsOf(runs).map(({ settings }) => settings.lr)).toEqual(['3', '1', '2', '4']);
    const best = bestOf(runs);
    expect(best?.settings).toEqual({ lr: '3' });
    expect(best?.validationAccuracy?.mean).toBeCloseTo(0.75, 12);
    expect(best?.validationAccuracy?.deviation).toBeCloseTo(Math.sqrt(0.005), 12);
    expect(bestOf(runsOf(plan))).toBeUndefined();
    expect(bestOf(ranWith(plan, [null, 'no room']))).toBeUndefined();
  });
});

const sweepWith = (plan: Plan, runs: readonly SweepRun[]): Sweep => ({
  format: SWEEP_FORMAT,
  startedAt: '2026-11-27T12:00:00.000Z',
  command: 'npm run sweep -- --over lr=0.001,0.01',
  data: 'Fashion-MNIST',
  test: false,
  plan,
  runs,
});

describe('the file', () => {
  const plan = gridOf(2, 'lr=0.001,0.01', 'model=conv8-pool,linear');
  const sweep = sweepWith(plan, ranWith(plan, [0.5, null, 'batch: too large, "sadly"', 0.7]));
  const text = sweepJson(sweep);

  test('is read back as it was, and names the chosen setting', () => {
    expect(readSweep('sweep.json', text)).toEqual(sweep);
    expect(JSON.parse(text)).toMatchObject({
      chosen: { lr: '0.01', model: 'linear' },
      groups: [{ validationAccuracy: { mean: 0.7, count: 1 }, runs: [4, 8] }, {}, {}, {}],
    });
    const random = planOf({ base: {}, over: over('lr=0.00012345..0.1'), random: 5 });
    const drawn = sweepWith(random, runsOf(random));
    expect(readSweep('sweep.json', sweepJson(drawn))).toEqual(drawn);
  });

  test('of a sweep that goes on forgets the test’s figures, unless every one is shown', () => {
    const seen = sweepWith(plan, sweep.runs.map((run) => run.result ? { ...run, result: { ...run.result, testAccuracy: 0.9 } } : run)); // prettier-ignore
    expect(unseen(seen)).toEqual(sweep);
    expect(unseen({ ...seen, test: true })).toEqual({ ...seen, test: true });
  });

  const otherwise = (change: (value: Sweep) => object) =>
    JSON.stringify(change(JSON.parse(text) as Sweep));
  test.each([
    ['{', /is no JSON/],
    ['{}', /is not a sweep: it has no format/],
    [otherwise((s) => ({ ...s, format: 'weft-sweep/2' })), /written by a newer version/],
    [otherwise((s) => ({ ...s, runs: s.runs.slice(1) })), /runs has 7 entries, its plan has 8/],
    [
      otherwise((s) => ({ ...s, runs: s.runs.map((run) => ({ ...run, seed: 3 })) })),
      /run 1 is not as the plan has it/,
    ],
    [
      otherwise((s) => ({ ...s, plan: { ...s.plan, base: { rate: '1' } } })),
      /plan\.base\.rate is “1”, one of data, pictures, model/,
    ],
    [
      otherwise((s) => ({ ...s, runs: s.runs.map((run) => ({ ...run, state: 'lost' })) })),
      /runs\.0\.state is “lost”, one of waiting, completed/,
    ],
  ])('that is broken is refused (%#)', (broken, sentence) => {
    expect(() => readSweep('sweep.json', broken)).toThrow(sentence);
  });

  test('as comma-separated values', () => {
    const [head, first, second, third] = sweepCsv(sweep).split('\r\n');
    expect(head).toBe(
      'run,lr,model,seed,state,validation_accuracy,validation_loss,best_epoch,best_validation_accuracy,test_accuracy,time_ms,digest',
    );
    expect(first).toBe('1,0.001,conv8-pool,0,completed,0.5,0.5,2,0.5,,1000,abcdef0123');
    expect(second).toMatch(/^2,0.001,linear,0,diverged,/);
    expect(third).toBe('3,0.01,conv8-pool,0,failed,,,,,,,');
  });

  test('as a document that loads nothing, with every text escaped', () => {
    const document = sweepHtml({ ...sweep, command: '<script>' });
    expect(document).toContain('content="default-src &#39;none&#39;;');
    expect(document).not.toContain('<script');
    expect(document).toContain('&lt;script&gt;');
    expect(document).toContain('failed: batch: too large');
    expect(document).toMatch(/The best setting:\s+lr 0\.01, model linear/);
    expect(document.match(/<g class="run/g)).toHaveLength(4);
  });
});

describe('parallel coordinates', () => {
  test('numbers that lie far apart are placed by their logarithms, words evenly', () => {
    expect([...placesOf('lr', ['0.1', '0.001', '0.01']).values()]).toEqual([
      1,
      0,
      expect.closeTo(0.5, 9),
    ]);
    expect([...placesOf('batch', ['32', '64', '96']).values()]).toEqual([0, 0.5, 1]);
    expect([...placesOf('optimizer', ['sgd', 'adam', 'sgd']).values()]).toEqual([0, 1]);
    expect([...placesOf('batch', ['32']).values()]).toEqual([0.5]);
  });

  test('a tick stands wherever its words have room beside those that are there', () => {
    const ys = (...places: number[]) =>
      apart(places.map((y) => ({ y, text: String(y) }))).map(({ y }) => y);
    expect(ys(0, 10, 20, 30, 40, 100)).toEqual([0, 20, 40, 100]);
    expect(ys(90, 100, 0)).toEqual([0, 100]);
    expect(ys(0, 10)).toEqual([0]);
    expect(ys(5)).toEqual([5]);
  });

  test('a line a run that has ended, higher for the better, the best above the others', () => {
    const plan = gridOf(1, 'lr=0.001,0.01,0.1,1', 'optimizer=adam,sgd');
    const runs = ranWith(plan, [0.5, 0.8, 0.6, null, 'no room']);
    const { axes, lines, foot } = parallel(['lr', 'optimizer'], runs);
    expect(axes.map(({ title }) => title)).toEqual([
      ...['Learning rate', 'Optimizer', 'Validation accuracy'],
    ]);
    expect(axes[0]?.ticks.map(({ text }) => text)).toEqual(['1', '0.1', '0.01', '0.001']);
    const byNumber = new Map(lines.map((line) => [line.number, line]));
    expect(lines).toHaveLength(5);
    expect(lines.at(-1)).toMatchObject({ number: 2, isBest: true, rank: 1 });
    expect(byNumber.get(2)?.end.y).toBeLessThan(byNumber.get(1)?.end.y ?? 0);
    for (const lost of [4, 5]) {
      expect(byNumber.get(lost)?.isLost).toBe(true);
      expect(byNumber.get(lost)?.end.y).toBeGreaterThan(foot);
    }
    const svg = renderToString(h(ParallelPlot, { flags: ['lr', 'optimizer'], runs }));
    expect(svg).toContain('5 runs, a line each');
    expect(svg).toContain('run 5: lr 0.1, optimizer adam, seed 0: no room');
    expect(svg).not.toContain('NaN');
  });
});
