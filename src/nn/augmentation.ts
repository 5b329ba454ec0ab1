// Augmentation: what a training step does to a batch before the network sees it. Any function of that form is one.
import {
  type AugmentOptions,
  type Shape,
  type Tensor,
  TensorError,
  argmax,
  augment,
  mixLabels,
} from '../tensor/index.ts';
import { augmentKinds } from '../tensor/ops/augment.ts';
import { checkOptions } from '../tensor/options.ts';

/** A batch that is learned from. */
export interface TrainingBatch {
  /** f32 [N, ...]: what goes into the network. */
  readonly x: Tensor;
  /** What its outputs are held against. */
  readonly targets: Tensor;
  /** What metrics are held against; by default the targets. */
  readonly labels?: Tensor | undefined;
}

export interface AugmentationContext {
  /** u32 [2]: seed and step, for `rand` and the like, whose numbers must follow from it. */
  readonly state: Tensor;
  /** Of the network, for one sample. */
  readonly outputShape: Shape;
}

/**
 * Makes of a batch the one that is learned from, by ops. Only training steps call it: evaluation sees the images as they are.
 * @example (batch, { state }) => ({ ...batch, x: batch.x.add(randn(state, { shape: batch.x.shape }).mul(0.1)) })
 */
export type Augmentation = (batch: TrainingBatch, context: AugmentationContext) => TrainingBatch;

/**
 * The works of `augment`, for images [H,W,C], in one dispatch, two more where images are mixed: then the targets are shares
 * f32 [N,classes], which `softmaxCrossEntropy` takes, and metrics are held against the class with the larger share.
 * @example TrainStep.create(model, { …, augment: augmentation({ flip: true, shift: 2 }) })
 * @throws TensorError on options that mean nothing; in the step where samples are no images, or what is mixed has no classes
 */
export function augmentation(options: AugmentOptions): Augmentation {
  checkOptions('augmentation', options, augmentKinds);
  const { mixup = 0, cutmix = 0, stream } = options;
  return ({ x, targets, ...batch }, { state, outputShape }) => {
    const shown = { x: augment(x, state, options), targets, ...batch };
    if (mixup === 0 && cutmix === 0) return shown;
    const [classes] = outputShape;
    if (targets.dtype !== 'i32' || outputShape.length !== 1 || classes === undefined) {
      throw new TensorError(
        `augmentation: mixup and cutmix take classes, i32 [N], and a network that ends in a vector, got ${targets.type} and [${outputShape}]`,
      );
    }
    const [, H = 1, W = 1] = x.shape;
    const shares = mixLabels(targets, state, { mixup, cutmix, stream, classes, size: [H, W] });
    return { ...shown, targets: shares, labels: argmax(shares, { axis: 1 }) };
  };
}
