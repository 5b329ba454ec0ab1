// The roofline model (Williams, Waterman & Patterson 2009): no kernel can be faster than its FLOPs at the
// adapter's peak, nor than its bytes at its bandwidth; and no dispatch is cheaper than one that does nothing.
import type { Bound, Ceilings } from './result.ts';

export interface Work {
  readonly flops: number;
  readonly bytes: number;
}

export interface Roof {
  /** The least time that this work can take: max(FLOPs / peak, bytes / bandwidth). */
  readonly timeMs: number;
  /** What sets it, or the launch where an empty dispatch takes longer than that. */
  readonly bound: Bound;
}

type Measured = Pick<Ceilings, 'flopsPerSecond' | 'bytesPerSecond' | 'dispatchMs'>;

export function roofOf({ flops, bytes }: Work, ceilings: Measured): Roof {
  const computeMs = (1000 * flops) / ceilings.flopsPerSecond;
  const bandwidthMs = (1000 * bytes) / ceilings.bytesPerSecond;
  const timeMs = Math.max(computeMs, bandwidthMs);
  const side: Bound = computeMs > bandwidthMs ? 'compute' : 'bandwidth';
  return { timeMs, bound: timeMs < ceilings.dispatchMs ? 'launch' : side };
}
