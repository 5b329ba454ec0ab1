// The state that random numbers follow from: seed and step, on the GPU, so that a recorded step draws anew.
import { TensorError } from '../errors.ts';
import type { Tensor } from '../tensor.ts';

/** @throws TensorError where an op named `op` cannot draw from such a state */
export function checkState(op: string, state: Tensor): void {
  if (state.size !== 2 || state.dtype !== 'u32') {
    throw new TensorError(`${op}: state must hold seed and step, u32[2], got ${state.type}`);
  }
}
