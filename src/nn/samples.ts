// A labelled set on the GPU, whole or in part.
import { type Samples, type Tensor, TensorError } from '../tensor/index.ts';

export interface SampleSet {
  /** u8 [M, ...]: bytes, such as [60000,28,28,1]. Networks see them divided by 255. */
  readonly images: Tensor;
  /** u8 [M]: the class of each. */
  readonly labels: Tensor;
  /** u32 [n]: which of them belong to the set, in order; by default all. */
  readonly indices?: Tensor | undefined;
}

/** The set with its indices written out. @throws TensorError when it is empty */
export function samplesOf({ images, labels, indices }: SampleSet): Samples {
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
