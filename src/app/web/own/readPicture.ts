// A picture file, decoded by the browser and made into what the network takes.
import { type OwnImage, ownImage } from '../../ownImage.ts';

/** Longest side that is looked at: finer detail would not survive 28 pixels. */
const MOST_SIDE = 560;
/** What is refused before it is decoded. */
const MOST_BYTES = 2 ** 26;

/** @throws Error with a sentence that names the file and what to do */
export async function readPicture(file: File): Promise<OwnImage> {
  if (file.size > MOST_BYTES)
    throw new Error(`${file.name} is larger than 64 MB: a small photograph is enough.`);
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error(
      `${file.name} is no picture that this browser can read: try a PNG, JPEG or WebP file.`,
    );
  });
  const scale = Math.min(1, MOST_SIDE / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (!context) throw new Error(`${file.name} could not be drawn: this browser lacks a 2D canvas.`);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return ownImage(context.getImageData(0, 0, width, height).data, width, height);
}
