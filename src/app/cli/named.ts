// Data sets that have a name: fetched once from where they are published, checked, and kept.
import { createHash } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DataError, type DataSet } from '../data/dataset.ts';
import { given, type GivenFile } from '../data/read/given.ts';
import { openDataSet } from '../data/read/open.ts';
import { filesInTar } from '../data/read/tar.ts';
import { decodeInNode } from './decode.ts';
import { download, type DownloadOptions } from './download.ts';

interface NamedFile {
  readonly name: string;
  /** As it is published, beside the file. */
  readonly md5: string;
  readonly mostBytes: number;
}

export interface NamedSet {
  readonly title: string;
  /** Ends with a slash. */
  readonly url: string;
  readonly files: readonly NamedFile[];
  readonly classes: readonly string[];
}

const idxFiles = (...md5: readonly [string, string, string, string]): readonly NamedFile[] =>
  ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'].map(
    (name, i) => ({ name: `${name}-ubyte.gz`, md5: md5[i] as string, mostBytes: 2 ** 25 }),
  );

/** By the name that --data takes; what serves Fashion-MNIST stands in data/sources.ts. */
export const NAMED_SETS = {
  // LeCun, Cortes and Burges 1998, from the mirror that torchvision uses.
  mnist: {
    title: 'MNIST',
    url: 'https://ossci-datasets.s3.amazonaws.com/mnist/',
    files: idxFiles(
      'f68b3c2dcbeaaa9fbdd348bbdeb94873',
      'd53e105ee54ea40749a09fcbcd1e9432',
      '9fb629c4189551a2d022fa330f9573f3',
      'ec29112dd5afa0611ce80d1b7f02629c',
    ),
    classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
  },
  // Clanuwat et al. 2018, arXiv 1812.01718.
  kmnist: {
    title: 'Kuzushiji-MNIST',
    url: 'http://codh.rois.ac.jp/kmnist/dataset/kmnist/',
    files: idxFiles(
      'bdb82020997e1d708af4cf47b453dcf7',
      'e144d726b3acfaa3e44228e80efcd344',
      '5c965bf0a639b31b8f53240b1b52f4d7',
      '7320c461ea6c1c855c0b718fb2a4b134',
    ),
    classes: ['o', 'ki', 'su', 'tsu', 'na', 'ha', 'ma', 'ya', 're', 'wo'],
  },
  // Krizhevsky 2009.
  cifar10: {
    title: 'CIFAR-10',
    url: 'https://www.cs.toronto.edu/~kriz/',
    files: [
      {
        name: 'cifar-10-binary.tar.gz',
        md5: 'c32a1d4ab5d03f1284b67883e8d87530',
        mostBytes: 2 ** 28,
      },
    ],
    classes: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'], // prettier-ignore
  },
} as const satisfies Readonly<Record<string, NamedSet>>;

export type NamedSetName = keyof typeof NAMED_SETS;
export const isNamedSet = (name: string): name is NamedSetName => Object.hasOwn(NAMED_SETS, name);

/** What a tar may unpack to. */
const MOST_UNPACKED = 2 ** 29;

export interface FetchOptions extends Omit<DownloadOptions, 'check' | 'maxBytes' | 'onProgress'> {
  readonly onProgress: (file: string, doneBytes: number, ofBytes: number | undefined) => void;
}

/**
 * From the folder, or by download into it.
 * @param set where it is published; another one in tests
 * @throws DataError that says why it cannot be had
 */
export async function namedDataSet(
  name: string,
  set: NamedSet,
  folder: string,
  options: FetchOptions,
): Promise<DataSet> {
  const files: GivenFile[] = [];
  for (const file of set.files) {
    const bytes = (await kept(file, folder)) ?? (await fetched(file, set, folder, options));
    if (!file.name.endsWith('.tar.gz')) files.push(given(file.name, bytes));
    else
      files.push(...filesInTar(file.name, gunzipSync(bytes, { maxOutputLength: MOST_UNPACKED })));
  }
  const { title, classes } = set;
  const found = await openDataSet(files, folder, { decode: decodeInNode });
  return { ...found, name, title, classes };
}

/** Undefined for one that is not there, or not as it is published. */
async function kept(file: NamedFile, folder: string): Promise<Uint8Array | undefined> {
  const path = join(folder, file.name);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || found.size > file.mostBytes) return undefined;
  const bytes = new Uint8Array(await readFile(path));
  return md5Of(bytes) === file.md5 ? bytes : undefined;
}

async function fetched(
  { name, md5, mostBytes }: NamedFile,
  { url, title }: NamedSet,
  folder: string,
  { onProgress, ...options }: FetchOptions,
): Promise<Uint8Array> {
  await mkdir(folder, { recursive: true });
  return download(url + name, join(folder, name), {
    ...options,
    maxBytes: mostBytes,
    onProgress: (done, of) => onProgress(name, done, of),
    check(bytes) {
      const found = md5Of(bytes);
      if (found !== md5)
        throw new DataError(
          url + name,
          `is not the file of ${title}: it has MD5 ${found}, published is ${md5}`,
        );
      return Promise.resolve();
    },
  });
}

const md5Of = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');
