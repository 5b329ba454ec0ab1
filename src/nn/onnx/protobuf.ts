// Protocol Buffers as ONNX needs them: fields of varints, of 32-bit floats and of bytes.
// https://protobuf.dev/programming-guides/encoding
import { encodeText } from '../safetensors.ts';

/** A field: its number, and a whole number, or bytes, a text or a message. */
export type Field = readonly [number: number, value: number | string | Uint8Array | Float];

/** A 32-bit float, told from a whole number. */
export interface Float {
  readonly float: number;
}

const [VARINT, BYTES, FIXED32] = [0, 2, 5] as const;

/** Whole numbers up to 2^53, negative ones in two's complement of 64 bits. */
function varint(value: number): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

const tag = (number: number, type: number) => varint(number * 8 + type);

function encoded([number, value]: Field): readonly ArrayLike<number>[] {
  if (typeof value === 'number') return [tag(number, VARINT), varint(value)];
  if (typeof value === 'object' && 'float' in value)
    return [tag(number, FIXED32), new Uint8Array(new Float32Array([value.float]).buffer)];
  const bytes = typeof value === 'string' ? encodeText(value) : value;
  return [tag(number, BYTES), varint(bytes.length), bytes];
}

/** The message of these fields, in their order; an absent one is left out. */
export function message(...fields: readonly (Field | undefined)[]): Uint8Array {
  const parts = fields.flatMap((field) => (field ? encoded(field) : []));
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The same field for each value. */
export const repeated = (
  number: number,
  values: readonly (number | string | Uint8Array)[],
): Field[] => values.map((value) => [number, value]);
