// where: one of two tensors, element by element.
import { TensorError } from '../errors.ts';
import { type Grads, INTERNAL, defineOp } from '../op.ts';
import { broadcast } from '../shape.ts';
import { Tensor } from '../tensor.ts';
import { sumTo } from './broadcast.ts';
import { type Elementwise, elementwise, holds, runElementwise } from '../elementwise.ts';
import { lift, type Operand } from './binary.ts';
import { zerosLike } from './fill.ts';
import { WORDS } from './strided.ts';

interface Side {
  readonly inverted?: boolean;
}

/** y = x where the condition is not 0, or `inverted` where it is, else 0. */
const masked = defineOp<readonly ['x', 'condition'], Side & Elementwise, Side>('masked', {
  inputs: ['x', 'condition'],
  dtypes: { condition: WORDS },
  options: INTERNAL,
  attributes({ condition }, { inverted = false }) {
    const [yes, no] = inverted ? ['Value()', 'x'] : ['x', 'Value()'];
    const text = `select(${no}, ${yes}, ${holds(condition.dtype, 'condition')})`;
    const operands = { x: 'f32', condition: condition.dtype } as const;
    return { inverted, ...elementwise('masked', operands, text) };
  },
  shape: ({ x, condition }) => broadcast('masked', x.shape, condition.shape),
  run: (tensors, attributes) => runElementwise(tensors, attributes, tensors.y),
  vjp: ({ x, condition, dy }, attributes, wants): Grads<'x' | 'condition'> => ({
    x: wants.x ? sumTo(masked(dy, condition, attributes), x.shape) : undefined,
    condition: wants.condition ? zerosLike(condition) : undefined,
  }),
});

const choose = defineOp<readonly ['condition', 'a', 'b'], Elementwise, Record<never, never>>(
  'where',
  {
    inputs: ['condition', 'a', 'b'],
    dtypes: { condition: WORDS, a: WORDS, b: WORDS },
    dtype: ({ a }) => a.dtype,
    attributes({ condition, a, b }) {
      if (a.dtype !== b.dtype)
        throw new TensorError(`where: a ${a.type} and b ${b.type} differ in dtype`);
      const operands = { condition: condition.dtype, a: a.dtype, b: b.dtype };
      const text = `select(b, a, ${holds(condition.dtype, 'condition')})`;
      return elementwise('where', operands, text, { dtype: a.dtype });
    },
    shape: ({ condition, a, b }) =>
      broadcast('where', broadcast('where', condition.shape, a.shape), b.shape),
    run: (tensors, attributes) => runElementwise(tensors, attributes, tensors.y),
    vjp: ({ condition, a, b, dy }, _, wants) => ({
      condition: wants.condition ? zerosLike(condition) : undefined,
      a: wants.a ? sumTo(masked(dy, condition, {}), a.shape) : undefined,
      b: wants.b ? sumTo(masked(dy, condition, { inverted: true }), b.shape) : undefined,
    }),
  },
);

/**
 * y = a where the condition (u32, i32 or f32) is not 0, else b. The three broadcast as in NumPy; a and b have one
 * dtype, and each may be a number. The condition's gradient is 0.
 * @throws TensorError when shapes do not broadcast, or the dtypes of a and b differ
 */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const dtype = a instanceof Tensor ? a.dtype : b instanceof Tensor ? b.dtype : 'f32';
  const scalar = (v: Operand) => lift('where', v, condition, dtype);
  return choose(condition, scalar(a), scalar(b));
}
