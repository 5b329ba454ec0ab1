// How the pixels of a filter gradient are dealt to partial sums.
import type { Grid } from '../commands.ts';
import type { Device } from '../device.ts';
import { ceilDiv } from '../grid.ts';
import { type ConvShape, dims, pixels } from './convShape.ts';

/** Workgroups that keep an adapter busy. */
export const ENOUGH = { software: 16, gpu: 512 };
/** Most numbers summed one after another: more would cost accuracy. */
export const LONGEST_SHARE = 4096;
const SHORTEST_SHARE = 256;

/** Partial sums to which the pixels can be dealt, each with enough of them. */
export const mostSplits = (s: ConvShape) => Math.floor(pixels(s) / SHORTEST_SHARE);

/** Deals the pixels to partial sums, so that the grid is large enough and no sum too long. */
export function split(
  s: ConvShape,
  device: Device,
  more: Readonly<Record<string, number | boolean | string>>,
  [x, y = 1]: Grid,
) {
  const enough = ENOUGH[device.info.software ? 'software' : 'gpu'];
  const wanted = Math.max(
    ceilDiv(enough, x * y),
    ceilDiv(s.pool ? pixels(s) / 4 : pixels(s), LONGEST_SHARE),
  );
  const partBytes = 4 * s.R * s.S * s.C * s.K; // the partial sums must fit one binding
  const room = Math.floor(device.gpu.limits.maxStorageBufferBindingSize / partBytes);
  const splits = Math.max(1, Math.min(wanted, mostSplits(s), room));
  const SHARE = ceilDiv(ceilDiv(pixels(s), splits), 4) * 4;
  const SPLIT = ceilDiv(pixels(s), SHARE);
  const grid: Grid = [x, y, SPLIT];
  return { constants: { ...dims(s), ...more, SPLIT, SHARE }, grid };
}
