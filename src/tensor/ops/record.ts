// What a recorded program leaves behind for the host: the losses and metrics of training steps in a ring,
// the outputs of batch after batch in one table. Neither is waited for. And the counter of the steps.
import { TensorError } from '../errors.ts';
import { kernel } from '../kernel.ts';
import type { Node } from '../node.ts';
import { defineOp } from '../op.ts';
import type { Part } from '../part.ts';
import { dim, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { checkState } from './state.ts';
import collectSource from '../../shaders/collect.wgsl?raw';
import correctSource from '../../shaders/countCorrect.wgsl?raw';
import countSource from '../../shaders/countStep.wgsl?raw';
import scalarSource from '../../shaders/recordScalar.wgsl?raw';
import recordSource from '../../shaders/record.wgsl?raw';

const recordKernel = kernel('record', recordSource);
const correctKernel = kernel('countCorrect', correctSource);
const scalarKernel = kernel('recordScalar', scalarSource);
const countKernel = kernel('countStep', countSource);
const collectKernel = kernel('collect', collectSource);

/**
 * y = how many rows of logits have their argmax, the first of equals, at their label. logits [N,C], labels i32 [N] → a
 * scalar. Not differentiable. One dispatch.
 * @throws TensorError where the shapes do not fit
 */
export const countCorrect = defineOp('countCorrect', {
  inputs: ['logits', 'labels'],
  dtypes: { labels: ['i32'] },
  shape({ logits, labels }) {
    if (logits.shape.length !== 2 || labels.shape.join() !== `${logits.shape[0]}`) {
      throw new TensorError(
        `countCorrect: logits must be [N,C] and labels [N], got ${logits.type} and ${labels.type}`,
      );
    }
    return [];
  },
  run({ logits, labels, y }) {
    const [N, C] = [dim(logits.shape, 0), dim(logits.shape, 1)];
    logits.device.launch(correctKernel, { N, C }, { logits, labels, y }, [1]);
  },
});

/**
 * Notes a number of a training step: ring[step mod rows][column] = value. One dispatch.
 * @param value f32, one number
 * @param ring f32 [rows, columns]
 * @param state u32 [2]: seed, step
 * @throws TensorError on another value, or a column that the ring does not have
 */
export function recordScalar(value: Tensor, ring: Tensor, state: Tensor, column: number): void {
  const [RING, COLUMNS] = [dim(ring.shape, 0), dim(ring.shape, 1)];
  if (value.size !== 1 || value.dtype !== 'f32' || !(column >= 0 && column < COLUMNS)) {
    throw new TensorError(
      `recordScalar: ${value.type} does not fit into column ${column} of ${ring.type}`,
    );
  }
  const constants = { RING, COLUMNS, COLUMN: column };
  value.device.launch(scalarKernel, constants, { value, state, ring }, [1]);
}

/**
 * Counts a step: state, u32 [2], is seed and step; step + 1, so that what is drawn from it is drawn anew. One dispatch.
 * @throws TensorError on another state
 */
export function countStep(state: Tensor): void {
  checkState('countStep', state);
  state.device.launch(countKernel, {}, { state }, [1]);
}

/** What the end of a classifier's step needs; ring f32 [rows, 2]. */
interface StepEnd {
  readonly logits: Tensor;
  readonly labels: Tensor;
  readonly loss: Tensor;
  readonly ring: Tensor;
  readonly state: Tensor;
}

/** A node that notes a loss and what `countCorrect` gives side by side, and counts the step. */
export const recordNode = (
  { logits, labels, loss, ring, state }: StepEnd,
  part: Part | undefined,
): Node => ({
  op: 'record',
  inputs: { logits, labels, loss },
  outputs: { ring, state },
  attributes: {},
  part,
  variant: undefined,
  run(tensors: StepEnd) {
    const [N, C] = [dim(tensors.logits.shape, 0), dim(tensors.logits.shape, 1)];
    const constants = { N, C, RING: dim(tensors.ring.shape, 0) };
    logits.device.launch(recordKernel, constants, { ...tensors }, [1]);
  },
});

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
    throw new TensorError(
      `collectRows: rows of ${x.type} do not fit into ${table.type} at ${cursor.type}`,
    );
  }
  x.device.launch(collectKernel, { N, F, ROWS }, { x, y: table, cursor }, [1]);
}
