// A file of JSON and tensors that knows when it was damaged: safetensors whose metadata holds the JSON, and a
// checksum over both.
import { FileError, type Weights, readSafetensors, writeSafetensors } from '../nn/index.ts';
import { sha256 } from './data/dataset.ts';
import type { Format } from './schema/format.ts';

interface Sealed {
  /** Such as 'weft-ended/1'. */
  readonly format: string;
  /** JSON. */
  readonly text: string;
  /** f32. */
  readonly tensors: ReadonlyMap<string, Weights>;
}

export async function writeSealed(sealed: Sealed): Promise<Uint8Array> {
  return writeSafetensors(sealed.tensors, await metadataOf(sealed));
}

/** As it was read: with the tensors as the file describes them. */
export interface Opened extends Sealed {
  readonly stored: ReturnType<typeof readSafetensors>['tensors'];
}

/**
 * @param format what the file should be, in whatever version
 * @throws FileError on a file that holds something else, or whose contents are not what was written
 */
export async function readSealed(
  file: string,
  bytes: Uint8Array,
  { name, title, version }: Pick<Format<unknown>, 'name' | 'title' | 'version'>,
): Promise<Opened> {
  const { metadata, tensors: stored } = readSafetensors(file, bytes);
  const format = metadata.get('format');
  if (!format?.startsWith(`${name}/`))
    throw new FileError(file, `is not ${title}: its format is not ${name}/${version}`);
  const tensors = new Map(
    [...stored].map(([key, { shape, bytes }]): [string, Weights] => [
      key,
      { shape, data: new Float32Array(floatsOf(bytes)) },
    ]),
  );
  const sealed: Sealed = { format, text: metadata.get('run') ?? '', tensors };
  const wanted = await metadataOf(sealed);
  if (metadata.get('sha256') !== wanted.get('sha256'))
    throw new FileError(file, 'its contents do not match its checksum; it has been damaged');
  return { ...sealed, stored };
}

/** A copy: they may lie anywhere, and a Buffer's own slice is none. Whole numbers of f32, whatever the dtype says. */
function floatsOf(bytes: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array(4 * Math.ceil(bytes.length / 4));
  copy.set(bytes);
  return copy.buffer;
}

/** The first value that is no number: neither a run nor a verdict comes back from a NaN. */
export function problemOfValues(tensors: ReadonlyMap<string, Weights>): string | undefined {
  for (const [name, { data }] of tensors) {
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) return `${name}[${at}] is ${data[at]}, a finite number belongs there`;
  }
  return undefined;
}

/** Tensors under names that begin with a word. */
export const prefixed = (
  prefix: string,
  tensors: ReadonlyMap<string, Weights>,
): readonly (readonly [string, Weights])[] =>
  [...tensors].map(([name, values]) => [prefix + name, values]);

/** Those tensors again. */
export const withPrefix = (
  prefix: string,
  tensors: ReadonlyMap<string, Weights>,
): ReadonlyMap<string, Weights> =>
  new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, values]) => [name.slice(prefix.length), values]),
  );

/** With the checksum of the file as it is without one. */
async function metadataOf({ format, text, tensors }: Sealed) {
  const metadata = new Map([
    ['format', format],
    ['run', text],
  ]);
  return metadata.set('sha256', await sha256(writeSafetensors(tensors, metadata)));
}
