// The four files of Fashion-MNIST as they come in, in any order and under any name: their contents say what they are.
import { type DataSet, sizeOf } from './dataset.ts';
import { FASHION_TASK } from './fashion.ts';
import { assembleDataSet, recognize, SOURCE_FILES, type SourceFile } from './sources.ts';

export class Shelf {
  readonly files: readonly SourceFile[];
  readonly #payloads = new Map<SourceFile, Uint8Array>();

  constructor(files: readonly SourceFile[] = SOURCE_FILES) {
    this.files = files;
  }

  /** Takes a file in, and keeps what was there if it is none. @throws DataError, see `recognize` */
  async put(shownAs: string, bytes: Uint8Array): Promise<void> {
    const { file, payload } = await recognize(shownAs, bytes, this.files);
    this.#payloads.set(file, payload);
  }

  has(file: SourceFile): boolean {
    return this.#payloads.has(file);
  }

  get missing(): readonly SourceFile[] {
    return this.files.filter((file) => !this.has(file));
  }

  /** The data set, once all four are here; they are handed on and the shelf is empty again. */
  async take(source: string): Promise<DataSet | undefined> {
    if (this.missing.length > 0) return undefined;
    const payloads = new Map(this.#payloads);
    this.#payloads.clear();
    return assembleDataSet((file) => Promise.resolve(payloads.get(file)!), source, this.files);
  }
}

/** Which file a name speaks of, in whatever spelling: only to look there first, and to say what is wrong with it. */
export function fileNamedLike(
  name: string,
  files: readonly SourceFile[] = SOURCE_FILES,
): SourceFile | undefined {
  const split = /t10k|test/i.test(name) ? 'test' : /train/i.test(name) ? 'train' : undefined;
  const holds = /label|idx1/i.test(name)
    ? 'labels'
    : /image|idx3/i.test(name)
      ? 'images'
      : undefined;
  return files.find((file) => file.split === split && file.holds === holds);
}

/** More bytes than this no file of the four has, in its gzip container or out of it. */
export const mostBytes = (files: readonly SourceFile[] = SOURCE_FILES): number =>
  Math.max(...files.map(mostBytesOf));

const CONTAINER_BYTES = 65_536;

/** A gzip container of data that do not shrink adds a little to the contents. */
export const mostBytesOf = ({ holds, count }: SourceFile): number =>
  count * (holds === 'images' ? sizeOf(FASHION_TASK.shape) : 1) + CONTAINER_BYTES;
