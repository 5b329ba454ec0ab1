// Dispatch grids: how many workgroups, within 65,535 a dimension.
import type { Grid } from './commands.ts';

/** Workgroups for `items`, `each` per workgroup, folded into x and y: index = y · (workgroups in x) + x. */
export function linearGrid(items: number, each = 64): Grid {
  const groups = Math.ceil(items / each);
  if (groups <= 65_535) return [groups];
  const rows = Math.ceil(groups / 65_535);
  return [Math.ceil(groups / rows), rows];
}

export const ceilDiv = (a: number, b: number) => Math.ceil(a / b);
