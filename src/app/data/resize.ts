// Pictures of any size as images of one: each pixel the mean of the area that it covers, the aspect kept.
import { type ImageShape, sizeOf } from './dataset.ts';

/** A decoded picture. */
export interface Picture {
  /** Row-major [height, width, 4], 0 to 255, alpha not multiplied in. */
  readonly rgba: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

/** How a picture of another aspect fits: with margins at two sides, or with two sides cut off. */
export type Fit = 'pad' | 'crop';

export interface Resized {
  /** Bytes [height, width, channels]. */
  readonly pixels: Uint8Array;
  /** The part of the picture that is seen; it reaches beyond the picture where margins are. */
  readonly box: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
}

/**
 * Scales to the shape by area averaging. Margins and what is transparent have the level `ground`, 0 unless told. Gray is luma (ITU-R BT.601):
 * 0.299 R + 0.587 G + 0.114 B.
 */
export function resized(picture: Picture, shape: ImageShape, fit: Fit, ground = 0): Resized {
  const { width, height } = picture;
  const [H, W, C] = shape;
  const ways = [width / W, height / H] as const;
  /** Pixels of the picture to one of the image. */
  const scale = fit === 'pad' ? Math.max(...ways) : Math.min(...ways);
  const box = {
    left: (width - W * scale) / 2,
    top: (height - H * scale) / 2,
    width: W * scale,
    height: H * scale,
  };
  const columns = Array.from({ length: W }, (_, x) => coverOf(box.left + x * scale, scale, width));
  const pixels = new Uint8Array(sizeOf(shape));
  for (let y = 0; y < H; y++) {
    const rows = coverOf(box.top + y * scale, scale, height);
    for (let x = 0; x < W; x++) {
      const [r, g, b] = meanOf(picture, rows, columns[x] as Cover, scale * scale, ground);
      const at = (y * W + x) * C;
      if (C === 1) pixels[at] = Math.round(0.299 * r + 0.587 * g + 0.114 * b);
      else pixels.set([Math.round(r), Math.round(g), Math.round(b)], at);
    }
  }
  return { pixels, box };
}

/** Which rows or columns a span covers: the first, and how much of each. */
interface Cover {
  readonly first: number;
  readonly shares: readonly number[];
}

function coverOf(from: number, length: number, most: number): Cover {
  const [first, end] = [
    Math.max(0, Math.floor(from)),
    Math.min(most, Math.ceil(from + length - 1e-9)),
  ];
  const shares = Array.from({ length: Math.max(0, end - first) }, (_, i) =>
    Math.max(0, Math.min(first + i + 1, from + length) - Math.max(first + i, from)),
  );
  return { first, shares };
}

/** What lies outside the picture counts as ground. */
function meanOf(
  { rgba, width }: Picture,
  rows: Cover,
  columns: Cover,
  area: number,
  ground: number,
): readonly [number, number, number] {
  let [r, g, b, left] = [0, 0, 0, area];
  for (let i = 0; i < rows.shares.length; i++)
    for (let j = 0; j < columns.shares.length; j++) {
      const at = 4 * ((rows.first + i) * width + columns.first + j);
      const share =
        ((rows.shares[i] as number) * (columns.shares[j] as number) * (rgba[at + 3] as number)) /
        255;
      r += share * (rgba[at] as number);
      g += share * (rgba[at + 1] as number);
      b += share * (rgba[at + 2] as number);
      left -= share;
    }
  const rest = Math.max(0, left) * ground;
  return [(r + rest) / area, (g + rest) / area, (b + rest) / area];
}
