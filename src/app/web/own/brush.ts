// A soft round brush on the bytes of an image: what a pointer or the arrow keys draw with.
import type { ImageShape } from '../../data/dataset.ts';

export interface Place {
  /** In pixels of the image, from 0; the middle of the first pixel is 0.5. */
  readonly x: number;
  readonly y: number;
}

/** Full ink within this share of the shorter side, 0.75 of 28 pixels, none beyond one pixel more. */
const RADIUS = 0.75 / 28;

export interface Ink {
  /** Level of each channel, 0 to 255: what a full stroke leaves. */
  readonly paint: readonly number[];
  readonly shape: ImageShape;
}

/** The image with a stroke from one place to another; painted with black it is taken away. */
export function stroke(pixels: Uint8Array, from: Place, to: Place, ink: Ink): Uint8Array {
  const drawn = pixels.slice();
  const steps = Math.max(1, Math.ceil(2 * Math.hypot(to.x - from.x, to.y - from.y)));
  for (let step = 0; step <= steps; step++) {
    const share = step / steps;
    stamp(drawn, from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share, ink);
  }
  return drawn;
}

/** Ink is laid over what is there, but a soft edge takes nothing from a fuller stroke. */
function stamp(pixels: Uint8Array, x: number, y: number, { paint, shape: [H, W, C] }: Ink): void {
  const radius = RADIUS * Math.min(H, W);
  const reach = Math.ceil(radius + 1);
  for (let row = Math.floor(y) - reach; row <= y + reach; row++)
    for (let column = Math.floor(x) - reach; column <= x + reach; column++) {
      if (row < 0 || row >= H || column < 0 || column >= W) continue;
      const far = Math.hypot(column + 0.5 - x, row + 0.5 - y);
      const share = Math.min(1, Math.max(0, radius + 1 - far));
      for (let c = 0; c < C; c++) {
        const at = (row * W + column) * C + c;
        const [before, level] = [pixels[at] as number, paint[c] as number];
        const least = Math.round(level * share);
        const most = Math.round(255 - (255 - level) * share);
        pixels[at] = Math.min(most, Math.max(least, before));
      }
    }
}
