// Times shapes: each variant is held against float64 first, and a wrong one ends the bench.
import { type Device, type Dispatch, variantNames, withVariant } from '../../src/tensor/index.ts';
import type { Ceilings, Verified } from '../result.ts';
import { roofOf } from '../roofline.ts';
import { type Row, rowOf } from '../row.ts';
import { type Effort, timeDispatches } from '../timing.ts';
import { Wrong } from '../verify/wrong.ts';
import type { Prepared, Shape } from './shape.ts';

/** Kernels seldom reach a quarter of the roof's speed on shapes that they are not written for. */
const USUAL_SHARE = 0.25;
/** A watchdog ends what takes seconds. */
const LONGEST_MS = 1000;

/** Why a shape is left out here; undefined where it is not. */
export function whyNot(shape: Shape, ceilings: Ceilings): string | undefined {
  const expectedMs = roofOf(shape, ceilings).timeMs / USUAL_SHARE;
  return expectedMs > LONGEST_MS
    ? `one dispatch would take about ${(expectedMs / 1000).toFixed(1)} s on this adapter`
    : undefined;
}

export interface TimedShape {
  readonly row: Row;
  readonly verified: Verified;
}

/** One row, or with `allVariants` one for every variant that the shape has here. */
export async function timeShape(
  device: Device,
  shape: Shape,
  effort: Effort,
  allVariants: boolean,
): Promise<TimedShape[]> {
  const prepared = shape.prepare(device);
  const rows: TimedShape[] = [];
  const names = allVariants && shape.hasVariants ? variantNames : [undefined];
  for (const name of names) {
    const run = () => device.capture(prepared.run);
    const recording = name ? withVariant(device, name, run) : run();
    recording.replay();
    const dispatches = recording.commands as readonly Dispatch[];
    const kernels = dispatches.map(({ label }) => label);
    if (rows.some(({ row }) => row.kernels.join() === kernels.join())) continue;
    const verified = await verify(shape, prepared, kernels, recording.result);
    if (dispatches.length === 0) continue; // another op has computed it on its way
    const timed = await timeDispatches(device, dispatches, effort);
    rows.push({ verified, row: rowOf(shape.name, kernels, shape, timed) });
  }
  for (const { storage } of prepared.tensors) storage.release();
  device.trim();
  return rows;
}

async function verify(
  { name, tolerance }: Shape,
  { errorOf }: Prepared,
  kernels: readonly string[],
  outputs: Awaited<ReturnType<Prepared['run']>>,
): Promise<Verified> {
  const error = errorOf(await Promise.all(outputs.map((t) => t.data())));
  const verified = { name: `${name} (${kernels.join(', ')})`, error, tolerance };
  if (!(error <= tolerance)) throw new Wrong(verified);
  return verified;
}
