// What one layer made of one image, as plain values: what the faces show and the sums are written out from.
import type { LayerWindow } from '../../nn/index.ts';

/** Shapes of one sample: [height, width, channels] or [features]. */
export type Shape = readonly number[];

export interface Stage {
  readonly name: string;
  readonly kind: string;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly window: LayerWindow | undefined;
  /** Filters [R,S,C,K] or a matrix [I,O], row-major; absent where a layer has none. */
  readonly weight: Float32Array | undefined;
  readonly bias: Float32Array | undefined;
  /** Of a batch normalization: the running ones, by channel. */
  readonly mean: Float32Array | undefined;
  readonly variance: Float32Array | undefined;
  /** Of a group normalization: into which its channels fall. */
  readonly groups: number | undefined;
  /** The stages whose outputs go in, by their places; IMAGE is the image. A residual sum has two. */
  readonly inputs: readonly number[];
  /** All that it keeps and learns, by name and shape. */
  readonly parameters: readonly { readonly name: string; readonly shape: Shape }[];
  /** The output as the GPU computed it, row-major. */
  readonly values: Float32Array;
}

/** A place in a row-major image [H,W,C]; a vector is one row of one channel. */
export interface Position {
  readonly row: number;
  readonly column: number;
  readonly channel: number;
}

export const isImage = (shape: Shape): boolean => shape.length === 3;

export function positionOf(shape: Shape, index: number): Position {
  const [, width = 1, channels = 1] = isImage(shape) ? shape : [1, shape[0], 1];
  return {
    row: Math.floor(index / (width * channels)),
    column: Math.floor(index / channels) % width,
    channel: index % channels,
  };
}

/** undefined where there is nothing: on the padding. */
export function indexAt(shape: Shape, { row, column, channel }: Position): number | undefined {
  const [height = 1, width = 1, channels = 1] = isImage(shape) ? shape : [1, shape[0], 1];
  if (row < 0 || column < 0 || row >= height || column >= width) return undefined;
  return (row * width + column) * channels + channel;
}

/** Where a stage stands: its own name, and the residual block that it is in or ends, with the way through it. */
export function placeOf({ name, kind }: Pick<Stage, 'name' | 'kind'>): {
  readonly own: string;
  readonly block: string | undefined;
  readonly way: 'body' | 'shortcut' | 'sum' | undefined;
} {
  const [block, way, ...rest] = name.split('.');
  const own = rest.at(-1) ?? name;
  if (kind === 'residual' && rest.length === 0) return { own, block: name, way: 'sum' };
  if (way !== 'body' && way !== 'shortcut') return { own, block: undefined, way: undefined };
  return { own, block, way };
}

/** The layers that put out an image, at which Grad-CAM can look. */
export const imageLayers = (stages: readonly Stage[]): string[] =>
  stages.filter(({ outputShape }) => isImage(outputShape)).map(({ name }) => name);
