// The race: contenders take turns. First each takes the same few steps, whose losses must agree; then all are
// timed in rounds, so that what disturbs the machine disturbs all alike.
import type { Peer } from '../result.ts';
import { spread } from '../statistics.ts';
import type { Contender } from './contender.ts';
import { countFor, countsOf } from './counters.ts';

export interface RaceOptions {
  /** Turns of a contender; a slow one takes fewer. */
  readonly rounds: number;
  readonly tell: (line: string) => void;
}

/** A peer, but for where it ran. */
export type Raced = Omit<Peer, 'runtime' | 'adapter' | 'network' | 'batch'>;

/** Steps whose losses are compared, the first among them. */
const COMPARED = 4;
/**
 * Largest relative difference of the first loss, which the forward pass makes, and of those after it: Adam's first steps
 * follow the sign of a gradient, however near 0 it is, so rounding moves some weights the other way.
 */
const FIRST_LOSS_TOLERANCE = 1e-4;
const LOSS_TOLERANCE = 5e-3;
/** And of a logit to the largest logit. */
const LOGIT_TOLERANCE = 2e-2;
/** The most time for the turns of one contender; three it takes in any case. */
const BUDGET_MS = 20_000;
/** A turn takes about this long, so that waiting for the device does not weigh much. */
const TURN_MS = 250;
const MOST_STEPS_AT_ONCE = 64;
/** Inference slower than this is timed once after its first run; slower than that, by its first run alone. */
const SLOW_MS = 2000;
const TOO_SLOW_MS = 20_000;

interface Runner {
  readonly contender: Contender;
  readonly key: string;
  readonly losses: readonly number[];
  readonly firstStepMs: number;
  readonly stepsAtOnce: number;
  readonly turns: number;
  readonly samples: number[];
}

/**
 * @param makers each makes a contender; the first is what the others are held against
 * @throws Error when losses or logits disagree
 */
export async function race(
  makers: readonly (() => Promise<Contender> | Contender)[],
  options: RaceOptions,
): Promise<Raced[]> {
  const { rounds, tell } = options;
  const runners: Runner[] = [];
  let logits: Float32Array | undefined;
  for (const make of makers) {
    const contender = await make();
    const runner = await warmUp(contender, options);
    compare(runner, runners[0]);
    const own = await contender.infer(128);
    logits ??= own;
    compareLogits(runner.key, own, logits);
    tell(`${runner.key}: losses ${runner.losses.map((l) => l.toFixed(4)).join(', ')} agree`);
    runners.push(runner);
  }

  for (let round = 0; round < rounds; round++) {
    for (const runner of runners) if (isDue(runner, round, rounds)) await takeTurn(runner);
    tell(`round ${round + 1} of ${rounds}`);
  }

  const results: Raced[] = [];
  for (const runner of runners) results.push(await summarize(runner));
  return results;
}

/** The first steps, timed one by one, with their losses. */
async function warmUp(contender: Contender, { rounds, tell }: RaceOptions): Promise<Runner> {
  const key = `${contender.name} ${contender.version} ${contender.backend}`;
  countFor(key);
  await contender.activate?.();
  await contender.prepare();
  await contender.finish();
  const losses: number[] = [];
  const times: number[] = [];
  for (let i = 0; i < COMPARED; i++) {
    times.push(await timed(contender, 1));
    losses.push(await contender.loss());
    tell(`${key}: step ${i + 1} took ${times.at(-1)?.toFixed(0)} ms`);
  }
  const stepMs = Math.min(...times.slice(1));
  const stepsAtOnce = Math.min(MOST_STEPS_AT_ONCE, Math.max(1, Math.round(TURN_MS / stepMs)));
  const affordable = Math.floor(BUDGET_MS / (stepMs * stepsAtOnce));
  return {
    contender,
    key,
    losses,
    firstStepMs: times[0] as number,
    stepsAtOnce,
    turns: Math.min(rounds, Math.max(3, affordable)),
    samples: [],
  };
}

/** Spreads a runner's turns over the rounds. */
const isDue = ({ turns }: Runner, round: number, rounds: number) =>
  Math.floor(((round + 1) * turns) / rounds) > Math.floor((round * turns) / rounds);

async function takeTurn({ contender, key, stepsAtOnce, samples }: Runner): Promise<void> {
  countFor(key);
  await contender.activate?.();
  samples.push((await timed(contender, stepsAtOnce)) / stepsAtOnce);
}

async function timed(contender: Contender, steps: number): Promise<number> {
  const start = performance.now();
  await contender.train(steps);
  await contender.finish();
  return performance.now() - start;
}

async function summarize(runner: Runner): Promise<Raced> {
  const { contender, key, stepsAtOnce, samples, losses, firstStepMs } = runner;
  const { name, version, backend, notes } = contender;
  countFor(key);
  await contender.activate?.();
  const counts = countsOf(key);
  const before = { ...counts };
  await timed(contender, stepsAtOnce);
  const { liveBytes } = counts;
  const perStep = (count: keyof typeof counts) => (counts[count] - before[count]) / stepsAtOnce;
  return {
    name,
    version,
    backend,
    stepMs: spread(samples),
    stepsAtOnce,
    firstStepMs,
    dispatches: perStep('dispatches'),
    passes: perStep('passes'),
    submits: perStep('submits'),
    buffersCreated: perStep('buffersCreated'),
    bytesWritten: perStep('bytesWritten'),
    liveBytes,
    inferenceMs: {
      128: await inferenceMs(contender, 128),
      1000: await inferenceMs(contender, 1000),
    },
    losses,
    notes,
  };
}

/** The fastest of up to three runs after one that may compile; that one, where it takes very long. */
async function inferenceMs(contender: Contender, images: number): Promise<number> {
  const run = async () => {
    const start = performance.now();
    await contender.infer(images);
    return performance.now() - start;
  };
  const first = await run();
  if (first > TOO_SLOW_MS) return first;
  const times = [await run()];
  while (times.length < 3 && (times[0] as number) < SLOW_MS) times.push(await run());
  return Math.min(...times);
}

function compare({ key, losses }: Runner, first: Runner | undefined): void {
  if (!first) {
    if (!((losses.at(-1) as number) < (losses[0] as number))) {
      throw new Error(`${key}: the loss does not fall (${losses.join(', ')}); nothing is timed`);
    }
    return;
  }
  losses.forEach((loss, i) => {
    const wanted = first.losses[i] as number;
    const tolerance = i === 0 ? FIRST_LOSS_TOLERANCE : LOSS_TOLERANCE;
    if (Math.abs(loss - wanted) <= tolerance * Math.abs(wanted)) return;
    throw new Error(
      `${key}: the loss of step ${i + 1} is ${loss}, that of ${first.key} ${wanted}. They do not train ` +
        `the same network, so their times do not compare.`,
    );
  });
}

function compareLogits(key: string, logits: Float32Array, wanted: Float32Array): void {
  const largest = wanted.reduce((top, z) => Math.max(top, Math.abs(z)), 0);
  const off = wanted.reduce((top, z, i) => Math.max(top, Math.abs(z - (logits[i] ?? NaN))), 0);
  if (off <= LOGIT_TOLERANCE * largest) return;
  throw new Error(
    `${key}: a logit of the unseen images is off by ${off}, the largest is ${largest}`,
  );
}
