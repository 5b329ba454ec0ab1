// Test images that also stand in the training set, equal or nearly so: they would flatter a test.

import { type ImageShape, sizeOf, type Split } from './dataset.ts';
import type { Pace } from './pace.ts';

/** Up to this distance two images are called nearly the same; see `DuplicateReport`. */
export const NEAR_DISTANCE = 0.03;

export interface DuplicatePair {
  readonly train: number;
  readonly test: number;
  /** Σ|a − b| / Σ(a + b): 0 for equal images, 1 where they share no light (Bray and Curtis 1957). */
  readonly distance: number;
  /** The two carry the same label. */
  readonly sameLabel: boolean;
}

/**
 * For every test image its nearest training image, if that is within `nearDistance`. The search is
 * exact: it skips only pairs that provably lie further apart. Found are equal images, other grain,
 * retouched details and slight changes of brightness; not found are shifted, mirrored, turned or
 * strongly lightened copies, whose pixels differ.
 */
export interface DuplicateReport {
  readonly nearDistance: number;
  /** Test images that stand in the training set byte for byte. */
  readonly exact: number;
  /** Test images with a nearly equal training image, the exact ones left out. */
  readonly near: number;
  /** Of exact and near together: pairs with different labels. */
  readonly otherLabel: number;
  /** Exact and near pairs, nearest first. */
  readonly pairs: readonly DuplicatePair[];
}

/** Images are compared first by their sum, then by the sums of 4 x 4 blocks. */
const ACROSS = 4;
const BLOCKS = ACROSS * ACROSS;

/** Images in order of their sum. */
interface Ordered {
  /** Bytes of an image, and of a row of it. */
  readonly size: number;
  readonly stride: number;
  /** Image index by rank. */
  readonly index: Uint32Array;
  /** Sum of all pixels by rank, ascending. */
  readonly sums: Float64Array;
  /** Block sums, [rank, block]. */
  readonly blocks: Int32Array;
}

/** The report; `share` turns the share of this work into that of the caller's. */
export async function findDuplicates(
  train: Split,
  test: Split,
  shape: ImageShape,
  pace: Pace,
  share: (done: number) => number,
): Promise<DuplicateReport> {
  const known = await order(train, shape, pace, share(0));
  const asked = await order(test, shape, pace, share(0));
  const pairs: DuplicatePair[] = [];
  // For Σ|a − b| ≤ t·Σ(a + b) the sums must lie within this ratio of each other.
  const ratio = (1 + NEAR_DISTANCE) / (1 - NEAR_DISTANCE);
  let first = 0;
  for (let rank = 0; rank < test.count; rank++) {
    const sum = asked.sums[rank]!;
    // Sums ascend on both sides, so the window only moves on.
    while (first < train.count && known.sums[first]! * ratio < sum) first++;
    const image = asked.index[rank]!;
    const found = nearest(train, known, first, sum * ratio, test, asked, rank);
    if (found)
      pairs.push({
        ...found,
        test: image,
        sameLabel: train.labels[found.train] === test.labels[image],
      });
    if (pace.due()) await pace.rest(share(rank / test.count));
  }
  pairs.sort((a, b) => a.distance - b.distance || a.test - b.test);
  const exact = pairs.filter(({ distance }) => distance === 0).length;
  return {
    nearDistance: NEAR_DISTANCE,
    exact,
    near: pairs.length - exact,
    otherLabel: pairs.filter(({ sameLabel }) => !sameLabel).length,
    pairs,
  };
}

/** The nearest training image from rank `first` up to the given sum, if it is near. */
function nearest(
  train: Split,
  known: Ordered,
  first: number,
  highest: number,
  test: Split,
  asked: Ordered,
  rank: number,
): { train: number; distance: number } | undefined {
  const sum = asked.sums[rank]!;
  const { size, stride } = asked;
  const offset = asked.index[rank]! * size;
  const blocks = asked.blocks.subarray(rank * BLOCKS, (rank + 1) * BLOCKS);
  let best: { train: number; distance: number } | undefined;
  let limit = NEAR_DISTANCE;
  for (let r = first; r < train.count; r++) {
    const other = known.sums[r]!;
    if (other > highest) break;
    const allowed = limit * (sum + other);
    // The difference of sums never exceeds the sum of differences, so this bound is safe.
    let bound = 0;
    for (let b = 0, at = r * BLOCKS; b < BLOCKS && bound <= allowed; b++, at++)
      bound += Math.abs(known.blocks[at]! - blocks[b]!);
    if (bound > allowed) continue;
    const index = known.index[r]!;
    const difference = differenceUpTo(
      train.images,
      index * size,
      test.images,
      offset,
      size,
      stride,
      allowed,
    );
    if (difference > allowed) continue;
    const distance = difference === 0 ? 0 : difference / (sum + other);
    // Of equally near ones the first image of the set counts.
    if (best && (distance > best.distance || (distance === best.distance && index > best.train)))
      continue;
    best = { train: index, distance };
    limit = distance;
  }
  return best;
}

/** Σ|a − b| of two images; given up once it exceeds `limit`. */
function differenceUpTo(
  a: Uint8Array,
  aFrom: number,
  b: Uint8Array,
  bFrom: number,
  size: number,
  stride: number,
  limit: number,
): number {
  let sum = 0;
  for (let row = 0; row < size && sum <= limit; row += stride)
    for (let p = row; p < row + stride; p++) sum += Math.abs(a[aFrom + p]! - b[bFrom + p]!);
  return sum;
}

async function order(
  { images, count }: Split,
  shape: ImageShape,
  pace: Pace,
  share: number,
): Promise<Ordered> {
  const [size, stride] = [sizeOf(shape), shape[1] * shape[2]];
  const blocksOf = new Int32Array(count * BLOCKS);
  const sumOf = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    sumOf[i] = addBlocks(images, i * size, shape, blocksOf, i * BLOCKS);
    if (pace.due()) await pace.rest(share);
  }
  const index = Uint32Array.from({ length: count }, (_, i) => i).sort(
    (a, b) => sumOf[a]! - sumOf[b]! || a - b,
  );
  const sums = Float64Array.from(index, (i) => sumOf[i]!);
  const blocks = new Int32Array(count * BLOCKS);
  index.forEach((i, rank) =>
    blocks.set(blocksOf.subarray(i * BLOCKS, (i + 1) * BLOCKS), rank * BLOCKS),
  );
  return { size, stride, index, sums, blocks };
}

/** Adds the block sums of one image at `to`; gives the sum of all. A block may be a pixel wider than the next. */
function addBlocks(
  images: Uint8Array,
  from: number,
  [height, width, channels]: ImageShape,
  blocks: Int32Array,
  to: number,
): number {
  let total = 0;
  let p = from;
  for (let row = 0; row < height; row++) {
    const line = to + Math.floor((row * ACROSS) / height) * ACROSS;
    for (let column = 0; column < ACROSS; column++) {
      const end = from + (row * width + Math.ceil(((column + 1) * width) / ACROSS)) * channels;
      let sum = 0;
      while (p < end) sum += images[p++]!;
      blocks[line + column]! += sum;
      total += sum;
    }
  }
  return total;
}
