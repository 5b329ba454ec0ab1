// Elementwise functions of one tensor: one kernel for the values, one for the gradients.
import { TensorError } from '../errors.ts';
import { linearGrid } from '../grid.ts';
import { kernel } from '../kernel.ts';
import { type Grads, defineOp, defineOps } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import type { Constants } from '../wgsl.ts';
import gradSource from '../../shaders/unaryGrad.wgsl?raw';
import source from '../../shaders/unary.wgsl?raw';
import { zerosLike } from './fill.ts';

const unaryKernel = kernel('unary', source);
const unaryGradKernel = kernel('unaryGrad', gradSource);
const UNROLL = 4;

/** An op y = f(x) of the shape of x; `select` names f, and its parameters, as the kernels declare them. */
const elementwise = <A extends object = Record<never, never>>(
  name: string,
  select: (attributes: A) => Constants & { readonly OP: string },
  vjp?: (tensors: { readonly y: Tensor; readonly dy: Tensor }) => Tensor,
) => {
  const planOf = (x: Tensor, attributes: A) => {
    const VECTORS = Math.ceil(x.size / 4);
    const constants = { ...select(attributes), VECTORS, UNROLL };
    return [constants, linearGrid(VECTORS, 64 * UNROLL)] as const;
  };
  /** dx = dy · f′(x); y = f(x) is there for what is easier said with it. */
  const grad = defineOps(`${name}Grad`, {
    inputs: ['x', 'y', 'dy'],
    outputs: ({ x }, _: A) => ({ dx: { shape: x.shape } }),
    run: ({ x, y, dy, dx }, attributes) => {
      const [constants, grid] = planOf(x, attributes);
      x.device.launch(unaryGradKernel, constants, { x, y, dy, dx }, grid);
    },
  });
  return defineOp(name, {
    inputs: ['x'],
    shape: ({ x }, attributes: A) => {
      select(attributes); // complains of wrong attributes
      return x.shape;
    },
    run: ({ x, y }, attributes) => {
      const [constants, grid] = planOf(x, attributes);
      x.device.launch(unaryKernel, constants, { x, y }, grid);
    },
    vjp: ({ x, y, dy }, attributes) => ({
      x: vjp ? vjp({ y, dy }) : grad(x, y, dy, attributes).dx,
    }),
  });
};

/**
 * dx = scale · dy where y > 0, else 0: the gradient of a ReLU from its output, with what may lie between them taken into
 * the number.
 */
export const reluGrad = defineOps('reluGrad', {
  inputs: ['y', 'dy'],
  outputs: ({ y }, _: { readonly scale?: number }) => ({ dx: { shape: y.shape } }),
  run({ y, dy, dx }, { scale = 1 }) {
    const VECTORS = Math.ceil(y.size / 4);
    const constants = { OP: 'RELU', RELU_SLOPE: scale, VECTORS, UNROLL };
    y.device.launch(
      unaryGradKernel,
      constants,
      { x: y, y, dy, dx },
      linearGrid(VECTORS, 64 * UNROLL),
    );
  },
  vjp: ({ y, d: { dx } }, options): Grads<'y' | 'dy'> => ({
    y: zerosLike(y),
    dy: dx && reluGrad(y, dx, options).dx,
  }),
});

const finite = (op: string, name: string, value: number): number => {
  if (!Number.isFinite(value)) throw new TensorError(`${op}: ${name} must be finite, got ${value}`);
  return value;
};

/** y = −x, elementwise. */
export const neg = elementwise('neg', () => ({ OP: 'NEG' }));

/** y = eˣ, elementwise; above 88.7 the result is infinite. */
export const exp = elementwise('exp', () => ({ OP: 'EXP' }));

/** y = ln x, elementwise, for x > 0. */
export const log = elementwise('log', () => ({ OP: 'LOG' }));

/** y = √x, elementwise, for x ≥ 0. dx = dy / 2y is infinite at 0. */
export const sqrt = elementwise('sqrt', () => ({ OP: 'SQRT' }));

/** y = x², elementwise. */
export const square = elementwise('square', () => ({ OP: 'SQUARE' }));

/** y = |x|, elementwise. The gradient at 0 is 0. */
export const abs = elementwise('abs', () => ({ OP: 'ABS' }));

/** y = max(0, x), elementwise. The gradient at 0 is 0. */
export const relu = elementwise(
  'relu',
  () => ({ OP: 'RELU' }),
  ({ y, dy }) => reluGrad(y, dy).dx,
);

/** y = 1 / (1 + e⁻ˣ), elementwise. */
export const sigmoid = elementwise('sigmoid', () => ({ OP: 'SIGMOID' }));

/** y = tanh x, elementwise. */
export const tanh = elementwise('tanh', () => ({ OP: 'TANH' }));

/**
 * y = min(max(x, min), max), elementwise; a bound that is absent does not bind. The gradient passes where
 * min ≤ x ≤ max.
 * @throws TensorError when a bound is not a finite number
 */
export const clip = elementwise('clip', ({ min, max }: { min?: number; max?: number }) => ({
  OP: 'CLIP',
  HAS_MIN: min !== undefined,
  HAS_MAX: max !== undefined,
  MIN: finite('clip', 'min', min ?? 0),
  MAX: finite('clip', 'max', max ?? 0),
}));

/**
 * y = x where x > 0, alpha · x elsewhere; alpha is 0.01 by default. The gradient at 0 is alpha · dy.
 * (Maas, Hannun & Ng 2013)
 * @throws TensorError when alpha is not a finite number
 */
export const leakyRelu = elementwise('leakyRelu', ({ alpha = 0.01 }: { alpha?: number }) => ({
  OP: 'LEAKY_RELU',
  ALPHA: finite('leakyRelu', 'alpha', alpha),
}));

/**
 * y = x · Φ(x), Φ the distribution function of the standard normal; with `approximate: 'tanh'`
 * y = x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))). (Hendrycks & Gimpel 2016, arXiv:1606.08415)
 * @throws TensorError when `approximate` is neither 'none' nor 'tanh'
 */
export const gelu = elementwise(
  'gelu',
  ({ approximate = 'none' }: { approximate?: 'none' | 'tanh' }) => {
    if (approximate !== 'none' && approximate !== 'tanh') {
      throw new TensorError(
        `gelu: approximate must be 'none' or 'tanh', got ${String(approximate)}`,
      );
    }
    return { OP: approximate === 'tanh' ? 'GELU_TANH' : 'GELU' };
  },
);
