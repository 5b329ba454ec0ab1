// Fashion-MNIST as it is published: its four files, their checksums, and the way from their bytes
// to a data set. Han Xiao, Kashif Rasul, Roland Vollgraf, arXiv 1708.07747 (2017).

import {
  checksumOf,
  CLASS_NAMES,
  DataError,
  HEIGHT,
  sha256,
  WIDTH,
  type DataSet,
  type Split,
} from './dataset.ts';
import { readImages, readLabels } from './idx.ts';

export interface SourceFile {
  readonly name: string;
  readonly split: 'train' | 'test';
  readonly holds: 'images' | 'labels';
  readonly count: number;
  /** Of the contents; the gzip container around them may be another. */
  readonly sha256: string;
}

/** The raw files of the set's public repository. */
export const SOURCE_URL =
  'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/';

export const SOURCE_FILES: readonly SourceFile[] = [
  {
    name: 'train-images-idx3-ubyte.gz',
    split: 'train',
    holds: 'images',
    count: 60_000,
    sha256: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
  },
  {
    name: 'train-labels-idx1-ubyte.gz',
    split: 'train',
    holds: 'labels',
    count: 60_000,
    sha256: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
  },
  {
    name: 't10k-images-idx3-ubyte.gz',
    split: 'test',
    holds: 'images',
    count: 10_000,
    sha256: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
  },
  {
    name: 't10k-labels-idx1-ubyte.gz',
    split: 'test',
    holds: 'labels',
    count: 10_000,
    sha256: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
  },
];

/**
 * The images or labels of one file, whole and as published. Throws a DataError with the file's name
 * on anything else; `shownAs` may add the folder to the name.
 */
export async function readSource(
  file: SourceFile,
  bytes: Uint8Array,
  shownAs: string = file.name,
): Promise<Uint8Array> {
  const { count } = file;
  const read =
    file.holds === 'images'
      ? readImages(shownAs, bytes, { count })
      : readLabels(shownAs, bytes, { count });
  const found = await sha256(read.contents);
  if (found !== file.sha256)
    throw new DataError(
      shownAs,
      `has SHA-256 ${found}, published is ${file.sha256}: fetch the file again`,
    );
  return 'images' in read ? read.images : read.labels;
}

/**
 * The data set out of its four files. `payloadOf` gives a file's images or labels, checked by
 * `readSource`; it is asked for one file after the other.
 */
export async function assembleDataSet(
  payloadOf: (file: SourceFile) => Promise<Uint8Array>,
  source: string,
  files: readonly SourceFile[] = SOURCE_FILES,
): Promise<DataSet> {
  const split = async (part: SourceFile['split']): Promise<Split> => {
    const read = async (holds: SourceFile['holds']): Promise<Uint8Array> => {
      const file = files.find((file) => file.split === part && file.holds === holds);
      if (!file) throw new RangeError(`assembleDataSet: no file with the ${part} ${holds}`);
      return payloadOf(file);
    };
    const images = await read('images');
    const labels = await read('labels');
    return { images, labels, count: labels.length };
  };
  const [train, test] = [await split('train'), await split('test')];
  return {
    name: 'fashion-mnist',
    title: 'Fashion-MNIST',
    builtin: false,
    classes: CLASS_NAMES,
    height: HEIGHT,
    width: WIDTH,
    channels: 1,
    train,
    test,
    checksum: await checksumOf(train, test),
    source,
  };
}
