// The files in a tar. Format: POSIX.1-2017, pax, "ustar Interchange Format".
import { DataError } from '../dataset.ts';
import { given, type GivenFile, isHidden, shown } from './given.ts';

const BLOCK = 512;

/** Its plain files but the hidden ones. @throws DataError on one that is cut short or damaged */
export function filesInTar(file: string, bytes: Uint8Array): readonly GivenFile[] {
  const found: GivenFile[] = [];
  for (let at = 0; at + BLOCK <= bytes.length;) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const text = (from: number, length: number) =>
      (new TextDecoder().decode(header.subarray(from, from + length)).split('\0', 1)[0] ?? '').trim(); // prettier-ignore
    const sum = header.reduce((a, b, i) => a + (i >= 148 && i < 156 ? 32 : b), 0);
    const size = Number.parseInt(text(124, 12), 8);
    if (Number.parseInt(text(148, 8), 8) !== sum || !(size >= 0))
      throw new DataError(shown(file), `has a damaged header at byte ${at}`);
    const [path, kind] = [text(0, 100), text(156, 1)];
    const from = at + BLOCK;
    if (from + size > bytes.length)
      throw new DataError(shown(file), `is cut short in ${shown(path)}`);
    if ((kind === '' || kind === '0') && !isHidden(path))
      found.push(given(path, bytes.subarray(from, from + size)));
    at = from + BLOCK * Math.ceil(size / BLOCK);
  }
  return found;
}
