// The public face of the networks: layers, training, evaluation, metrics, files.
export {
  Arena,
  type Buffer,
  type Parameter,
  type ParameterSpec,
  digestOf,
  slotSize,
} from './arena.ts';
export {
  type Augmentation,
  type AugmentationContext,
  type TrainingBatch,
  augmentation,
} from './augmentation.ts';
export { type ParameterGroup, frozen, noDecayOnVectors } from './groups.ts';
export { type LambdaOptions, concat, lambda, naming, residual, sequential } from './compose.ts';
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
export {
  type Initializer,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  ones,
  zeros,
} from './initializers.ts';
export {
  type AvgPoolLayer,
  type Conv2dLayer,
  type DenseLayer,
  type PoolLayer,
  avgPool2d,
  conv2d,
  dense,
  dropout,
  flatten,
  gelu,
  globalAvgPool2d,
  globalMaxPool2d,
  leakyRelu,
  maxPool2d,
  relu,
  sigmoid,
  softmax,
  tanh,
} from './layers.ts';
export {
  type HuberOptions,
  type Loss,
  binaryCrossEntropyWithLogits,
  countCorrect,
  huber,
  l1,
  meanSquaredError,
  softmaxCrossEntropy,
} from './losses.ts';
export type { Model } from './model.ts';
export {
  type BatchNormLayer,
  type GroupNormLayer,
  type NormalizationLayer,
  batchNorm,
  groupNorm,
  layerNorm,
} from './normalization.ts';
export {
  type Built,
  type Context,
  type LayerWindow,
  type Module,
  type ParameterPlan,
  type Part,
  type Training,
  part,
} from './module.ts';
export { type MuonOptions, muon, orthogonalized } from './muon.ts';
export {
  type AdagradOptions,
  type AdamOptions,
  type CommonOptions,
  type LionOptions,
  type Optimizer,
  type RmspropOptions,
  type SgdOptions,
  adagrad,
  adam,
  adamW,
  lion,
  rmsprop,
  sgd,
} from './optimizers.ts';
export { OptimizerState, type OptimizerStateOptions } from './optimizerState.ts';
export { type RandomStream, normal, randomStream } from './random.ts';
export { REFERENCE_INPUT, referenceNetwork } from './referenceNetwork.ts';
export {
  type AirOptions,
  type NetworkParts,
  type ResnetOptions,
  airFrom,
  airNetwork,
  resnet,
  resnetFrom,
} from './residualNetworks.ts';
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
  type LinearDecay,
  type OneCycle,
  Plateau,
  type PlateauOptions,
  type StepDecay,
  type WarmUp,
  constant,
  linearDecay,
  oneCycle,
  stepDecay,
  warmUp,
} from './schedules.ts';
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
  type Calibration,
  type CalibrationBin,
  type Interval,
  accuracy,
  argmaxRows,
  calibration,
  confusionMatrix,
  softmaxRows,
  topKAccuracy,
  wilsonInterval,
} from './metrics.ts';
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
