// The four files of Fashion-MNIST as a person gives them to the page.
import { DataError, type DataSet } from '../../data/dataset.ts';
import { mostBytes, Shelf as Files } from '../../data/shelf.ts';
import { SOURCE_URL } from '../../data/sources.ts';
import { grouped } from '../../wording.ts';
import type { Slot } from '../protocol.ts';

export class Shelf {
  readonly #files = new Files();

  /** Reads a file and keeps it. @throws DataError that names the file, and keeps what was there */
  async put(file: File): Promise<void> {
    // What is much too large is refused before it is read.
    if (file.size > mostBytes())
      throw new DataError(
        file.name,
        `takes ${grouped(file.size)} bytes, more than any of the four files of Fashion-MNIST`,
      );
    let bytes: Uint8Array;
    try {
      bytes = new Uint8Array(await file.arrayBuffer());
    } catch (cause) {
      // A folder, or a file that was moved or changed since it was given.
      throw new DataError(file.name, 'cannot be read: it is a folder, or not there any more', {
        cause,
      });
    }
    await this.#files.put(file.name, bytes);
  }

  /** The data set, once all four are here; they are handed on and the shelf is empty again. */
  take(): Promise<DataSet | undefined> {
    return this.#files.take('four files given to the page');
  }

  slots(): readonly Slot[] {
    return this.#files.files.map((file) => ({
      name: file.name,
      holds: `${file.split === 'train' ? 'training' : 'test'} ${file.holds}`,
      url: SOURCE_URL + file.name,
      here: this.#files.has(file),
    }));
  }
}
