// Images in the terminal, gray or in color: two pixels a character in half blocks where there are enough
// colors, otherwise a ramp of letters.

import { lightOf, type Palette, type Shade } from './palette.ts';
import { cut, pad } from './text.ts';

export interface SmallImage {
  /** Row-major [height, width, channels], 0 black to 255 white; 3 channels where there are so many values, else 1. */
  readonly pixels: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

export interface CaptionedImage extends SmallImage {
  readonly captions: readonly string[];
}

const RAMP = ' .:-=+*#%@';
const GAP = '  ';
/** Columns below which an image shows nothing any more. */
const SMALLEST = 16;

const channelsOf = ({ pixels, width, height }: SmallImage): number =>
  pixels.length === 3 * width * height ? 3 : 1;

const smaller = (image: SmallImage, halvings: number): SmallImage =>
  halvings === 0 ? image : smaller(halved(image), halvings - 1);

/** Lines of one image, `width` columns and half as many lines as it has rows. */
export function drawImage(image: SmallImage, palette: Palette): string[] {
  const lines: string[] = [];
  for (let y = 0; y < image.height; y += 2) {
    const upper = pixelRow(image, y);
    const lower = y + 1 < image.height ? pixelRow(image, y + 1) : upper.map(() => 0);
    lines.push(palette.depth >= 8 ? palette.halfBlocks(upper, lower) : letters(upper, lower));
  }
  return lines;
}

/** The image at half its size, each pixel the mean of four; odd edges are left out. */
export function halved(image: SmallImage): SmallImage {
  const width = Math.floor(image.width / 2);
  const height = Math.floor(image.height / 2);
  const C = channelsOf(image);
  const pixels = Array.from({ length: width * height * C }, (_, i) => {
    const at = (column: number, row: number) =>
      image.pixels[(row * image.width + column) * C + (i % C)] ?? 0;
    const pixel = Math.floor(i / C);
    const x = 2 * (pixel % width);
    const y = 2 * Math.floor(pixel / width);
    return Math.round((at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)) / 4);
  });
  return { pixels, width, height };
}

/**
 * Images side by side with their captions below, as many a row as fit. Where fewer than three
 * fit, they are drawn at half size, large ones at a quarter or less.
 */
export function imageRows(
  images: readonly CaptionedImage[],
  width: number,
  palette: Palette,
): string[] {
  const natural = Math.max(1, ...images.map((image) => image.width));
  const fit = (size: number) => Math.max(1, Math.floor((width + GAP.length) / (size + GAP.length)));
  let [size, halvings] = [natural, 0];
  while (fit(size) < Math.min(3, images.length) && size > SMALLEST) {
    size = Math.floor(size / 2);
    halvings++;
  }
  const perRow = fit(size);
  const lines: string[] = [];
  for (let start = 0; start < images.length; start += perRow) {
    const row = images.slice(start, start + perRow);
    const drawn = row.map((image) => drawImage(smaller(image, halvings), palette));
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

function pixelRow(image: SmallImage, y: number): Shade[] {
  const C = channelsOf(image);
  const at = (x: number, c: number) => image.pixels[(y * image.width + x) * C + c] ?? 0;
  return Array.from({ length: image.width }, (_, x) =>
    C === 1 ? at(x, 0) : [at(x, 0), at(x, 1), at(x, 2)],
  );
}

function letters(upper: readonly Shade[], lower: readonly Shade[]): string {
  return upper
    .map((top, x) => {
      const mean = (lightOf(top) + lightOf(lower[x] ?? 0)) / 2;
      return RAMP[Math.min(RAMP.length - 1, Math.floor((mean / 256) * RAMP.length))] ?? ' ';
    })
    .join('');
}
