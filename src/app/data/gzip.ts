// A strict gzip reader over fflate's stream (RFC 1952). fflate neither checks CRC-32 and length nor
// says what follows the last member; both are decided here, the same in every browser and in Node.

import { Gunzip } from 'fflate';
import { DataError } from './dataset.ts';

/** Compressed bytes per push: deflate grows at most 1032 times, so one push stays under 17 MB. */
const CHUNK = 16_384;
const TRAILER = 8;
/** A member takes at least 20 bytes; a real file has one, a hostile one millions of empty ones. */
const MAX_MEMBERS = 1_000;
/** The head of a member that is shown to fflate right behind the file, see `gunzip`. */
const NEXT_MEMBER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0);

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

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

const uint32 = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

/** Checks the header of the member that begins at `at`: method, flags, optional fields, its CRC. */
function checkHeader(file: string, bytes: Uint8Array, at: number): void {
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
}

/**
 * The contents of a gzip file, all of it or an error. Members in series are one stream, as the RFC
 * has it. Once `headLength` bytes are out, `sizeOf` says from them how long the contents must be;
 * not a byte more is kept, so a size bomb ends there, and no memory is taken on a header's word.
 */
export function gunzip(
  file: string,
  bytes: Uint8Array,
  headLength: number,
  sizeOf: (head: Uint8Array) => number,
): Uint8Array {
  const refuse = (what: string, cause?: unknown): never => {
    throw cause instanceof DataError ? cause : new DataError(file, what, { cause });
  };
  const parts: Uint8Array[] = [];
  let size = 0;
  let expected: number | undefined;
  let crc = 0;
  let memberSize = 0;
  let members = 0;
  /** All bytes of the file have been pushed. */
  let over = false;
  /** The last member's trailer ended with the file. */
  let closed = false;

  const stream = new Gunzip((part) => {
    if (over || part.length === 0) return; // what NEXT_MEMBER may stir up
    parts.push(part);
    size += part.length;
    memberSize += part.length;
    crc = crc32(part, crc);
    if (expected === undefined && size >= headLength) expected = sizeOf(joined(parts, size));
    if (expected !== undefined && size > expected)
      refuse(`unpacks to more than the ${expected} bytes that its header announces`);
  });
  stream.onmember = (at) => {
    const [storedCrc, storedSize] = [uint32(bytes, at - TRAILER), uint32(bytes, at - 4)];
    if (storedCrc !== crc)
      refuse(`CRC-32 is ${hex(crc)}, the file says ${hex(storedCrc)}: the file is damaged`);
    if (storedSize !== memberSize % 2 ** 32)
      refuse(`unpacks to ${memberSize} bytes, its gzip trailer says ${storedSize}`);
    closed = at === bytes.length;
    if (closed) return;
    if (++members > MAX_MEMBERS) refuse(`has more than ${MAX_MEMBERS} gzip members`);
    checkHeader(file, bytes, at);
    [crc, memberSize] = [0, 0];
  };

  checkHeader(file, bytes, 0);
  for (let at = 0; at < bytes.length; at += CHUNK) {
    try {
      stream.push(bytes.subarray(at, at + CHUNK));
    } catch (cause) {
      refuse(
        size === expected
          ? 'bytes follow the gzip stream that do not belong to it'
          : `the compressed data are damaged (${String(cause)})`,
        cause,
      );
    }
  }
  over = true;
  if (size !== expected)
    refuse(
      expected === undefined
        ? `is cut short: ${size} bytes come out, the header alone takes ${headLength}`
        : `is cut short: ${size} of ${expected} bytes come out`,
    );
  // fflate does not tell where the last member ended. So it is shown the head of one more: it
  // reports that one exactly at the end of the file, if the file ends with the trailer.
  for (let shown = 0; !closed; shown++) {
    const cutShort = 'is cut short: the gzip trailer is missing or not whole';
    if (shown === NEXT_MEMBER.length) refuse(cutShort);
    try {
      stream.push(NEXT_MEMBER.subarray(shown, shown + 1));
    } catch (cause) {
      // fflate looks at four bytes: earlier than that means some were there already.
      refuse(shown < 3 ? `${3 - shown} bytes follow the gzip stream` : cutShort, cause);
    }
  }
  return joined(parts, size);
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
