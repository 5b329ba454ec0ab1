// The engine's public face: a device, tensors, ops, gradients, recorded steps.
export type { Adapter } from './adapter.ts';
export { type Differentiated, Tape, valueAndGrad, vjp } from './autograd.ts';
export type { Bound, Command, Copy, Dispatch, Grid, Write } from './commands.ts';
export type { CaptureOptions, Device } from './device.ts';
export { DeviceLost, GpuError, NoAdapter, OutOfMemory, TensorError } from './errors.ts';
export { type DeviceOptions, openDevice } from './open.ts';
export type { Methods } from './methods.ts';
export { type Part, within } from './part.ts';
export type { MemoryPlan, PlannedBuffer } from './plan.ts';
export type { Meter } from './pool.ts';
export { type KernelTime, Recording } from './recording.ts';
export { type Shape, sizeOf } from './shape.ts';
export { type DType, type Nested, Tensor, type TypedArray } from './tensor.ts';
export { type Choice, formatChoices, type TuneOptions, tune, type TuningStore } from './tuner.ts';
export { type VariantName, variantNames, withVariant } from './variants.ts';

// For those who write ops and kernels.
export { linearGrid } from './grid.ts';
export { type Kernel, kernel } from './kernel.ts';
export { defineOp, type TapeEntry } from './op.ts';
export * as kinds from './options.ts';
export { type Constants, readBindings, readConstants, specialize } from './wgsl.ts';

export { binary as defineBinary, type BinaryRow, type Operand } from './ops/binary.ts';
export { unary as defineUnary, type UnaryRow } from './ops/unary.ts';
export { type AxisOptions, gatherElements, scatterAdd } from './ops/elements.ts';
export { type Conv2dOptions, conv2d, linear } from './ops/conv2d.ts';
export { conv2dTranspose, type Conv2dTransposeOptions } from './ops/conv2dTranspose.ts';
export { augment, type AugmentOptions, mixLabels, type MixLabelsOptions } from './ops/augment.ts';
export { arange, eye, linspace } from './ops/creation.ts';
export { dropout, dropoutMask, type DropoutOptions, type MaskOptions } from './ops/dropout.ts';
export {
  type Padding,
  type Pair,
  windowGeometry,
  type WindowGeometry,
  type WindowOptions,
} from './ops/geometry.ts';
export { argmax, type ArgmaxOptions, gather, oneHot, type OneHotOptions } from './ops/indexing.ts';
export { matmul, type MatmulOptions } from './ops/matmul.ts';
export { broadcastTo, type ReduceOptions, sum } from './ops/broadcast.ts';
export { concat, pad, slice, type SliceOptions, transpose } from './ops/movement.ts';
export { flatten, reshape } from './ops/view.ts';
export {
  avgPool2d,
  type AvgPool2dOptions,
  globalAvgPool2d,
  globalMaxPool2d,
  maxPool2d,
  type PoolOptions,
} from './ops/pool.ts';
export { rand, randint, type RandintOptions, randn, type RandOptions } from './ops/random.ts';
export { max, mean } from './ops/reduce.ts';
export {
  logSoftmax,
  softmax,
  softmaxCrossEntropy,
  type SoftmaxCrossEntropyOptions,
  type SoftmaxOptions,
} from './ops/softmax.ts';
export { upsample2d, type Upsample2dOptions } from './ops/upsample2d.ts';
export { sort, type Sorted, type SortOptions, topK, type TopKOptions } from './ops/sort.ts';
// Elementwise: whatever these files export.
export * from './ops/activations.ts';
export * from './ops/arithmetic.ts';
export * from './ops/comparison.ts';
export * from './ops/power.ts';
export * from './ops/rounding.ts';
export * from './ops/transcendental.ts';
export * from './ops/where.ts';

// Made of the others.
export * from './ops/arrange.ts';
export * from './ops/normalization.ts';
export * from './ops/statistics.ts';

// For the training step: the data on the GPU, the optimizers, what a step leaves behind.
export {
  type Batch,
  drawBatch,
  drawRows,
  type Rows,
  type Samples,
  takeBatch,
  takeRows,
} from './ops/batch.ts';
export {
  type Update,
  updateKernel,
  type UpdateOptions,
  updateParameters,
  type UpdateRule,
} from './ops/optimize.ts';
export { collectRows, countCorrect, countStep, recordScalar } from './ops/record.ts';
