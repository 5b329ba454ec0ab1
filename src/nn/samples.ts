// A labelled set on the GPU, whole or in part.
import { type Samples, Tensor, TensorError } from '../tensor/index.ts';
import { type Kind, type OptionKinds, checkOptions, required } from '../tensor/options.ts';

export interface SampleSet {
  /** u8 [M, ...]: bytes, such as [60000,28,28,1]. Networks see them divided by 255. */
  readonly images: Tensor;
  /** u8 [M]: the class of each. */
  readonly labels: Tensor;
  /** u32 [n]: which of them belong to the set, in order; by default all. */
  readonly indices?: Tensor | undefined;
}

const tensorKind: Kind = { wants: 'a tensor', holds: (value) => value instanceof Tensor };
const sampleKinds: OptionKinds<SampleSet> = {
  images: required(tensorKind),
  labels: required(tensorKind),
  indices: tensorKind,
};

/** The set with its indices written out. @throws TensorError when it is empty, or holds something else than tensors */
export function samplesOf(set: SampleSet): Samples {
  checkOptions('samples', set, sampleKinds);
  const { images, labels, indices } = set;
  const M = images.shape[0] ?? 0;
  if ((indices?.size ?? M) === 0) throw new TensorError('the set holds no samples');
  const all = () =>
    images.device.tensor(
      Uint32Array.from({ length: M }, (_, i) => i),
      [M],
      'u32',
    );
  return { images, labels, indices: indices ?? all() };
}
