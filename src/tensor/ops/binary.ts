// Makes elementwise ops of two tensors, or of one and a number, from rows: the function as WGSL.
import { type Elementwise, elementwise, runElementwise } from '../elementwise.ts';
import { TensorError } from '../errors.ts';
import { type Grads, defineOp } from '../op.ts';
import { broadcast, sameShape } from '../shape.ts';
import { type DType, Tensor } from '../tensor.ts';

/** What a binary op takes: a tensor, or a number where the other one is a tensor. */
export type Operand = Tensor | number;

/** Numbers as scalars beside the tensor; what else there is the op refuses. */
function lifted(name: string, a: Operand, b: Operand): [a: Tensor, b: Tensor] {
  if (typeof a === 'number' && typeof b === 'number')
    throw new TensorError(`${name}: one of a and b must be a tensor, got ${a} and ${b}`);
  return [lift(name, a, b), lift(name, b, a)];
}

/** A number as a scalar on the device of another operand, with its dtype or the one named. */
export const lift = (name: string, v: Operand, like: Operand, dtype?: DType): Tensor =>
  typeof v === 'number' && like instanceof Tensor
    ? like.device.scalar(v, dtype ?? like.dtype, name)
    : (v as Tensor);

/** An elementwise op of two: its WGSL, and its gradients by ops. */
export interface BinaryRow {
  /** f(a, b), by the dtype that both have. */
  readonly f: string | Readonly<Partial<Record<DType, string>>>;
  readonly parts?: readonly string[];
  /** Of the result; by default f32. */
  readonly dtype?: DType;
  readonly vjp?: (
    tensors: { readonly a: Tensor; readonly b: Tensor; readonly y: Tensor; readonly dy: Tensor },
    wants: { readonly a: boolean; readonly b: boolean },
  ) => Grads<'a' | 'b'>;
}

/** An op y = f(a, b) of tensors that broadcast as in NumPy, or of one and a number. */
export function binary(name: string, { f, parts = [], dtype = 'f32', vjp }: BinaryRow) {
  const texts = typeof f === 'string' ? { f32: f } : f;
  const dtypes = Object.keys(texts) as DType[];
  const op = defineOp<readonly ['a', 'b'], Elementwise, Record<never, never>>(name, {
    inputs: ['a', 'b'],
    dtypes: { a: dtypes, b: dtypes },
    dtype,
    attributes({ a, b }) {
      if (a.dtype !== b.dtype)
        throw new TensorError(`${name}: a ${a.type} and b ${b.type} differ in dtype`);
      const text = texts[a.dtype] ?? '';
      return elementwise(name, { a: a.dtype, b: b.dtype }, text, { parts, dtype });
    },
    shape: ({ a, b }) =>
      sameShape(a.shape, b.shape) ? a.shape : broadcast(name, a.shape, b.shape),
    run: (tensors, attributes) => runElementwise(tensors, attributes, tensors.y),
    ...(vjp && { vjp: (tensors, _, wants) => vjp(tensors, wants) }),
  });
  return (a: Operand, b: Operand): Tensor => op(...lifted(name, a, b));
}
