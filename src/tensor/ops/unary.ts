// Elementwise functions of one tensor: one kernel for the values, one for the gradients. What each makes of NaN and ±∞,
// and their gradients there, is PyTorch's. On some adapters numbers below 2^−126 count as 0.
import { linearGrid } from '../grid.ts';
import { kernel } from '../kernel.ts';
import { defineOp } from '../op.ts';
import { type OptionKinds, finite, oneOf } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import type { Constants } from '../wgsl.ts';
import gradSource from '../../shaders/unaryGrad.wgsl?raw';
import source from '../../shaders/unary.wgsl?raw';

const unaryKernel = kernel('unary', source);
const unaryGradKernel = kernel('unaryGrad', gradSource);
const UNROLL = 4;

/** An op y = f(x) of the shape of x; `select` names f, and its parameters, as the kernels declare them. */
const elementwise = <A extends object = Record<never, never>>(
  name: string,
  select: (attributes: A) => Constants & { readonly OP: string },
  options?: OptionKinds<A>,
) => {
  const planOf = (x: Tensor, attributes: A) => {
    const VECTORS = Math.ceil(x.size / 4);
    const constants = { ...select(attributes), VECTORS, UNROLL };
    return [constants, linearGrid(VECTORS, 64 * UNROLL)] as const;
  };
  return defineOp(name, {
    inputs: ['x'],
    ...(options && { options }),
    shape: ({ x }) => x.shape,
    run: ({ x, y }, attributes: A) => {
      const [constants, grid] = planOf(x, attributes);
      x.device.launch(unaryKernel, constants, { x, y }, grid);
    },
    vjp: ({ x, y, dy }, attributes, { x: dx }) => {
      if (!dx) return {};
      const [constants, grid] = planOf(x, attributes);
      x.device.launch(unaryGradKernel, constants, { x, y, dy, dx }, grid);
      return { x: dx };
    },
  });
};

/**
 * dx = scale · dy where y is above 0 or NaN, else 0: the gradient of a ReLU, also one fused into another op, from its output.
 * Written to dx, or to a new tensor.
 */
export function reluGrad(y: Tensor, dy: Tensor, dx = y.device.empty(y.shape), scale = 1): Tensor {
  const VECTORS = Math.ceil(y.size / 4);
  const constants = { OP: 'RELU', RELU_SLOPE: scale, VECTORS, UNROLL };
  const grid = linearGrid(VECTORS, 64 * UNROLL);
  y.device.launch(unaryGradKernel, constants, { x: y, y, dy, dx }, grid);
  return dx;
}

/** y = −x, elementwise. */
export const neg = elementwise('neg', () => ({ OP: 'NEG' }));

/** y = eˣ, elementwise; above 88.7 the result is infinite. */
export const exp = elementwise('exp', () => ({ OP: 'EXP' }));

/** y = ln x, elementwise; −∞ at 0, NaN below. */
export const log = elementwise('log', () => ({ OP: 'LOG' }));

/** y = √x, elementwise; NaN below 0. dx = dy / 2y is infinite at 0. */
export const sqrt = elementwise('sqrt', () => ({ OP: 'SQRT' }));

/** y = x², elementwise. In the gradient, dy · 2x, 2x may be infinite where x is above 1.7e38. */
export const square = elementwise('square', () => ({ OP: 'SQUARE' }));

/** y = |x|, elementwise. The gradient at 0, and of NaN, is 0. */
export const abs = elementwise('abs', () => ({ OP: 'ABS' }));

/** y = max(0, x), elementwise. The gradient at 0 is 0, that of NaN dy. */
export const relu = elementwise('relu', () => ({ OP: 'RELU' }));

/** y = 1 / (1 + e⁻ˣ), elementwise. */
export const sigmoid = elementwise('sigmoid', () => ({ OP: 'SIGMOID' }));

/** y = tanh x, elementwise. */
export const tanh = elementwise('tanh', () => ({ OP: 'TANH' }));

/**
 * y = min(max(x, min), max), elementwise; a bound that is absent does not bind. The gradient passes where
 * min ≤ x ≤ max; NaN, which stays NaN, has none unless both bounds are absent.
 * @throws TensorError when a bound is not a finite number
 */
export const clip = elementwise(
  'clip',
  ({ min, max }: { min?: number | undefined; max?: number | undefined }) => ({
    OP: 'CLIP',
    HAS_MIN: min !== undefined,
    HAS_MAX: max !== undefined,
    MIN: min ?? 0,
    MAX: max ?? 0,
  }),
  { min: finite(), max: finite() },
);

/**
 * y = x where x > 0, alpha · x elsewhere; alpha is 0.01 by default. The gradient at 0, and of NaN, is alpha · dy.
 * (Maas, Hannun & Ng 2013)
 * @throws TensorError when alpha is not a finite number
 */
export const leakyRelu = elementwise(
  'leakyRelu',
  ({ alpha = 0.01 }: { alpha?: number | undefined }) => ({ OP: 'LEAKY_RELU', ALPHA: alpha }),
  { alpha: finite() },
);

/**
 * y = x · Φ(x), Φ the distribution function of the standard normal; with `approximate: 'tanh'`
 * y = x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))). (Hendrycks & Gimpel 2016, arXiv:1606.08415) At −∞ y is NaN,
 * where 0 meets ∞; the gradient at ±∞ is its limit, 1 or 0.
 * @throws TensorError when `approximate` is neither 'none' nor 'tanh'
 */
export const gelu = elementwise(
  'gelu',
  ({ approximate = 'none' }: { approximate?: 'none' | 'tanh' | undefined }) => ({
    OP: approximate === 'tanh' ? 'GELU_TANH' : 'GELU',
  }),
  { approximate: oneOf('none', 'tanh') },
);
