// The public face of the networks: layers, training, evaluation, metrics, files.

// Whatever these files export: a new layer, loss, optimizer or schedule needs no line here.
export * from './augmentation.ts';
export * from './compose.ts';
export * from './initializers.ts';
export * from './layers.ts';
export * from './losses.ts';
export * from './metrics.ts';
export * from './muon.ts';
export * from './normalization.ts';
export * from './optimizers.ts';
export * from './residualNetworks.ts';
export * from './schedules.ts';

export {
  Arena,
  type Buffer,
  type Parameter,
  type ParameterSpec,
  digestOf,
  slotSize,
} from './arena.ts';
export { type ParameterGroup, frozen, noDecayOnVectors } from './groups.ts';
export {
  type EvaluateOptions,
  type Evaluated,
  Inference,
  type InferenceOptions,
  type Scored,
  evaluate,
  labelsOf,
  scoreLogits,
} from './evaluation.ts';
export type { Model } from './model.ts';
export {
  type Built,
  type Context,
  type LayerWindow,
  type Module,
  type ParameterPlan,
  type Part,
  type ScaleAndShift,
  type Training,
  part,
} from './module.ts';
export { OptimizerState, type OptimizerStateOptions } from './optimizerState.ts';
export { type RandomStream, normal, randomStream } from './random.ts';
export { REFERENCE_INPUT, referenceNetwork } from './referenceNetwork.ts';
export type { SampleSet } from './samples.ts';
export {
  type CosineDecay,
  type ExponentialDecay,
  type Row,
  type Schedule,
  cosineDecay,
  exponentialDecay,
} from './schedule.ts';
export {
  type LayerInPlace,
  type Outline,
  Sequential,
  type SequentialOptions,
  outline,
} from './sequential.ts';
export { type Summary, type SummaryRow, formatSummary } from './summary.ts';
export {
  type Checkpoint,
  MOST_STEPS,
  type StepMetrics,
  TrainStep,
  type WeightUpdate,
} from './training.ts';
export type { Metric, TrainStepOptions } from './trainingPlan.ts';

export {
  type ClassificationReport,
  type ClassScores,
  type Scores,
  classificationReport,
  formatClassificationReport,
} from './classificationReport.ts';
export {
  FileError,
  type Safetensors,
  type StoredTensor,
  type Weights,
  loadWeights,
  readSafetensors,
  writeSafetensors,
} from './safetensors.ts';
export { permuted } from './axes.ts';
export { type OnnxOptions, toOnnx } from './onnx/toOnnx.ts';
