// A soft round brush on 28 × 28 bytes: what a pointer or the arrow keys draw with.
import { HEIGHT, WIDTH } from '../../data/dataset.ts';

export interface Place {
  /** In pixels of the image, 0 to 28; the middle of the first pixel is 0.5. */
  readonly x: number;
  readonly y: number;
}

/** Full ink within this radius, none beyond one pixel more. */
const RADIUS = 0.75;

/** The image with a stroke from one place to another added, or taken away. */
export function stroke(pixels: Uint8Array, from: Place, to: Place, erase: boolean): Uint8Array {
  const drawn = pixels.slice();
  const steps = Math.max(1, Math.ceil(2 * Math.hypot(to.x - from.x, to.y - from.y)));
  for (let step = 0; step <= steps; step++) {
    const share = step / steps;
    stamp(drawn, from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share, erase);
  }
  return drawn;
}

function stamp(pixels: Uint8Array, x: number, y: number, erase: boolean): void {
  const reach = Math.ceil(RADIUS + 1);
  for (let row = Math.floor(y) - reach; row <= y + reach; row++)
    for (let column = Math.floor(x) - reach; column <= x + reach; column++) {
      if (row < 0 || row >= HEIGHT || column < 0 || column >= WIDTH) continue;
      const far = Math.hypot(column + 0.5 - x, row + 0.5 - y);
      const ink = Math.round(255 * Math.min(1, Math.max(0, RADIUS + 1 - far)));
      const at = row * WIDTH + column;
      const before = pixels[at] as number;
      pixels[at] = erase ? Math.min(before, 255 - ink) : Math.max(before, ink);
    }
}
