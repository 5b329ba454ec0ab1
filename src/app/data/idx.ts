// A strict reader for IDX, the format of MNIST and its kin, plain or gzipped. A file is used whole
// or not at all. Format: http://yann.lecun.com/exdb/mnist, "the IDX file format".

import { DataError, type ImageShape, problemOfShape, sizeOf, type Task } from './dataset.ts';
import { gunzip, isGzip } from './gzip.ts';

/** A header that asks for more is not believed. */
const MAX_CONTENTS = 2 ** 30;

const ELEMENT_TYPES: Readonly<Record<number, string>> = {
  0x08: 'unsigned byte',
  0x09: 'signed byte',
  0x0b: '16-bit integer',
  0x0c: '32-bit integer',
  0x0d: 'float',
  0x0e: 'double',
};

export interface IdxExpectation extends Partial<Task> {
  /** How many images or labels there must be; without it, at least one. */
  readonly count?: number;
}

export interface IdxImages {
  /** Row-major [count, height, width, channels]; a view into `contents`. */
  readonly images: Uint8Array;
  readonly shape: ImageShape;
  readonly count: number;
  /** The unpacked file with its header, as published checksums cover it. */
  readonly contents: Uint8Array;
}

export interface IdxLabels {
  /** [count]; a view into `contents`. */
  readonly labels: Uint8Array;
  readonly count: number;
  readonly contents: Uint8Array;
}

/** Reads gray images, or rank 4 with the channels last. Throws a DataError that names `fileName` and what is wrong. */
export function readImages(
  fileName: string,
  bytes: Uint8Array,
  expect: IdxExpectation = {},
): IdxImages {
  const { payload, count, shape, contents } = readIdx(fileName, bytes, 'images', expect);
  return { images: payload, count, shape, contents };
}

/** Reads labels. Throws a DataError that names `fileName` and what is wrong. */
export function readLabels(
  fileName: string,
  bytes: Uint8Array,
  expect: IdxExpectation = {},
): IdxLabels {
  const { payload, count, contents } = readIdx(fileName, bytes, 'labels', expect);
  checkLabels(fileName, payload, expect);
  return { labels: payload, count, contents };
}

export type Content = 'images' | 'labels';

/** Reads images or labels, whichever the file holds. Throws a DataError that names `fileName` and what is wrong. */
export function readEither(fileName: string, bytes: Uint8Array, expect: IdxExpectation = {}): Idx {
  const read = readIdx(fileName, bytes, undefined, expect);
  if (read.holds === 'labels') checkLabels(fileName, read.payload, expect);
  return read;
}

function checkLabels(file: string, labels: Uint8Array, { classes = 256 }: IdxExpectation): void {
  const last = classes - 1;
  const bad = labels.findIndex((label) => label > last);
  if (bad >= 0)
    throw new DataError(file, `label ${labels[bad]} at index ${bad} is outside 0..${last}`);
}

/** What a rank is of. */
const RANKS: Readonly<Record<Content, readonly number[]>> = { images: [3, 4], labels: [1] };

export interface Idx {
  readonly holds: Content;
  /** Of an image; [1, 1, 1] for a label. */
  readonly shape: ImageShape;
  readonly payload: Uint8Array;
  readonly count: number;
  readonly contents: Uint8Array;
}

/** With `wanted` undefined the rank in the header decides what the file holds. */
function readIdx(
  file: string,
  bytes: Uint8Array,
  wanted: Content | undefined,
  expect: IdxExpectation,
): Idx {
  let holds: Content = wanted ?? 'images';
  let shape: ImageShape = [1, 1, 1];
  let headLength = 4 + 4 * (RANKS[holds][0] as number);
  const announced = (head: Uint8Array): number => {
    checkMark(file, head);
    const rank = head[3] ?? 0;
    if (wanted === undefined && RANKS.labels.includes(rank)) holds = 'labels';
    headLength = 4 + 4 * (RANKS[holds].includes(rank) ? rank : (RANKS[holds][0] as number));
    if (head.length < headLength)
      throw new DataError(
        file,
        `is cut short: ${head.length} bytes, the header alone takes ${headLength}`,
      );
    const found = sizesIn(file, head, holds, expect);
    shape = found.shape;
    return headLength + found.payload;
  };
  if (bytes.length === 0) throw new DataError(file, 'is empty: fetch it again');
  let contents: Uint8Array;
  if (isGzip(bytes)) {
    contents = gunzip(file, bytes, wanted === 'images' ? 16 : 8, announced);
  } else {
    const size = announced(bytes);
    if (bytes.length !== size)
      throw new DataError(
        file,
        bytes.length < size
          ? `is cut short: ${bytes.length} of ${size} bytes`
          : `is ${bytes.length} bytes long, ${bytes.length - size} more than its header announces`,
      );
    contents = bytes;
  }
  const payload = contents.subarray(headLength);
  const count = payload.length / sizeOf(shape);
  return { holds, shape, payload, count, contents };
}

/** Says what it is if it is not IDX at all: mostly a page that a server sent in the file's stead. */
function checkMark(file: string, bytes: Uint8Array): void {
  if (bytes[0] === 0 && bytes[1] === 0) return;
  const start = String.fromCharCode(...bytes.subarray(0, 24));
  const shown = start.replace(/[^\x20-\x7e]/g, '\u00b7');
  if (/^(\xef\xbb\xbf)?\s*</.test(start))
    // a byte order mark may come first
    throw new DataError(
      file,
      `is a web page ("${shown}…"), not data: the server sent a page instead`,
    );
  if (isGzip(bytes)) throw new DataError(file, 'is gzipped twice: unpack it once');
  const mark = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0'));
  throw new DataError(
    file,
    `begins with ${mark.join(' ')} ("${shown}"), neither an IDX file (00 00) nor a gzip (1f 8b)`,
  );
}

/** Checks an IDX header: two zero bytes, element type, rank, then that many big-endian sizes. */
function sizesIn(
  file: string,
  head: Uint8Array,
  holds: Content,
  { count, shape: expected }: IdxExpectation,
): { readonly shape: ImageShape; readonly payload: number } {
  const refuse = (what: string): never => {
    throw new DataError(file, what);
  };
  const type = head[2]!;
  if (type !== 0x08)
    refuse(
      `element type 0x${type.toString(16).padStart(2, '0')} ` +
        `(${ELEMENT_TYPES[type] ?? 'unknown'}), 0x08 (unsigned byte) is expected`,
    );
  const rank = head[3] as number;
  if (!RANKS[holds].includes(rank) || (rank === 4 && expected?.[2] === 1))
    refuse(
      `rank ${rank}, ${RANKS[holds][0]} is expected of ${holds}: is it another file's content?`,
    );
  const view = new DataView(head.buffer, head.byteOffset);
  const found = view.getUint32(4);
  let shape: ImageShape = [1, 1, 1];
  if (holds === 'images') {
    shape = [view.getUint32(8), view.getUint32(12), rank === 4 ? view.getUint32(16) : 1];
    const problem = expected
      ? shape.join() !== expected.join() && `${expected[0]}x${expected[1]} is expected`
      : problemOfShape(shape);
    if (problem) refuse(`images of ${shape[0]}x${shape[1]}, ${problem}`);
  }
  if (count !== undefined && found !== count) refuse(`${found} ${holds}, ${count} are expected`);
  if (found === 0) refuse(`no ${holds} in it: its header says 0`);
  const size = found * sizeOf(shape);
  if (size > MAX_CONTENTS)
    refuse(
      `its header announces ${found} ${holds}, ${size} bytes: more than ${MAX_CONTENTS} are not read`,
    );
  return { shape, payload: size };
}
