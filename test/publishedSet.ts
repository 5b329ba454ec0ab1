// A small set in four files under the names of Fashion-MNIST, and what is published of them.
import { createHash } from 'node:crypto';
import { gzipSync } from 'fflate';
import { builtinDataSet } from '../src/app/data/builtin.ts';
import { SOURCE_FILES, type SourceFile, sampleOf } from '../src/app/data/sources.ts';

export const drawn = await builtinDataSet({ train: 30, test: 10, seed: 7 });

export function idx(file: SourceFile): Uint8Array {
  const { images, labels, count } = drawn[file.split];
  const payload = file.holds === 'images' ? images : labels;
  const dims = file.holds === 'images' ? [count, 28, 28] : [count];
  const contents = new Uint8Array(4 + 4 * dims.length + payload.length);
  contents.set([0, 0, 8, dims.length]);
  dims.forEach((dim, i) => new DataView(contents.buffer).setUint32(4 + 4 * i, dim));
  contents.set(payload, 4 + 4 * dims.length);
  return contents;
}

export const files = SOURCE_FILES.map(({ name, split, holds }): SourceFile => {
  const { count } = drawn[split];
  const contents = idx({ name, split, holds, count, sha256: '', sample: '' });
  const sha256 = createHash('sha256').update(contents).digest('hex');
  const sample = sampleOf(drawn[split][holds] as Uint8Array);
  return { name, split, holds, count, sha256, sample };
});
export const published = new Map(files.map((file) => [file.name, gzipSync(idx(file))]));
