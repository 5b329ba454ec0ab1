// What a data set is to the app: two splits of images as bytes, gray or in color, their labels, and where they came from.
import { sha256Of } from './sha256.ts';

/** What is taken: images from 8 to 128 pixels a side, gray or in color, and 2 to 1,000 classes. */
export const [LEAST_SIDE, MOST_SIDE] = [8, 128];
export const [LEAST_CLASSES, MOST_CLASSES] = [2, 1000];

/** Of one image: [height, width, channels], 1 channel for gray and 3 for red, green and blue. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** What a network is to do: tell apart so many classes of images of this shape. */
export interface Task {
  readonly shape: ImageShape;
  readonly classes: number;
}

/** One class index per image: bytes, and 32-bit integers from 257 classes on. */
export type Labels = Uint8Array | Int32Array;

export interface Split {
  /** Row-major [count, height, width, channels], 0 black to 255 white. */
  readonly images: Uint8Array;
  readonly labels: Labels;
  readonly count: number;
}

export interface DataSet {
  /** Short, as an option takes it: `fashion-mnist` or `builtin`. */
  readonly name: string;
  /** As a person reads it. */
  readonly title: string;
  /** True for the sets that the project draws itself. */
  readonly builtin: boolean;
  /** Names of the classes; a label is an index into this list. */
  readonly classes: readonly string[];
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly train: Split;
  readonly test: Split;
  /** SHA-256, see `checksumOf`. */
  readonly checksum: string;
  /** The folder, address or generator that the bytes came from. */
  readonly source: string;
  /** What a person should know of it: sentences. */
  readonly notes?: readonly string[];
}

/** The shape of the images of a set. */
export const shapeOf = ({
  height,
  width,
  channels,
}: Pick<DataSet, 'height' | 'width' | 'channels'>): ImageShape => [height, width, channels];

/** What keeps images of a shape from being taken; undefined for those that are. */
export function problemOfShape([height, width, channels]: ImageShape): string | undefined {
  const fits = (side: number) => side >= LEAST_SIDE && side <= MOST_SIDE;
  if (!fits(height) || !fits(width)) return `${LEAST_SIDE} to ${MOST_SIDE} pixels a side are taken`;
  if (channels !== 1 && channels !== 3) return `${channels} channels, 1 or 3 are taken`;
  return undefined;
}

/** Values in one image. */
export const sizeOf = ([height, width, channels]: ImageShape): number => height * width * channels;

/** What a network is to do with a set. */
export const taskOf = (data: DataSet): Task => ({
  shape: shapeOf(data),
  classes: data.classes.length,
});

/** The bytes of one image: a view. */
export function pixelsOf(data: DataSet, split: 'train' | 'test', index: number): Uint8Array {
  const size = sizeOf(shapeOf(data));
  return data[split].images.subarray(index * size, (index + 1) * size);
}

/** Labels in the smallest type that holds them. */
export const labelsFrom = (labels: ArrayLike<number>, classes: number): Labels =>
  classes > 256 ? Int32Array.from(labels) : Uint8Array.from(labels);

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
export async function sha256(values: Uint8Array | Int32Array): Promise<string> {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
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
