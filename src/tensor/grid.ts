// Dispatch grids: how many workgroups, within 65,535 a dimension.
import type { Grid } from './commands.ts';

/** Workgroups of a grid, in each dimension: WebGPU's default limit. */
export const MOST_GROUPS = 65_535;

/** Workgroups for `items`, `each` per workgroup, folded into x and y: index = y · (workgroups in x) + x. */
export function linearGrid(items: number, each = 64): Grid {
  const groups = Math.ceil(items / each);
  if (groups <= MOST_GROUPS) return [groups];
  const rows = Math.ceil(groups / MOST_GROUPS);
  return [Math.ceil(groups / rows), rows];
}

/** Elements that an invocation of parts/each takes where an element is little work. */
export const UNROLL = 4;

/** Workgroups for a kernel of parts/each with UNROLL. */
export const eachGrid = (count: number): Grid => linearGrid(count, 64 * UNROLL);

export const ceilDiv = (a: number, b: number) => Math.ceil(a / b);
