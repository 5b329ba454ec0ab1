// A strict gzip reader (RFC 1952): header, checksum and length of every member are held against its contents.

import { DataError } from './dataset.ts';
import { inflate, InflateError } from './inflate.ts';

const TRAILER = 8;
/** A member takes at least 20 bytes; a real file has one, a hostile one millions of empty ones. */
const MAX_MEMBERS = 1_000;
/** Room for contents at first; no memory is taken on a header's word. */
const FIRST_BYTES = 65_536;

const FLAG = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** CRC-32 as gzip uses it; pass the last result on to continue over the next bytes. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ bytes[i]!) & 0xff]!;
  return ~crc >>> 0;
}

export function isGzip(bytes: Uint8Array, at = 0): boolean {
  return bytes[at] === 0x1f && bytes[at + 1] === 0x8b;
}

const uint32 = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

/** Checks the header of the member that begins at `at`: method, flags, optional fields, its CRC. Returns its end. */
function readHeader(file: string, bytes: Uint8Array, at: number): number {
  const refuse = (what: string): never => {
    throw new DataError(file, what);
  };
  const cut = 'is cut short inside the gzip header';
  if (bytes.length < at + 10) refuse(cut);
  if (bytes[at + 2] !== 8) refuse(`gzip method ${bytes[at + 2]} is unknown, only 8 (deflate) is`);
  const flags = bytes[at + 3]!;
  if (flags & FLAG.reserved) refuse(`reserved gzip flags are set (${hex(flags)})`);
  let end = at + 10;
  if (flags & FLAG.extra) {
    if (bytes.length < end + 2) refuse(cut);
    end += 2 + (bytes[end]! | (bytes[end + 1]! << 8));
  }
  for (const flag of [FLAG.name, FLAG.comment]) {
    if (!(flags & flag)) continue;
    const zero = bytes.indexOf(0, end);
    if (zero < 0) refuse(cut);
    end = zero + 1;
  }
  if (flags & FLAG.headerCrc) {
    if (bytes.length < end + 2) refuse(cut);
    const stored = bytes[end]! | (bytes[end + 1]! << 8);
    if (stored !== (crc32(bytes.subarray(at, end)) & 0xffff))
      refuse('the checksum of the gzip header does not match: the file is damaged');
    end += 2;
  }
  if (bytes.length < end) refuse(cut);
  return end;
}

/** Holds the contents. Once `headLength` bytes are there, `sizeOf` says how many there must be, and more are refused. */
class Contents {
  bytes = new Uint8Array(FIRST_BYTES);
  size = 0;
  /** Undefined until the head is there. */
  expected: number | undefined;
  readonly #file: string;
  readonly #headLength: number;
  readonly #sizeOf: (head: Uint8Array) => number;

  constructor(file: string, headLength: number, sizeOf: (head: Uint8Array) => number) {
    this.#file = file;
    this.#headLength = headLength;
    this.#sizeOf = sizeOf;
  }

  add(part: Uint8Array): void {
    const size = this.size + part.length;
    this.#refuseMore(size);
    if (size > this.bytes.length) {
      const most = this.expected ?? Infinity;
      const larger = new Uint8Array(Math.max(size, Math.min(2 * this.bytes.length, most)));
      larger.set(this.bytes.subarray(0, this.size));
      this.bytes = larger;
    }
    this.bytes.set(part, this.size);
    this.size = size;
    if (this.expected !== undefined || size < this.#headLength) return;
    this.expected = this.#sizeOf(this.bytes.subarray(0, size));
    this.#refuseMore(size);
  }

  #refuseMore(size: number): void {
    if (this.expected !== undefined && size > this.expected)
      throw new DataError(
        this.#file,
        `unpacks to more than the ${this.expected} bytes that its header announces`,
      );
  }
}

/**
 * The contents of a gzip file, all of it or an error. Members in series are one stream, as the RFC has it, and zeros
 * may follow it, as tapes leave them and gunzip, Node and Python take them. Once `headLength` bytes are out, `sizeOf`
 * says from them how long the contents must be: a size bomb ends there.
 */
export function gunzip(
  file: string,
  bytes: Uint8Array,
  headLength: number,
  sizeOf: (head: Uint8Array) => number,
): Uint8Array<ArrayBuffer> {
  const refuse = (what: string, cause?: unknown): never => {
    throw new DataError(file, what, { cause });
  };
  const contents = new Contents(file, headLength, sizeOf);
  const cutShort = (): never => {
    const { size, expected } = contents;
    if (expected === undefined)
      return refuse(`is cut short: ${size} bytes come out, the header alone takes ${headLength}`);
    return refuse(
      size < expected
        ? `is cut short: ${size} of ${expected} bytes come out`
        : 'is cut short: the gzip trailer is missing or not whole',
    );
  };
  let at = 0;
  for (let members = 1; members === 1 || at < bytes.length; members++) {
    if (members > MAX_MEMBERS) refuse(`has more than ${MAX_MEMBERS} gzip members`);
    if (members > 1 && !isGzip(bytes, at))
      refuse(`${bytes.length - at} bytes follow the gzip stream that do not belong to it`);
    const before = contents.size;
    try {
      at = inflate(bytes, readHeader(file, bytes, at), (part) => contents.add(part));
    } catch (error) {
      if (!(error instanceof InflateError)) throw error;
      if (error.isCut) cutShort();
      refuse(`the compressed data are damaged (${error.message})`, error);
    }
    if (bytes.length < at + TRAILER) cutShort();
    const crc = crc32(contents.bytes.subarray(before, contents.size));
    const [storedCrc, storedSize] = [uint32(bytes, at), uint32(bytes, at + 4)];
    if (storedCrc !== crc)
      refuse(`CRC-32 is ${hex(crc)}, the file says ${hex(storedCrc)}: the file is damaged`);
    if (storedSize !== contents.size - before)
      refuse(`unpacks to ${contents.size - before} bytes, its gzip trailer says ${storedSize}`);
    at += TRAILER;
    const rest = bytes.subarray(at).findIndex((byte) => byte !== 0);
    if (rest < 0) break;
    at += rest;
  }
  if (contents.size !== contents.expected) cutShort();
  return contents.bytes.subarray(0, contents.size);
}
