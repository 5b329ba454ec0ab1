// Images changed at random, as a training step shows them, and the labels of those that were mixed.
import augmentSource from '../../shaders/augment.wgsl?raw';
import mixLabelsSource from '../../shaders/mixLabels.wgsl?raw';
import { TensorError } from '../errors.ts';
import { linearGrid } from '../grid.ts';
import { checkIndices } from '../hostData.ts';
import { kernel } from '../kernel.ts';
import { defineOp } from '../op.ts';
import { type OptionKinds, boolean, finite, oneOf, required, whole, word } from '../options.ts';
import { dim, show } from '../shape.ts';
import { imageOf } from './geometry.ts';
import { checkState } from './state.ts';

const augmentKernel = kernel('augment', augmentSource);
const mixLabelsKernel = kernel('mixLabels', mixLabelsSource);

/** How two images of a batch are mixed. */
export interface MixOptions {
  /** alpha: the shares of two images are drawn from Beta(alpha, alpha), at most 1; by default 0, not at all. (Zhang et al. 2018) */
  readonly mixup?: number | undefined;
  /** alpha: a box of the other image, its area drawn likewise; by default 0. With mixup, each is as likely. (Yun et al. 2019) */
  readonly cutmix?: number | undefined;
  /** Tells the draws of one step apart; by default 0. */
  readonly stream?: number | undefined;
}

/** What is done to each image, by random numbers of its own; by default nothing. */
export interface AugmentOptions extends MixOptions {
  /** Left and right change places in half of the images. */
  readonly flip?: boolean | undefined;
  /** Moved by whole pixels, at most so many along each axis, each number as likely: a random crop of the padded image. */
  readonly shift?: number | undefined;
  /** What lies outside: 'zeros', the default, or 'reflect', mirrored without repeating the edge. */
  readonly padding?: 'zeros' | 'reflect' | undefined;
  /** A part of the image takes its whole place: each side a share of it from this to 1, anywhere. By default 1. */
  readonly crop?: number | undefined;
  /** Turned about the middle, at most so many degrees either way, up to 180. */
  readonly rotate?: number | undefined;
  /** Larger or smaller by a share of at most this, below 1. */
  readonly scale?: number | undefined;
  /** At most this is added to all values, or taken off. */
  readonly brightness?: number | undefined;
  /** All values times a number between 1 − this and 1 + this. */
  readonly contrast?: number | undefined;
  /** Side in pixels of a square that is set to 0, its middle at any pixel. (DeVries & Taylor 2017) */
  readonly cutout?: number | undefined;
}

const alpha = finite({ from: 0, to: 1 });
const mixKinds: OptionKinds<MixOptions> = { mixup: alpha, cutmix: alpha, stream: word };
export const augmentKinds: OptionKinds<AugmentOptions> = {
  ...mixKinds,
  flip: boolean,
  shift: whole({ from: 0, to: 1024 }),
  padding: oneOf('zeros', 'reflect'),
  crop: finite({ from: 0.01, to: 1 }),
  rotate: finite({ from: 0, to: 180 }),
  scale: finite({ from: 0, below: 1 }),
  brightness: finite({ from: 0 }),
  contrast: finite({ from: 0, to: 1 }),
  cutout: whole({ from: 0, to: 1024 }),
};

/** Below it shares are 0 or 1 in f32, and 1 / alpha is soon no number. */
const LEAST_ALPHA = 1e-6;
const alphaOf = (asked: number) => (asked === 0 ? 0 : Math.max(asked, LEAST_ALPHA));

const mixConstants = ({ mixup = 0, cutmix = 0, stream = 0 }: MixOptions) => ({
  ...{ MIXUP: alphaOf(mixup), CUTMIX: alphaOf(cutmix), STREAM: stream },
});

/** The numbers of more images would be those of other draws (parts/mix); a grid has no more workgroups, either. */
const MOST_IMAGES = 65_535;

/** @throws TensorError when there are too many images */
function checkNumber(op: string, N: number): void {
  if (N <= MOST_IMAGES) return;
  throw new TensorError(`${op}: takes at most 65,535 images, got ${N.toLocaleString('en')}`);
}

/**
 * Images x [N,H,W,C] as a training step shows them: flipped, shifted, cropped, rotated, scaled (bilinear between pixels),
 * then times a contrast plus a brightness, which is not cut at 0 or 1; then with a hole, then mixed. What is done to image
 * n follows from seed, step, stream and n alone: state is u32 [seed, step], and lies on the GPU so that a recorded step
 * draws anew. Not differentiable. One dispatch.
 * @example augment(x, state, { flip: true, shift: 2 })
 * @throws TensorError when x is not [N,H,W,C] of at most 65,535 images, state is not two numbers, or an option is none of its kind
 */
export const augment = defineOp('augment', {
  inputs: ['x', 'state'],
  dtypes: { state: ['u32'] },
  options: augmentKinds,
  shape({ x, state }) {
    checkState('augment', state);
    const [N] = imageOf('augment', x);
    checkNumber('augment', N);
    return x.shape;
  },
  run({ x, state, y }, options: AugmentOptions) {
    const { flip = false, shift = 0, padding, crop = 1, rotate = 0, scale = 0 } = options;
    const { brightness = 0, contrast = 0, cutout = 0 } = options;
    const [N, H, W, C] = imageOf('augment', x);
    const constants = {
      ...{ N, H, W, C, FLIP: flip, SHIFT: shift, REFLECT: padding === 'reflect' },
      ...{ SMOOTH: crop < 1 || rotate > 0 || scale > 0 },
      ...{ CROP: crop, TURN: (rotate * Math.PI) / 180, SCALE: scale },
      ...{ BRIGHTNESS: brightness, CONTRAST: contrast, CUTOUT: cutout, ...mixConstants(options) },
    };
    x.device.launch(augmentKernel, constants, { x, state, y }, [N]);
  },
});

export interface MixLabelsOptions extends MixOptions {
  readonly classes: number;
  /** Height and width of the images. */
  readonly size: readonly [number, number];
}

/**
 * The classes of images that `augment` has mixed with the same state and options: labels i32 [N] → shares f32 [N,classes], a
 * row of which adds up to 1, as `softmaxCrossEntropy` takes them. One dispatch.
 * @throws TensorError when there are more than 65,535 labels, the host knows of one that is no class, or an option is none of its kind
 */
export const mixLabels = defineOp('mixLabels', {
  inputs: ['labels', 'state'],
  dtypes: { labels: ['i32'], state: ['u32'] },
  options: {
    ...mixKinds,
    classes: required(whole({ from: 1 })),
    size: required({
      wants: 'height and width',
      holds: (value) =>
        Array.isArray(value) && value.length === 2 && value.every(whole({ from: 1 }).holds),
    }),
  },
  shape({ labels, state }, { classes }: MixLabelsOptions) {
    checkState('mixLabels', state);
    if (labels.shape.length !== 1) {
      throw new TensorError(`mixLabels: labels must be [N], got ${show(labels.shape)}`);
    }
    checkNumber('mixLabels', labels.size);
    const has = `there are ${classes} classes, 0 to ${classes - 1}`;
    checkIndices('mixLabels', 'labels', labels, [0, classes], has);
    return [dim(labels.shape, 0), classes];
  },
  run({ labels, state, y }, options) {
    const [H, W] = options.size;
    const N = labels.size;
    const constants = { N, H, W, CLASSES: options.classes, ...mixConstants(options) };
    y.device.launch(mixLabelsKernel, constants, { labels, state, y }, linearGrid(N));
  },
});
