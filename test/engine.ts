// The operations as both engines offer them: weft on the GPU, and the float64 reference that judges it.
// A test is written once over `Ops<T>` and run with either.
import type { BinaryName, UnaryName } from './ops/functions.ts';

export type Shape = readonly number[];
export type DType = 'f32' | 'i32' | 'u32' | 'u8';
export type Pair = number | readonly [number, number];
export type Padding = 'valid' | 'same' | number | readonly [number, number, number, number];

export interface Conv2dOptions {
  stride?: Pair;
  padding?: Padding;
  dilation?: Pair;
}
export interface GroupedConv2dOptions extends Conv2dOptions {
  groups?: number;
}
export interface Conv2dTransposeOptions extends GroupedConv2dOptions {
  outputPadding?: Pair;
}
export interface PoolOptions {
  window: Pair;
  stride?: Pair;
  padding?: Padding;
}
export interface AvgPoolOptions extends PoolOptions {
  countIncludePad?: boolean;
}
export interface Upsample2dOptions {
  scale: Pair;
  mode?: 'nearest' | 'bilinear';
  alignCorners?: boolean;
}
export interface ReduceOptions {
  axes?: readonly number[];
  keepDims?: boolean;
}
export interface MatmulOptions {
  transposeA?: boolean;
  transposeB?: boolean;
}
export interface NormalizationOptions {
  epsilon?: number;
}
export interface LayerNormOptions extends NormalizationOptions {
  axes?: readonly number[];
}
export interface SliceOptions {
  starts: readonly number[];
  ends: readonly number[];
  axes?: readonly number[];
  steps?: readonly number[];
}

/** As methods are: what takes any tensor may be given as what takes this one. */
type Unary<T> = { of(x: T): T }['of'];
type Binary<T> = { of(a: T, b: T): T }['of'];
type Functions<T> = Readonly<Record<UnaryName, Unary<T>> & Record<BinaryName, Binary<T>>>;

export interface Ops<T> extends Functions<T> {
  gelu(x: T, options?: { approximate?: 'none' | 'tanh' }): T;
  elu(x: T, options?: { alpha?: number }): T;
  leakyRelu(x: T, options: { alpha: number }): T;
  clip(x: T, options: { min?: number; max?: number }): T;
  sum(x: T, options?: ReduceOptions): T;
  mean(x: T, options?: ReduceOptions): T;
  max(x: T, options?: ReduceOptions): T;
  argmax(x: T, options: { axis: number; keepDims?: boolean }): T;
  argmin(x: T, options: { axis: number; keepDims?: boolean }): T;
  min(x: T, options?: ReduceOptions): T;
  prod(x: T, options?: ReduceOptions): T;
  variance(x: T, options?: ReduceOptions & { correction?: number }): T;
  std(x: T, options?: ReduceOptions & { correction?: number }): T;
  logSumExp(x: T, options?: ReduceOptions): T;
  norm(x: T, options?: ReduceOptions & { ord?: number }): T;
  any(x: T, options?: ReduceOptions): T;
  all(x: T, options?: ReduceOptions): T;
  expandDims(x: T, options: { axis: number }): T;
  squeeze(x: T, options?: { axes?: readonly number[] }): T;
  stack(tensors: readonly T[], options?: { axis?: number }): T;
  split(x: T, options: { parts: number | readonly number[]; axis?: number }): T[];
  tile(x: T, options: { repeats: readonly number[] }): T;
  flip(x: T, options?: { axes?: readonly number[] }): T;
  roll(x: T, options: { shift: number; axis: number }): T;
  cumsum(x: T, options: { axis: number }): T;
  matmul(a: T, b: T, options?: MatmulOptions): T;
  linear(x: T, w: T, b?: T): T;
  conv2d(x: T, w: T, b?: T, options?: GroupedConv2dOptions): T;
  conv2dTranspose(x: T, w: T, b?: T, options?: Conv2dTransposeOptions): T;
  maxPool2d(x: T, options: PoolOptions): T;
  avgPool2d(x: T, options: AvgPoolOptions): T;
  globalAvgPool2d(x: T): T;
  upsample2d(x: T, options: Upsample2dOptions): T;
  batchNorm(x: T, mean: T, variance: T, weight?: T, bias?: T, options?: NormalizationOptions): T;
  batchNormTraining(
    x: T,
    weight?: T,
    bias?: T,
    options?: NormalizationOptions,
  ): { y: T; mean: T; variance: T };
  layerNorm(x: T, weight?: T, bias?: T, options?: LayerNormOptions): T;
  groupNorm(x: T, groups: number, weight?: T, bias?: T, options?: NormalizationOptions): T;
  globalMaxPool2d(x: T): T;
  dropoutMask(x: T, mask: T, options: { rate: number }): T;
  softmax(x: T, options?: { axis?: number }): T;
  logSoftmax(x: T, options?: { axis?: number }): T;
  softmaxCrossEntropy(logits: T, labels: T, options?: { labelSmoothing?: number }): T;
  reshape(x: T, shape: Shape): T;
  flatten(x: T): T;
  transpose(x: T, perm?: readonly number[]): T;
  concat(tensors: readonly T[], options: { axis: number }): T;
  slice(x: T, options: SliceOptions): T;
  pad(x: T, options: { pads: readonly number[]; value?: number }): T;
  gather(x: T, indices: T, options: { axis: number }): T;
  gatherElements(x: T, indices: T, options: { axis: number }): T;
  scatterAdd(x: T, indices: T, source: T, options: { axis: number }): T;
  sort(x: T, options?: { descending?: boolean }): { values: T; indices: T };
  topK(x: T, k: number, options?: { largest?: boolean }): { values: T; indices: T };
  oneHot(indices: T, options: { depth: number; axis?: number }): T;
  where(condition: T, a: T, b: T): T;
}

export type OptimizerKind = 'sgd' | 'adam' | 'adamW' | 'rmsprop' | 'adagrad';

export interface OptimizerOptions {
  lr: number;
  momentum?: number;
  nesterov?: boolean;
  beta1?: number;
  beta2?: number;
  rho?: number;
  eps?: number;
  weightDecay?: number;
}

/** Moves one parameter, in place, step by step. */
export interface Optimizer<T> {
  /** What it keeps beside the parameter: velocity; m and v; squares and velocity. */
  readonly moments: ReadonlyMap<string, T>;
  update(gradient: T, step: number): void;
}

/** What a test needs of an engine besides its operations. */
export interface Engine<T extends { readonly shape: Shape }> {
  readonly name: string;
  readonly ops: Ops<T>;
  tensor(data: ArrayLike<number>, shape: Shape, dtype?: DType): T;
  read(x: T): Promise<ArrayLike<number>>;
  /** `f` returns the scalar to differentiate, and what else is to survive. */
  valueAndGrad(
    f: () => readonly [T, ...T[]],
    wrt: readonly T[],
  ): { value: T; aux: readonly T[]; grads: readonly T[] };
  /** `f` returns the tensor to differentiate, and what else is to survive; `cotangent` is shaped like the first. */
  vjp(f: () => readonly [T, ...T[]], wrt: readonly T[], cotangent: T): { grads: readonly T[] };
  /** Records what `f` does, rewritten, and runs it once. */
  record<R>(f: () => R): R;
  optimizer(kind: OptimizerKind, options: OptimizerOptions, parameter: T): Optimizer<T>;
  /** Overwrites the values of a tensor. */
  write(x: T, data: ArrayLike<number>): void;
}
