// Walks over strided memory, made as short as they can be before a kernel bakes them in.
import { dim, type Shape } from '../shape.ts';

/** Where the operands of a kernel lie: one list of strides an operand, in elements, 0 where it repeats. */
export interface Walk {
  readonly shape: readonly number[];
  readonly strides: readonly (readonly number[])[];
}

/**
 * The same walk in fewer dimensions: those of size 1 go, and neighbors that every operand steps
 * through as if they were one become one. At least one dimension remains.
 */
export function collapse(shape: Shape, ...strides: readonly (readonly number[])[]): Walk {
  const sizes: number[] = [];
  const steps: number[][] = strides.map(() => []);
  for (const [d, size] of shape.entries()) {
    if (size === 1) continue;
    const joins =
      sizes.length > 0 && strides.every((s, i) => steps[i]?.at(-1) === dim(s, d) * size);
    if (joins) sizes.push((sizes.pop() ?? 1) * size);
    else sizes.push(size);
    for (const [i, step] of steps.entries()) {
      if (joins) step.pop();
      step.push(dim(strides[i] as readonly number[], d));
    }
  }
  if (sizes.length > 0) return { shape: sizes, strides: steps };
  return { shape: [1], strides: steps.map(() => [1]) };
}

/** A walk in steps of four elements. `spread[i]`: operand i stays put along a vector, one element serves all four. */
export interface VectorWalk extends Walk {
  readonly spread: readonly boolean[];
}

/**
 * The walk over vec4s, where one exists: the last dimension is contiguous or repeated in every operand
 * and holds whole vec4s, or is the only one (the memory of a tensor is padded to whole vec4s).
 */
export function vectorize({ shape, strides }: Walk): VectorWalk | undefined {
  const last = shape.length - 1;
  const size = dim(shape, last);
  const spread = strides.map((s) => s[last] === 0);
  const aligned = strides.every(
    (s, i) => spread[i] || (s[last] === 1 && s.slice(0, last).every((step) => step % 4 === 0)),
  );
  if (!aligned || (last > 0 && size % 4 !== 0)) return undefined;
  return {
    shape: [...shape.slice(0, last), Math.ceil(size / 4)],
    strides: strides.map((s, i) =>
      spread[i] ? s : s.map((step, d) => (d === last ? 1 : step / 4)),
    ),
    spread,
  };
}
