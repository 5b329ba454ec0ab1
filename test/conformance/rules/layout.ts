// The vectors are channels-first, weft is channels-last: arrays are converted at the border, on the CPU.
import type { Host } from '../case.ts';
import { array64 } from '../../reference/array.ts';
import { transpose } from '../../reference/shape.ts';

/** image: [N,C,H,W] or [N,C,W]; filter: [K,C,R,S] or [K,C,S]. */
export type Layout = 'plain' | 'image' | 'filter';

const PERM = { image: [0, 2, 3, 1], filter: [2, 3, 1, 0] };
const INVERSE = { image: [0, 3, 1, 2], filter: [3, 2, 0, 1] };

/** To [N,H,W,C] or [R,S,C,K]; one spatial axis becomes the second of two. */
export function toLayout({ shape, data }: Host, layout: Layout): Host {
  if (layout === 'plain') return { shape, data };
  const flat = shape.length === 3 ? shape.toSpliced(2, 0, 1) : shape;
  return transpose(array64(data, flat), PERM[layout]);
}

/** Back, with as many axes as the case has. */
export function fromLayout({ shape, data }: Host, layout: Layout, rank: number): Host {
  if (layout === 'plain' || shape.length < 4) return { shape, data }; // or one value a channel
  const back = transpose(array64(data, shape), INVERSE[layout]);
  return rank === 3 && back.shape[2] === 1
    ? { shape: back.shape.toSpliced(2, 1), data: back.data }
    : back;
}
