// What the page sees of a data set: its exploration, and the pixels of the samples that it names.
import { type DataSet, pixelsOf } from '../../data/dataset.ts';
import type { Exploration } from '../../data/eda.ts';
import type { DataLook } from '../protocol.ts';

export function lookOf(data: DataSet, exploration: Exploration): DataLook {
  const { name, notes = [], title, builtin, source, checksum } = data;
  const samples = exploration.perClass.map((one) =>
    one.samples.map((index) => ({
      index,
      pixels: pixelsOf(data, 'train', index).slice(),
    })),
  );
  return { name, notes, title, builtin, source, checksum, exploration, samples };
}
