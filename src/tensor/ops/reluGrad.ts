// The gradient of a ReLU, which rewrites know: masks are taken into the kernels around it.
import { type Grads, INTERNAL, defineOps } from '../op.ts';
import { type Elementwise, elementwise, literal, runElementwise } from '../elementwise.ts';

/** What stands in a node of it: what lies between the ReLU and its gradient is taken into the scale. */
export interface ReluGrad extends Elementwise {
  readonly scale: number;
}

export function reluGradOf(scale: number): ReluGrad {
  const dx = scale === 1 ? 'dy' : `${literal(scale)} * dy`;
  const text = `select(Value(), ${dx}, passes(y))`;
  return { scale, ...elementwise('reluGrad', { y: 'f32', dy: 'f32' }, text) };
}

/** dx = scale · dy where y is above 0 or NaN, else 0: the gradient of a ReLU from its output. */
export const reluGrad = defineOps('reluGrad', {
  inputs: ['y', 'dy'],
  options: INTERNAL,
  attributes: (_, { scale = 1 }: { readonly scale?: number }) => reluGradOf(scale),
  outputs: ({ y }) => ({ dx: { shape: y.shape } }),
  run: (tensors, attributes) => runElementwise(tensors, attributes, tensors.dx),
  vjp: ({ y, d: { dx } }, options): Grads<'y' | 'dy'> => ({
    y: undefined,
    dy: dx && reluGrad(y, dx, options).dx,
  }),
});
