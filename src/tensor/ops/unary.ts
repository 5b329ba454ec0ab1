// Elementwise functions of one tensor: one kernel for the values, one for the gradients. What each makes of NaN and ±∞,
// and their gradients there, is PyTorch's. On some adapters numbers below 2^−126 count as 0.
import { linearGrid } from '../grid.ts';
import { kernel } from '../kernel.ts';
import { type Grads, INTERNAL, defineOp, defineOps } from '../op.ts';
import { type OptionKinds, finite, oneOf } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import type { Constants } from '../wgsl.ts';
import gradSource from '../../shaders/unaryGrad.wgsl?raw';
import source from '../../shaders/unary.wgsl?raw';
import { add, div, mul, sub } from './arithmetic.ts';
import { scale } from './broadcast.ts';

const unaryKernel = kernel('unary', source);
const unaryGradKernel = kernel('unaryGrad', gradSource);
const UNROLL = 4;

interface Row<A> {
  /** What each option may be; by default there are none. */
  readonly options?: OptionKinds<NoInfer<A>>;
  /** f″ at x, with y = f(x) for what is easier said with it, written with ops; by default 0. */
  readonly second?: (
    at: { readonly x: Tensor; readonly y: Tensor },
    attributes: A,
  ) => Tensor | undefined;
  /** The gradient, where another op than this one's own gives it. */
  readonly vjp?: (y: Tensor, dy: Tensor) => Tensor;
}

/** An op y = f(x) of the shape of x; `select` names f, and its parameters, as the kernels declare them. */
const elementwise = <A extends object = Record<never, never>>(
  name: string,
  select: (attributes: A) => Constants & { readonly OP: string },
  { second, vjp, options }: Row<A> = {},
) => {
  const planOf = (x: Tensor, attributes: A) => {
    const VECTORS = Math.ceil(x.size / 4);
    const constants = { ...select(attributes), VECTORS, UNROLL };
    return [constants, linearGrid(VECTORS, 64 * UNROLL)] as const;
  };
  /** dx = dy · f′(x); y = f(x) is there for what is easier said with it. */
  const grad = defineOps(`${name}Grad`, {
    inputs: ['x', 'y', 'dy'],
    options: INTERNAL,
    outputs: ({ x }) => ({ dx: { shape: x.shape } }),
    run: ({ x, y, dy, dx }, attributes: A) => {
      const [constants, grid] = planOf(x, attributes);
      x.device.launch(unaryGradKernel, constants, { x, y, dy, dx }, grid);
    },
    // y follows from x, and counts as a part of it.
    vjp({ x, y, dy, d: { dx } }, attributes, wants): Grads<'x' | 'y' | 'dy'> {
      const curvature = dx && wants.x ? second?.({ x, y }, attributes) : undefined;
      return {
        x: curvature && dx && mul(mul(dx, dy), curvature),
        y: undefined,
        dy: dx && wants.dy ? grad(x, y, dx, attributes).dx : undefined,
      };
    },
  });
  return defineOp(name, {
    inputs: ['x'],
    ...(options && { options }),
    shape: ({ x }) => x.shape,
    run: ({ x, y }, attributes: A) => {
      const [constants, grid] = planOf(x, attributes);
      x.device.launch(unaryKernel, constants, { x, y }, grid);
    },
    vjp: ({ x, y, dy }, attributes) => ({
      x: vjp ? vjp(y, dy) : grad(x, y, dy, attributes).dx,
    }),
  });
};

/**
 * dx = scale · dy where y is above 0 or NaN, else 0: the gradient of a ReLU from its output, with what may lie between them taken into
 * the number.
 */
export const reluGrad = defineOps('reluGrad', {
  inputs: ['y', 'dy'],
  options: INTERNAL,
  outputs: ({ y }) => ({ dx: { shape: y.shape } }),
  run({ y, dy, dx }, { scale = 1 }: { readonly scale?: number }) {
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
    y: undefined,
    dy: dx && reluGrad(y, dx, options).dx,
  }),
});

/** y = −x, elementwise. */
export const neg = elementwise('neg', () => ({ OP: 'NEG' }));

/** y = eˣ, elementwise; above 88.7 the result is infinite. */
export const exp = elementwise('exp', () => ({ OP: 'EXP' }), { second: ({ y }) => y });

/** y = ln x, elementwise; −∞ at 0, NaN below. */
export const log = elementwise('log', () => ({ OP: 'LOG' }), {
  second: ({ x }) => neg(div(x.device.one, square(x))),
});

/** y = √x, elementwise; NaN below 0. dx = dy / 2y is infinite at 0. */
export const sqrt = elementwise('sqrt', () => ({ OP: 'SQRT' }), {
  second: ({ x, y }) => div(scale(x.device.one, { by: -0.25 }), mul(x, y)),
});

/** y = x², elementwise. */
export const square = elementwise('square', () => ({ OP: 'SQUARE' }), {
  second: ({ x }) => scale(x.device.one, { by: 2 }),
});

/** y = |x|, elementwise. The gradient at 0, and of NaN, is 0. */
export const abs = elementwise('abs', () => ({ OP: 'ABS' }));

/** y = max(0, x), elementwise. The gradient at 0 is 0, that of NaN dy. */
export const relu = elementwise('relu', () => ({ OP: 'RELU' }), {
  vjp: (y, dy) => reluGrad(y, dy).dx,
});

/** y = 1 / (1 + e⁻ˣ), elementwise. */
export const sigmoid = elementwise('sigmoid', () => ({ OP: 'SIGMOID' }), {
  second: ({ y }) => {
    const { one } = y.device;
    return mul(mul(y, sub(one, y)), sub(one, scale(y, { by: 2 })));
  },
});

/** y = tanh x, elementwise. */
export const tanh = elementwise('tanh', () => ({ OP: 'TANH' }), {
  second: ({ y }) => mul(scale(y, { by: -2 }), sub(y.device.one, square(y))),
});

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
  { options: { min: finite(), max: finite() } },
);

/**
 * y = x where x > 0, alpha · x elsewhere; alpha is 0.01 by default. The gradient at 0, and of NaN, is alpha · dy.
 * (Maas, Hannun & Ng 2013)
 * @throws TensorError when alpha is not a finite number
 */
export const leakyRelu = elementwise(
  'leakyRelu',
  ({ alpha = 0.01 }: { alpha?: number | undefined }) => ({ OP: 'LEAKY_RELU', ALPHA: alpha }),
  { options: { alpha: finite() } },
);

/**
 * y = x · Φ(x), Φ the distribution function of the standard normal; with `approximate: 'tanh'`
 * y = x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))). (Hendrycks & Gimpel 2016, arXiv:1606.08415) At −∞ y is NaN, and at
 * ±∞ the gradient, where 0 meets ∞.
 * @throws TensorError when `approximate` is neither 'none' nor 'tanh'
 */
export const gelu = elementwise(
  'gelu',
  ({ approximate = 'none' }: { approximate?: 'none' | 'tanh' | undefined }) => ({
    OP: approximate === 'tanh' ? 'GELU_TANH' : 'GELU',
  }),
  {
    options: { approximate: oneOf('none', 'tanh') },
    second: ({ x }, { approximate }) => (approximate === 'tanh' ? geluTanh2(x) : gelu2(x)),
  },
);

/** (2 − x²) · φ(x), φ the density of the standard normal. */
function gelu2(x: Tensor): Tensor {
  const squared = square(x);
  const density = scale(exp(scale(squared, { by: -0.5 })), { by: 1 / Math.sqrt(2 * Math.PI) });
  return mul(sub(scale(x.device.one, { by: 2 }), squared), density);
}

/** (1 − t²) · (u′ + x/2 · (u″ − 2t · u′²)), with u = √(2/π) · (x + 0.044715 x³) and t = tanh u. */
function geluTanh2(x: Tensor): Tensor {
  const { one } = x.device;
  const [first, third] = [Math.sqrt(2 / Math.PI), Math.sqrt(2 / Math.PI) * 0.044715];
  const squared = square(x);
  const u = mul(x, add(scale(one, { by: first }), scale(squared, { by: third })));
  const slope = add(scale(one, { by: first }), scale(squared, { by: 3 * third }));
  const t = tanh(u);
  const bend = sub(scale(x, { by: 6 * third }), mul(scale(t, { by: 2 }), square(slope)));
  return mul(sub(one, square(t)), add(slope, scale(mul(x, bend), { by: 0.5 })));
}
