// IDX files that belong together: images and their labels, of one part or two, in whatever set.
import { grouped } from '../../wording.ts';
import { DataError, type ImageShape } from '../dataset.ts';
import { type Idx, readEither } from '../idx.ts';
import { FASHION_CLASSES } from '../fashion.ts';
import { publishedAs, type SourceFile } from '../sources.ts';
import type { Found, Part } from './found.ts';
import { type GivenFile, shown } from './given.ts';

interface Read extends Idx {
  readonly path: string;
  /** One of the published files of Fashion-MNIST. */
  readonly isFashion: boolean;
}

/** @param sources what is published of Fashion-MNIST @throws DataError that names the file that is damaged, or that nothing belongs to */
export async function readIdxFiles(
  files: readonly GivenFile[],
  what: string,
  sources?: readonly SourceFile[],
): Promise<Found> {
  const read: Read[] = [];
  for (const { path, bytes } of files) {
    const idx = readEither(shown(path), await bytes());
    const published = await publishedAs(shown(path), idx, sources);
    read.push({ ...idx, path, isFashion: published !== undefined });
  }
  const pairs = read
    .filter(({ holds }) => holds === 'images')
    .map((images) => ({ images, labels: labelsFor(images, read) }))
    .sort((a, b) => b.images.count - a.images.count);
  const spare = read.find(
    (one) => one.holds === 'labels' && !pairs.some(({ labels }) => labels === one),
  );
  if (pairs.length > 0 && spare)
    throw new DataError(
      shown(spare.path),
      `holds ${grouped(spare.count)} labels, and no file with as many images is beside it`,
    );
  const [first, second, third] = pairs;
  if (!first) throw new DataError(shown(what), 'holds labels, and no images that belong to them');
  if (third)
    throw new DataError(
      shown(third.images.path),
      'is a third file of images: give one set of a training and a test part',
    );
  const [train, test] =
    second && isTest(first.images.path) && !isTest(second.images.path)
      ? [second, first]
      : [first, second];
  if (test && test.images.shape.join() !== train.images.shape.join())
    throw new DataError(
      shown(test.images.path),
      `has images of ${sides(test.images.shape)}, the training images have ${sides(train.images.shape)}`,
    );
  const isFashion = read.length === 4 && read.every((one) => one.isFashion);
  const partOf = ({ images, labels }: (typeof pairs)[number]): Part => ({
    images: images.payload,
    labels: labels.payload,
    where: (i) => `${labels.path}, label ${i}`,
  });
  return {
    shape: train.images.shape,
    train: partOf(train),
    test: test && partOf(test),
    ...(isFashion && { classes: FASHION_CLASSES, title: 'Fashion-MNIST' }),
  };
}

const isTest = (path: string) => /t10k|test/i.test(path);
const sides = ([height, width]: ImageShape) => `${height} × ${width} pixels`;

/** Those of as many, and of the same part by their names where there are two. */
function labelsFor(images: Read, read: readonly Read[]): Read {
  const labels = read.filter(({ holds }) => holds === 'labels');
  const fitting = labels.filter(({ count }) => count === images.count);
  const found =
    fitting.find(({ path }) => isTest(path) === isTest(images.path)) ??
    (fitting.length === 1 ? fitting[0] : undefined);
  if (found) return found;
  throw new DataError(
    shown(images.path),
    `holds ${grouped(images.count)} images, and no file with as many labels is beside it (${labels.map(({ path, count }) => `${shown(path)} has ${grouped(count)}`).join(', ') || 'there is none with labels'})`,
  );
}
