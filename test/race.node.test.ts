// The race of the bench, with contenders that only pretend: who disagrees is not timed; all take turns.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Contender } from '../bench/peers/contender.ts';
import { race } from '../bench/peers/race.ts';

const FALLING = [2.3, 2.2, 2.1, 2];
const tell = () => {};
/** In milliseconds; it runs only while someone trains. */
let clock = 0;
/** Who trained, in order. */
let turns: string[] = [];

interface Pretended {
  readonly name: string;
  readonly losses?: readonly number[];
  readonly logits?: readonly number[];
  /** Milliseconds a step. */
  readonly takes?: number;
}

const pretend =
  ({ name, losses = FALLING, logits = [1, -2], takes = 100 }: Pretended) =>
  (): Contender => {
    let done = 0;
    return {
      name,
      version: '1',
      backend: 'none',
      notes: [],
      prepare: () => Promise.resolve(),
      train(n) {
        done += n;
        clock += n * takes;
        turns.push(name);
      },
      finish: () => Promise.resolve(),
      loss: () => Promise.resolve(losses[done - 1] ?? NaN),
      infer: () => Promise.resolve(Float32Array.from(logits)),
    };
  };

beforeEach(() => {
  [clock, turns] = [0, []];
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
  return () => vi.restoreAllMocks();
});

describe('nothing is timed', () => {
  const ours = pretend({ name: 'ours' });
  const run = (...makers: (() => Contender)[]) => race(makers, { rounds: 2, tell });

  test('when the first loss differs by a ten-thousandth, or one after it by five thousandths', async () => {
    const near = pretend({ name: 'near', losses: [2.3002, 2.2, 2.1, 2.009] });
    expect(await run(ours, near)).toHaveLength(2);
    const off = pretend({ name: 'off', losses: [2.3, 2.2, 2.1, 2.011] });
    await expect(run(ours, off)).rejects.toThrow(/off .*step 4 is 2\.011, .*the same network/);
    const other = pretend({ name: 'other', losses: [2.3003, 2.2, 2.1, 2] });
    await expect(run(ours, other)).rejects.toThrow(/other .*step 1 is 2\.3003/);
  });

  test('when a loss is no number', async () => {
    const lost = pretend({ name: 'lost', losses: [2.3, NaN, 2.1, 2] });
    await expect(run(ours, lost)).rejects.toThrow(/lost .*step 2 is NaN/);
  });

  test('when the losses do not fall', async () => {
    const idle = pretend({ name: 'idle', losses: [2.3, 2.3, 2.3, 2.3] });
    await expect(run(idle)).rejects.toThrow(/does not fall/);
  });

  test('when a logit differs', async () => {
    const off = pretend({ name: 'off', logits: [1, -2.1] });
    await expect(run(ours, off)).rejects.toThrow(/a logit of the unseen images/);
    const short = pretend({ name: 'short', logits: [1] });
    await expect(run(ours, short)).rejects.toThrow(/a logit of the unseen images/);
  });
});

test('all take turns, a slow one three at least', async () => {
  const fast = pretend({ name: 'fast', takes: 100 });
  const slow = pretend({ name: 'slow', takes: 9000 });
  const peers = await race([fast, slow], { rounds: 6, tell });
  const [f, s] = ['fast', 'slow'];
  const first = [f, f, f, f, s, s, s, s];
  const counted = [f, s];
  expect(turns).toEqual([...first, f, f, s, f, f, s, f, f, s, ...counted]);
  expect(peers.map(({ stepsAtOnce }) => stepsAtOnce)).toEqual([3, 1]);
  expect(peers.map(({ stepMs }) => stepMs.median)).toEqual([100, 9000]);
});
