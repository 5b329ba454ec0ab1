// Schema of a data set as a browser keeps it.
import * as v from 'valibot';
import { type DataSet, HEIGHT, IMAGE_SIZE, WIDTH } from '../data/dataset.ts';
import type { Format } from './format.ts';
import { agreeing, flag, listOf, name, object, text, whole } from './values.ts';

const BYTES = v.instance(Uint8Array, 'bytes belong there');
const SPLIT = object({ images: BYTES, labels: BYTES, count: whole(1) });

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
      classes: listOf(name),
      height: v.literal(HEIGHT, `${HEIGHT} belongs there`),
      width: v.literal(WIDTH, `${WIDTH} belongs there`),
      channels: v.literal(1, '1 belongs there'),
      train: SPLIT,
      test: SPLIT,
      checksum: name,
      source: text,
    }),
    ({ classes, ...set }) => {
      for (const split of ['train', 'test'] as const) {
        const { images, labels, count } = set[split];
        if (images.length !== count * IMAGE_SIZE || labels.length !== count)
          return `${split} has ${images.length} bytes of images and ${labels.length} labels for ${count} images`;
        const wrong = labels.find((label) => label >= classes.length);
        if (wrong !== undefined)
          return `${split} has the label ${wrong}, and there are ${classes.length} classes`;
      }
      return undefined;
    },
  ),
  up: new Map([[0, (old) => old]]),
};
