// One training step: verified, timed as a whole, and taken apart into its dispatches.
import { type Dispatch, readConstants } from '../src/tensor/index.ts';
import type { Ceilings, Spread, StepResult, Verified } from './result.ts';
import { roofOf } from './roofline.ts';
import { type Row, rowOf, underRoof } from './row.ts';
import { affordable, spread } from './statistics.ts';
import { type Effort, bestOf, timeDispatches } from './timing.ts';
import type { Training } from './training.ts';
import { verifyStep } from './verify/step.ts';
import { Wrong } from './verify/wrong.ts';
import { workOf } from './work.ts';

/**
 * Holds the first step of a training against float64, or of a second one with another seed: see GRADIENTS.
 * @throws Wrong when both are off
 */
export async function verified(open: (seed: number) => Promise<Training>): Promise<Verified[]> {
  const wrong = (found: readonly Verified[]) => found.find((v) => !(v.error <= v.tolerance));
  let found: Verified[] = [];
  for (const seed of [1, 2]) {
    found = await verifyStep(await open(seed));
    if (!wrong(found)) return found;
  }
  throw new Wrong(wrong(found) as Verified);
}

/** A sample should last so long: waiting in Node is only as exact as a millisecond. */
const SAMPLE_MS = 100;

/** Milliseconds a step by the wall clock: several steps in one submit, then waited for. */
export const timeSteps = async (training: Training, runs: number) =>
  spread(await sampleSteps(training, runs));

/** @param between awaited before every sample, and after the last */
async function sampleSteps(
  { model, step }: Training,
  runs: number,
  between: () => Promise<unknown> = () => Promise.resolve(),
) {
  const { device } = model;
  const sample = async (steps: number) => {
    const start = performance.now();
    step.run(steps);
    await device.finish();
    return (performance.now() - start) / steps;
  };
  const oneMs = Math.min(await sample(1), await sample(1));
  const steps = Math.max(1, Math.min(64, Math.round(SAMPLE_MS / oneMs)));
  const samples: number[] = [];
  for (let i = 0; i < affordable(runs, steps * oneMs); i++) {
    await between();
    samples.push(await sample(steps));
  }
  await between();
  return samples;
}

const SUBMITS = 40;

/** What `step.run(1)` takes of our own thread, with nothing in flight: encoding 20 or 30 commands, and a submit. */
export async function timeJavaScript({ model, step }: Training) {
  const samples: number[] = [];
  for (let i = 0; i < SUBMITS; i++) {
    const start = performance.now();
    step.run(1);
    samples.push(performance.now() - start);
    await model.device.finish();
  }
  return spread(samples);
}

/** Every dispatch by itself, in the order of the step, so that each finds what the one before it left. */
async function timeKernels({ model, step }: Training, effort: Effort) {
  const rows: Row[] = [];
  const dispatches = step.recording.commands.filter((c): c is Dispatch => c.kind === 'dispatch');
  for (const dispatch of dispatches) {
    const timed = await timeDispatches(model.device, [dispatch], effort);
    rows.push(rowOf(nameOf(dispatch), [dispatch.label], workOf(dispatch), timed));
  }
  return rows;
}

/** `conv 3x3 32→64 of 13x13` for what says its dims, else the kernel's own name. */
export function nameOf({ label, program }: Dispatch): string {
  const { H, W, C, K, R, S, P } = readConstants(program.wgsl);
  if (K === undefined || P === undefined || !label.startsWith('conv2d')) return label;
  const what = H === 1 && W === 1 ? `dense ${C}→${K}` : `conv ${R}x${S} ${C}→${K} of ${H}x${W}`;
  const direction = /(Input|Filter)Grad/.exec(label)?.[1]?.toLowerCase();
  return direction ? `${what}, ${direction} gradient` : `${what}, forward`;
}

/** A step as measured; `accounted` holds it against the ceilings. */
export interface MeasuredStep {
  readonly batch: number;
  readonly samplesMs: readonly number[];
  /** The adapter's FLOP/s before each sample, and after the last. */
  readonly peaks: readonly number[];
  readonly javaScriptMs: Spread;
  readonly rows: readonly Row[];
}

/** @param peakNow the adapter's FLOP/s of the moment, which on a shared machine changes from second to second */
export async function measureStep(
  training: Training,
  effort: Effort,
  peakNow: () => Promise<number>,
): Promise<MeasuredStep> {
  const peaks: number[] = [];
  const samplesMs = await sampleSteps(training, effort.runs, async () =>
    peaks.push(await peakNow()),
  );
  const javaScriptMs = await timeJavaScript(training);
  const rows = await timeKernels(training, effort);
  return { batch: training.batch, samplesMs, peaks, javaScriptMs, rows };
}

export function accounted(
  { batch, samplesMs, peaks, javaScriptMs, rows }: MeasuredStep,
  ceilings: Ceilings,
): StepResult {
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
  const wallMs = spread(samplesMs);
  const shares = samplesMs.map((ms, i) => {
    const flopsPerSecond = ((peaks[i] as number) + (peaks[i + 1] as number)) / 2;
    return sum((row) => roofOf(row, { ...ceilings, flopsPerSecond }).timeMs) / ms;
  });
  const kernelsMs = sum((row) => bestOf(row).median);
  return {
    wallMs,
    imagesPerSecond: (1000 * batch) / wallMs.median,
    dispatches: rows.length,
    kernels: rows.map((row) => underRoof(row, ceilings)),
    kernelsMs,
    gapMs: wallMs.median - kernelsMs,
    roofShare: spread(shares).median,
    javaScriptMs,
  };
}
