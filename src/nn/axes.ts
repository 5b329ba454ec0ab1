// Axes of numbers that lie on the host.
import { type Shape, sizeOf } from '../tensor/index.ts';

/** Row-major numbers with their axes in another order: axis i of the result is axis order[i]. Shape: order.map(axis => shape[axis]). */
export function permuted(data: Float32Array, shape: Shape, order: readonly number[]): Float32Array {
  let offsets = [0];
  for (const axis of order) {
    const stride = sizeOf(shape.slice(axis + 1));
    const along = Array.from({ length: shape[axis] as number }, (_, i) => i * stride);
    offsets = offsets.flatMap((from) => along.map((step) => from + step));
  }
  return Float32Array.from(offsets, (at) => data[at] as number);
}
