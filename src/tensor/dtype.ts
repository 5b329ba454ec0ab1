// Types of elements, and how they lie in memory.
import { TensorError } from './errors.ts';
import { shown } from './options.ts';

/** Numbers of 32 bits, or bytes. */
export type DType = 'f32' | 'i32' | 'u32' | 'u8';
/** What holds a tensor's values on the host. */
export type TypedArray = Float32Array | Int32Array | Uint32Array | Uint8Array;

export const BYTES: Record<DType, number> = { f32: 4, i32: 4, u32: 4, u8: 1 };
/** The host's arrays of a dtype. */
export const ARRAY = { f32: Float32Array, i32: Int32Array, u32: Uint32Array, u8: Uint8Array };

/** Bytes of so many elements, in whole words. */
export const wordBytes = (size: number, dtype: DType): number =>
  Math.max(4, Math.ceil((size * BYTES[dtype]) / 4) * 4);

/** Host bytes as the values of a dtype, the first `size` of them. */
export const fromHost = (dtype: DType, bytes: ArrayBuffer, size: number): TypedArray =>
  new ARRAY[dtype](bytes, 0, size);

/** @throws TensorError on a dtype that there is not */
export function checkDType(where: string, dtype: DType): void {
  if (Object.hasOwn(BYTES, dtype)) return;
  const known = Object.keys(BYTES).join(', ');
  throw new TensorError(`${where}: dtype must be one of ${known}, got ${shown(dtype)}`);
}
