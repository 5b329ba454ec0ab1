// The four files of Fashion-MNIST as they come in, in any order and any number at a time.
import { DataError, type DataSet } from '../../data/dataset.ts';
import {
  assembleDataSet,
  readSource,
  SOURCE_FILES,
  SOURCE_URL,
  type SourceFile,
} from '../../data/sources.ts';
import type { Slot } from '../protocol.ts';

/** What is refused before it is read: the largest of the four takes 47 MB unpacked. */
const MOST_BYTES = 2 ** 27;

export class Shelf {
  readonly #payloads = new Map<SourceFile, Uint8Array>();

  /** Reads a file and keeps it. @throws DataError that names the file, and keeps what was there */
  async put(file: File): Promise<void> {
    const source = SOURCE_FILES.find((known) => isNamedLike(file.name, known.name));
    if (!source)
      throw new DataError(
        file.name,
        `is none of the four files; they are called ${SOURCE_FILES.map((f) => f.name).join(', ')}, with or without .gz`,
      );
    if (file.size > MOST_BYTES)
      throw new DataError(file.name, `takes ${file.size} bytes, more than the file can have`);
    const bytes = new Uint8Array(await file.arrayBuffer());
    this.#payloads.set(source, await readSource(source, bytes, file.name));
  }

  /** The data set, once all four are here; they are handed on and the shelf is empty again. */
  async take(): Promise<DataSet | undefined> {
    if (SOURCE_FILES.some((file) => !this.#payloads.has(file))) return undefined;
    const payloads = new Map(this.#payloads);
    this.#payloads.clear();
    return assembleDataSet(
      (file) => Promise.resolve(payloads.get(file) as Uint8Array),
      'four files given to the page',
    );
  }

  slots(): readonly Slot[] {
    return SOURCE_FILES.map((file) => ({
      name: file.name,
      holds: `${file.split === 'train' ? 'training' : 'test'} ${file.holds}`,
      url: SOURCE_URL + file.name,
      here: this.#payloads.has(file),
    }));
  }
}

/** Browsers add ' (1)' to a second copy and unpack .gz at will; some mirrors write '.idx3' for '-idx3'. */
function isNamedLike(given: string, known: string): boolean {
  const plain = (name: string) =>
    name
      .toLowerCase()
      .replace(/ \(\d+\)/, '')
      .replace(/\.gz$/, '')
      .replaceAll('.', '-');
  return plain(given) === plain(known);
}
