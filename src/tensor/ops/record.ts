// What a recorded program leaves behind for the host: the losses and hits of training steps in a ring,
// the outputs of batch after batch in one table. Neither is waited for.
import { TensorError } from '../errors.ts';
import { kernel } from '../kernel.ts';
import { dim, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import collectSource from '../../shaders/collect.wgsl?raw';
import recordSource from '../../shaders/record.wgsl?raw';

const recordKernel = kernel('record', recordSource);
const collectKernel = kernel('collect', collectSource);

/**
 * Ends a training step: ring[step mod rows] = (loss, hits), where hits counts the rows of logits whose
 * argmax is their label, then step + 1. One dispatch.
 * @param tensors logits f32 [N, C], labels i32 [N], loss f32 [], ring f32 [rows, 2], state u32 [2]: seed, step
 * @throws TensorError where the shapes do not fit
 */
export function recordStep(tensors: {
  readonly logits: Tensor;
  readonly labels: Tensor;
  readonly loss: Tensor;
  readonly ring: Tensor;
  readonly state: Tensor;
}): void {
  const { logits, labels, loss, ring } = tensors;
  const [N, C, RING] = [dim(logits.shape, 0), dim(logits.shape, 1), dim(ring.shape, 0)];
  if (labels.size !== N || loss.size !== 1 || dim(ring.shape, 1) !== 2) {
    throw new TensorError(
      `recordStep: logits ${logits}, labels ${labels}, loss ${loss} and ring ${ring} do not fit together`,
    );
  }
  logits.device.launch(recordKernel, { N, C, RING }, tensors, [1]);
}

/**
 * Appends the rows of x to a table: table[cursor + i] = x[i] where that row exists, then cursor + N.
 * One dispatch.
 * @param x f32 [N, F]
 * @param table f32 [rows, F]
 * @param cursor u32 [1]
 * @throws TensorError where the shapes do not fit
 */
export function collectRows(x: Tensor, table: Tensor, cursor: Tensor): void {
  const [N, ROWS] = [dim(x.shape, 0), dim(table.shape, 0)];
  const F = sizeOf(x.shape.slice(1));
  if (F !== sizeOf(table.shape.slice(1)) || cursor.size !== 1) {
    throw new TensorError(`collectRows: rows of ${x} do not fit into ${table} at ${cursor}`);
  }
  x.device.launch(collectKernel, { N, F, ROWS }, { x, y: table, cursor }, [1]);
}
