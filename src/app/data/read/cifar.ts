// The binary files of CIFAR-10 and CIFAR-100: records of one or two labels and 3 x 32 x 32 bytes, a plane a channel.
// Format: https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version".
import { DataError, type ImageShape } from '../dataset.ts';
import { joined } from './arrays.ts';
import type { Found, Part } from './found.ts';
import { type GivenFile, shown } from './given.ts';

const SHAPE: ImageShape = [32, 32, 3];
const PLANE = 32 * 32;

/** Labels a record, by the number of classes. */
const LABELS: Readonly<Record<number, number>> = { 10: 1, 100: 2 };

/** The order of the labels, as published. */
const CIFAR10 = [
  ...['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
];

/** 10 or 100 by the size of a file and the labels that its first records would have; undefined for another one. */
export function cifarClasses(sizeBytes: number, head: Uint8Array): number | undefined {
  return [10, 100].find((classes) => {
    const record = (LABELS[classes] as number) + 3 * PLANE;
    if (sizeBytes === 0 || sizeBytes % record !== 0) return false;
    for (let at = 0; at < head.length; at += record)
      if ((head[at + (classes === 100 ? 1 : 0)] as number) >= classes) return false;
    return classes === 10 || (head[0] as number) < 20;
  });
}

/** @param classes see `cifarClasses` */
export async function readCifar(
  files: readonly GivenFile[],
  classes: number,
  names: readonly string[] | undefined,
): Promise<Found> {
  const parts = { train: [] as Part[], test: [] as Part[] };
  for (const file of files) {
    const bytes = await file.bytes();
    parts[/test/i.test(file.path) ? 'test' : 'train'].push(partOf(file.path, bytes, classes));
  }
  const { train, test } = parts.train.length > 0 ? parts : { train: parts.test, test: [] };
  return {
    shape: SHAPE,
    train: joined(train),
    test: test.length > 0 ? joined(test) : undefined,
    classes:
      names ?? (classes === 10 ? CIFAR10 : Array.from({ length: classes }, (_, k) => `${k}`)),
    title: `CIFAR-${classes}`,
  };
}

function partOf(path: string, bytes: Uint8Array, classes: number): Part {
  const first = LABELS[classes] as number;
  const record = first + 3 * PLANE;
  const count = bytes.length / record;
  if (!Number.isInteger(count))
    throw new DataError(
      shown(path),
      `is cut short: its ${bytes.length} bytes are no whole number of records of ${record}`,
    );
  const images = new Uint8Array(count * 3 * PLANE);
  const labels = new Uint8Array(count);
  for (let n = 0; n < count; n++) {
    const label = bytes[n * record + first - 1] as number; // of CIFAR-100 the fine one
    if (label >= classes)
      throw new DataError(
        `${shown(path)}, record ${n}`,
        `has the label ${label}, and there are ${classes} classes`,
      );
    labels[n] = label;
    for (let c = 0; c < 3; c++) {
      const from = n * record + first + c * PLANE;
      for (let p = 0; p < PLANE; p++) images[(n * PLANE + p) * 3 + c] = bytes[from + p] as number;
    }
  }
  return { images, labels, where: (i) => `${path}, record ${i}` };
}

/** `batches.meta.txt` and `fine_label_names.txt`: a name a line. */
export function namesIn(text: string, classes: number): readonly string[] | undefined {
  const names = text
    .split(/\r?\n/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.length === classes ? names : undefined;
}
