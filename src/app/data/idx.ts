// A strict reader for IDX, the format of MNIST and its kin, plain or gzipped. A file is used whole
// or not at all. Format: http://yann.lecun.com/exdb/mnist, "the IDX file format".

import { CLASS_NAMES, DataError, HEIGHT, IMAGE_SIZE, WIDTH } from './dataset.ts';
import { gunzip, isGzip } from './gzip.ts';

/** Five times the real training set; a header that asks for more is not believed. */
const MAX_CONTENTS = 256 * 2 ** 20;

const ELEMENT_TYPES: Readonly<Record<number, string>> = {
  0x08: 'unsigned byte',
  0x09: 'signed byte',
  0x0b: '16-bit integer',
  0x0c: '32-bit integer',
  0x0d: 'float',
  0x0e: 'double',
};

export interface IdxExpectation {
  /** How many images or labels there must be; without it, at least one. */
  readonly count?: number;
}

export interface IdxImages {
  /** Row-major [count, 28, 28]; a view into `contents`. */
  readonly images: Uint8Array;
  readonly count: number;
  /** The unpacked file with its header, as published checksums cover it. */
  readonly contents: Uint8Array;
}

export interface IdxLabels {
  /** [count], each in 0..9; a view into `contents`. */
  readonly labels: Uint8Array;
  readonly count: number;
  readonly contents: Uint8Array;
}

/** Reads images of 28x28 bytes. Throws a DataError that names `fileName` and what is wrong. */
export function readImages(
  fileName: string,
  bytes: Uint8Array,
  expect: IdxExpectation = {},
): IdxImages {
  const { payload, count, contents } = readIdx(fileName, bytes, 'images', expect);
  return { images: payload, count, contents };
}

/** Reads labels in 0..9. Throws a DataError that names `fileName` and what is wrong. */
export function readLabels(
  fileName: string,
  bytes: Uint8Array,
  expect: IdxExpectation = {},
): IdxLabels {
  const { payload, count, contents } = readIdx(fileName, bytes, 'labels', expect);
  checkLabels(fileName, payload);
  return { labels: payload, count, contents };
}

export type Content = 'images' | 'labels';

/** Reads images or labels, whichever the file holds. Throws a DataError that names `fileName` and what is wrong. */
export function readEither(
  fileName: string,
  bytes: Uint8Array,
): { readonly holds: Content; readonly payload: Uint8Array; readonly contents: Uint8Array } {
  const { holds, payload, contents } = readIdx(fileName, bytes, undefined, {});
  if (holds === 'labels') checkLabels(fileName, payload);
  return { holds, payload, contents };
}

function checkLabels(file: string, labels: Uint8Array): void {
  const last = CLASS_NAMES.length - 1;
  const bad = labels.findIndex((label) => label > last);
  if (bad >= 0)
    throw new DataError(file, `label ${labels[bad]} at index ${bad} is outside 0..${last}`);
}

const RANK: Readonly<Record<Content, number>> = { images: 3, labels: 1 };

interface Idx {
  readonly holds: Content;
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
  let headLength = 4 + 4 * RANK[holds];
  const sizeOf = (head: Uint8Array): number => {
    checkMark(file, head);
    if (wanted === undefined && head[3] === RANK.labels) holds = 'labels';
    headLength = 4 + 4 * RANK[holds];
    if (head.length < headLength)
      throw new DataError(
        file,
        `is cut short: ${head.length} bytes, the header alone takes ${headLength}`,
      );
    return headLength + payloadSize(file, head, holds, expect.count);
  };
  if (bytes.length === 0) throw new DataError(file, 'is empty: fetch it again');
  let contents: Uint8Array;
  if (isGzip(bytes)) {
    contents = gunzip(file, bytes, wanted === undefined ? 8 : headLength, sizeOf);
  } else {
    const size = sizeOf(bytes);
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
  const count = payload.length / (holds === 'images' ? IMAGE_SIZE : 1);
  return { holds, payload, count, contents };
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
function payloadSize(
  file: string,
  head: Uint8Array,
  holds: Content,
  count: number | undefined,
): number {
  const refuse = (what: string): never => {
    throw new DataError(file, what);
  };
  const type = head[2]!;
  if (type !== 0x08)
    refuse(
      `element type 0x${type.toString(16).padStart(2, '0')} ` +
        `(${ELEMENT_TYPES[type] ?? 'unknown'}), 0x08 (unsigned byte) is expected`,
    );
  if (head[3] !== RANK[holds])
    refuse(
      `rank ${head[3]}, ${RANK[holds]} is expected of ${holds}: is it another file's content?`,
    );
  const view = new DataView(head.buffer, head.byteOffset);
  const found = view.getUint32(4);
  if (holds === 'images') {
    const [height, width] = [view.getUint32(8), view.getUint32(12)];
    if (height !== HEIGHT || width !== WIDTH)
      refuse(`images of ${height}x${width}, ${HEIGHT}x${WIDTH} is expected`);
  }
  if (count !== undefined && found !== count) refuse(`${found} ${holds}, ${count} are expected`);
  if (found === 0) refuse(`no ${holds} in it: its header says 0`);
  const size = found * (holds === 'images' ? IMAGE_SIZE : 1);
  if (size > MAX_CONTENTS)
    refuse(
      `its header announces ${found} ${holds}, ${size} bytes: more than ${MAX_CONTENTS} are not read`,
    );
  return size;
}
