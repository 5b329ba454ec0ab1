// Pictures in folders that are classes, `train/cat/1.png` or `cat/1.png`, as images of one size.
import { HEAD_BYTES, MOST_PIXELS, type PictureSize, pictureSize } from '../../pictureSize.ts';
import { counted, grouped } from '../../wording.ts';
import { DataError, type ImageShape, LEAST_SIDE, MOST_SIDE, sizeOf } from '../dataset.ts';
import type { Pace } from '../pace.ts';
import { type Picture, resized } from '../resize.ts';
import { withValidation } from './arrays.ts';
import { type Found, MOST_BYTES, type Part } from './found.ts';
import { type GivenFile, shown } from './given.ts';
import type { PictureWay } from './way.ts';

/** Decodes a picture. @throws Error that says why it cannot */
export type Decode = (bytes: Uint8Array, size: PictureSize) => Promise<Picture>;

/** Side where pictures differ and nobody says which they should have. */
const USUAL_SIDE = 64;
/** A gray JPEG comes back with colors so little apart. */
const NEARLY_GRAY = 3;
const BROKEN_NAMED = 3;

const SECTIONS: readonly (readonly [Section, RegExp])[] = [
  ['train', /^(train|training)$/i],
  ['test', /^(test|testing)$/i],
  ['validation', /^(val|valid|validation)$/i],
];
type Section = 'train' | 'validation' | 'test';

interface Sorted {
  readonly file: GivenFile;
  readonly name: string;
  readonly section: Section;
}

const IS_PICTURE = /\.(png|jpe?g|gif|webp|bmp|avif)$/i;

/** @throws DataError that names the files which are no pictures, unless they are to be left out */
export async function readPictures(
  files: readonly GivenFile[],
  what: string,
  { decode, way, pace }: { readonly decode: Decode; readonly way: PictureWay; readonly pace: Pace },
): Promise<Found> {
  const sorted = files.filter(({ path }) => IS_PICTURE.test(path)).map(sortedBy);
  const broken: string[] = [];
  const heads = new Map<Sorted, PictureSize>();
  for (const one of sorted) {
    const size = await sizeOfPicture(one.file).catch((error: unknown) => error as DataError);
    if (size instanceof Error) broken.push(size.message);
    else heads.set(one, size);
    if (pace.due()) await pace.rest((0.2 * (heads.size + broken.length)) / sorted.length);
  }
  if (broken.length === 0 || way.skip) {
    if (heads.size === 0)
      throw new DataError(shown(what), broken[0] ?? 'holds no pictures in folders of classes');
  } else refuseBroken(what, broken);
  const [side, sizes] = sideOf([...heads.values()], way, what);
  const shape: ImageShape = [...side, 3];
  if (sizeOf(shape) * heads.size > MOST_BYTES)
    throw new DataError(
      shown(what),
      `makes ${grouped(sizeOf(shape) * heads.size)} bytes of images, more than the ${grouped(MOST_BYTES)} that are taken: choose a smaller size`,
    );
  const images = new Uint8Array(sizeOf(shape) * heads.size);
  const taken: Sorted[] = [];
  let isColor = false;
  for (const [one, size] of heads) {
    try {
      const picture = await decode(await one.file.bytes(), size);
      const { pixels } = resized(picture, shape, way.fit, way.ground);
      isColor ||= !isGray(pixels);
      images.set(pixels, taken.length * pixels.length);
      taken.push(one);
    } catch (error) {
      broken.push(problemOf(one.file, size, error));
    }
    if (pace.due()) await pace.rest(0.2 + (0.8 * (taken.length + broken.length)) / sorted.length);
  }
  if (broken.length > 0 && !way.skip) refuseBroken(what, broken);
  const notes = [
    ...(broken.length > 0
      ? [`${counted(broken.length, 'file was', 'files were')} left out: ${some(broken)}.`]
      : []),
    ...(sizes ? [sizes] : []),
  ];
  const channels = way.channels ?? (isColor ? 3 : 1);
  const pixels = channels === 3 ? images : grayOf(images);
  return foundIn(taken, pixels, [...side, channels], notes);
}

function foundIn(
  taken: readonly Sorted[],
  pixels: Uint8Array,
  shape: ImageShape,
  notes: string[],
): Found {
  const size = sizeOf(shape);
  const partIn = (section: Section): Part | undefined => {
    const at = [...taken.keys()].filter((i) => taken[i]?.section === section);
    if (at.length === 0) return undefined;
    const images = new Uint8Array(at.length * size);
    at.forEach((from, i) => images.set(pixels.subarray(from * size, (from + 1) * size), i * size));
    return {
      images,
      labels: at.map((i) => (taken[i] as Sorted).name),
      where: (i) => (taken[at[i] as number] as Sorted).file.path,
    };
  };
  const [train, validation, test] = [partIn('train'), partIn('validation'), partIn('test')];
  const all = train ?? validation ?? test;
  if (!all) throw new RangeError('readPictures: no pictures');
  return {
    shape,
    ...withValidation(all, train && validation, train && test, notes),
    notes,
  };
}

/** The class is the folder that a picture lies in, its part a folder above. */
function sortedBy(file: GivenFile): Sorted {
  const folders = file.path.split('/').slice(0, -1);
  const name = folders.at(-1);
  const isSection = (folder = '') => SECTIONS.some(([, pattern]) => pattern.test(folder));
  if (name === undefined || isSection(name))
    throw new DataError(
      shown(file.path),
      'lies in no folder of a class: put the pictures of each class in a folder of its name',
    );
  const section = folders
    .slice(0, -1)
    .map((folder) => SECTIONS.find(([, pattern]) => pattern.test(folder))?.[0])
    .find((found) => found !== undefined);
  return { file, name, section: section ?? 'train' };
}

async function sizeOfPicture(file: GivenFile): Promise<PictureSize> {
  const refuse = (problem: string): never => {
    throw new DataError(shown(file.path), problem);
  };
  if (file.sizeBytes === 0) refuse('is empty');
  const size = pictureSize(await file.head(HEAD_BYTES));
  if (!size) return refuse('is no picture, or is cut off in its header');
  const { width, height } = size;
  if (width * height > MOST_PIXELS)
    refuse(
      `has ${grouped(width)} × ${grouped(height)} pixels, more than the ${grouped(MOST_PIXELS / 1e6)} million that are decoded`,
    );
  return size;
}

const problemOf = ({ path }: GivenFile, { format }: PictureSize, error: unknown): string =>
  error instanceof DataError
    ? error.message
    : `${shown(path)}: begins as ${format} and cannot be decoded (${error instanceof Error ? error.message : String(error)})`;

const some = (broken: readonly string[]): string =>
  broken.slice(0, BROKEN_NAMED).join('; ') +
  (broken.length > BROKEN_NAMED ? `; and ${grouped(broken.length - BROKEN_NAMED)} more` : '');

function refuseBroken(what: string, broken: readonly string[]): never {
  throw new DataError(
    shown(what),
    `${counted(broken.length, 'file', 'files')} cannot be used: ${some(broken)}. Mend or remove them, or leave them out by “skip” (--pictures skip)`,
  );
}

/** [height, width], and a sentence where pictures were scaled. */
function sideOf(
  sizes: readonly PictureSize[],
  { side }: PictureWay,
  what: string,
): readonly [readonly [number, number], string] {
  const [first] = sizes;
  if (!first) throw new DataError(shown(what), 'holds no pictures');
  const isOne = sizes.every(
    ({ width, height }) => width === first.width && height === first.height,
  );
  const fits = (length: number) => length >= LEAST_SIDE && length <= MOST_SIDE;
  if (isOne && side === null && fits(first.width) && fits(first.height))
    return [[first.height, first.width], ''];
  const shorter = sizes.map(({ width, height }) => Math.min(width, height)).sort((a, b) => a - b);
  const middle = shorter[Math.floor(shorter.length / 2)] as number;
  const chosen = side ?? Math.max(LEAST_SIDE, Math.min(USUAL_SIDE, middle));
  const range = (of: 'width' | 'height') => {
    const all = sizes.map((size) => size[of]);
    const [least, most] = [
      all.reduce((a, b) => Math.min(a, b)),
      all.reduce((a, b) => Math.max(a, b)),
    ];
    return least === most ? grouped(least) : `${grouped(least)} to ${grouped(most)}`;
  };
  return [
    [chosen, chosen],
    `The pictures, ${range('width')} pixels wide and ${range('height')} high, were scaled to ${chosen} × ${chosen}.`,
  ];
}

const isGray = (pixels: Uint8Array): boolean => {
  for (let i = 0; i < pixels.length; i += 3) {
    const [r, g, b] = [pixels[i] as number, pixels[i + 1] as number, pixels[i + 2] as number];
    if (Math.max(r, g, b) - Math.min(r, g, b) > NEARLY_GRAY) return false;
  }
  return true;
};

const grayOf = (pixels: Uint8Array): Uint8Array =>
  Uint8Array.from({ length: pixels.length / 3 }, (_, i) =>
    Math.round(
      0.299 * (pixels[3 * i] as number) +
        0.587 * (pixels[3 * i + 1] as number) +
        0.114 * (pixels[3 * i + 2] as number),
    ),
  );
