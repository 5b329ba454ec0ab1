// Pictures decoded in Node: PNG by fast-png and JPEG by jpeg-js, JavaScript without parts in C.
import type { DecodedPng } from 'fast-png';
import type { PictureSize } from '../pictureSize.ts';
import { turnOf, turned } from '../exif.ts';
import type { Picture } from '../data/resize.ts';

/** See `Decode`. */
export async function decodeInNode(bytes: Uint8Array, { format }: PictureSize): Promise<Picture> {
  switch (format) {
    case 'PNG': {
      const { decode } = await import('fast-png');
      return fromPng(decode(bytes, { checkCrc: true }));
    }
    case 'JPEG': {
      const { decode } = await import('jpeg-js');
      const options = {
        useTArray: true,
        tolerantDecoding: false,
        maxMemoryUsageInMB: 1024,
      } as const;
      const { data, width, height } = decode(bytes, options);
      return turned({ rgba: data, width, height }, turnOf(bytes));
    }
    case 'GIF':
    case 'WebP':
    case 'BMP':
    case 'AVIF':
      throw new Error(`${format} is not read in a terminal; the page reads it, or save it as PNG`);
  }
}

/** Of any depth, with a palette or without. */
function fromPng({ width, height, data, depth, channels, palette }: DecodedPng): Picture {
  const rgba = new Uint8Array(4 * width * height);
  const most = 2 ** depth - 1;
  const line = depth < 8 ? Math.ceil((width * channels * depth) / 8) : width * channels;
  const valueAt = (x: number, y: number, c: number): number => {
    if (depth >= 8) return data[y * line + x * channels + c] as number;
    const byte = data[y * line + Math.floor((x * depth) / 8)] as number;
    return (byte >> (8 - depth - ((x * depth) % 8))) & most;
  };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      const [r, g, b, a = 255] = palette
        ? (palette[valueAt(x, y, 0)] ?? [0, 0, 0])
        : levels(channels, (c) => (valueAt(x, y, c) * 255) / most);
      rgba.set([r as number, g as number, b as number, a], at);
    }
  return { rgba, width, height };
}

/** Gray, gray and alpha, color, or color and alpha. */
function levels(channels: number, of: (c: number) => number): readonly number[] {
  if (channels >= 3) return Array.from({ length: channels }, (_, c) => of(c));
  return [of(0), of(0), of(0), ...(channels === 2 ? [of(1)] : [])];
}
