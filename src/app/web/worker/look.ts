// What the page sees of a data set: its exploration, and the pixels of the samples that it names.
import type { DataSet } from '../../data/dataset.ts';
import type { Exploration } from '../../data/eda.ts';
import type { DataLook } from '../protocol.ts';

export function lookOf(data: DataSet, exploration: Exploration): DataLook {
  const { title, builtin, source, checksum, height, width, train } = data;
  const size = height * width;
  const samples = exploration.perClass.map((one) =>
    one.samples.map((index) => ({
      index,
      pixels: train.images.slice(index * size, (index + 1) * size),
    })),
  );
  return { title, builtin, source, checksum, exploration, samples };
}
