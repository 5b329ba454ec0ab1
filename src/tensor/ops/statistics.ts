// Reductions that are made of others: min, prod, variance, std, logSumExp, norm, argmin, any, all.
import { TensorError } from '../errors.ts';
import { boolean, checkOptions, oneOf, required, whole } from '../options.ts';
import { axisOf, dim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { add, div, mul, sub } from './arithmetic.ts';
import {
  axesFor,
  countOf,
  reduceKinds,
  type ReduceOptions,
  reducedShape,
  sum,
} from './broadcast.ts';
import { cast, isFinite, logicalNot, notEqual } from './comparison.ts';
import { argmax, type ArgmaxOptions } from './indexing.ts';
import { pad, slice } from './movement.ts';
import { sqrt, square } from './power.ts';
import { max, mean } from './reduce.ts';
import { abs, neg } from './rounding.ts';
import { exp, log } from './transcendental.ts';
import { reshape } from './view.ts';
import { where } from './where.ts';

/** The axes of a reduction that other ops make, with what is wrong said in its name. */
function checked(op: string, x: Tensor, options: ReduceOptions): number[] {
  checkOptions(op, options, reduceKinds);
  return axesFor(op, x, options);
}

/**
 * y = min x over `axes`; of nothing it is ∞. NaN comes through. The gradient goes to the first of equal minima.
 * @throws TensorError when an axis is not there or is named twice
 */
export function min(x: Tensor, options: ReduceOptions = {}): Tensor {
  checked('min', x, options);
  return neg(max(neg(x), options));
}

/**
 * Index of the smallest element along `axis`, i32; of equal ones the first. NaN is the smallest. Not differentiable.
 * @throws TensorError when the axis is not there, or is empty
 */
export function argmin(x: Tensor, options: ArgmaxOptions): Tensor {
  checkOptions('argmin', options, { axis: required(whole()), keepDims: boolean });
  if (dim(x.shape, axisOf('argmin', options.axis, x.shape.length)) === 0)
    throw new TensorError(`argmin: axis ${options.axis} of ${x.type} is empty`);
  return argmax(neg(x), options);
}

/**
 * y = Π x over `axes`, in a tree of halves; of nothing it is 1. Its gradients are right beside zeros too.
 * @throws TensorError when an axis is not there or is named twice
 */
export function prod(x: Tensor, options: ReduceOptions = {}): Tensor {
  const axes = checked('prod', x, options);
  let y = x;
  for (const axis of axes) {
    if (dim(y.shape, axis) === 0) y = pad(y, { pads: padsAt(y, axis, 1), value: 1 });
    while (dim(y.shape, axis) > 1) {
      const size = dim(y.shape, axis);
      if (size % 2 === 1) y = pad(y, { pads: padsAt(y, axis, 1), value: 1 });
      const half = Math.ceil(size / 2);
      const part = (start: number) =>
        slice(y, { starts: [start], ends: [start + half], axes: [axis] });
      y = mul(part(0), part(half));
    }
  }
  return reshape(y, reducedShape(x, axes, options.keepDims));
}

/** Pads for so many places behind one axis. */
const padsAt = (x: Tensor, axis: number, behind: number): number[] => [
  ...x.shape.map(() => 0),
  ...x.shape.map((_, i) => (i === axis ? behind : 0)),
];

/** Of `variance` and `std`. */
export interface VarianceOptions extends ReduceOptions {
  /** What the number of elements is lessened by: 0, the default, for all there are, 1 for a sample of them. */
  readonly correction?: number | undefined;
}

const varianceKinds = { ...reduceKinds, correction: whole({ from: 0 }) };

/**
 * y = Σ (x − mean x)² / (n − correction) over `axes`, n the number of elements that make one output; NaN where that is
 * not above 0.
 * @throws TensorError when an axis is not there or is named twice
 */
export function variance(x: Tensor, options: VarianceOptions = {}): Tensor {
  return varianceOf('variance', x, options);
}

/**
 * The standard deviation, √variance; its gradient is infinite or NaN where all elements are equal.
 * @throws TensorError when an axis is not there or is named twice
 */
export function std(x: Tensor, options: VarianceOptions = {}): Tensor {
  return sqrt(varianceOf('std', x, options));
}

function varianceOf(op: string, x: Tensor, options: VarianceOptions): Tensor {
  checkOptions(op, options, varianceKinds);
  const { correction = 0, ...reduce } = options;
  const axes = axesFor(op, x, reduce);
  const centered = sub(x, mean(x, { axes, keepDims: true }));
  const rest = Math.max(0, countOf(x, axes) - correction);
  return div(sum(square(centered), reduce), rest);
}

/**
 * y = ln Σ eˣ over `axes`, without overflow: the largest is subtracted first. Of nothing it is −∞.
 * @throws TensorError when an axis is not there or is named twice
 */
export function logSumExp(x: Tensor, options: ReduceOptions = {}): Tensor {
  const axes = checked('logSumExp', x, options);
  const largest = x.device.noGrad(() => {
    const found = max(x, { axes, keepDims: true });
    return where(isFinite(found), found, 0); // ∞ − ∞ is no number
  });
  const total = log(sum(exp(sub(x, largest)), { axes, keepDims: true }));
  return reshape(add(total, largest), reducedShape(x, axes, options.keepDims));
}

/** Of `norm`. */
export interface NormOptions extends ReduceOptions {
  /** 2, the default: √Σ x². 1: Σ |x|. Infinity: max |x|. */
  readonly ord?: number | undefined;
}

/**
 * The norm of the vectors along `axes`, by default of all elements: √Σ x², Σ |x| or max |x|.
 * @throws TensorError when an axis is not there or is named twice, or `ord` is another
 */
export function norm(x: Tensor, options: NormOptions = {}): Tensor {
  checkOptions('norm', options, { ...reduceKinds, ord: oneOf(1, 2, Infinity) });
  const { ord = 2, ...reduce } = options;
  axesFor('norm', x, reduce);
  if (ord === 1) return sum(abs(x), reduce);
  return ord === 2 ? sqrt(sum(square(x), reduce)) : max(abs(x), reduce);
}

/**
 * 1 where an element along `axes` is not 0, else 0, as u32; of nothing it is 0. Not differentiable.
 * @throws TensorError when an axis is not there or is named twice
 */
export function any(x: Tensor, options: ReduceOptions = {}): Tensor {
  checked('any', x, options);
  const count = sum(cast(notEqual(x, 0), { dtype: 'f32' }), options);
  return notEqual(count, 0);
}

/**
 * 1 where no element along `axes` is 0, else 0, as u32; of nothing it is 1. Not differentiable.
 * @throws TensorError when an axis is not there or is named twice
 */
export function all(x: Tensor, options: ReduceOptions = {}): Tensor {
  checked('all', x, options);
  return logicalNot(any(logicalNot(x), options));
}
