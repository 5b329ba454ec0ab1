// A picture file, decoded by the browser and made into what the network takes.
import type { ImageShape } from '../../data/dataset.ts';
import { resized } from '../../data/resize.ts';
import { type OwnImage, ownImage } from '../../ownImage.ts';
import { HEAD_BYTES, MOST_PIXELS, pictureSize } from '../../pictureSize.ts';
import { grouped } from '../../wording.ts';

/** Longest side that is looked at: finer detail would not survive. */
const MOST_SIDE = 560;
/** What is refused before it is decoded: 200 MB of memory, and what every telephone's photographs keep to. */
const MOST_BYTES = 2 ** 26;

export interface ReadPicture extends OwnImage {
  /** The picture itself, no larger than it is looked at; `box` is a part of it. */
  readonly picture: ImageData;
}

/** @throws Error with a sentence that names the file and what to do */
export async function readPicture(file: File, shape: ImageShape): Promise<ReadPicture> {
  const { name, size } = file;
  if (size === 0) throw new Error(`${name} is empty.`);
  if (size > MOST_BYTES)
    throw new Error(`${name} is larger than 64 MB: a small photograph is enough.`);
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const image = isSvg(file, head) ? await drawing(file) : await photograph(file, head);
  const scale = Math.min(1, MOST_SIDE / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (!context) throw new Error(`${name} could not be drawn: this browser lacks a 2D canvas.`);
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, width, height);
  if (image instanceof ImageBitmap) image.close();
  const picture = context.getImageData(0, 0, width, height);
  if (shape[2] === 3) {
    const { pixels, box } = resized({ rgba: picture.data, width, height }, shape, 'crop');
    return { pixels, box, inverted: false, isBlank: false, picture };
  }
  const own = ownImage(picture.data, width, height, shape);
  if (own.isBlank)
    throw new Error(`${name} shows nothing: all of it is as bright as its edge, or transparent.`);
  return { ...own, picture };
}

async function photograph(file: File, head: Uint8Array): Promise<ImageBitmap> {
  const known = pictureSize(head);
  if (!known)
    throw new Error(
      `${file.name} is no picture that this page can read: try a PNG, JPEG, WebP, AVIF, GIF, BMP or SVG file.`,
    );
  const { format, width, height } = known;
  if (width * height > MOST_PIXELS)
    throw new Error(
      `${file.name} has ${grouped(width)} × ${grouped(height)} pixels, more than the ${grouped(MOST_PIXELS / 1e6)} million that are decoded here: make it smaller, ${MOST_SIDE} pixels are enough.`,
    );
  return createImageBitmap(file).catch(() => {
    throw new Error(
      `${file.name} begins as a ${format} file, and the browser cannot decode it: it is broken or cut off.`,
    );
  });
}

const isSvg = ({ type }: File, head: Uint8Array) =>
  type === 'image/svg+xml' ||
  /^\s*(?:<\?xml|<!--|<!doctype svg|<svg)/i.test(new TextDecoder().decode(head.subarray(0, 200)));

/** An SVG file has no pixels of its own: it is drawn as large as it is looked at. Its scripts do not run in an image. */
async function drawing(file: File): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([file], { type: 'image/svg+xml' }));
  try {
    await image.decode();
  } catch {
    throw new Error(`${file.name} is an SVG file that the browser cannot draw: export it as PNG.`);
  } finally {
    URL.revokeObjectURL(image.src);
  }
  const { naturalWidth: width, naturalHeight: height } = image;
  const scale = width > 0 && height > 0 ? MOST_SIDE / Math.max(width, height) : 0;
  image.width = scale > 0 ? Math.max(1, Math.round(width * scale)) : MOST_SIDE;
  image.height = scale > 0 ? Math.max(1, Math.round(height * scale)) : MOST_SIDE;
  return image;
}
