// A person's own picture as the network takes it: small, gray, bright on black, filling the image as the garments of
// Fashion-MNIST do, whose makers trimmed, scaled the longest edge to the image's and turned into the negative (Xiao et al. 2017).
import type { ImageShape } from './data/dataset.ts';

/** Nearer to the ground than a twentieth of all brightness is ground, as in the data set's own trimming. */
const NEAR = 13;
/** A picture that its garment fills to this share is left as it is: trimming would only blur it. */
const FILLS = 26 / 28;
/** The brightest parts of a garment are brought to this, by at most this factor. */
const [BRIGHTEST, MOST_GAIN] = [240, 4];

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface OwnImage {
  /** Bytes [height, width]. */
  readonly pixels: Uint8Array;
  /** The garment is darker than its ground, so the picture was turned into its negative. */
  readonly inverted: boolean;
  /** What was kept of the picture. */
  readonly box: Box;
  /** Nothing stands out from the ground: every pixel is 0. */
  readonly isBlank: boolean;
}

/**
 * Makes a gray image of an RGBA picture. Gray is luma (ITU-R BT.601). The ground is what is transparent, if the
 * border is, else the median of the border; it becomes 0, and the garment bright, as a negative if it is darker than
 * the ground (on a transparent one: darker than mid gray). The garment is trimmed, its longest side scaled to the
 * image's shorter one by the mean of what a pixel covers, set in the middle, and its contrast stretched.
 * @throws RangeError when the picture has no pixels
 */
export function ownImage(
  rgba: ArrayLike<number>,
  width: number,
  height: number,
  shape: ImageShape,
): OwnImage {
  if (width < 1 || height < 1 || rgba.length !== 4 * width * height)
    throw new RangeError(`a picture of ${width} × ${height} with ${rgba.length} values`);
  const { light, inverted } = lightOf(rgba, width, height);
  const box = boxOf(light, width, height);
  if (!box)
    return {
      ...{ pixels: new Uint8Array(shape[0] * shape[1]), inverted, isBlank: true },
      box: { left: 0, top: 0, width, height },
    };
  const small = scaled(light, width, height, box, shape);
  const inked = small.filter((value) => value > NEAR).sort();
  const brightest = inked[Math.floor(0.98 * inked.length)] ?? BRIGHTEST;
  const gain = Math.min(MOST_GAIN, Math.max(1, BRIGHTEST / brightest));
  return {
    pixels: Uint8Array.from(small, (v) => Math.min(255, Math.round(v * gain))),
    inverted,
    box,
    isBlank: false,
  };
}

/** How far each pixel stands out from the ground, from 0 to 255. */
function lightOf(
  rgba: ArrayLike<number>,
  width: number,
  height: number,
): { light: Float32Array; inverted: boolean } {
  const luma = new Float32Array(width * height);
  const alpha = new Float32Array(width * height);
  for (let i = 0; i < luma.length; i++) {
    const [r = 0, g = 0, b = 0, a = 0] = [0, 1, 2, 3].map((c) => rgba[4 * i + c] as number);
    luma[i] = 0.299 * r + 0.587 * g + 0.114 * b;
    alpha[i] = a / 255;
  }
  if (median(borderOf(alpha, width, height)) < 0.5) {
    let [sum, weight] = [0, 0];
    luma.forEach((value, i) => {
      sum += value * (alpha[i] as number);
      weight += alpha[i] as number;
    });
    const inverted = sum < 127.5 * weight;
    const light = luma.map((value, i) => (inverted ? 255 - value : value) * (alpha[i] as number));
    return { light, inverted };
  }
  const gray = luma.map((value, i) => {
    const share = alpha[i] as number;
    return value * share + 255 * (1 - share);
  });
  const border = borderOf(gray, width, height);
  const ground = median(border);
  const noise = Math.min(64, 3 * median(border.map((value) => Math.abs(value - ground))));
  const least = Math.max(NEAR, noise);
  const stands = gray.reduce((sum, value) => {
    const by = value - ground;
    return Math.abs(by) > least ? sum + by : sum;
  }, 0);
  const inverted = stands < 0;
  const room = (inverted ? ground : 255 - ground) - noise;
  const light = gray.map((value) => {
    const by = (inverted ? ground - value : value - ground) - noise;
    return by > 0 ? Math.min(255, (by * 255) / room) : 0;
  });
  return { light, inverted };
}

/** The outermost pixels; their median is the ground even where a garment touches a side. */
const borderOf = (values: Float32Array, width: number, height: number): Float32Array =>
  values.filter((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x === 0 || y === 0 || x === width - 1 || y === height - 1;
  });

function median(values: Float32Array): number {
  return values.slice().sort()[Math.floor(values.length / 2)] ?? 0;
}

/** The rectangle around all that stands out; undefined where nothing does. */
function boxOf(light: Float32Array, width: number, height: number): Box | undefined {
  const [rows, columns] = [new Uint32Array(height), new Uint32Array(width)];
  light.forEach((value, i) => {
    if (value <= NEAR) return;
    const [x, y] = [i % width, Math.floor(i / width)];
    columns[x] = (columns[x] as number) + 1;
    rows[y] = (rows[y] as number) + 1;
  });
  // A speck in a large picture is no garment.
  const [top, bottom] = reach(rows, width / 250);
  const [left, right] = reach(columns, height / 250);
  if (top < 0 || left < 0) return undefined;
  const box = { left, top, width: right - left + 1, height: bottom - top + 1 };
  const filled = Math.max(box.width, box.height) / Math.max(width, height);
  return filled >= FILLS ? { left: 0, top: 0, width, height } : box;
}

function reach(counts: Uint32Array, least: number): [first: number, last: number] {
  const stands = (count: number) => count > 0 && count >= least;
  return [counts.findIndex(stands), counts.findLastIndex(stands)];
}

/** The box with its longest side as long as the image's shorter one, in its middle. */
function scaled(
  light: Float32Array,
  width: number,
  height: number,
  box: Box,
  [H, W]: ImageShape,
): Float32Array {
  const scale = Math.min(H, W) / Math.max(box.width, box.height);
  const left = box.left - (W / scale - box.width) / 2;
  const top = box.top - (H / scale - box.height) / 2;
  // A pixel that is smaller than those of the picture covers as much as one of them, which blends neighbors.
  const reach = Math.max(1, 1 / scale) / 2;
  return Float32Array.from({ length: H * W }, (_, i) => {
    const x = left + ((i % W) + 0.5) / scale;
    const y = top + (Math.floor(i / W) + 0.5) / scale;
    return meanOver(light, width, height, x - reach, y - reach, x + reach, y + reach);
  });
}

/** Mean over a rectangle with fractional sides; outside the picture all is ground. */
function meanOver(
  light: Float32Array,
  width: number,
  height: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): number {
  let sum = 0;
  for (let y = Math.max(0, Math.floor(y0)); y < Math.min(height, y1); y++) {
    const dy = Math.min(y + 1, y1) - Math.max(y, y0);
    for (let x = Math.max(0, Math.floor(x0)); x < Math.min(width, x1); x++)
      sum += dy * (Math.min(x + 1, x1) - Math.max(x, x0)) * (light[y * width + x] as number);
  }
  return sum / ((x1 - x0) * (y1 - y0));
}
