// Writes one value to a whole tensor, on the GPU: nothing is uploaded, so a recorded step may do it.
import { BYTES } from '../dtype.ts';
import { linearGrid } from '../grid.ts';
import { kernel } from '../kernel.ts';
import { type Grads, defineOp } from '../op.ts';
import { toHost } from '../hostData.ts';
import type { DType, Tensor } from '../tensor.ts';
import source from '../../shaders/fill.wgsl?raw';

const fillKernel = kernel('fill', source);

/** 32 bits full of `value` in a dtype. @throws TensorError in the name of `where` on what it cannot hold */
export function bitsOf(dtype: DType, value: number, where = 'fill'): number {
  const values = Array<number>(4 / BYTES[dtype]).fill(value);
  return new Uint32Array(toHost(where, dtype, values).buffer)[0] as number;
}

/** Sets every element of y and returns it. @throws TensorError as `bitsOf` does */
export function fill(y: Tensor, value: number, where?: string): Tensor {
  const BITS = bitsOf(y.dtype, value, where);
  const VECTORS = y.size === 0 ? 0 : y.paddedBytes / 16;
  y.device.launch(fillKernel, { VECTORS, BITS }, { y }, linearGrid(VECTORS));
  return y;
}

/** 0 for every element of x: the gradient of what does not depend on it. */
export const zerosLike = defineOp('zerosLike', {
  inputs: ['x'],
  shape: ({ x }) => x.shape,
  run: ({ y }) => void fill(y, 0),
  vjp: ({ dy }): Grads<'x'> => ({ x: zerosLike(dy) }),
});

/** The elements of x in memory of their own. */
export const copyOf = defineOp('copyOf', {
  inputs: ['x'],
  shape: ({ x }) => x.shape,
  run: ({ x, y }) => x.device.copy(x, y),
  vjp: ({ dy }): Grads<'x'> => ({ x: dy }),
});
