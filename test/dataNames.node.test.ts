// A folder with data, however its files are called: their contents say what they are, and what else they may be.
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadDataSet } from '../src/app/cli/dataset.ts';

import { Shelf } from '../src/app/data/shelf.ts';
import { FASHION_CLASSES } from '../src/app/data/fashion.ts';
import { recognize } from '../src/app/data/sources.ts';
import { drawn, files, idx, published } from './publishedSet.ts';

const IMAGE_SIZE = 784;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-names-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const load = (data = folder) => loadDataSet({ data, origin: { env: {}, files, here: folder } });
const put = (name: string, bytes: Uint8Array) => writeFile(join(folder, name), bytes);
const plain = files.map((file) => idx(file));
const packed = [...published.values()];

describe('any name will do', () => {
  const spellings: readonly [string, readonly string[]][] = [
    [
      'dots',
      [
        'train-images.idx3-ubyte',
        'train-labels.idx1-ubyte',
        't10k-images.idx3-ubyte',
        't10k-labels.idx1-ubyte',
      ],
    ],
    [
      'capitals',
      [
        'TRAIN-IMAGES-IDX3-UBYTE',
        'TRAIN-LABELS-IDX1-UBYTE',
        'T10K-IMAGES-IDX3-UBYTE',
        'T10K-LABELS-IDX1-UBYTE',
      ],
    ],
    [
      'second downloads',
      [
        'train-images-idx3-ubyte (1)',
        'train-labels-idx1-ubyte(2)',
        't10k-images-idx3-ubyte-2',
        't10k-labels-idx1-ubyte - Copy',
      ],
    ],
    [
      'copies',
      [
        'train-images-idx3-ubyte_copy',
        'train-labels-idx1-ubyte copy',
        'test-images',
        'test-labels.bin',
      ],
    ],
    ['names that say nothing', ['a', 'b', 'c', 'd']],
    [
      'names that say something else',
      [
        't10k-labels-idx1-ubyte',
        't10k-images-idx3-ubyte',
        'train-labels-idx1-ubyte',
        'train-images-idx3-ubyte',
      ],
    ],
  ];
  test.each(spellings)('%s, packed and not', async (_, names) => {
    for (const [i, name] of names.entries()) await put(name, plain[i]!);
    expect((await load()).set.checksum).toBe(drawn.checksum);
    for (const [i, name] of names.entries()) await put(name, packed[i]!);
    expect((await load()).set.checksum).toBe(drawn.checksum);
  });

  test('a whole copy counts where the file itself is damaged, and other files do not matter', async () => {
    for (const [i, { name }] of files.entries()) await put(name, packed[i]!);
    await put(files[0]!.name, packed[0]!.slice(0, 100));
    await put('train-images-idx3-ubyte (1).gz', packed[0]!);
    await put('notes.txt', new TextEncoder().encode('hello'));
    await put('archive.gz', gzipSync(new TextEncoder().encode('hello')));
    await put('empty', new Uint8Array(0));
    await mkdir(join(folder, 'train-images'));
    await symlink('nowhere', join(folder, 'train-labels-link'));
    execFileSync('mkfifo', [join(folder, 't10k-images-pipe')]);
    expect((await load()).set.checksum).toBe(drawn.checksum);
  });

  test('a shelf takes them in any order, twice too, and says what is missing', async () => {
    const shelf = new Shelf(files);
    for (const i of [3, 3, 1, 0]) await shelf.put(`file ${i}`, packed[i]!);
    expect(shelf.missing).toEqual([files[2]]);
    expect(await shelf.take('here')).toBeUndefined();
    await shelf.put('the last', plain[2]!);
    expect((await shelf.take('here'))?.checksum).toBe(drawn.checksum);
    expect(shelf.missing).toHaveLength(4);
  });
});

describe('what is missing or cannot be read is said in a sentence, with an absolute path', () => {
  test('a folder that is not there, a file in its place, nothing in it', async () => {
    await expect(load(join(folder, 'no'))).rejects.toThrow(
      `${join(folder, 'no')}: there is no such file or folder`,
    );
    await expect(load('no')).rejects.toThrow(
      `${join(folder, 'no')}: there is no such file or folder`,
    );
    await put('file', packed[0]!);
    await expect(load('file')).rejects.toThrow(
      'file: holds 30 images, and no file with as many labels is beside it',
    );
    await rm(join(folder, 'file'));
    await expect(load()).rejects.toThrow(`${folder}: is empty, or holds hidden files alone`);
  });

  test('a pipe or a folder under the name of a file is not waited for', async () => {
    for (const [i, { name }] of files.entries()) if (i > 0) await put(name, packed[i]!);
    execFileSync('mkfifo', [join(folder, files[0]!.name)]);
    await expect(load()).rejects.toThrow(
      'has no train-images-idx3-ubyte.gz (the training images);',
    );
  });

  test.skipIf(process.getuid?.() === 0)('a file or a folder that is not ours', async () => {
    for (const [i, { name }] of files.entries()) await put(name, packed[i]!);
    await chmod(join(folder, files[0]!.name), 0);
    await expect(load()).rejects.toThrow(`${files[0]!.name}: cannot be read (EACCES)`);
    await chmod(folder, 0);
    await expect(load()).rejects.toThrow(`${folder}: cannot be read (EACCES)`);
    await chmod(folder, 0o700);
  });
});

/** An IDX file with 60,000 or 10,000 values in a header. */
function idxOf(dims: readonly number[], payload: Uint8Array): Uint8Array {
  const contents = new Uint8Array(4 + 4 * dims.length + payload.length);
  contents.set([0, 0, 8, dims.length]);
  dims.forEach((dim, i) => new DataView(contents.buffer).setUint32(4 + 4 * i, dim));
  contents.set(payload, 4 + 4 * dims.length);
  return contents;
}

describe('a sound file of another set is not told to be fetched again', () => {
  /** As often as each digit occurs in MNIST's test labels, LeCun, Cortes and Burges 1998. */
  const digits = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009];
  const mnistLabels = Uint8Array.from(
    digits.flatMap((count, d) => Array(count).fill(d) as number[]),
  );

  test('MNIST is called by its name', async () => {
    const problem = recognize('t10k-labels-idx1-ubyte', idxOf([10_000], mnistLabels));
    await expect(problem).rejects.toThrow(
      /holds 10,000 labels, but not those of Fashion-MNIST \(SHA-256 \w{64}\): they are those of MNIST, handwritten digits/,
    );
    await expect(problem).rejects.not.toThrow(/again/);
    // Images by the mean of their pixels: 33.7912 in the test set.
    const images = new Uint8Array(10_000 * IMAGE_SIZE).fill(33);
    images.fill(34, 0, Math.round(0.7912 * images.length));
    await expect(recognize('x', idxOf([10_000, 28, 28], images))).rejects.toThrow('those of MNIST');
  });

  test('others are called what they are: another set', async () => {
    const even = Uint8Array.from({ length: 60_000 }, (_, i) => i % 10);
    await expect(recognize('x', idxOf([60_000], even))).rejects.toThrow(
      'it is another set; MNIST, Kuzushiji-MNIST and EMNIST come in files of the same names',
    );
    await expect(recognize('x', idxOf([240_000], new Uint8Array(240_000)))).rejects.toThrow(
      'holds 240,000 labels',
    );
    const letters = idxOf([3], Uint8Array.of(1, 26, 11));
    await expect(recognize('x', letters)).rejects.toThrow('label 26 at index 1 is outside 0..9');
  });

  test('a damaged one of ours is: a few wrong values', async () => {
    const damaged = idx(files[1]!);
    damaged[20] = (damaged[20]! + 1) % FASHION_CLASSES.length;
    await expect(recognize('x', damaged, files)).rejects.toThrow(
      /holds the training labels of Fashion-MNIST, but not every value is right: .*Fetch the file again/,
    );
  });

  test('a folder with it says so of its first file', async () => {
    const other = [
      idxOf([30, 28, 28], new Uint8Array(30 * IMAGE_SIZE).fill(9)),
      idxOf([30], new Uint8Array(30)),
      idxOf([10, 28, 28], new Uint8Array(10 * IMAGE_SIZE).fill(9)),
      idxOf([10], new Uint8Array(10)),
    ];
    for (const [i, { name }] of files.entries()) await put(name, other[i]!);
    await expect(load()).rejects.toThrow(/holds 30 images, but not those of Fashion-MNIST/);
  });
});
