// Opens a data set out of files of any kind: what they hold is told by their contents. Each reader is loaded when it is used.
import { pictureSize } from '../../pictureSize.ts';
import { counted } from '../../wording.ts';
import { DataError, type DataSet } from '../dataset.ts';
import { Pace, type PaceOptions } from '../pace.ts';
import type { SourceFile } from '../sources.ts';
import { dataSetOf, type Found } from './found.ts';
import { type GivenFile, isHidden, shown } from './given.ts';
import type { Decode } from './pictures.ts';
import { type PictureWay, USUAL_WAY } from './way.ts';

export interface OpenOptions extends PaceOptions {
  /** The face's own. */
  readonly decode: Decode;
  readonly way?: PictureWay | undefined;
  /** What is published of Fashion-MNIST; for tests. */
  readonly sources?: readonly SourceFile[];
}

/** What is read, for people. */
export const WHAT_IS_READ =
  'IDX files (MNIST and its kin), CIFAR-10 or -100 binaries, an .npz or .npy files, a CSV with a label and pixels, or pictures in folders that are classes, packed in a zip or not';

const HEAD = 4096;
/** Of many files so many tell what they are. */
const MOST_LOOKED_AT = 40;

type Kind =
  'zip' | 'npy' | 'idx' | 'cifar10' | 'cifar100' | 'csv' | 'picture' | 'parquet' | 'other';

/** @param what the file or folder, as it is shown @throws DataError that names what will not do */
export async function openDataSet(
  given: readonly GivenFile[],
  what: string,
  options: OpenOptions,
): Promise<DataSet> {
  const found = await read(given, what, options, 0);
  const set = await dataSetOf(found, what);
  options.onProgress?.(1);
  return set;
}

async function read(
  given: readonly GivenFile[],
  what: string,
  options: OpenOptions,
  depth: number,
): Promise<Found> {
  const files = given
    .filter(({ path }) => !isHidden(path))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  if (files.length === 0)
    throw new DataError(shown(what), `is empty, or holds hidden files alone. What is read: ${WHAT_IS_READ}`); // prettier-ignore
  const kinds = await kindsOf(files);
  const of = (...wanted: readonly Kind[]) =>
    files.filter((file) => wanted.includes(kinds.get(file) ?? 'other'));
  const pictures = files.filter(({ path }) => /\.(png|jpe?g|gif|webp|bmp|avif)$/i.test(path));
  const zips = of('zip');
  if (zips.length > 0 && depth === 0) {
    const { filesInZip } = await import('./zip.ts');
    const inside: GivenFile[] = [];
    for (const zip of zips) {
      // Of several archives each is a folder: train.zip and test.zip.
      const stem = zips.length > 1 ? `${zip.path.replace(/\.zip$/i, '')}/` : '';
      for (const file of filesInZip(zip.path, await zip.bytes()))
        inside.push({ ...file, path: stem + file.path });
    }
    return read(inside, what, options, depth + 1);
  }
  if (of('idx').length > 0) {
    const { readIdxFiles } = await import('./idxFiles.ts');
    return readIdxFiles(of('idx'), what, options.sources);
  }
  if (of('npy').length > 0) {
    const { readArrays } = await import('./arrays.ts');
    return readArrays(of('npy'), what);
  }
  for (const [kind, classes] of [
    ['cifar10', 10],
    ['cifar100', 100],
  ] as const) {
    // prettier-ignore
    if (of(kind).length === 0) continue;
    const { namesIn, readCifar } = await import('./cifar.ts');
    const list = files.find(({ path }) =>
      (classes === 10 ? /batches\.meta\.txt$/i : /fine_label_names\.txt$/i).test(path),
    );
    const names = list && namesIn(new TextDecoder().decode(await list.bytes()), classes);
    return readCifar(of(kind), classes, names);
  }
  if (pictures.length > 0) {
    const { readPictures } = await import('./pictures.ts');
    const { decode, way = USUAL_WAY } = options;
    return readPictures(pictures, what, { decode, way, pace: new Pace(options) });
  }
  if (of('csv').length > 0) {
    const { readCsv } = await import('./csv.ts');
    return readCsv(of('csv'), what);
  }
  if (of('parquet').length > 0)
    throw new DataError(shown(of('parquet')[0]?.path ?? what), `is Parquet, which is not read here: save it as pictures or as an .npz. What is read: ${WHAT_IS_READ}`); // prettier-ignore
  for (const file of files.slice(0, MOST_LOOKED_AT))
    if (/^(\ufeff)?\s*</.test(new TextDecoder().decode(await file.head(100))))
      throw new DataError(
        shown(file.path),
        'is a web page, not data: the server sent a page instead',
      );
  const names = files.slice(0, 3).map(({ path }) => shown(path));
  throw new DataError(
    shown(what),
    `holds ${counted(files.length, 'file')} and none that is data: ${names.join(', ')}${files.length > 3 ? ' and more' : ''}. What is read: ${WHAT_IS_READ}`,
  );
}

async function kindsOf(files: readonly GivenFile[]): Promise<ReadonlyMap<GivenFile, Kind>> {
  const kinds = new Map<GivenFile, Kind>();
  for (const file of files.slice(0, MOST_LOOKED_AT)) {
    const head = await file.head(HEAD);
    kinds.set(file, await kindOf(file, head.subarray(0, HEAD)));
  }
  return kinds;
}

async function kindOf({ path, sizeBytes }: GivenFile, head: Uint8Array): Promise<Kind> {
  const starts = (...bytes: readonly number[]) => bytes.every((byte, i) => head[i] === byte);
  if (starts(0x50, 0x4b)) return 'zip';
  if (starts(0x93, 0x4e, 0x55, 0x4d)) return 'npy';
  if (starts(0x50, 0x41, 0x52, 0x31)) return 'parquet';
  if (starts(0x1f, 0x8b) || starts(0, 0, 8)) return 'idx';
  if (pictureSize(head)) return 'picture';
  const { cifarClasses } = await import('./cifar.ts');
  const classes = cifarClasses(sizeBytes, head);
  if (classes !== undefined && !/\.(csv|tsv|txt)$/i.test(path))
    return classes === 10 ? 'cifar10' : 'cifar100';
  const { isCsv } = await import('./csv.ts');
  return isCsv(head) || /\.(csv|tsv)$/i.test(path) ? 'csv' : 'other';
}
