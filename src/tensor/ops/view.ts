// reshape and flatten: the same memory under another shape. No kernel runs.
import { TensorError } from '../errors.ts';
import { defineView } from '../op.ts';
import { listOf, required, whole } from '../options.ts';
import { checkShape, show, sizeOf, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** The option that names a shape. */
export const shapeKind = { shape: required(listOf(whole({ from: -1 }))) };

const reshapeView = defineView('reshape', {
  options: shapeKind,
  shape(x, { shape }: { shape: Shape }) {
    const known = sizeOf(shape.filter((d) => d !== -1));
    const unknown = x.size / known;
    const free = shape.filter((d) => d === -1).length;
    if (free === 1 && known === 0 && x.size === 0) {
      throw new TensorError(
        `reshape: -1 could be any size beside the 0 in ${show(shape)}; name it`,
      );
    }
    const resolved = shape.map((d) => (d === -1 && Number.isInteger(unknown) ? unknown : d));
    if (
      free > 1 ||
      (free === 0 && known !== x.size) ||
      (free === 1 && !Number.isInteger(unknown))
    ) {
      throw new TensorError(`reshape: ${x.type} holds ${x.size} elements, no shape ${show(shape)}`);
    }
    return checkShape(resolved);
  },
});

/**
 * The same elements, row-major, under another shape; one dimension may be −1 and is what remains.
 * No kernel runs: the result shares the memory of x.
 * @throws TensorError when the numbers of elements differ, or −1 stands beside a 0 and could be anything
 */
export const reshape = (x: Tensor, shape: Shape): Tensor => reshapeView(x, { shape });

/** x [N, …] → [N, M]: every sample as one row. No kernel runs: the result shares the memory of x. */
export const flatten = defineView('flatten', {
  shape: (x) => [x.shape[0] ?? 1, sizeOf(x.shape.slice(1))],
});
