// From what a reader found to a data set: classes, a test part where there is none, and what a person should know.
import { counted, grouped, listed, percent } from '../../wording.ts';
import {
  checksumOf,
  DataError,
  type DataSet,
  type ImageShape,
  labelsFrom,
  LEAST_CLASSES,
  MOST_CLASSES,
  problemOfShape,
  sizeOf,
  type Split,
} from '../dataset.ts';
import { chooseStratified } from '../prepare.ts';
import { shown } from './given.ts';

/** Images and their labels as a file has them. */
export interface Part {
  /** Bytes [count, height, width, channels]. */
  readonly images: Uint8Array;
  /** Whole numbers, or names. */
  readonly labels: ArrayLike<number> | readonly string[];
  /** The place of an image, such as 'train.csv, row 7'. */
  readonly where: (index: number) => string;
}

export interface Found {
  readonly shape: ImageShape;
  readonly train: Part;
  /** Without one a share of the training part is taken. */
  readonly test?: Part | undefined;
  /** Names by label; without them the labels that occur are the classes, and their texts the names. */
  readonly classes?: readonly string[] | undefined;
  readonly title?: string;
  /** What was done that a person may not expect. */
  readonly notes?: readonly string[];
}

/** Bytes of images that are taken: what a browser's tab can hold beside all else. */
export const MOST_BYTES = 2 ** 30;
/** Of the training part, where there is no test part. */
const TEST_SHARE = 0.2;
const TEST_SEED = 0;
/** Names that are listed in a note. */
const MOST_NAMED = 5;

/** @param what the file or folder, as it is shown */
export async function dataSetOf(found: Found, what: string): Promise<DataSet> {
  const { shape, title = shown(what.split(/[\\/]/).findLast(Boolean) ?? what) } = found;
  const refuse = (problem: string): never => {
    throw new DataError(shown(what), problem);
  };
  const misfit = problemOfShape(shape);
  if (misfit !== undefined)
    refuse(`its images have ${shape[0]} × ${shape[1]} pixels, and ${misfit}`);
  if (found.train.labels.length === 0) refuse('holds no training images');
  const classes = found.classes ?? classesIn(found.train);
  const occurring = new Set(Array.from<number | string>(found.train.labels)).size;
  if (occurring < LEAST_CLASSES)
    refuse(
      `all of its ${counted(found.train.labels.length, 'training image')} are of one class, “${shown(String(found.train.labels[0]))}”; there must be ${LEAST_CLASSES} at least`,
    );
  if (classes.length > MOST_CLASSES)
    refuse(
      `has ${grouped(classes.length)} different labels, and at most ${grouped(MOST_CLASSES)} classes are told apart: is the label in another column?`,
    );
  const isNumbered = typeof found.train.labels[0] === 'number';
  const keyOf = (name: string, label: number) =>
    !isNumbered ? name : found.classes ? label : Number(name);
  const byLabel = new Map(classes.map((name, label) => [keyOf(name, label), label]));
  const notes = [...(found.notes ?? [])];
  const train = splitOf(found.train, byLabel, classes, 'training');
  const parts = found.test
    ? { train, test: splitOf(found.test, byLabel, classes, 'test') }
    : divided(train, classes.length, sizeOf(shape));
  if (!found.test)
    notes.push(
      `There is no test part: ${percent(TEST_SHARE, 0)} of the images, ${grouped(parts.test.count)}, chosen from every class by its share with seed ${TEST_SEED}, are the test.`,
    );
  notes.push(...oddities(parts, classes));
  const [height, width, channels] = shape;
  return {
    ...{ name: 'own', title, builtin: false, classes, height, width, channels },
    ...parts,
    checksum: await checksumOf(parts.train, parts.test),
    source: shown(what),
    ...(notes.length > 0 && { notes }),
  };
}

function classesIn({ labels }: Part): readonly string[] {
  const values = [...new Set(Array.from<number | string>(labels))];
  values.sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : a < b ? -1 : a > b ? 1 : 0,
  );
  return values.map(String);
}

function splitOf(
  { images, labels, where }: Part,
  byLabel: ReadonlyMap<number | string, number>,
  classes: readonly string[],
  part: 'training' | 'test',
): Split {
  const numbers = Array.from<number | string, number>(labels, (label, i) => {
    const found = byLabel.get(label);
    if (found === undefined)
      throw new DataError(
        shown(where(i)),
        part === 'test'
          ? `has the label “${shown(String(label))}”, and no training image has it`
          : `has the label ${label}, and there are ${counted(classes.length, 'class', 'classes')}, 0 to ${classes.length - 1}`,
      );
    return found;
  });
  return { images, labels: labelsFrom(numbers, classes.length), count: numbers.length };
}

function divided(all: Split, classes: number, size: number): { train: Split; test: Split } {
  const count = Math.max(1, Math.round(TEST_SHARE * all.count));
  const { chosen, rest } = chooseStratified(all.labels, count, { seed: TEST_SEED });
  const take = (indices: Uint32Array): Split => {
    const images = new Uint8Array(indices.length * size);
    indices.forEach((index, i) =>
      images.set(all.images.subarray(index * size, (index + 1) * size), i * size),
    );
    const labels = labelsFrom(
      Array.from(indices, (index) => all.labels[index] as number),
      classes,
    );
    return { images, labels, count: indices.length };
  };
  return { train: take(rest), test: take(chosen) };
}

/** Classes that are missing in a part, or have a single image. */
function oddities(
  { train, test }: { readonly train: Split; readonly test: Split },
  classes: readonly string[],
): string[] {
  const counts = (split: Split) => {
    const found = classes.map(() => 0);
    split.labels.forEach((label: number) => found[label]!++);
    return found;
  };
  const [learned, judged] = [counts(train), counts(test)];
  const named = (has: (label: number) => boolean) => classes.filter((_, label) => has(label));
  const text = (names: readonly string[]) =>
    names.length <= MOST_NAMED
      ? listed(names.map((name) => `“${shown(name)}”`))
      : `${names
          .slice(0, MOST_NAMED)
          .map((name) => `“${shown(name)}”`)
          .join(', ')} and ${grouped(names.length - MOST_NAMED)} more`;
  const absent = named((label) => learned[label] === 0);
  const unjudged = named((label) => learned[label] !== 0 && judged[label] === 0);
  const single = named((label) => learned[label] === 1);
  return [
    ...(absent.length > 0
      ? [`No training image is of ${text(absent)}: the network cannot learn it.`]
      : []),
    ...(unjudged.length > 0
      ? [`No test image is of ${text(unjudged)}: the test says nothing of it.`]
      : []),
    ...(single.length > 0 ? [`There is one training image only of ${text(single)}.`] : []),
  ];
}
