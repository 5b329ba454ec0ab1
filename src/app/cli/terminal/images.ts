// Gray images in the terminal: two pixels a character in half blocks where there are enough
// colors, otherwise a ramp of letters.

import { type Palette } from './palette.ts';
import { cut, pad } from './text.ts';

export interface GrayImage {
  /** Row-major [height, width], 0 black to 255 white. */
  readonly pixels: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

export interface CaptionedImage extends GrayImage {
  readonly captions: readonly string[];
}

const RAMP = ' .:-=+*#%@';
const GAP = '  ';

/** Lines of one image, `width` columns and half as many lines as it has rows. */
export function drawImage(image: GrayImage, palette: Palette): string[] {
  const lines: string[] = [];
  for (let y = 0; y < image.height; y += 2) {
    const upper = pixelRow(image, y);
    const lower = y + 1 < image.height ? pixelRow(image, y + 1) : upper.map(() => 0);
    lines.push(palette.depth >= 8 ? palette.halfBlocks(upper, lower) : letters(upper, lower));
  }
  return lines;
}

/** The image at half its size, each pixel the mean of four; odd edges are left out. */
export function halved(image: GrayImage): GrayImage {
  const width = Math.floor(image.width / 2);
  const height = Math.floor(image.height / 2);
  const at = (x: number, y: number) => image.pixels[y * image.width + x] ?? 0;
  const pixels = Array.from({ length: width * height }, (_, i) => {
    const x = 2 * (i % width);
    const y = 2 * Math.floor(i / width);
    return Math.round((at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)) / 4);
  });
  return { pixels, width, height };
}

/**
 * Images side by side with their captions below, as many a row as fit. Where fewer than three
 * fit, they are drawn at half size.
 */
export function imageRows(
  images: readonly CaptionedImage[],
  width: number,
  palette: Palette,
): string[] {
  const natural = Math.max(1, ...images.map((image) => image.width));
  const fit = (size: number) => Math.max(1, Math.floor((width + GAP.length) / (size + GAP.length)));
  const half = fit(natural) < Math.min(3, images.length);
  const size = half ? Math.floor(natural / 2) : natural;
  const perRow = fit(size);
  const lines: string[] = [];
  for (let start = 0; start < images.length; start += perRow) {
    const row = images.slice(start, start + perRow);
    const drawn = row.map((image) => drawImage(half ? halved(image) : image, palette));
    const height = Math.max(...drawn.map((d) => d.length));
    for (let y = 0; y < height; y++) lines.push(joined(drawn.map((d) => pad(d[y] ?? '', size))));
    const captions = Math.max(...row.map((image) => image.captions.length));
    for (let c = 0; c < captions; c++) {
      const texts = row.map((image) => pad(cut(image.captions[c] ?? '', size), size));
      lines.push(c === 0 ? joined(texts) : palette.dim(joined(texts)));
    }
    lines.push('');
  }
  return lines.slice(0, -1);
}

function joined(cells: readonly string[]): string {
  return cells.join(GAP).trimEnd();
}

function pixelRow(image: GrayImage, y: number): number[] {
  return Array.from({ length: image.width }, (_, x) => image.pixels[y * image.width + x] ?? 0);
}

function letters(upper: readonly number[], lower: readonly number[]): string {
  return upper
    .map((top, x) => {
      const mean = (top + (lower[x] ?? 0)) / 2;
      return RAMP[Math.min(RAMP.length - 1, Math.floor((mean / 256) * RAMP.length))] ?? ' ';
    })
    .join('');
}
