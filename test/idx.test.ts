// The IDX reader against hostile and odd files built here: containers, headers, sizes, values.
import { gzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';

import { crc32, gunzip } from '../src/app/data/gzip.ts';
import { readImages, readLabels } from '../src/app/data/idx.ts';
import { joined } from './bytes.ts';

const IMAGE_SIZE = 784;

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** An IDX header: magic of the given type, then the dimensions. */
function head(dims: readonly number[], type = 8): Uint8Array {
  const header = new Uint8Array(4 + 4 * dims.length);
  header.set([0, 0, type, dims.length]);
  dims.forEach((dim, i) => new DataView(header.buffer).setUint32(4 + 4 * i, dim));
  return header;
}

/** Pixels that deflate does not swallow whole. */
const noise = (size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 24);

const pixels = noise(3 * IMAGE_SIZE);
const imageFile = joined(head([3, 28, 28]), pixels);
const labelFile = joined(head([3]), [9, 0, 5]);
const zipped = gzipSync(imageFile);
const images = (file: Uint8Array): number => readImages('x.gz', file, { shape: [28, 28, 1] }).count;
const labels = (file: Uint8Array): number => readLabels('x.gz', file, { classes: 10 }).count;

/** One gzip member with everything in its header that the format knows. */
function member(contents: Uint8Array, flags: number, optional: readonly number[]): Uint8Array {
  const plain = gzipSync(contents, { mtime: 0 });
  const front = joined([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3], optional);
  return joined(front, plain.subarray(10));
}

/** Contents as one stored (uncompressed) deflate block in a gzip member. */
function stored(contents: Uint8Array): Uint8Array {
  const [size, crc] = [contents.length, crc32(contents)];
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, crc, true);
  trailer.setUint32(4, size, true);
  const blocks: number[] = [];
  for (let at = 0; at < size; at += 65_535) {
    const part = contents.subarray(at, at + 65_535);
    const n = part.length;
    blocks.push(at + n === size ? 1 : 0, n & 255, n >> 8, ~n & 255, (~n >> 8) & 255, ...part);
  }
  return joined([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3], blocks, new Uint8Array(trailer.buffer));
}

describe('what is read', () => {
  test('images and labels, plain and gzipped, byte for byte', () => {
    for (const file of [imageFile, zipped, stored(imageFile)]) {
      const read = readImages('x', file, { count: 3 });
      expect(read.images).toEqual(pixels);
      expect(read.contents).toEqual(imageFile);
    }
    for (const file of [labelFile, gzipSync(labelFile)])
      expect(readLabels('x', file, { count: 3 }).labels).toEqual(Uint8Array.of(9, 0, 5));
  });

  test('a view into a larger buffer', () => {
    const larger = joined([1, 2, 3], zipped, [4, 5]);
    expect(readImages('x', larger.subarray(3, 3 + zipped.length)).images).toEqual(pixels);
    const plain = joined([1, 2, 3], imageFile, [4, 5]);
    expect(readImages('x', plain.subarray(3, 3 + imageFile.length)).images).toEqual(pixels);
  });

  test('many chunks, compressed or stored', () => {
    const many = noise(400 * IMAGE_SIZE);
    const file = joined(head([400, 28, 28]), many);
    expect(readImages('x', gzipSync(file)).images).toEqual(many);
    expect(readImages('x', stored(file)).images).toEqual(many);
  });

  test('a gzip header with extra field, name, comment and checksum', () => {
    const named = [2, 0, 7, 7, ...text('images'), 0, ...text('a comment'), 0];
    expect(images(member(imageFile, 4 | 8 | 16, named))).toBe(3);
    const front = joined([0x1f, 0x8b, 8, 2, 0, 0, 0, 0, 0, 3]);
    const sum = crc32(front) & 0xffff;
    expect(images(member(imageFile, 2, [sum & 255, sum >> 8]))).toBe(3);
    expect(() => images(member(imageFile, 2, [sum & 255, (sum >> 8) ^ 1]))).toThrow(
      'the checksum of the gzip header does not match',
    );
  });

  test('zeros behind the stream, as gunzip, Node and Python take them', () => {
    expect(readImages('x', joined(zipped, new Uint8Array(512))).images).toEqual(pixels);
  });

  test('members in series, as RFC 1952 allows', () => {
    const cut = [
      gzipSync(imageFile.subarray(0, 10)),
      gzipSync(imageFile.subarray(10, 1000)),
      gzipSync(imageFile.subarray(1000)),
    ];
    expect(readImages('x', joined(...cut)).images).toEqual(pixels);
    expect(readImages('x', joined(zipped, gzipSync(new Uint8Array(0)))).images).toEqual(pixels);
  });
});

describe('what is refused: the container', () => {
  const refused: readonly [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(0), /is empty/],
    ['a web page', text('<!DOCTYPE html><html>'), /is a web page/],
    ['a web page after blanks', text('\n  <html>404</html>'), /is a web page/],
    ['a web page after a byte order mark', text('\ufeff<html></html>'), /is a web page/],
    ['a web page, gzipped', gzipSync(text('<html><title>not found</title>')), /is a web page/],
    ['an LFS pointer', text('version https://git-lfs.github.com/spec/v1'), /"version https/],
    ['a file gzipped twice', gzipSync(zipped), /is gzipped twice/],
    ['the first byte of a gzip', zipped.slice(0, 1), /neither an IDX file/],
    ['half a gzip header', zipped.slice(0, 7), /is cut short inside the gzip header/],
    [
      'a name without an end',
      joined(zipped.slice(0, 3), [8], zipped.slice(4, 10), [65, 66]),
      /inside the gzip header/,
    ],
    [
      'an extra field past the end',
      joined(zipped.slice(0, 3), [4], zipped.slice(4, 10), [255, 255]),
      /inside the gzip header/,
    ],
    ['a reserved flag', member(imageFile, 0x20, []), /reserved gzip flags/],
    ['another method', joined([0x1f, 0x8b, 9], zipped.slice(3)), /gzip method 9/],
    ['two whole files', joined(zipped, zipped), /more than the 2368 bytes/],
    ['a member more', joined(zipped, gzipSync(Uint8Array.of(1))), /more than the 2368 bytes/],
    [
      'a member more, cut',
      joined(zipped, gzipSync(new Uint8Array(0)).slice(0, -1)),
      /is cut short/,
    ],
    [
      'a flood of empty members',
      joined(zipped, ...Array.from({ length: 1100 }, () => gzipSync(new Uint8Array(0)))),
      /more than 1000 gzip members/,
    ],
    ['one byte behind', joined(zipped, [7]), /1 bytes follow the gzip stream/],
    ['two bytes behind', joined(zipped, [0x1f, 0x8c]), /2 bytes follow/],
    ['the beginning of a member behind', joined(zipped, [0x1f, 0x8b]), /inside the gzip header/],
    ['three bytes behind', joined(zipped, [0x1f, 0x8b, 8]), /./],
    ['junk behind', joined(zipped, text('junk!')), /bytes follow the gzip stream/],
    ['zeros and junk behind', joined(zipped, new Uint8Array(512), [7]), /1 bytes follow/],
    [
      'junk behind, then the trailer again',
      joined(zipped, [1, 2], zipped.slice(-8)),
      /bytes follow/,
    ],
  ];
  test.each(refused)('%s', (_, file, message) => {
    expect(() => images(file)).toThrow(message);
    expect(() => images(file)).toThrow(/^x\.gz: /);
  });

  test('cut anywhere', () => {
    for (
      let size = 0;
      size < zipped.length;
      size += size < 40 || size > zipped.length - 40 ? 1 : 97
    )
      expect(() => images(zipped.slice(0, size)), `${size} bytes`).toThrow(/^x\.gz: /);
    for (let missing = 1; missing <= 8; missing++)
      expect(() => images(zipped.slice(0, -missing))).toThrow('the gzip trailer is missing');
  });

  test('any damaged byte of the data and of the trailer', () => {
    for (let at = 10; at < zipped.length; at += at < zipped.length - 8 ? 31 : 1) {
      const damaged = zipped.slice();
      damaged[at]! ^= 0x10;
      expect(() => images(damaged), `byte ${at}`).toThrow(/^x\.gz: /);
    }
    const crc = zipped.slice();
    crc[crc.length - 5]! ^= 1;
    expect(() => images(crc)).toThrow('CRC-32');
    const size = zipped.slice();
    size[size.length - 1]! ^= 1;
    expect(() => images(size)).toThrow('unpacks to 2368 bytes, its gzip trailer says 16779584');
  });

  test('a size bomb ends at the announced size', () => {
    const bomb = gzipSync(joined(head([3, 28, 28]), pixels, new Uint8Array(60 * 2 ** 20)));
    const began = performance.now();
    expect(() => images(bomb)).toThrow('unpacks to more than the 2368 bytes');
    expect(performance.now() - began).toBeLessThan(1_000);
    let seen = 0;
    expect(() => gunzip('x', bomb, 4, (head) => ((seen = head.length), 100))).toThrow('more than');
    expect(seen).toBeLessThan(20 * 2 ** 20);
  });
});

describe('what is refused: the contents', () => {
  const refused: readonly [string, Uint8Array, string][] = [
    ['half a header', head([3, 28, 28]).slice(0, 15), 'the header alone takes 16'],
    ['a count too large', joined(head([4, 28, 28]), pixels), 'is cut short: 2368 of 3152'],
    ['a count of 0', head([0, 28, 28]), 'no images in it'],
    ['a huge count', joined(head([0xffffffff, 28, 28]), pixels), 'announces 4294967295 images'],
    ['huge dimensions', joined(head([3, 0xffffffff, 0xffffffff]), pixels), 'images of 4294967295x'],
    ['another size', joined(head([3, 28, 27]), pixels), 'images of 28x27, 28x28 is expected'],
    ['signed bytes', joined(head([3, 28, 28], 9), pixels), 'element type 0x09 (signed byte)'],
    ['an unknown type', joined(head([3, 28, 28], 0), pixels), 'element type 0x00 (unknown)'],
    ['labels', joined(labelFile, pixels), 'rank 1, 3 is expected of images'],
    ['rank 4', joined(head([3, 28, 28, 1]), pixels), 'rank 4, 3 is expected'],
    ['one byte too few', imageFile.slice(0, -1), 'is cut short: 2367 of 2368'],
    ['little-endian sizes', joined([0, 0, 8, 3, 3, 0, 0, 0], pixels), 'images of'],
    ['a big-endian swap', joined([3, 8, 0, 0], imageFile.subarray(4)), 'begins with 03 08 00 00'],
  ];
  test.each(refused)('%s, plain and gzipped', (_, file, message) => {
    expect(() => images(file)).toThrow(message);
    expect(() => images(gzipSync(file))).toThrow(message);
  });

  test('more than the count says', () => {
    const few = joined(head([2, 28, 28]), pixels);
    expect(() => images(few)).toThrow('is 2368 bytes long, 784 more than its header announces');
    expect(() => images(gzipSync(few))).toThrow('unpacks to more than the 1584 bytes');

    const long = joined(imageFile, [0]);
    expect(() => images(long)).toThrow('is 2369 bytes long, 1 more than its header announces');
    expect(() => images(gzipSync(long))).toThrow('unpacks to more than the 2368 bytes');
  });

  test('a count other than the expected one', () => {
    expect(() => readImages('x', zipped, { count: 10_000 })).toThrow(
      '3 images, 10000 are expected',
    );
    expect(() => readLabels('x', labelFile, { count: 4 })).toThrow('3 labels, 4 are expected');
  });

  test('labels outside 0..9, with value and place', () => {
    const bad = (label: number): Uint8Array => joined(head([5]), [1, 2, 3, label, 255]);
    expect(() =>
      readLabels('t10k-labels-idx1-ubyte.gz', gzipSync(bad(255)), { classes: 10 }),
    ).toThrow('t10k-labels-idx1-ubyte.gz: label 255 at index 3 is outside 0..9');
    expect(() => labels(bad(10))).toThrow('label 10 at index 3');
  });

  test('images where labels belong', () => {
    expect(() => labels(zipped)).toThrow('rank 3, 1 is expected of labels');
  });
});

test('crc32 has the check value of its catalogue', () => {
  expect(crc32(text('123456789'))).toBe(0xcbf43926);
  expect(crc32(text('56789'), crc32(text('1234')))).toBe(0xcbf43926);
});
