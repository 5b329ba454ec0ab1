// Fashion-MNIST as it is published: its four files, their checksums, and the way from their bytes
// to a data set. Han Xiao, Kashif Rasul, Roland Vollgraf, arXiv 1708.07747 (2017).

import { checksumOf, DataError, sha256, sizeOf, type DataSet, type Split } from './dataset.ts';
import { FASHION_CLASSES, FASHION_TASK } from './fashion.ts';

import { counted } from '../wording.ts';
import { type Content, type Idx, readEither } from './idx.ts';

const IMAGE_SIZE = sizeOf(FASHION_TASK.shape);

export interface SourceFile {
  readonly name: string;
  readonly split: 'train' | 'test';
  readonly holds: 'images' | 'labels';
  readonly count: number;
  /** Of the contents; the gzip container around them may be another. */
  readonly sha256: string;
  /** A few of the values, see `sampleOf`: by them the file is known again where it is damaged. */
  readonly sample: string;
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
    sample: 'd9d39c9c7b313614e501db97af9f6a59dab8ff01006266006adaa7979ed1c2e8',
  },
  {
    name: 'train-labels-idx1-ubyte.gz',
    split: 'train',
    holds: 'labels',
    count: 60_000,
    sha256: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    sample: '0505010106020502070708000708000605030103070803060604030807090905',
  },
  {
    name: 't10k-images-idx3-ubyte.gz',
    split: 'test',
    holds: 'images',
    count: 10_000,
    sha256: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    sample: '6ed0ea005800ac00e8c4ed004e006b00c6007900db00c265a500df8ca3004b00',
  },
  {
    name: 't10k-labels-idx1-ubyte.gz',
    split: 'test',
    holds: 'labels',
    count: 10_000,
    sha256: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    sample: '0601010405030402090500010409000609000801010708040601020705070607',
  },
];

/** What one of the published files holds, whole and as published. */
export interface Recognized {
  readonly file: SourceFile;
  readonly payload: Uint8Array;
}

/**
 * Finds out by its contents which of the published files this is; its name is only shown. Throws a DataError that says
 * what it is instead: damaged, another set, or no such file at all.
 */
export async function recognize(
  shownAs: string,
  bytes: Uint8Array,
  files: readonly SourceFile[] = SOURCE_FILES,
): Promise<Recognized> {
  const idx = readEither(shownAs, bytes, FASHION_TASK);
  const file = await publishedAs(shownAs, idx, files);
  if (file) return { file, payload: idx.payload };
  throw new DataError(shownAs, strangerProblem(idx, await sha256(idx.contents)));
}

/**
 * Which of the published files this is; undefined for one of another set.
 * @throws DataError on one of them that has been damaged
 */
export async function publishedAs(
  shownAs: string,
  { holds, payload, contents }: Idx,
  files: readonly SourceFile[] = SOURCE_FILES,
): Promise<SourceFile | undefined> {
  const found = await sha256(contents);
  const file = files.find((file) => file.sha256 === found);
  if (file) return file;
  const count = holds === 'images' ? payload.length / IMAGE_SIZE : payload.length;
  const sample = sampleOf(payload);
  const alike = files.find(
    (file) => file.holds === holds && file.count === count && areAlike(file.sample, sample),
  );
  if (!alike) return undefined;
  throw new DataError(
    shownAs,
    `holds ${nameOf(alike)} of Fashion-MNIST, but not every value is right: it has SHA-256 ` +
      `${found}, published is ${alike.sha256}. Fetch the file again: ${SOURCE_URL}${alike.name}`,
  );
}

/** The images or labels of this very file, see `recognize`. */
export async function readSource(
  file: SourceFile,
  bytes: Uint8Array,
  shownAs: string,
  files: readonly SourceFile[],
): Promise<Uint8Array> {
  const found = await recognize(shownAs, bytes, files);
  if (found.file !== file)
    throw new DataError(shownAs, `holds ${nameOf(found.file)}, not ${nameOf(file)}`);
  return found.payload;
}

/** 'the training images' */
export const nameOf = ({ split, holds }: SourceFile): string =>
  `the ${split === 'train' ? 'training' : 'test'} ${holds}`;

const SAMPLES = 32;
/** Unrelated files agree in far fewer: labels in a tenth, images in those that are black in both. */
const ALIKE = 24;

/** 32 values from all over the images (from the middle of one, mostly) or labels, in hex. */
export function sampleOf(payload: Uint8Array): string {
  const values = Array.from({ length: SAMPLES }, (_, i) => {
    const at = Math.floor((i * payload.length) / SAMPLES) + 406;
    return payload[at % payload.length]!.toString(16).padStart(2, '0');
  });
  return values.join('');
}

/** What to say of an IDX file in good order that is none of the published ones. */
function strangerProblem({ holds, payload }: Idx, found: string): string {
  const count = holds === 'images' ? payload.length / IMAGE_SIZE : payload.length;
  const what = holds === 'images' ? counted(count, 'image') : counted(count, 'label');
  return (
    `holds ${what}, but not those of Fashion-MNIST (SHA-256 ${found}): ${kinOf(holds, payload)}. ` +
    `Fashion-MNIST lies at ${SOURCE_URL}`
  );
}

function areAlike(a: string, b: string): boolean {
  let alike = 0;
  for (let at = 0; at < a.length; at += 2) if (a.slice(at, at + 2) === b.slice(at, at + 2)) alike++;
  return alike >= ALIKE;
}

/** How often each digit occurs in MNIST, and the mean of its pixels (LeCun, Cortes and Burges 1998). */
const MNIST = [
  { counts: [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949], mean: 33.3184 },
  { counts: [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009], mean: 33.7912 },
];

/** Which other set it may be. */
function kinOf(holds: Content, payload: Uint8Array): string {
  const counts = FASHION_CLASSES.map(() => 0);
  let sum = 0;
  for (const value of payload) {
    sum += value;
    if (holds === 'labels') counts[value]!++;
  }
  const isMnist = MNIST.some((digits) =>
    holds === 'labels'
      ? digits.counts.every((count, digit) => count === counts[digit])
      : digits.counts.reduce((a, b) => a + b) * IMAGE_SIZE === payload.length &&
        Math.abs(sum / payload.length - digits.mean) < 0.005,
  );
  return isMnist
    ? 'they are those of MNIST, handwritten digits in files of the same names'
    : 'it is another set; MNIST, Kuzushiji-MNIST and EMNIST come in files of the same names';
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
    classes: FASHION_CLASSES,
    ...{ height: 28, width: 28, channels: 1 },
    train,
    test,
    checksum: await checksumOf(train, test),
    source,
  };
}
