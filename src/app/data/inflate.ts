// Raw deflate (RFC 1951) as pako reads it, which is zlib in JavaScript. The platform's DecompressionStream does not
// tell where a stream ends, and gzip's members follow one another. The entry is pako's own without its packing half.
import { Inflate } from 'pako/browser/inflate';

/** What is wrong with a deflate stream; `isCut` where it ends before its last block does. */
export class InflateError extends Error {
  override readonly name = 'InflateError';
  readonly isCut: boolean;

  constructor(problem: string, isCut = false) {
    super(problem);
    this.isCut = isCut;
  }
}

/** Takes the contents, 64 KiB or less at a time. What it throws ends the unpacking: so a size bomb goes no further. */
export type Sink = (part: Uint8Array) => void;

/** zlib's Z_BUF_ERROR: no way on without more of the stream. */
const NEEDS_MORE = -5;

/**
 * Unpacks the deflate stream that begins at `start` of `bytes` into `sink`, and returns where it ends.
 * @throws InflateError, and whatever the sink throws
 */
export function inflate(bytes: Uint8Array, start: number, sink: Sink): number {
  const unpacking = new Inflate({ raw: true });
  let used = () => 0;
  unpacking.onStart = (stream) => {
    used = () => stream.next_in;
  };
  unpacking.onData = sink;
  if (unpacking.push(bytes.subarray(start), true)) return start + used();
  if (unpacking.err === NEEDS_MORE) throw new InflateError('the stream ends in a block', true);
  throw new InflateError(unpacking.msg);
}
