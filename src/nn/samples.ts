// A set of samples on the GPU, whole or in part: what goes in, and what is to come out.
import {
  type Rows,
  type Samples,
  Tensor,
  TensorError,
  drawBatch,
  drawRows,
  takeBatch,
  takeRows,
} from '../tensor/index.ts';
import { type Kind, type OptionKinds, checkOptions, required } from '../tensor/options.ts';

/** Data to learn from or to be judged by. */
export interface SampleSet {
  /** Shaped [M, ...]. Bytes, u8 such as [60000,28,28,1], which networks see divided by 255, or f32 as they are. */
  readonly images: Tensor;
  /** u8 or, for more than 256 classes, i32 [M]: the class of each. */
  readonly labels?: Tensor | undefined;
  /**
   * What the outputs are held against, where that is not the class: u8 [M, ...], divided by 255 as images are, or f32
   * [M, ...]. For an autoencoder the images themselves.
   */
  readonly targets?: Tensor | undefined;
  /** u32 [n]: which of them belong to the set, in order; by default all. */
  readonly indices?: Tensor | undefined;
}

/** A set with its indices written out. */
export type WholeSet = SampleSet & Rows;

const tensorKind: Kind = { wants: 'a tensor', holds: (value) => value instanceof Tensor };
const sampleKinds: OptionKinds<SampleSet> = {
  images: required(tensorKind),
  labels: tensorKind,
  targets: tensorKind,
  indices: tensorKind,
};

/** The set with its indices written out. @throws TensorError when it is empty, or holds something else than tensors */
export function samplesOf(set: SampleSet): WholeSet {
  checkOptions('samples', set, sampleKinds);
  const { images, targets, indices } = set;
  const M = images.shape[0] ?? 0;
  if ((indices?.size ?? M) === 0) throw new TensorError('the set holds no samples');
  if (targets && targets.shape[0] !== M) {
    throw new TensorError(
      `samples: targets ${targets.type} are not as many as images ${images.type}`,
    );
  }
  const all = () =>
    images.device.tensor(
      Uint32Array.from({ length: M }, (_, i) => i),
      [M],
      'u32',
    );
  return { ...set, indices: indices ?? all() };
}

/** Are there labels? @throws TensorError that names the caller, unless there are */
export function labeled(where: string, set: WholeSet): Samples {
  const { images, labels, indices } = set;
  if (!labels) throw new TensorError(`${where}: the samples have no labels`);
  return { images, labels, indices };
}

/**
 * The batch of a step, in the order that follows from the seed: what goes in, and what the outputs are held against, which
 * are the targets where there are some, else the classes, i32 [N].
 * @param state u32 [2]: seed and step
 * @throws TensorError on a set without either, and as `drawBatch` does
 */
export function drawPair(
  set: WholeSet,
  state: Tensor,
  N: number,
): { readonly x: Tensor; readonly targets: Tensor } {
  const { images, targets, indices } = set;
  if (!targets && !set.labels) {
    throw new TensorError('samples: a training needs labels or targets, got nothing');
  }
  if (!targets) {
    const { x, labels } = drawBatch(labeled('training', set), state, N);
    return { x, targets: labels };
  }
  const x = drawRows({ images, indices }, state, N);
  return { x, targets: targets === images ? x : drawRows({ images: targets, indices }, state, N) };
}

/** What the outputs for N samples from position `first[0]` on are held against: the targets, else the classes, i32 [N]. */
export function takeTargets(set: WholeSet, first: Tensor, N: number): Tensor {
  const { targets, indices } = set;
  if (targets) return takeRows({ images: targets, indices }, first, N);
  return takeBatch(labeled('evaluate', set), first, N).labels;
}

/** What goes in, of N samples from position `first[0]` on; past the end the last one is repeated. */
export const takeInputs = ({ images, indices }: WholeSet, first: Tensor, N: number): Tensor =>
  takeRows({ images, indices }, first, N);
