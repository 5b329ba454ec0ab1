// What the host gives to the GPU: bytes, held against their dtype; and what is known of integers from then on, so that an
// index from outside is refused at the call.
import { ARRAY, BYTES, type DType, fromHost, wordBytes } from './dtype.ts';
import { TensorError } from './errors.ts';
import { shown } from './options.ts';
import type { Tensor } from './tensor.ts';

/** What the integer dtypes hold. */
const HELD: Partial<Record<DType, string>> = {
  i32: 'whole numbers from −2³¹ to 2³¹ − 1',
  u32: 'whole numbers from 0 to 2³² − 1',
  u8: 'whole numbers from 0 to 255',
};

/** The values of `data`, copied, in whole words. @throws TensorError on a value that an integer dtype cannot hold */
export function toHost(
  where: string,
  dtype: DType,
  data: ArrayLike<number>,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(wordBytes(data.length, dtype));
  const values = new ARRAY[dtype](bytes.buffer, 0, data.length);
  values.set(data);
  if (dtype === 'f32' || data instanceof ARRAY[dtype]) return bytes;
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== data[i]) {
      throw new TensorError(
        `${where}: ${dtype} holds ${HELD[dtype]}, value ${i} is ${shown(data[i])}`,
      );
    }
  }
  return bytes;
}

/** `size` times the same value. @throws TensorError as `toHost` does */
export function toHostFull(
  where: string,
  dtype: DType,
  value: number,
  size: number,
): Uint8Array<ArrayBuffer> {
  const [held] = fromHost(dtype, toHost(where, dtype, [value]).buffer, 1);
  const bytes = new Uint8Array(wordBytes(size, dtype));
  fromHost(dtype, bytes.buffer, size).fill(held as number);
  return bytes;
}

/** What the host knows of the integers in a storage: each of them is one of these. */
export class Known {
  #range: Range | undefined;

  constructor(
    readonly values: ArrayLike<number>,
    /** Value i is element i; otherwise nobody knows which is where. */
    readonly isInOrder: boolean,
  ) {}

  get range(): Range {
    return (this.#range ??= rangeOf(this.values));
  }
}

interface Range {
  readonly least: number;
  readonly most: number;
}

function rangeOf(values: ArrayLike<number>): Range {
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}

/** Of integers as large as this together nothing is remembered: they are images rather than indices. */
const MOST_BYTES = 4 * 2 ** 20;

/** What is to be remembered of bytes that the host wrote to the whole of a tensor's storage; no copy is made. */
export function knownFrom({ dtype, size }: Tensor, bytes: Uint8Array<ArrayBuffer>) {
  if (dtype === 'f32' || bytes.length > MOST_BYTES) return undefined;
  return new Known(fromHost(dtype, bytes.buffer, size), true);
}

/** What the host knows of this very tensor, which may be a view. */
export function knownOf(tensor: Tensor): Known | undefined {
  const { storage, offset, size, dtype } = tensor;
  const { known } = storage;
  if (!known?.isInOrder || known.values.length === size) return known;
  const first = offset / BYTES[dtype];
  return new Known(Array.prototype.slice.call(known.values, first, first + size), true);
}

/**
 * Refuses indices outside from..below − 1, where the host knows them; what was computed on the GPU is not seen here, and
 * each op says what it makes of it.
 * @param has what the numbers must suit, such as `logits f32[8,5] has classes 0 to 4`
 * @throws TensorError that names the first of them
 */
export function checkIndices(
  op: string,
  name: string,
  indices: Tensor,
  [from, below]: readonly [number, number],
  has: string,
): void {
  const known = knownOf(indices);
  if (!known || known.values.length === 0) return;
  const { least, most } = known.range;
  if (least >= from && most < below) return;
  const at = Array.prototype.findIndex.call(known.values, (v: number) => v < from || v >= below);
  const which = known.isInOrder ? `${name}[${at}] is` : `${name} hold`;
  throw new TensorError(`${op}: ${which} ${known.values[at]}, ${has}`);
}
