// A set out of NumPy arrays, as Keras keeps them: x_train, y_train, x_test, y_test, of an .npz or as .npy files.
import { counted, grouped } from '../../wording.ts';
import { DataError, type ImageShape } from '../dataset.ts';
import type { Found, Part } from './found.ts';
import { type GivenFile, shown } from './given.ts';
import { levelsOf } from './numbers.ts';
import { type NpyArray, readNpy } from './npy.ts';

type Role = 'images' | 'labels';
type Section = 'train' | 'validation' | 'test';

interface Named extends NpyArray {
  readonly file: string;
}

const stemOf = (path: string): string =>
  (path.split('/').at(-1) ?? '').replace(/\.npy$/i, '').toLowerCase();

/** What a name speaks of: x_train, train_images, X, labels and the like. */
function roleOf(stem: string): Role | undefined {
  if (/(^|_)(y|labels?|targets?|classes)(_|\d|$)/.test(stem)) return 'labels';
  if (/(^|_)(x|images?|data|inputs?|features?)(_|\d|$)/.test(stem)) return 'images';
  return undefined;
}
const sectionOf = (stem: string): Section =>
  /test/.test(stem) ? 'test' : /val/.test(stem) ? 'validation' : 'train';

/** @param what the archive or folder, as it is shown @throws DataError that names the array */
export async function readArrays(files: readonly GivenFile[], what: string): Promise<Found> {
  const found = new Map<string, Named>();
  const names: string[] = [];
  for (const file of files) {
    const stem = stemOf(file.path);
    names.push(stem);
    const role = roleOf(stem);
    if (!role) continue;
    const key = `${sectionOf(stem)} ${role}`;
    const name = `${what}, ${shown(stem)}`;
    if (found.has(key))
      throw new DataError(name, `is a second array of ${key}: one of them is too many`);
    found.set(key, { file: name, ...readNpy(name, await file.bytes()) });
  }
  const missing = (['images', 'labels'] as const).find((role) => !found.has(`train ${role}`));
  if (missing)
    throw new DataError(
      shown(what),
      `has no array of training ${missing} (${missing === 'images' ? 'x_train' : 'y_train'}); it has ${names.map(shown).join(', ') || 'none'}`,
    );
  const notes: string[] = [];
  const parts = new Map<Section, Part>();
  let shape: ImageShape | undefined;
  for (const section of ['train', 'validation', 'test'] as const) {
    const [images, labels] = [found.get(`${section} images`), found.get(`${section} labels`)];
    if (!images || !labels) continue;
    const read = imagesIn(images, notes);
    shape ??= read.shape;
    if (read.shape.join() !== shape.join())
      throw new DataError(
        images.file,
        `has images of [${read.shape.join(', ')}], the training images are [${shape.join(', ')}]`,
      );
    parts.set(section, {
      images: read.bytes,
      labels: labelsIn(labels, images),
      where: (i) => `${labels.file}, element ${i}`,
    });
  }
  const train = parts.get('train') as Part;
  const [validation, test] = [parts.get('validation'), parts.get('test')];
  return { shape: shape as ImageShape, ...withValidation(train, validation, test, notes), notes };
}

/** Validation images are the test where there is none; else weft holds back its own, and they are learned from. */
export function withValidation(
  train: Part,
  validation: Part | undefined,
  test: Part | undefined,
  notes: string[],
): Pick<Found, 'train' | 'test'> {
  if (!validation) return { train, test };
  if (!test) {
    notes.push('The validation part is the test, for there is no test part.');
    return { train, test: validation };
  }
  notes.push(
    `The ${counted(validation.labels.length, 'validation image')} are among the training images, of which weft holds back its own.`,
  );
  return { train: joined([train, validation]), test };
}

/** One part after the other. */
export function joined(parts: readonly Part[]): Part {
  const [first] = parts;
  if (parts.length === 1 && first) return first;
  const images = new Uint8Array(parts.reduce((sum, part) => sum + part.images.length, 0));
  const ends: number[] = [];
  let [at, count] = [0, 0];
  for (const part of parts) {
    images.set(part.images, at);
    at += part.images.length;
    ends.push((count += part.labels.length));
  }
  const labels = parts.flatMap((part) => Array.from<number | string>(part.labels));
  const where = (index: number) => {
    const nth = ends.findIndex((end) => index < end);
    return parts[nth]?.where(index - (ends[nth - 1] ?? 0)) ?? '';
  };
  return { images, labels: labels as number[], where };
}

/** [N,H,W], [N,H,W,C] or, turned, [N,C,H,W]. */
function imagesIn(
  { file, shape, values }: Named,
  notes: string[],
): { readonly shape: ImageShape; readonly bytes: Uint8Array } {
  const [N = 0, A = 0, B = 0, C = 1] = shape;
  if (shape.length !== 3 && shape.length !== 4)
    throw new DataError(
      file,
      `has the shape [${shape.join(', ')}]; images are [count, height, width] or [count, height, width, channels]`,
    );
  const { bytes, note } = levelsOf(
    values,
    (i) => `${file}, image ${Math.floor((i * N) / values.length)}`,
  );
  const add = (text: string) => void (text && !notes.includes(text) && notes.push(text));
  add(note);
  const isTurned = shape.length === 4 && C > 4 && (A === 1 || A === 3);
  if (!isTurned) return { shape: [A, B, C], bytes };
  add('The channels came first, [N, C, H, W], and were put last.');
  const [channels, height, width] = [A, B, C];
  const turned = new Uint8Array(bytes.length);
  const plane = height * width;
  for (let n = 0; n < N; n++)
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < plane; p++)
        turned[(n * plane + p) * channels + c] = bytes[(n * channels + c) * plane + p] as number;
  return { shape: [height, width, channels], bytes: turned };
}

/** [N], [N,1], or one-hot [N,K]. */
function labelsIn({ file, shape, values }: Named, images: Named): number[] {
  const [N = 0, K = 1] = shape;
  if (shape.length > 2 || N !== images.shape[0])
    throw new DataError(
      file,
      `has the shape [${shape.join(', ')}], and there are ${grouped(images.shape[0] ?? 0)} images: one label each belongs there`,
    );
  const all = Array.from(values);
  const bad = all.findIndex((value) => !Number.isSafeInteger(value));
  if (bad >= 0)
    throw new DataError(`${file}, element ${bad}`, `${all[bad]} is no label: a whole number is`);
  if (K === 1) return all;
  return Array.from({ length: N }, (_, n) => {
    const row = all.slice(n * K, (n + 1) * K);
    if (
      row.filter((value) => value === 1).length !== 1 ||
      row.some((value) => value < 0 || value > 1)
    )
      // prettier-ignore
      throw new DataError(
        `${file}, row ${n}`,
        `is no label: of its ${K} numbers one must be 1 and the rest 0`,
      );
    return row.indexOf(1);
  });
}
