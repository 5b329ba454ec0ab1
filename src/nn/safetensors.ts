// Weights as safetensors: a strict reader, a deterministic writer, and the loader that holds a file
// against the model. Format: https://github.com/huggingface/safetensors#format

import { listed, parseHeader, quote } from './safetensorsHeader.ts';

/** UTF-8: in browsers and Node alike, but no part of the language, which is all this layer is compiled with. */
interface Encoding {
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
  readonly TextDecoder: new (
    label: string,
    options: { readonly fatal: boolean },
  ) => { decode(bytes: Uint8Array): string };
}
const { TextDecoder, TextEncoder } = globalThis as unknown as Encoding;

/** UTF-8. */
export const encodeText = (text: string): Uint8Array => new TextEncoder().encode(text);

const MAX_HEADER_BYTES = 100_000_000;
const MAX_RANK = 8;
/** The header's length comes first: a u64, little-endian. */
const LENGTH_BYTES = 8;

/** A file that cannot be used; the message names the file and what is wrong with it. */
export class FileError extends Error {
  override readonly name = 'FileError';

  constructor(
    readonly file: string,
    what: string,
  ) {
    super(`${file}: ${what}`);
  }
}

/** A tensor as it lies in a file; `bytes` is a view, so nothing was allocated for it. */
export interface StoredTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** A safetensors file, read. */
export interface Safetensors {
  /** In the order of their bytes. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** f32 values with their shape, row-major. */
export interface Weights {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A web page's first characters, read as a length, give a huge one. */
function pageHint(bytes: Uint8Array): string {
  return /^\s*<[!a-z]/i.test(String.fromCharCode(...bytes.subarray(0, 64)))
    ? ' (this looks like a web page: an error page saved under this name?)'
    : '';
}

function readHeaderLength(bytes: Uint8Array, refuse: (what: string) => never): number {
  if (bytes.length === 0) refuse('the file is empty');
  if (bytes.length < LENGTH_BYTES)
    refuse(`${bytes.length} bytes, the header's length alone takes ${LENGTH_BYTES}`);
  // As a BigInt: a double would round 2^64 - 1, and the sum with 8 must not wrap.
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES)
    refuse(`a header of ${length} bytes, at most ${MAX_HEADER_BYTES} are read${pageHint(bytes)}`);
  if (length > bytes.length - LENGTH_BYTES)
    refuse(`a header of ${length} bytes in a file of ${bytes.length}`);
  if (length === 0n) refuse('the header is empty');
  return Number(length);
}

/**
 * Reads a whole safetensors file. Every dtype of the format is read, as bytes.
 * Throws a FileError for anything that the format does not allow; a file is used whole or not at all.
 */
export function readSafetensors(fileName: string, given: Uint8Array): Safetensors {
  // As a plain Uint8Array: slices of Node's Buffer are views, and whoever copies a tensor would keep the whole file.
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  const refuse = (what: string): never => {
    throw new FileError(fileName, what);
  };
  const dataAt = LENGTH_BYTES + readHeaderLength(bytes, refuse);
  const headerBytes = bytes.subarray(LENGTH_BYTES, dataAt);
  if (headerBytes[0] !== 0x7b)
    refuse(`the header begins with byte 0x${headerBytes[0]?.toString(16)}, want {`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(headerBytes);
  } catch {
    return refuse('the header is not valid UTF-8');
  }
  const header = parseHeader(text, bytes.length - dataAt, refuse);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, dtype, shape, begin, end } of header.entries)
    tensors.set(name, { dtype, shape, bytes: bytes.subarray(dataAt + begin, dataAt + end) });
  return { tensors, metadata: header.metadata };
}

/** A JSON object in the given order: JavaScript's own objects move names that look like integers to the front. */
function objectText(fields: readonly (readonly [string, string])[]): string {
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
}

/**
 * Writes tensors in the map's order, so equal weights give equal bytes. The header is padded with
 * spaces to a multiple of 8 bytes. Throws a RangeError where a shape does not fit its data.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Weights>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array {
  const fields: [string, string][] = [];
  if (metadata.size > 0)
    fields.push([
      '__metadata__',
      objectText([...metadata].map(([k, v]) => [k, JSON.stringify(v)])),
    ]);
  let dataBytes = 0;
  for (const [name, { shape, data }] of tensors) {
    if (name === '__metadata__')
      throw new RangeError(`writeSafetensors: a tensor cannot be named ${name}`);
    const size = shape.reduce((product, dim) => product * dim, 1);
    if (size !== data.length)
      throw new RangeError(
        `writeSafetensors: ${name} ${listed(shape)} wants ${size} values, there are ${data.length}`,
      );
    const begin = dataBytes;
    dataBytes += data.byteLength;
    const entry = { dtype: 'F32', shape, data_offsets: [begin, dataBytes] };
    fields.push([name, JSON.stringify(entry)]);
  }
  const json = encodeText(objectText(fields));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(LENGTH_BYTES + headerBytes + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerBytes);
  file.set(json, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerBytes;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/** What keeps `stored` from being the model's tensor `name`, or undefined. */
function mismatch(
  name: string,
  shape: readonly number[],
  stored: StoredTensor | undefined,
): string | undefined {
  const tensor = quote(name);
  if (stored === undefined) return `${tensor} ${listed(shape)} is missing`;
  if (stored.shape.length > MAX_RANK)
    return `${tensor} has rank ${stored.shape.length}, ranks above ${MAX_RANK} are unsupported`;
  if (stored.dtype !== 'F32') return `${tensor} has dtype ${stored.dtype}, the model wants F32`;
  if (stored.shape.length !== shape.length || stored.shape.some((dim, i) => dim !== shape[i]))
    return `${tensor} has shape ${listed(stored.shape)}, the model wants ${listed(shape)}`;
  return undefined;
}

/**
 * Reads the weights of a model: exactly the tensors `wanted`, as F32, in that order.
 * Throws a FileError that lists every missing, additional or differing tensor, and one that names
 * the first value that is NaN or infinite.
 */
export function loadWeights(
  fileName: string,
  bytes: Uint8Array,
  wanted: readonly { readonly name: string; readonly shape: readonly number[] }[],
): Map<string, Weights> {
  const { tensors } = readSafetensors(fileName, bytes);
  const names = new Set(wanted.map(({ name }) => name));
  const differences = [
    ...wanted.map(({ name, shape }) => mismatch(name, shape, tensors.get(name))),
    ...[...tensors.keys()].map((name) =>
      names.has(name) ? undefined : `${quote(name)} is not in the model`,
    ),
  ].filter((difference) => difference !== undefined);
  if (differences.length > 0) {
    const rest = differences.length > 12 ? `; and ${differences.length - 12} more` : '';
    const shown = differences.slice(0, 12).join('; ');
    throw new FileError(fileName, `not the weights of this model: ${shown}${rest}`);
  }
  const weights = new Map<string, Weights>();
  for (const { name, shape } of wanted) {
    const stored = tensors.get(name);
    if (stored === undefined) continue; // refused above
    // Copied, because a tensor's bytes need not lie at a multiple of four.
    const data = new Float32Array(stored.bytes.slice().buffer);
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new FileError(fileName, `${quote(name)}[${bad}] is ${data[bad]}`);
    weights.set(name, { shape, data });
  }
  return weights;
}
