// How the pixels of a filter gradient are dealt to partial sums.
import type { Grid } from '../commands.ts';
import type { Device } from '../device.ts';
import { ceilDiv } from '../grid.ts';
import { type ConvShape, dims, pixels } from './convShape.ts';

/** Workgroups that keep an adapter busy. */
export const ENOUGH = { software: 16, gpu: 512 };
/** Most numbers summed one after another: more would cost accuracy. */
const LONGEST_SHARE = 4096;
const SHORTEST_SHARE = 256;

/** Partial sums to which the pixels can be dealt, each with enough of them. */
export const mostSplits = (s: ConvShape) => Math.floor(pixels(s) / SHORTEST_SHARE);

/** What is to be dealt to partial sums. */
interface Deal {
  /** Pixels or rows of them, and how many numbers each adds to a sum. */
  readonly items: number;
  readonly numbers: number;
  /** Workgroups of one partial sum. */
  readonly groups: number;
  /** Bytes of one partial sum: all of them must fit one binding. */
  readonly bytes: number;
  readonly most: number;
  /** Items that stay together, by default 1. */
  readonly together?: number;
}

/** Partial sums, and the items of each, so that the grid is large enough and no sum too long. */
export function dealt(
  device: Device,
  { items, numbers, groups, bytes, most, together = 1 }: Deal,
): { readonly SPLIT: number; readonly SHARE: number } {
  const enough = ENOUGH[device.info.software ? 'software' : 'gpu'];
  const wanted = Math.max(ceilDiv(enough, groups), ceilDiv(items * numbers, LONGEST_SHARE));
  const room = Math.floor(device.gpu.limits.maxStorageBufferBindingSize / bytes);
  const splits = Math.max(1, Math.min(wanted, most, room));
  const SHARE = ceilDiv(ceilDiv(items, splits), together) * together;
  return { SPLIT: ceilDiv(items, SHARE), SHARE };
}

/** The constants and the grid of a filter gradient that has [x, y] workgroups for one partial sum. */
export function split(
  s: ConvShape,
  device: Device,
  more: Readonly<Record<string, number | boolean | string>>,
  [x, y = 1]: Grid,
) {
  const { SPLIT, SHARE } = dealt(device, {
    items: pixels(s),
    numbers: s.pool ? 1 / 4 : 1, // of a pooled window one pixel counts
    groups: x * y,
    bytes: 4 * s.R * s.S * s.C * s.K,
    most: mostSplits(s),
    together: 4,
  });
  const grid: Grid = [x, y, SPLIT];
  return { constants: { ...dims(s), ...more, SPLIT, SHARE }, grid };
}
