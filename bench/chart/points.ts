// What the charts show of a result, as plain numbers.
import type { Ceilings, KernelRow, Peer, StepResult } from '../result.ts';
import { bestOf } from '../timing.ts';

/** A kernel under the roof. */
export interface Point {
  readonly name: string;
  readonly kernels: string;
  /** FLOPs for each byte that must be moved. */
  readonly intensity: number;
  readonly gflopsPerSecond: number;
  readonly roofShare: number;
  /** Of the sum of the step's kernels; undefined for a shape that is timed by itself. */
  readonly share: number | undefined;
}

/** Kernels without products have no place on a roofline: their intensity is 0. */
export function pointsOf(rows: readonly KernelRow[], totalMs?: number): Point[] {
  return rows
    .filter(({ flops }) => flops > 0)
    .map((row) => ({
      name: row.name,
      kernels: row.kernels.join(', '),
      intensity: row.flops / row.bytes,
      gflopsPerSecond: row.gflopsPerSecond,
      roofShare: row.roofShare,
      share: totalMs === undefined ? undefined : bestOf(row).median / totalMs,
    }));
}

/** GFLOP/s that the roof allows at an intensity. */
export const roofAt = (intensity: number, { flopsPerSecond, bytesPerSecond }: Ceilings) =>
  Math.min(flopsPerSecond, intensity * bytesPerSecond) / 1e9;

/** The intensity at which the two sides of the roof meet. */
export const ridgeOf = ({ flopsPerSecond, bytesPerSecond }: Ceilings) =>
  flopsPerSecond / bytesPerSecond;

export type Phase = 'forward' | 'backward' | 'update' | 'gap';

export interface Segment {
  readonly name: string;
  readonly phase: Phase;
  readonly timeMs: number;
}

/** The step's wall clock in pieces: its dispatches in order, then what none of them accounts for. */
export function segmentsOf({ kernels, gapMs }: StepResult): Segment[] {
  const segments = kernels.map((row): Segment => {
    const stem = row.kernels[0] ?? '';
    const isBackward = /gradient/.test(row.name) || /grad|sumSplits/i.test(stem);
    const isUpdate = /^(adam|sgd|rmsprop|record)/.test(stem);
    const phase = isUpdate ? 'update' : isBackward ? 'backward' : 'forward';
    return { name: row.name, phase, timeMs: bestOf(row).median };
  });
  return gapMs > 0 ? [...segments, { name: 'gap', phase: 'gap', timeMs: gapMs }] : segments;
}

/** `weft`, or `TensorFlow.js wasm` where a library comes with several backends. */
export const peerName = ({ name, backend }: Peer, peers: readonly Peer[]) =>
  peers.filter((other) => other.name === name).length > 1 ? `${name} ${backend}` : name;
