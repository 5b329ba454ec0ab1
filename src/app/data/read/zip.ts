// The files in a zip, each unpacked when it is asked for and to no more than it announces.
// Format: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 and 4.4.
import { grouped } from '../../wording.ts';
import { DataError } from '../dataset.ts';
import { crc32 } from '../gzip.ts';
import { inflate, InflateError } from '../inflate.ts';
import { type GivenFile, isHidden, shown } from './given.ts';

export const isZip = (head: Uint8Array): boolean =>
  head[0] === 0x50 &&
  head[1] === 0x4b &&
  (head[2] === 3 || head[2] === 5) &&
  head[3] === head[2] + 1;

/** What is unpacked of one archive at most, and of one file. */
const [MOST_BYTES, MOST_FILE_BYTES] = [2 ** 31, 2 ** 30];
const MOST_FILES = 1_000_000;
const [END, ENTRY, LOCAL] = [0x06054b50, 0x02014b50, 0x04034b50];
const END_BYTES = 22;

/** Its files but the hidden ones. @throws DataError on a broken archive, and one that announces too much */
export function filesInZip(file: string, bytes: Uint8Array): readonly GivenFile[] {
  const name = shown(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const refuse = (problem: string): never => {
    throw new DataError(name, problem);
  };
  let end = bytes.length - END_BYTES;
  // A comment may follow, of at most 65,535 bytes.
  while (end >= Math.max(0, bytes.length - END_BYTES - 65_535) && view.getUint32(end, true) !== END)
    end--;
  if (end < 0 || view.getUint32(end, true) !== END)
    return refuse('is a zip that is cut short: its directory at the end is missing');
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count === 0xffff || at === 0xffffffff)
    refuse('is a zip of the 64-bit form: pack fewer than 65,535 files and less than 4 GB, or give the folder'); // prettier-ignore
  if (count > MOST_FILES) refuse(`holds ${grouped(count)} files`);
  const found: GivenFile[] = [];
  let total = 0;
  for (let n = 0; n < count; n++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== ENTRY)
      return refuse(`has a damaged directory, at its file ${n + 1} of ${count}`);
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    const [crc, packed, size] = [16, 20, 24].map((by) => view.getUint32(at + by, true));
    const [nameBytes = 0, extra = 0, comment = 0] = [28, 30, 32].map((by) =>
      view.getUint16(at + by, true),
    );
    const path = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes));
    const entry = { path, method, flags, crc, packed, size, local: view.getUint32(at + 42, true) } as Entry; // prettier-ignore
    at += 46 + nameBytes + extra + comment;
    if (path.endsWith('/') || isHidden(path)) continue;
    total += entry.size;
    if (total > MOST_BYTES)
      refuse(`announces more than ${grouped(MOST_BYTES)} bytes when unpacked: that much is not read`); // prettier-ignore
    const unpacked = () => Promise.resolve(unpack(name, bytes, entry));
    found.push({
      path,
      sizeBytes: entry.size,
      bytes: unpacked,
      head: async (most) => (await unpacked()).subarray(0, most),
    });
  }
  return found;
}

interface Entry {
  readonly path: string;
  readonly method: number;
  readonly flags: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Where its own header begins. */
  readonly local: number;
}

function unpack(archive: string, bytes: Uint8Array, entry: Entry): Uint8Array {
  const { path, method, flags, crc, packed, size, local } = entry;
  const refuse = (problem: string, cause?: unknown): never => {
    throw new DataError(`${archive}, ${shown(path)}`, problem, { cause });
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (flags & 1) refuse('is encrypted');
  if (size > MOST_FILE_BYTES) refuse(`announces ${grouped(size)} bytes: that much is not read`);
  if (local + 30 > bytes.length || view.getUint32(local, true) !== LOCAL)
    refuse('is not where the directory says');
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (start + packed > bytes.length) refuse('is cut short');
  const stored = bytes.subarray(start, start + packed);
  if (method === 0) return stored;
  if (method !== 8) refuse(`is packed by the method ${method}; pack it the usual way (deflate, 8)`);
  const contents = new Uint8Array(size);
  let done = 0;
  try {
    inflate(stored, 0, (part) => {
      if (done + part.length > size)
        refuse(`unpacks to more than the ${grouped(size)} bytes that the archive announces`);
      contents.set(part, done);
      done += part.length;
    });
  } catch (error) {
    if (!(error instanceof InflateError)) throw error;
    refuse(`is damaged (${error.message})`, error);
  }
  if (done !== size) refuse(`unpacks to ${grouped(done)} bytes, the archive says ${grouped(size)}`);
  if (crc32(contents) !== crc) refuse('is damaged: its checksum does not match');
  return contents;
}
