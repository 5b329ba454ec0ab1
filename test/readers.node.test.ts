// Data sets of every form that is read, made here out of a small drawn one; and what is said of files that will not do.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync, zipSync, zlibSync } from 'fflate';
import { encode as encodeJpeg } from 'jpeg-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadDataSet } from '../src/app/cli/dataset.ts';
import { NAMED_SETS } from '../src/app/cli/named.ts';
import { decodeInNode } from '../src/app/cli/decode.ts';
import { builtinDataSet } from '../src/app/data/builtin.ts';
import { type DataSet, DataError, pixelsOf, type Split } from '../src/app/data/dataset.ts';
import { crc32 } from '../src/app/data/gzip.ts';
import { given } from '../src/app/data/read/given.ts';
import { openDataSet } from '../src/app/data/read/open.ts';
import { readWay } from '../src/app/data/read/way.ts';
import { resized } from '../src/app/data/resize.ts';
import { turned } from '../src/app/exif.ts';
import { encodePng } from '../src/app/report/png.ts';
import { joined } from './bytes.ts';

const color = await builtinDataSet({ train: 40, test: 20 }, 'builtin-color');
const gray = await builtinDataSet({ train: 40, test: 20 });

const PNG = encodePng(new Uint8Array(64), 8, 8);

type Files = Readonly<Record<string, Uint8Array | string>>;
const bytesOf = (contents: Uint8Array | string) =>
  typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
const opened = (files: Files, way = '') =>
  openDataSet(
    Object.entries(files).map(([path, contents]) => given(path, bytesOf(contents))),
    'data',
    { decode: decodeInNode, way: readWay(way) },
  );
const zip = (files: Files) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([path, c]) => [path, bytesOf(c)])));

function idx(dims: readonly number[], payload: ArrayLike<number>): Uint8Array {
  const head = new Uint8Array(4 + 4 * dims.length);
  head.set([0, 0, 8, dims.length]);
  dims.forEach((dim, i) => new DataView(head.buffer).setUint32(4 + 4 * i, dim));
  return joined(head, payload);
}

/** As numpy.save writes it. */
function npy(descr: string, shape: readonly number[], payload: Uint8Array): Uint8Array {
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const header = `${text.padEnd(117)}\n`;
  const head = [0x93, ...bytesOf('NUMPY'), 1, 0, header.length & 255, header.length >> 8];
  return joined(head, bytesOf(header), payload);
}
const int64 = (values: ArrayLike<number>) =>
  new Uint8Array(BigInt64Array.from(Array.from(values, BigInt)).buffer);
const floats = (values: ArrayLike<number>) => new Uint8Array(Float32Array.from(values).buffer);

const shapeIn = ({ height, width, channels }: DataSet) => [height, width, channels];
const npzOf = (set: DataSet, changes: Files = {}) => {
  const array = (split: Split) =>
    npy('|u1', [split.count, ...shapeIn(set).slice(0, set.channels === 1 ? 2 : 3)], split.images);
  return zip({
    'x_train.npy': array(set.train),
    'y_train.npy': npy('<i8', [set.train.count], int64(set.train.labels)),
    'x_test.npy': array(set.test),
    'y_test.npy': npy('|u1', [set.test.count, 1], set.test.labels as Uint8Array),
    ...changes,
  });
};

/** A plane a channel behind each label. */
const cifar = (split: Split, ...before: readonly number[]) =>
  joined(
    ...Array.from(split.labels, (label, n) => {
      const pixels = split.images.subarray(n * 3072, (n + 1) * 3072);
      const planes = Uint8Array.from({ length: 3072 }, (_, i) => pixels[(i % 1024) * 3 + Math.floor(i / 1024)]!); // prettier-ignore
      return joined(before, [label], planes);
    }),
  );

const rowsOf = (split: Split, size: number, write: (value: number) => string = String) =>
  Array.from(split.labels, (label, n) =>
    [label, ...Array.from(split.images.subarray(n * size, (n + 1) * size), write)].join(),
  );
const HEADER = ['label', ...Array.from({ length: 784 }, (_, i) => `pixel${i}`)].join();

function pngs(set: DataSet, root = '', split: 'train' | 'test' = 'train'): Files {
  const files: Record<string, Uint8Array> = {};
  set[split].labels.forEach((label: number, i: number) => {
    const png = encodePng(pixelsOf(set, split, i), set.width, set.height);
    files[`${root}${set.classes[label]?.replaceAll('/', ' ')}/${String(i).padStart(3, '0')}.png`] =
      png;
  });
  return files;
}
const jpeg = (width: number, height: number, [r, g, b]: readonly [number, number, number]) =>
  new Uint8Array(
    encodeJpeg(
      {
        width,
        height,
        data: Uint8Array.from({ length: 4 * width * height }, (_, i) => [r, g, b, 255][i % 4]!),
      },
      95,
    ).data,
  );

describe('one set in every form has one checksum', () => {
  const forms: readonly (readonly [string, DataSet, Files])[] = [
    ['IDX', gray, {
      'train-images': idx([40, 28, 28], gray.train.images), 'train-labels': idx([40], gray.train.labels),
      't10k-images.gz': gzipSync(idx([20, 28, 28], gray.test.images)), 't10k-labels': idx([20], gray.test.labels),
    }],
    ['IDX in color, names that say nothing', color, {
      a: idx([40, 32, 32, 3], color.train.images), b: idx([40], color.train.labels),
      c: idx([20, 32, 32, 3], color.test.images), d: idx([20], color.test.labels),
    }],
    ['CIFAR-10', color, { 'data_batch_1.bin': cifar({ ...color.train, labels: color.train.labels.slice(0, 15) }),
      'data_batch_2.bin': cifar({ ...color.train, images: color.train.images.subarray(15 * 3072), labels: color.train.labels.slice(15) }),
      'test_batch.bin': cifar(color.test), 'batches.meta.txt': color.classes.join('\n') }],
    ['npz', color, { 'mine.npz': npzOf(color) }],
    ['npz, gray', gray, { 'mnist.npz': npzOf(gray) }],
    ['npz, floats from 0 to 1', gray, { 'f.npz': npzOf(gray, {
      'x_train.npy': npy('<f4', [40, 28, 28], floats(Array.from(gray.train.images, (v) => v / 255))) }) }],
    ['npy files', color, {
      'train_images.npy': npy('|u1', [40, 32, 32, 3], color.train.images), 'train_labels.npy': npy('<i4', [40], new Uint8Array(Int32Array.from(color.train.labels).buffer)),
      'test_images.npy': npy('|u1', [20, 32, 32, 3], color.test.images), 'test_labels.npy': npy('|u1', [20], color.test.labels as Uint8Array) }],
    ['CSV with a header', gray, { 'train.csv': [HEADER, ...rowsOf(gray.train, 784)].join('\n'), 'test.csv': [HEADER, ...rowsOf(gray.test, 784), ''].join('\r\n') }],
    ['CSV without one, floats', gray, { 'mnist_train.csv': rowsOf(gray.train, 784, (v) => (v / 255).toFixed(6)).join('\n'), 'mnist_test.csv': rowsOf(gray.test, 784).join('\n') }],
    ['a zip of PNG', color, { 'fruit.zip': zip({ ...pngs(color, 'fruit/train/'), ...pngs(color, 'fruit/test/', 'test'),
      '__MACOSX/fruit/._x.png': 'no', 'fruit/.DS_Store': 'no', 'fruit/README.txt': 'hello' }) }],
    ['two zips', color, { 'train.zip': zip(pngs(color)), 'test.zip': zip(pngs(color, '', 'test')) }],
  ]; // prettier-ignore
  test.each(forms)('%s', async (_, set, files) => {
    const found = await opened(files);
    expect(shapeIn(found)).toEqual(shapeIn(set));
    expect(found.classes).toHaveLength(10);
    // Pictures come in the order of their names.
    const key = ({ images, labels, count }: Split, classes: readonly string[]) =>
      Array.from({ length: count }, (__, i) => {
        const size = images.length / count;
        return `${classes[labels[i]!]!.replaceAll('/', ' ')} ${images.subarray(i * size, (i + 1) * size).join()}`;
      }).sort();
    const names = /^\d/.test(found.classes[0]!) ? set.classes.map((__, k) => `${k}`) : set.classes;
    for (const split of ['train', 'test'] as const)
      expect(key(found[split], found.classes)).toEqual(key(set[split], names));
  });
});

test('pictures of several sizes and kinds are scaled to one, and the way is said', async () => {
  const files = {
    'cats/a.jpg': jpeg(40, 20, [200, 30, 30]),
    'cats/b.jpg': jpeg(20, 40, [200, 30, 30]),
    'dogs/c.jpg': jpeg(30, 30, [30, 30, 200]),
    'dogs/d.png': encodePng(new Uint8Array(900).fill(90), 30, 30),
  };
  const set = await opened(files, '16');
  expect([...shapeIn(set), ...set.classes]).toEqual([16, 16, 3, 'cats', 'dogs']);
  expect(set.notes).toContain(
    'The pictures, 20 to 40 pixels wide and 20 to 40 high, were scaled to 16 × 16.',
  );
  expect(set.train.count + set.test.count).toBe(4);
  const grays = { 'a/1.png': files['dogs/d.png'], 'b/1.png': files['dogs/d.png'] };
  expect(shapeIn(await opened(grays))).toEqual([30, 30, 1]);
  expect(shapeIn(await opened(grays, 'color,8'))).toEqual([8, 8, 3]);
});

test('area averaging keeps the aspect: margins or a cut, on a ground of choice', () => {
  const rgba = Uint8Array.from({ length: 4 * 4 * 2 }, (_, i) => (i % 4 === 3 ? 255 : Math.floor(i / 4) % 4 < 2 ? 100 : 200)); // prettier-ignore
  const picture = { rgba, width: 4, height: 2 };
  expect([...resized(picture, [2, 2, 1], 'crop').pixels]).toEqual([100, 200, 100, 200]);
  expect([...resized(picture, [2, 2, 1], 'pad').pixels]).toEqual([50, 100, 50, 100]);
  expect([...resized(picture, [2, 2, 1], 'pad', 255).pixels]).toEqual([178, 228, 178, 228]);
  expect([...resized(picture, [1, 1, 3], 'crop').pixels]).toEqual([150, 150, 150]);
  // Exif 6: to be turned by 90 degrees clockwise.
  const marked = { rgba: Uint8Array.of(1, 0, 0, 255, 2, 0, 0, 255), width: 2, height: 1 };
  expect(Array.from(turned(marked, 6).rgba).filter((_, i) => i % 4 === 0)).toEqual([1, 2]);
  expect(Array.from(turned(marked, 8).rgba).filter((_, i) => i % 4 === 0)).toEqual([2, 1]);
});

/** A PNG of any depth: of one row, unfiltered. */
function pngOf(
  width: number,
  depth: number,
  kind: number,
  row: readonly number[],
  palette: readonly number[] = [],
) {
  const chunk = (type: string, data: ArrayLike<number>) => {
    const body = joined(bytesOf(type), data);
    const ends = new DataView(new ArrayBuffer(8));
    ends.setUint32(0, data.length);
    ends.setUint32(4, crc32(body));
    const [length, crc] = [new Uint8Array(ends.buffer, 0, 4), new Uint8Array(ends.buffer, 4)];
    return joined(length, body, crc);
  };
  const head = [0, 0, 0, width, 0, 0, 0, 1, depth, kind, 0, 0, 0];
  return joined(
    PNG.subarray(0, 8),
    chunk('IHDR', head),
    ...(palette.length > 0 ? [chunk('PLTE', palette)] : []),
    chunk('IDAT', zlibSync(Uint8Array.of(0, ...row))),
    chunk('IEND', []),
  );
}

test.each([
  ['PNG, 1 bit of gray', pngOf(3, 1, 0, [0b10100000]), [255, 0, 255]],
  ['PNG, 4 bits of gray', pngOf(3, 4, 0, [0x0f, 0x80]), [0, 255, 136]],
  ['PNG, 16 bits of gray', pngOf(2, 16, 0, [0x80, 0, 0xff, 0xff]), [127, 255]],
  ['PNG, a palette of 2 bits', pngOf(3, 2, 3, [0b01000000], [9, 0, 0, 8, 0, 0]), [8, 9, 9]],
  ['PNG, gray and alpha', pngOf(1, 8, 4, [70, 0]), [70]],
])('%s is decoded', async (_, file, reds) => {
  const size = { format: 'PNG', width: reds.length, height: 1 } as const;
  const { rgba } = await decodeInNode(file, size);
  expect(Array.from(rgba).filter((__, i) => i % 4 === 0)).toEqual(reds);
});

describe('one part is divided', () => {
  test('every class by its share, and it is said', async () => {
    const set = await opened({ 'all.csv': rowsOf(gray.train, 784).join('\n') });
    expect([set.train.count, set.test.count]).toEqual([32, 8]);
    expect(set.notes?.[0]).toMatch(/^There is no test part: 20% of the images, 8, chosen/);
    expect((await opened({ 'all.csv': rowsOf(gray.train, 784).join('\n') })).checksum).toBe(set.checksum); // prettier-ignore
  });

  test('labels from 1, classes that are missing in the test, one image of a class, 300 classes', async () => {
    const labels = [1, 1, 1, 2, 2, 3];
    const file = (count: number) => idx([count, 8, 8], new Uint8Array(64 * count));
    const set = await opened({
      ...{ 'train-images': file(6), 'train-labels': idx([6], labels) },
      ...{ 'test-images': file(2), 'test-labels': idx([2], [1, 3]) },
    });
    expect([set.classes, [...set.train.labels]]).toEqual([
      ['1', '2', '3'],
      [0, 0, 0, 1, 1, 2],
    ]);
    expect(set.notes).toEqual([
      'No test image is of “2”: the test says nothing of it.',
      'There is one training image only of “3”.',
    ]);
    const many = Array.from({ length: 600 }, (_, i) => i % 300);
    const wide = await opened({
      'x_train.npy': npy('|u1', [600, 8, 8], new Uint8Array(64 * 600)),
      'y_train.npy': npy('<i8', [600], int64(many)),
    });
    expect(wide.train.labels).toBeInstanceOf(Int32Array);
    expect(wide.classes).toHaveLength(300);
  });
});

/** A header that announces such a size. */
function huge(): Uint8Array {
  const png = PNG.slice();
  new DataView(png.buffer).setUint32(16, 20_000);
  new DataView(png.buffer).setUint32(20, 20_000);
  return png;
}
/** A zip whose directory announces a size of its first file. */
function announcing(size: number): Uint8Array {
  const file = zip({ 'a/x.png': new Uint8Array(1000), 'b/y.png': PNG });
  const view = new DataView(file.buffer);
  let at = file.length - 22;
  at = view.getUint32(at + 16, true);
  view.setUint32(at + 24, size, true);
  return file;
}
const twoRows = rowsOf(gray.train, 784).slice(0, 12);

const BAD: readonly (readonly [what: string, files: Files, sentence: string])[] = [
  ['an empty folder', {}, 'data: is empty, or holds hidden files alone. What is read: IDX files'],
  ['hidden files alone', { '__MACOSX/a/1.png': PNG, '.DS_Store': 'x' }, 'data: is empty, or holds hidden files alone'],
  ['no data', { 'README.md': 'hello' }, 'data: holds 1 file and none that is data: README.md'],
  ['a web page', { 'train-labels-idx1-ubyte': '<!doctype html><title>404</title>' }, 'train-labels-idx1-ubyte: is a web page, not data'],
  ['Parquet', { 'train.parquet': 'PAR1....' }, 'train.parquet: is Parquet, which is not read here'],
  ['a ragged row', { 'a.csv': [...twoRows.slice(0, 6), '1,2,3', ...twoRows].join('\n') }, 'a.csv, row 7: has 3 fields, the first row has 785'],
  ['text where a number belongs', { 'a.csv': [HEADER, twoRows[0]!.replace(/,\d+$/, ',many')].join('\n') }, 'a.csv, row 2, column 785: “many” is no number, and a pixel belongs there'],
  ['a pixel of 256', { 'a.csv': [...twoRows.slice(0, 3), twoRows[3]!.replace(/,\d+$/, ',256')].join('\n') }, 'a.csv, row 4, pixel 783: the value 256 is no level from 0 to 255'],
  ['a row without a label', { 'a.csv': [HEADER, twoRows[0]!.replace(/^\d+/, '')].join('\n') }, 'a.csv, row 2: has no label'],
  ['a header alone', { 'a.csv': HEADER }, 'a.csv: has no rows of images'],
  ['no square image', { 'a.csv': Array(112).fill('1').join() }, 'a.csv: has 111 columns of pixels, which make no square image from 8 to 128 pixels a side'],
  ['one class', { 'a.csv': [twoRows[0], twoRows[0]].join('\n') }, 'data: all of its 2 training images are of one class'],
  ['a cut IDX', { 'train-images': idx([3, 8, 8], new Uint8Array(100)), 'train-labels': idx([3], [0, 1, 2]) }, 'train-images: is cut short: 116 of 208 bytes'],
  ['labels of other images', { 'train-images': idx([3, 8, 8], new Uint8Array(192)), 'train-labels': idx([2], [0, 1]) }, 'train-images: holds 3 images, and no file with as many labels is beside it (train-labels has 2)'],
  ['labels alone', { 'train-labels': idx([2], [0, 1]) }, 'data: holds labels, and no images that belong to them'],
  ['a test label that nothing teaches', { 'train-images': idx([2, 8, 8], new Uint8Array(128)), 'train-labels': idx([2], [0, 1]), 'test-images': idx([1, 8, 8], new Uint8Array(64)), 'test-labels': idx([1], [7]) }, 'test-labels, label 0: has the label “7”, and no training image has it'],
  ['images too small', { 'train-images': idx([2, 4, 4], new Uint8Array(32)), 'train-labels': idx([2], [0, 1]) }, 'train-images: images of 4x4, 8 to 128 pixels a side are taken'],
  ['a CIFAR label of 12', { 'data_batch_1.bin': joined(cifar(color.train), [12], new Uint8Array(3072)) }, 'data_batch_1.bin, record 40: has the label 12, and there are 10 classes'],
  ['an npz without labels', { 'a.npz': zip({ 'x_train.npy': npy('|u1', [2, 8, 8], new Uint8Array(128)) }) }, 'data: has no array of training labels (y_train); it has x_train'],
  ['a cut npy', { 'x.npy': npy('|u1', [2, 8, 8], new Uint8Array(100)), 'y.npy': npy('|u1', [2], Uint8Array.of(0, 1)) }, 'data, x: is cut short: 100 of 128 bytes of its array [2, 8, 8]'],
  ['Fortran order', { 'x.npy': bytesOf(new TextDecoder('latin1').decode(npy('|u1', [2, 8, 8], new Uint8Array(128))).replace('False', 'True ')).filter((b, i) => !(i === 0 && b === 0xc2)), 'y.npy': npy('|u1', [2], Uint8Array.of(0, 1)) }, 'data, x: lies in Fortran order'],
  ['half floats', { 'x.npy': npy('<f2', [2, 8, 8], new Uint8Array(256)), 'y.npy': npy('|u1', [2], Uint8Array.of(0, 1)) }, 'data, x: holds half floats; whole numbers and floats are read'],
  ['labels that are fractions', { 'x.npy': npy('|u1', [2, 8, 8], new Uint8Array(128)), 'y.npy': npy('<f4', [2], floats([0, 0.5])) }, 'data, y, element 1: 0.5 is no label: a whole number is'],
  ['a picture in no class', { 'a.png': PNG, 'b/1.png': PNG }, 'a.png: lies in no folder of a class'],
  ['20,000 x 20,000 pixels', { 'a/1.png': PNG, 'b/1.png': huge() }, 'b/1.png: has 20,000 × 20,000 pixels, more than the 50 million that are decoded'],
  ['a cut picture', { 'a/1.png': PNG, 'b/1.png': PNG.slice(0, 50) }, 'b/1.png: begins as PNG and cannot be decoded'],
  ['a text that is called a picture', { 'a/1.png': PNG, 'b/1.png': 'no picture' }, 'data: 1 file cannot be used: b/1.png: is no picture, or is cut off in its header. Mend or remove them'],
  ['an empty picture', { 'a/1.png': PNG, 'b/1.png': '' }, 'b/1.png: is empty'],
  ['a name with a newline', { 'a/1.png': PNG, 'ö\nb/1.png': 'no' }, 'ö⏎b/1.png: is no picture'],
  ['a zip that is cut', { 'a.zip': zip({ 'a/1.png': PNG }).slice(0, -30) }, 'a.zip: is a zip that is cut short: its directory at the end is missing'],
  ['a zip bomb, as it announces', { 'a.zip': announcing(0xf0000000) }, 'a.zip: announces more than 2,147,483,648 bytes when unpacked'],
  ['a zip bomb that announces less', { 'a.zip': announcing(10) }, 'a.zip, a/x.png: unpacks to more than the 10 bytes that the archive announces'],
]; // prettier-ignore

test.each(BAD)('%s is said in a sentence', async (_, files, sentence) => {
  const problem = opened(files);
  await expect(problem).rejects.toBeInstanceOf(DataError);
  await expect(problem).rejects.toThrow(sentence);
  const { message } = (await problem.catch((error: unknown) => error)) as Error;
  expect(message).not.toMatch(/\n|undefined|NaN/);
});

test('files that are no pictures are left out only when one says so, and named', async () => {
  const files = { 'a/1.png': PNG, 'a/2.png': PNG, 'b/1.png': PNG, 'b/2.png': 'no', 'b/3.png': PNG };
  await expect(opened(files)).rejects.toThrow('1 file cannot be used');
  const set = await opened(files, 'skip');
  expect(set.train.count + set.test.count).toBe(4);
  expect(set.notes).toContain('1 file was left out: b/2.png: is no picture, or is cut off in its header.'); // prettier-ignore
});

/** A tar of one folder. */
function tar(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const blocks = Object.entries(files).flatMap(([path, bytes]) => {
    const header = new Uint8Array(512);
    const put = (at: number, text: string) => header.set(bytesOf(text), at);
    put(0, path);
    put(124, `${bytes.length.toString(8).padStart(11, '0')} `);
    put(148, '        ');
    put(156, '0');
    put(
      148,
      `${header
        .reduce((a, b) => a + b, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
    );
    return [header, bytes, new Uint8Array((512 - (bytes.length % 512)) % 512)];
  });
  return joined(...blocks, new Uint8Array(1024));
}

test('a set is fetched by its name, checked, kept, and had without a server then', async () => {
  const archive = gzipSync(
    tar({ 'bin/data_batch_1.bin': cifar(color.train), 'bin/test_batch.bin': cifar(color.test) }),
  );
  const asked: string[] = [];
  const served = { bytes: archive };
  const fetch = (url: string | URL | Request) => {
    asked.push(url instanceof Request ? url.url : url.toString());
    return Promise.resolve(new Response(served.bytes));
  };
  const md5 = createHash('md5').update(archive).digest('hex');
  const named = {
    cifar10: {
      ...NAMED_SETS.cifar10,
      files: [{ name: 'c.tar.gz', md5, mostBytes: 2 ** 20 }],
    },
  };
  const home = await mkdtemp(join(tmpdir(), 'weft-named-'));
  const origin = { env: { XDG_CACHE_HOME: home }, fetch, named };
  try {
    served.bytes = archive.slice(1);
    await expect(loadDataSet({ data: 'cifar10', origin })).rejects.toThrow(
      /kriz\/c\.tar\.gz: is not the file of CIFAR-10: it has MD5 \w{32}, published is/,
    );
    served.bytes = archive;
    const { set } = await loadDataSet({ data: 'cifar10', origin });
    expect(set).toMatchObject({ name: 'cifar10', title: 'CIFAR-10', height: 32, channels: 3 });
    expect(set.classes[3]).toBe('cat');
    expect(set.train.images).toEqual(color.train.images);
    asked.length = 0;
    expect((await loadDataSet({ data: 'cifar10', origin })).set.checksum).toBe(set.checksum);
    expect(asked).toEqual([]);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

describe('from a disk', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weft-readers-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const load = (data: string) => loadDataSet({ data, origin: { env: {}, here: folder } });

  test('a folder and a file, by a path from where one stands', async () => {
    const png = { ...pngs(color, 'fruit/train/'), ...pngs(color, 'fruit/test/', 'test') };
    for (const [path, bytes] of Object.entries({ ...png, 'set.npz': npzOf(gray) })) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
    const { set } = await load('fruit');
    expect(shapeIn(set)).toEqual([32, 32, 3]);
    expect(set.source).toBe(join(folder, 'fruit'));
    expect((await load('set.npz')).set.train.images).toEqual(gray.train.images);
    await expect(load('nothing')).rejects.toThrow(`${join(folder, 'nothing')}: there is no such file or folder`); // prettier-ignore
  });
});
