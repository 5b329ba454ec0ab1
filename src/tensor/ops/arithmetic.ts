// add, sub, mul, div: elementwise, operands broadcast as in NumPy.
import { linearGrid } from '../grid.ts';
import { kernel } from '../kernel.ts';
import { type Grads, defineOp } from '../op.ts';
import { broadcast, broadcastStrides, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import source from '../../shaders/binary.wgsl?raw';
import { scale, sumTo } from './broadcast.ts';
import { collapse, vectorise } from './walk.ts';

const binaryKernel = kernel('binary', source);
const UNROLL = 4;

type BinaryOp = 'ADD' | 'SUB' | 'MUL' | 'DIV';

/** y = a ∘ b into a y of the broadcast shape. */
function combine(op: BinaryOp, a: Tensor, b: Tensor, y: Tensor): void {
  const walk = collapse(
    y.shape,
    broadcastStrides(a.shape, y.shape),
    broadcastStrides(b.shape, y.shape),
  );
  const vectors = vectorise(walk);
  const { shape, strides } = vectors ?? walk;
  const typeOf = (operand: number) => (vectors && !vectors.spread[operand] ? 'vec4f' : 'f32');
  const VALUES = sizeOf(shape);
  const constants = {
    OP: op,
    Value: vectors ? 'vec4f' : 'f32',
    A: typeOf(0),
    B: typeOf(1),
    VALUES,
    RANK: shape.length,
    SHAPE: shape,
    A_STRIDES: strides[0] as readonly number[],
    B_STRIDES: strides[1] as readonly number[],
    UNROLL,
  };
  y.device.launch(binaryKernel, constants, { a, b, y }, linearGrid(VALUES, 64 * UNROLL));
}

const shapeOf =
  (op: string) =>
  ({ a, b }: { a: Tensor; b: Tensor }) =>
    broadcast(op, a.shape, b.shape);

/**
 * y = a + b. Shapes broadcast as in NumPy: from the right, equal or 1.
 * @throws TensorError when they do not
 */
export const add = defineOp('add', {
  inputs: ['a', 'b'],
  shape: shapeOf('add'),
  run: ({ a, b, y }) => combine('ADD', a, b, y),
  vjp: ({ a, b, dy }, _, wants): Grads<'a' | 'b'> => ({
    a: wants.a ? sumTo(dy, a.shape) : undefined,
    b: wants.b ? sumTo(dy, b.shape) : undefined,
  }),
});

/**
 * y = a − b. Shapes broadcast as in NumPy.
 * @throws TensorError when they do not
 */
export const sub = defineOp('sub', {
  inputs: ['a', 'b'],
  shape: shapeOf('sub'),
  run: ({ a, b, y }) => combine('SUB', a, b, y),
  vjp: ({ a, b, dy }, _, wants): Grads<'a' | 'b'> => ({
    a: wants.a ? sumTo(dy, a.shape) : undefined,
    b: wants.b ? scale(sumTo(dy, b.shape), { by: -1 }) : undefined,
  }),
});

/**
 * y = a · b, elementwise. Shapes broadcast as in NumPy.
 * @throws TensorError when they do not
 */
export const mul = defineOp('mul', {
  inputs: ['a', 'b'],
  shape: shapeOf('mul'),
  run: ({ a, b, y }) => combine('MUL', a, b, y),
  vjp: ({ a, b, dy }, _, wants): Grads<'a' | 'b'> => ({
    a: wants.a ? sumTo(mul(dy, b), a.shape) : undefined,
    b: wants.b ? sumTo(mul(dy, a), b.shape) : undefined,
  }),
});

/**
 * y = a / b, elementwise. Shapes broadcast as in NumPy.
 * @throws TensorError when they do not
 */
export const div = defineOp('div', {
  inputs: ['a', 'b'],
  shape: shapeOf('div'),
  run: ({ a, b, y }) => combine('DIV', a, b, y),
  // ∂y/∂b = −a / b² = −y / b
  vjp: ({ a, b, y, dy }, _, wants): Grads<'a' | 'b'> => ({
    a: wants.a ? sumTo(div(dy, b), a.shape) : undefined,
    b: wants.b ? sumTo(div(scale(mul(dy, y), { by: -1 }), b), b.shape) : undefined,
  }),
});
