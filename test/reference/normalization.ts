// Batch, layer and group normalization, channels last: (x - mean) / √(variance + ε), then weight and bias.
import type { LayerNormOptions, NormalizationOptions } from '../engine.ts';
import { type Array64, array64, at, axisOf, sizeOf } from './array.ts';
import { functions } from './elementwise.ts';
import { mean, variance } from './reduce.ts';
import { reshape } from './shape.ts';

const { add, div, mul, sqrt, sub } = functions;

const by = (x: Array64, middle: Array64, squares: Array64, epsilon = 1e-5): Array64 =>
  div(sub(x, middle), sqrt(add(squares, array64([epsilon], []))));

const within = (x: Array64, axes: readonly number[], epsilon: number | undefined): Array64 =>
  by(x, mean(x, { axes, keepDims: true }), variance(x, { axes, keepDims: true }), epsilon);

function affine(x: Array64, weight?: Array64, bias?: Array64): Array64 {
  const y = weight ? mul(x, weight) : x;
  return bias ? add(y, bias) : y;
}

export const batchNorm = (
  x: Array64,
  middle: Array64,
  squares: Array64,
  weight?: Array64,
  bias?: Array64,
  { epsilon }: NormalizationOptions = {},
): Array64 => affine(by(x, middle, squares, epsilon), weight, bias);

export function batchNormTraining(
  x: Array64,
  weight?: Array64,
  bias?: Array64,
  { epsilon }: NormalizationOptions = {},
) {
  const axes = x.shape.slice(1).map((_, i) => i);
  return {
    y: affine(within(x, axes, epsilon), weight, bias),
    mean: mean(x, { axes }),
    variance: variance(x, { axes }),
  };
}

export function layerNorm(
  x: Array64,
  weight?: Array64,
  bias?: Array64,
  { axes = [-1], epsilon }: LayerNormOptions = {},
): Array64 {
  const named = axes.map((axis) => axisOf(axis, x.shape.length));
  const beside = x.shape.map((d, i) => (named.includes(i) ? d : 1));
  const wide = (t: Array64 | undefined) => t && reshape(t, beside);
  return affine(within(x, named, epsilon), wide(weight), wide(bias));
}

export function groupNorm(
  x: Array64,
  groups: number,
  weight?: Array64,
  bias?: Array64,
  { epsilon }: NormalizationOptions = {},
): Array64 {
  const channels = at(x.shape, x.shape.length - 1);
  const apart = [at(x.shape, 0), sizeOf(x.shape.slice(1, -1)), groups, channels / groups];
  const y = within(reshape(x, apart), [1, 3], epsilon);
  return affine(reshape(y, x.shape), weight, bias);
}
