// A run of the bench from beginning to end. Knows no Node and no page: the host opens devices and says what it is.
import { type Choice, type Device, type TuningStore, tune } from '../src/tensor/index.ts';
import { flopsPerSecond, largeCopy, measureCeilings } from './ceilings/ceilings.ts';
import { measureCold } from './cold.ts';
import { type Ceilings, type Result, type Runtime, SCHEMA, type Verified } from './result.ts';
import { type Row, underRoof } from './row.ts';
import { measureMemory, measureScaling } from './scaling.ts';
import { quickShapes, usualShapes } from './shapes/index.ts';
import { timeShape, whyNot } from './shapes/time.ts';
import { noiseOf } from './statistics.ts';
import { accounted, measureStep, verified } from './step.ts';
import { bestOf, timeDispatches } from './timing.ts';
import { openTraining } from './training.ts';

/** Where the bench runs. */
export interface Host {
  readonly runtime: Runtime;
  /** A device that shares nothing with those opened before. */
  readonly open: () => Promise<Device>;
  /** Of the process, where it can be read. */
  readonly residentBytes: () => number | undefined;
  /** Begins to watch the cores; the result tells what share of their time others took since. */
  readonly watchCores?: () => () => number;
  /** Told what is done, as it is done. */
  readonly tell: (line: string) => void;
}

export const PARTS = ['step', 'shapes', 'scaling', 'memory', 'cold'] as const;
export type Part = (typeof PARTS)[number];

export interface Wanted {
  readonly parts: readonly Part[];
  readonly batch: number;
  readonly runs: number;
  /** Of the look at memory; by default 1,000, or as many as take a minute. */
  readonly steps?: number;
  readonly quick: boolean;
  readonly allVariants: boolean;
  /** Let the tuner choose the kernels of the step, and measure with its choice. */
  readonly tune: boolean;
}

/** What the host itself knows of a result. */
export type Origin = Pick<Result, 'date' | 'commit' | 'machine' | 'versions'>;

/** @throws Wrong when a kernel disagrees with float64 */
export async function runBench(
  { open, runtime, residentBytes, watchCores, tell }: Host,
  wanted: Wanted,
): Promise<Omit<Result, keyof Origin>> {
  const { parts, batch, runs, quick } = wanted;
  const has = (part: Part) => parts.includes(part);
  const agreed: Verified[] = [];
  const others = watchCores?.();

  // First, while no other device has compiled anything.
  const cold = has('cold') ? await measureCold(open, batch) : undefined;
  if (cold) tell('cold start');

  const device = await open();
  const { peak, costs, effort } = await measureCeilings(device, runs);
  const control = async () => bestOf(await timeDispatches(device, [peak.dispatch], effort));
  const before = await control();
  const peakNow = async () =>
    flopsPerSecond(
      peak,
      bestOf(await timeDispatches(device, [peak.dispatch], { ...effort, runs: 3 })),
    );
  const first: Ceilings = { ...costs, flopsPerSecond: flopsPerSecond(peak, before) };
  tell('ceilings');

  const tuned = wanted.tune ? await measureVariants(device, batch) : undefined;
  if (tuned) tell('variants of the step tuned');
  if (has('step')) {
    agreed.push(...(await verified((seed) => openTraining(device, batch, seed))));
    tell('step verified');
  }
  const step = has('step')
    ? await measureStep(await openTraining(device, batch), effort, peakNow)
    : undefined;
  if (step) tell('step and its kernels');

  const shapes: Row[] = [];
  const skipped: { name: string; why: string }[] = [];
  for (const shape of has('shapes') ? (quick ? quickShapes : usualShapes) : []) {
    const why = whyNot(shape, first);
    if (why) {
      skipped.push({ name: shape.name, why });
      continue;
    }
    const timed = await timeShape(device, shape, effort, wanted.allVariants);
    if (timed.length === 0) skipped.push({ name: shape.name, why: 'it has no kernel of its own' });
    agreed.push(...timed.map(({ verified }) => verified));
    shapes.push(...timed.map(({ row }) => row));
    tell(shape.name);
  }

  const scaled = has('scaling') ? await measureScaling(device, runs, tell) : undefined;
  if (scaled) agreed.push(...scaled.agreed);
  const memory = has('memory')
    ? await measureMemory(await open(), batch, residentBytes, wanted.steps)
    : undefined;
  if (memory) tell(`memory over ${memory.steps} steps`);
  const after = await control();
  const ceilings: Ceilings = {
    ...first,
    flopsPerSecond: Math.max(first.flopsPerSecond, flopsPerSecond(peak, after)),
    bytesPerSecond: Math.max(first.bytesPerSecond, await largeCopy(device, effort)),
  };
  const { info } = device;
  device.destroy();
  return {
    schema: SCHEMA,
    runtime,
    adapter: info,
    batch,
    quick,
    ceilings,
    noise: noiseOf(before, after, others?.()),
    verified: agreed,
    ...(tuned && { tuned }),
    ...(step && { step: accounted(step, ceilings) }),
    ...(has('shapes') && { shapes: shapes.map((row) => underRoof(row, ceilings)), skipped }),
    ...(scaled && { scaling: scaled.scaling }),
    ...(memory && { memory }),
    ...(cold && { cold }),
  };
}

/** A bench remembers nothing: what it says of a kernel it has measured itself. */
const forgetful: TuningStore = {
  read: () => Promise.resolve(undefined),
  write: () => Promise.resolve(),
};

const measureVariants = (device: Device, batch: number): Promise<readonly Choice[]> =>
  tune(device, () => openTraining(device, batch), {
    store: forgetful,
    now: () => performance.now(),
  });
