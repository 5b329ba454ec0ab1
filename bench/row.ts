// One line of a result: work and times, and where they stand under the roof.
import type { Ceilings, KernelRow } from './result.ts';
import { type Work, roofOf } from './roofline.ts';
import { type Timed, bestOf } from './timing.ts';

/** A line before the ceilings are known for good. */
export type Row = Omit<KernelRow, 'roofShare' | 'bound'>;

export function rowOf(
  name: string,
  kernels: readonly string[],
  { flops, bytes }: Work,
  timed: Timed,
): Row {
  const { gpuMs, wallMs } = timed;
  const timeMs = bestOf(timed).median;
  return {
    name,
    kernels,
    flops,
    bytes,
    ...(gpuMs && { gpuMs }),
    wallMs,
    gflopsPerSecond: flops / timeMs / 1e6,
    gigabytesPerSecond: bytes / timeMs / 1e6,
  };
}

export function underRoof(row: Row, ceilings: Ceilings): KernelRow {
  const { timeMs, bound } = roofOf(row, ceilings);
  return { ...row, roofShare: timeMs / bestOf(row).median, bound };
}
