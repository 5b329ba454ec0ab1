// Images of the report: each one a small PNG in the document itself.

import type { ImageShape } from '../data/dataset.ts';
import { html, type Markup } from './markup.ts';
import { pngAddress } from './png.ts';

/** The image at a position of the set, with words for those who do not see it. */
export type ImageSource = (index: number, alt: string) => Markup;

export function imageTag(
  pixels: ArrayLike<number>,
  width: number,
  height: number,
  alt: string,
): Markup {
  return html`<img
    src="${pngAddress(pixels, width, height)}"
    width="${width}"
    height="${height}"
    alt="${alt}"
    loading="lazy"
  />`;
}

/** An image source over bytes [count, height, width, channels]. Throws a RangeError outside of them. */
export function imagesOf(bytes: Uint8Array, [height, width, channels]: ImageShape): ImageSource {
  const size = width * height * channels;
  return (index, alt) => {
    const pixels = bytes.subarray(index * size, (index + 1) * size);
    if (index < 0 || pixels.length !== size)
      throw new RangeError(`image ${index} of ${Math.floor(bytes.length / size)}`);
    return imageTag(pixels, width, height, alt);
  };
}
