// The engine's public face: a device, tensors, ops, gradients, recorded steps.
export type { Adapter } from './adapter.ts';
export { type Differentiated, Tape, valueAndGrad } from './autograd.ts';
export { type KernelTime, Recording } from './capture.ts';
export type { Bound, Command, Dispatch, Grid } from './commands.ts';
export { type Device, type DeviceOptions, openDevice } from './device.ts';
export { DeviceLost, GpuError, NoAdapter, OutOfMemory, TensorError } from './errors.ts';
export { type Part, within } from './part.ts';
export type { Meter } from './pool.ts';
export { type Shape, sizeOf } from './shape.ts';
export { type DType, Tensor, type TypedArray } from './tensor.ts';
export { type Choice, formatChoices, type TuneOptions, tune, type TuningStore } from './tuner.ts';
export { type VariantName, variantNames, withVariant } from './variants.ts';

// For those who write ops and kernels.
export { linearGrid } from './grid.ts';
export { type Kernel, kernel } from './kernel.ts';
export { defineOp, type TapeEntry } from './op.ts';
export { type Constants, readBindings, readConstants, specialise } from './wgsl.ts';

export { add, div, mul, sub } from './ops/arithmetic.ts';
export {
  type Conv2dOptions,
  type Fusions,
  type LinearDropoutOptions,
  conv2d,
  linear,
  linearDropout,
} from './ops/conv2d.ts';
export { dropout, dropoutMask, type DropoutOptions } from './ops/dropout.ts';
export {
  type Padding,
  type Pair,
  windowGeometry,
  type WindowGeometry,
  type WindowOptions,
} from './ops/geometry.ts';
export {
  argmax,
  type ArgmaxOptions,
  gather,
  oneHot,
  type OneHotOptions,
  where,
} from './ops/indexing.ts';
export { matmul, type MatmulOptions } from './ops/matmul.ts';
export {
  broadcastTo,
  concat,
  flatten,
  pad,
  reshape,
  slice,
  type SliceOptions,
  transpose,
} from './ops/movement.ts';
export {
  avgPool2d,
  type AvgPool2dOptions,
  globalAvgPool2d,
  maxPool2d,
  type MaxPool2dOptions,
  type PoolOptions,
} from './ops/pool.ts';
export { max, mean, type ReduceOptions, sum } from './ops/reduce.ts';
export {
  logSoftmax,
  softmax,
  softmaxCrossEntropy,
  type SoftmaxCrossEntropyOptions,
  type SoftmaxOptions,
} from './ops/softmax.ts';
export {
  abs,
  clip,
  exp,
  gelu,
  leakyRelu,
  log,
  neg,
  relu,
  sigmoid,
  sqrt,
  square,
  tanh,
} from './ops/unary.ts';

// For the training step: the data on the GPU, the optimisers, what a step leaves behind.
export { type Batch, drawBatch, type Samples, takeBatch } from './ops/batch.ts';
export { adamUpdate, rmspropUpdate, sgdUpdate, type Update } from './ops/optimise.ts';
export { collectRows, recordStep } from './ops/record.ts';
