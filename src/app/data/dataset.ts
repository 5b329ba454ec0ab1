// What a data set is to the app: two splits of 28x28 gray images as bytes, their labels, and where
// they came from.
import { sha256Of } from './sha256.ts';

/** The ten classes in the official order of Fashion-MNIST; a label is an index into this list. */
export const CLASS_NAMES = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
] as const;

export const HEIGHT = 28;
export const WIDTH = 28;
export const IMAGE_SIZE = HEIGHT * WIDTH;

export interface Split {
  /** Row-major [count, 28, 28], 0 black to 255 white. */
  readonly images: Uint8Array;
  /** One class index per image. */
  readonly labels: Uint8Array;
  readonly count: number;
}

export interface DataSet {
  /** Short, as an option takes it: `fashion-mnist` or `builtin`. */
  readonly name: string;
  /** As a person reads it. */
  readonly title: string;
  /** True for the set that the project draws itself. */
  readonly builtin: boolean;
  readonly classes: readonly string[];
  readonly height: 28;
  readonly width: 28;
  readonly channels: 1;
  readonly train: Split;
  readonly test: Split;
  /** SHA-256, see `checksumOf`. */
  readonly checksum: string;
  /** The folder, address or generator that the bytes came from. */
  readonly source: string;
}

/** Data that cannot be used; the message names the file and what is wrong with it. */
export class DataError extends Error {
  override readonly name = 'DataError';
  readonly file: string;

  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(`${file}: ${problem}`, options);
    this.file = file;
  }
}

/** SHA-256 of bytes, in lowercase hex. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  // Where the bytes lie in shared memory, the digest would refuse them.
  const own =
    bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice();
  const { subtle } = crypto as Partial<Crypto>; // absent on a page that is not secure
  const digest = subtle ? new Uint8Array(await subtle.digest('SHA-256', own)) : sha256Of(own);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * One checksum for the four arrays of a set: the SHA-256 of the four lowercase hex SHA-256 of train
 * images, train labels, test images and test labels, one after the other. Only values count, so a
 * set has the same checksum from whatever container it was read.
 */
export async function checksumOf(train: Split, test: Split): Promise<string> {
  const parts: string[] = [];
  for (const array of [train.images, train.labels, test.images, test.labels])
    parts.push(await sha256(array));
  return sha256(new TextEncoder().encode(parts.join('')));
}
