// Batches from a data set that lies on the GPU as bytes: shuffled for training, in order for evaluation.
import { TensorError } from '../errors.ts';
import { Known, checkIndices, knownOf } from '../hostData.ts';
import { kernel } from '../kernel.ts';
import { type Shape, dim, sizeOf } from '../shape.ts';
import type { DType, Tensor } from '../tensor.ts';
import drawSource from '../../shaders/drawBatch.wgsl?raw';

const drawKernel = kernel('drawBatch', drawSource);

/** Labeled samples on the GPU. */
export interface Samples {
  /** M samples: bytes, u8 [M, ...] such as [60000,28,28,1], or f32 [M, ...]. */
  readonly images: Tensor;
  /** u8 or, for more than 256 classes, i32 [M]: the class of each. */
  readonly labels: Tensor;
  /**
   * u32 [n]: the samples that are meant, in order; numbers below M. One from outside that the host does not know of
   * gives NaN for an image and −1 for a label, which makes the loss NaN.
   */
  readonly indices: Tensor;
}

/** A batch on the GPU: images, and labels where there are some. */
export interface Batch {
  /** f32 [N, ...]: bytes / 255, or the f32 as they are. */
  readonly x: Tensor;
  /** i32 [N]. */
  readonly labels: Tensor;
}

/**
 * The batch of step `state[1]` out of an endless stream in which every sample comes once an epoch, in an
 * order that follows from the seed `state[0]` and the epoch alone. Epochs follow without a gap, so a
 * batch may hold the end of one and the beginning of the next. One dispatch; not differentiable.
 * @param state u32 [2]: seed and step
 * @throws TensorError on dtypes and shapes that do not fit, indices from outside, or N outside 1..65,535
 */
export function drawBatch(samples: Samples, state: Tensor, N: number): Batch {
  expect('drawBatch', 'state', state, 'u32', [2]);
  const { x, y } = gatherBatch('drawBatch', samples, state, N, true);
  return { x, labels: y };
}

/**
 * The N samples from position `first[0]` on, in order. Past the end the last one is repeated.
 * @param first u32 [1]
 * @throws TensorError on dtypes and shapes that do not fit, indices from outside, or N outside 1..65,535
 */
export function takeBatch(samples: Samples, first: Tensor, N: number): Batch {
  expect('takeBatch', 'first', first, 'u32', [1]);
  const { x, y } = gatherBatch('takeBatch', samples, first, N, false);
  return { x, labels: y };
}

/** Something else of the same samples: their targets, say. */
export type Rows = Pick<Samples, 'images' | 'indices'>;

/** The x of `drawBatch`, of samples without labels: with one state the same samples of any such set. One dispatch. */
export function drawRows(samples: Rows, state: Tensor, N: number): Tensor {
  expect('drawRows', 'state', state, 'u32', [2]);
  return gatherBatch('drawRows', samples, state, N, true).x;
}

/** The x of `takeBatch`, of samples without labels. One dispatch. */
export function takeRows(samples: Rows, first: Tensor, N: number): Tensor {
  expect('takeRows', 'first', first, 'u32', [1]);
  return gatherBatch('takeRows', samples, first, N, false).x;
}

function gatherBatch(
  op: string,
  { images, labels, indices }: Rows & { readonly labels?: Tensor },
  state: Tensor,
  N: number,
  SHUFFLE: boolean,
): { readonly x: Tensor; readonly y: Tensor } {
  const { device } = images;
  const FLOATS = images.dtype === 'f32';
  const LABELED = labels !== undefined;
  if (!(FLOATS || images.dtype === 'u8') || images.shape.length === 0) {
    throw new TensorError(`${op}: images must be u8 or f32 [M, ...], got ${images.type}`);
  }
  const WIDE = labels?.dtype === 'i32';
  if (labels) expect(op, 'labels', labels, WIDE ? 'i32' : 'u8', [dim(images.shape, 0)]);
  expect(op, 'indices', indices, 'u32', [indices.size]);
  const SAMPLES = indices.size;
  const IMAGES = dim(images.shape, 0);
  const has = `there are ${IMAGES} images, 0 to ${IMAGES - 1}`;
  checkIndices(op, 'indices', indices, [0, IMAGES], has);
  if (SAMPLES === 0) throw new TensorError(`${op}: there are no samples`);
  if (!Number.isInteger(N) || N < 1 || N > 65_535 || N * SAMPLES >= 2 ** 32) {
    throw new TensorError(
      `${op}: a batch of ${N} from ${SAMPLES} samples; it takes 1 to 65,535, and less than 2³² for the product`,
    );
  }
  const sample = images.shape.slice(1);
  const x = device.empty([N, ...sample], 'f32', op);
  const y = labels ? device.empty([N], 'i32', op) : device.sink;
  const PIXELS = sizeOf(sample);
  const HALF_BITS = Math.max(1, Math.ceil(Math.log2(SAMPLES) / 2));
  device.launch(
    drawKernel,
    { N, PIXELS, IMAGES, SAMPLES, SHUFFLE, HALF_BITS, FLOATS, LABELED, WIDE },
    { images, labels: labels ?? indices, indices, state, x, y }, // without labels neither is touched
    [N],
  );
  if (labels) y.storage.known = chosen(labels, indices);
  return { x, y };
}

/** The labels that a batch may hold, where the host knows them: those that the indices choose. */
function chosen(labels: Tensor, indices: Tensor): Known | undefined {
  const [all, which] = [knownOf(labels), knownOf(indices)];
  if (!all?.isInOrder || !which?.isInOrder) return undefined;
  const values = Int32Array.from(which.values, (i) => all.values[i] as number);
  return new Known(values, false);
}

function expect(op: string, name: string, tensor: Tensor, dtype: DType, shape: Shape): void {
  if (tensor.dtype !== dtype || shape.join() !== tensor.shape.join()) {
    throw new TensorError(`${op}: ${name} must be ${dtype}[${shape}], got ${tensor.type}`);
  }
}
