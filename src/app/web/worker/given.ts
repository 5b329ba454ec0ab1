// Files that the page was given, as readers take them, and pictures decoded by the browser.
import { DataError } from '../../data/dataset.ts';
import type { GivenFile } from '../../data/read/given.ts';
import { shown } from '../../data/read/given.ts';
import type { Picture } from '../../data/resize.ts';
import type { Dropped } from '../dropped.ts';

export function givenFile({ file, path }: Dropped): GivenFile {
  const read = async (part: Blob) => {
    try {
      return new Uint8Array(await part.arrayBuffer());
    } catch (cause) {
      // A folder, or a file that was moved or changed since it was given.
      throw new DataError(shown(path), 'cannot be read: it is a folder, or not there any more', {
        cause,
      });
    }
  };
  return {
    path,
    sizeBytes: file.size,
    bytes: () => read(file),
    head: (count) => read(file.slice(0, count)),
  };
}

/** Upright, as the camera was held; of a GIF the first frame. */
export async function decodeInBrowser(bytes: Uint8Array): Promise<Picture> {
  const image = await createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  const { width, height } = image;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('this browser lacks a 2D canvas');
  context.drawImage(image, 0, 0);
  image.close();
  return { rgba: context.getImageData(0, 0, width, height).data, width, height };
}
