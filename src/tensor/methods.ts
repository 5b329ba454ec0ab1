// Ops as methods of tensors: x.add(y).relu().sum() is sum(relu(add(x, y))).
import * as activations from './ops/activations.ts';
import * as arithmetic from './ops/arithmetic.ts';
import * as arrange from './ops/arrange.ts';
import type { Operand } from './ops/binary.ts';
import { broadcastTo, type ReduceOptions, sum } from './ops/broadcast.ts';
import * as comparison from './ops/comparison.ts';
import { gatherElements, scatterAdd } from './ops/elements.ts';
import { argmax, type ArgmaxOptions, gather } from './ops/indexing.ts';
import { matmul, type MatmulOptions } from './ops/matmul.ts';
import { pad, slice, type SliceOptions, transpose } from './ops/movement.ts';
import * as power from './ops/power.ts';
import { max, mean } from './ops/reduce.ts';
import * as rounding from './ops/rounding.ts';
import { logSoftmax, softmax, type SoftmaxOptions } from './ops/softmax.ts';
import { sort, type Sorted, type SortOptions, topK, type TopKOptions } from './ops/sort.ts';
import * as statistics from './ops/statistics.ts';
import * as transcendental from './ops/transcendental.ts';
import { flatten, reshape } from './ops/view.ts';
import type { Shape } from './shape.ts';
import type { Tensor } from './tensor.ts';

type Names =
  | keyof typeof activations
  | keyof typeof rounding
  | keyof typeof transcendental
  | Exclude<keyof typeof power, 'pow'>;
type Unary =
  | Exclude<Names, 'gelu' | 'elu' | 'leakyRelu' | 'clip'>
  | 'isNaN'
  | 'isFinite'
  | 'logicalNot'
  | 'flatten';
type Binary =
  | keyof typeof arithmetic
  | Exclude<keyof typeof comparison, 'isNaN' | 'isFinite' | 'logicalNot' | 'cast'>
  | 'pow';
type Reduction = 'sum' | 'mean' | 'max' | 'min' | 'prod' | 'logSumExp' | 'any' | 'all';

/** The ops whose first input is a tensor, as its methods. */
export interface Methods
  extends
    Readonly<Record<Unary, () => Tensor>>,
    Readonly<Record<Binary, (b: Operand) => Tensor>>,
    Readonly<Record<Reduction, (options?: ReduceOptions) => Tensor>> {
  gelu(options?: { approximate?: 'none' | 'tanh' | undefined }): Tensor;
  elu(options?: { alpha?: number | undefined }): Tensor;
  leakyRelu(options?: { alpha?: number | undefined }): Tensor;
  clip(options: { min?: number | undefined; max?: number | undefined }): Tensor;
  cast(options: comparison.CastOptions): Tensor;
  argmax(options: ArgmaxOptions): Tensor;
  argmin(options: ArgmaxOptions): Tensor;
  variance(options?: statistics.VarianceOptions): Tensor;
  std(options?: statistics.VarianceOptions): Tensor;
  norm(options?: statistics.NormOptions): Tensor;
  softmax(options?: SoftmaxOptions): Tensor;
  logSoftmax(options?: SoftmaxOptions): Tensor;
  matmul(b: Tensor, options?: MatmulOptions): Tensor;
  reshape(shape: Shape): Tensor;
  broadcastTo(shape: Shape): Tensor;
  transpose(perm?: readonly number[]): Tensor;
  slice(options: SliceOptions): Tensor;
  pad(options: { pads: readonly number[]; value?: number | undefined }): Tensor;
  gather(indices: Tensor, options: { axis: number }): Tensor;
  gatherElements(indices: Tensor, options: { axis: number }): Tensor;
  scatterAdd(indices: Tensor, source: Tensor, options: { axis: number }): Tensor;
  sort(options?: SortOptions): Sorted;
  topK(k: number, options?: TopKOptions): Sorted;
  expandDims(options: { axis: number }): Tensor;
  squeeze(options?: { axes?: readonly number[] }): Tensor;
  split(options: arrange.SplitOptions): Tensor[];
  tile(options: { repeats: readonly number[] }): Tensor;
  flip(options?: { axes?: readonly number[] }): Tensor;
  roll(options: { shift: number; axis: number }): Tensor;
  cumsum(options: { axis: number }): Tensor;
}

type AsOp<M> = M extends (...others: infer R) => infer Y ? (x: Tensor, ...others: R) => Y : never;

const { stack: _, ...arranging } = arrange;
const OPS: { readonly [N in keyof Methods]: AsOp<Methods[N]> } = {
  ...activations,
  ...arithmetic,
  ...arranging,
  ...comparison,
  ...power,
  ...rounding,
  ...statistics,
  ...transcendental,
  ...{ argmax, broadcastTo, flatten, gather, logSoftmax, matmul, max, mean, pad, reshape, slice },
  ...{ gatherElements, scatterAdd, softmax, sort, sum, topK, transpose },
};

/** Gives tensors their methods; called as a device is opened, so that no module acts by being imported. */
export function addMethods(prototype: object): void {
  for (const [name, op] of Object.entries(OPS)) {
    const value = function (this: Tensor, ...others: unknown[]): unknown {
      return (op as (x: Tensor, ...others: unknown[]) => unknown)(this, ...others);
    };
    Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
  }
}
