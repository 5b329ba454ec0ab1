// Writes one value to a whole tensor, on the GPU: nothing is uploaded, so a recorded step may do it.
import { linearGrid } from '../grid.ts';
import { kernel } from '../kernel.ts';
import { type Grads, defineOp } from '../op.ts';
import { toHost } from '../hostData.ts';
import type { DType, Tensor } from '../tensor.ts';
import source from '../../shaders/fill.wgsl?raw';

const fillKernel = kernel('fill', source);

/** The 32 bits that hold `value` in a dtype of 32 bits. */
export function bitsOf(dtype: DType, value: number): number {
  return new Uint32Array(toHost('fill', dtype, [value]).buffer)[0] as number;
}

/** Sets every element of y, a tensor of 32-bit elements, and returns it. */
export function fill(y: Tensor, value: number): Tensor {
  const VECTORS = Math.ceil(y.size / 4);
  y.device.launch(
    fillKernel,
    { VECTORS, BITS: bitsOf(y.dtype, value) },
    { y },
    linearGrid(VECTORS),
  );
  return y;
}

/** 0 for every element of x: the gradient of what does not depend on it. */
export const zerosLike = defineOp('zerosLike', {
  inputs: ['x'],
  shape: ({ x }) => x.shape,
  run: ({ y }) => void fill(y, 0),
  vjp: ({ dy }): Grads<'x'> => ({ x: zerosLike(dy) }),
});
