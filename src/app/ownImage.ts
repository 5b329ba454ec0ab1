// A person's own picture as the network takes it: small, grey, bright on black.
import { HEIGHT, IMAGE_SIZE, WIDTH } from './data/dataset.ts';

/** A border brighter than this is paper or a wall: the picture is turned into its negative. */
const BRIGHT = 127;
/** What the longest side is scaled to: in the data set garments fill the image. */
const LONGEST = Math.min(HEIGHT, WIDTH);

export interface OwnImage {
  /** Bytes [28, 28]. */
  readonly pixels: Uint8Array;
  /** It was bright outside, so it was turned into its negative. */
  readonly inverted: boolean;
}

/**
 * Makes bytes [28, 28] of an RGBA picture: grey by luma (ITU-R BT.601), over white where it is transparent,
 * negative if its border is bright, the border's grey taken to 0, the longest side scaled to 28 by the mean of what a
 * pixel covers, and set in the middle.
 * @throws RangeError when the picture has no pixels
 */
export function ownImage(rgba: ArrayLike<number>, width: number, height: number): OwnImage {
  if (width < 1 || height < 1 || rgba.length !== 4 * width * height)
    throw new RangeError(`a picture of ${width} × ${height} with ${rgba.length} values`);
  const grey = new Float32Array(width * height);
  for (let i = 0; i < grey.length; i++) {
    const [r = 0, g = 0, b = 0, a = 0] = [0, 1, 2, 3].map((c) => rgba[4 * i + c] as number);
    grey[i] = ((0.299 * r + 0.587 * g + 0.114 * b) * a + 255 * (255 - a)) / 255;
  }
  const border = borderOf(grey, width, height);
  const inverted = border > BRIGHT;
  const ground = inverted ? 255 - border : border;
  const scale = LONGEST / Math.max(width, height);
  const [across, down] = [width * scale, height * scale];
  const [left, top] = [(WIDTH - across) / 2, (HEIGHT - down) / 2];
  const pixels = new Uint8Array(IMAGE_SIZE);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const [x0, x1] = [(x - left) / scale, (x + 1 - left) / scale];
      const [y0, y1] = [(y - top) / scale, (y + 1 - top) / scale];
      const { mean, share } = meanOver(grey, width, height, x0, y0, x1, y1);
      const bright = inverted ? 255 - mean : mean;
      const lifted = (Math.max(0, bright - ground) * 255) / (255 - ground);
      pixels[y * WIDTH + x] = Math.round(lifted * share);
    }
  return { pixels, inverted };
}

/** Median of the outermost pixels: a garment that touches one side does not decide. */
function borderOf(grey: Float32Array, width: number, height: number): number {
  const outermost = grey
    .filter((_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return x === 0 || y === 0 || x === width - 1 || y === height - 1;
    })
    .sort();
  return outermost[Math.floor(outermost.length / 2)] ?? 0;
}

/** Mean over a rectangle with fractional sides, and which share of it lies inside the picture. */
function meanOver(
  grey: Float32Array,
  width: number,
  height: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): { mean: number; share: number } {
  let [sum, weight] = [0, 0];
  for (let y = Math.max(0, Math.floor(y0)); y < Math.min(height, y1); y++) {
    const dy = Math.min(y + 1, y1) - Math.max(y, y0);
    for (let x = Math.max(0, Math.floor(x0)); x < Math.min(width, x1); x++) {
      const w = dy * (Math.min(x + 1, x1) - Math.max(x, x0));
      sum += w * (grey[y * width + x] as number);
      weight += w;
    }
  }
  return weight > 0
    ? { mean: sum / weight, share: Math.min(1, weight / ((x1 - x0) * (y1 - y0))) }
    : { mean: 0, share: 0 };
}
