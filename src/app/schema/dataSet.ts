// Schema of a data set as a browser keeps it.
import * as v from 'valibot';
import {
  type DataSet,
  type Labels,
  LEAST_CLASSES,
  LEAST_SIDE,
  MOST_CLASSES,
  MOST_SIDE,
  shapeOf,
  sizeOf,
} from '../data/dataset.ts';
import type { Format, Schema } from './format.ts';
import { agreeing, flag, listOf, name, object, text, which, whole } from './values.ts';

const BYTES = v.instance(Uint8Array, 'bytes belong there');
const LABELS: Schema<Labels> = v.union(
  [BYTES, v.instance(Int32Array, 'integers belong there')],
  'bytes or integers belong there',
);
const SPLIT = object({ images: BYTES, labels: LABELS, count: whole(1) });
const SIDE = whole(LEAST_SIDE, MOST_SIDE);
export const CHANNELS = which(whole(1, 3), (channels) => channels !== 2, '1 or 3');

/** Version 0 was the same without its format. */
export const DATA: Format<DataSet> = {
  name: 'weft-data',
  version: 1,
  title: 'a data set',
  schema: agreeing(
    object({
      name,
      title: text,
      builtin: flag,
      classes: which(
        listOf(name),
        ({ length }) => length >= LEAST_CLASSES && length <= MOST_CLASSES,
        `a list of ${LEAST_CLASSES} to ${MOST_CLASSES} names`,
      ),
      height: SIDE,
      width: SIDE,
      channels: CHANNELS,
      train: SPLIT,
      test: SPLIT,
      checksum: name,
      source: text,
      notes: v.exactOptional(listOf(text)),
    }),
    (set) => {
      const [classes, size] = [set.classes.length, sizeOf(shapeOf(set))];
      for (const split of ['train', 'test'] as const) {
        const { images, labels, count } = set[split];
        if (images.length !== count * size || labels.length !== count)
          return `${split} has ${images.length} bytes of images and ${labels.length} labels for ${count} images`;
        const wrong = labels.find((label) => label < 0 || label >= classes);
        if (wrong !== undefined)
          return `${split} has the label ${wrong}, and there are ${classes} classes`;
      }
      return undefined;
    },
  ),
  up: new Map([[0, (old) => old]]),
};
