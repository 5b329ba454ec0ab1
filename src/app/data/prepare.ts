// Preparation: how bytes become a network's input, and which training images are held back.

import type { Labels } from './dataset.ts';
import { Random } from './random.ts';

/** A network sees byte · PIXEL_SCALE, so black is 0 and white is 1. */
export const PIXEL_SCALE = 1 / 255;

/** float32(byte · 1/255), the values that the batch kernel makes on the GPU. */
export function scalePixels(bytes: Uint8Array): Float32Array {
  return Float32Array.from(bytes, (byte) => byte * PIXEL_SCALE);
}

/** Indices into a list of labels, ascending. */
export interface Selection {
  readonly chosen: Uint32Array;
  readonly rest: Uint32Array;
}

export interface TrainValidation {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
}

/**
 * Chooses `count` of the labeled images at random, every class by its share: quotas by largest
 * remainder (Hamilton), so no class is further than one image from its exact share. Same labels,
 * same seed: same choice. `among` restricts it to some indices.
 */
export function chooseStratified(
  labels: Labels,
  count: number,
  options: { seed: number; among?: Uint32Array },
): Selection {
  const among = options.among ?? Uint32Array.from(labels.keys());
  const total = among.length;
  if (!Number.isInteger(count) || count < 0 || count > total)
    throw new RangeError(`chooseStratified: count ${count} is not an integer in 0..${total}`);
  const perClass: number[][] = [];
  for (const index of among) {
    const label = labels[index];
    if (label === undefined)
      throw new RangeError(`chooseStratified: index ${index} is outside 0..${labels.length - 1}`);
    while (perClass.length <= label) perClass.push([]);
    perClass[label]?.push(index);
  }
  const chosen: number[][] = [];
  const rest: number[][] = [];
  const quotas = shares(
    perClass.map((members) => members.length),
    count,
  );
  perClass.forEach((members, label) => {
    const shuffled = new Random(options.seed, 0x73706c74, label).shuffle(members);
    chosen.push(shuffled.slice(0, quotas[label]));
    rest.push(shuffled.slice(quotas[label]));
  });
  const ascending = (lists: number[][]) => Uint32Array.from(lists.flat()).sort();
  return { chosen: ascending(chosen), rest: ascending(rest) };
}

/** Splits `count` in proportion to `sizes` by largest remainder; equal remainders go to the first. */
function shares(sizes: readonly number[], count: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total === 0) return sizes.map(() => 0);
  // size · count stays far below 2^53, so quota and remainder are exact.
  const quotas = sizes.map((size) => Math.floor((size * count) / total));
  const byRemainder = sizes
    .map((size, label) => ({ label, remainder: (size * count) % total }))
    .sort((a, b) => b.remainder - a.remainder || a.label - b.label);
  const open = count - quotas.reduce((sum, quota) => sum + quota, 0);
  for (const { label } of byRemainder.slice(0, open)) quotas[label]!++;
  return quotas;
}

/**
 * Holds `validation` training images back, every class by its share. A value below 1 is a fraction
 * of all (rounded to whole images), else a number of images; 0 holds none back. Deterministic.
 */
export function splitTrainValidation(
  labels: Labels,
  options: { validation: number; seed: number },
): TrainValidation {
  const { validation, seed } = options;
  const total = labels.length;
  const count = validation > 0 && validation < 1 ? Math.round(validation * total) : validation;
  if (!Number.isInteger(count) || count < 0 || (validation > 0 && (count < 1 || count >= total)))
    throw new RangeError(
      `validation: ${validation} of ${total} images is not possible; ` +
        `give a fraction between 0 and 1 or a number from 0 to ${total - 1}`,
    );
  const { chosen, rest } = chooseStratified(labels, count, { seed });
  return { train: rest, validation: chosen };
}
