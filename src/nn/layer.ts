// What a layer is: plain data with two functions. `build` says what it makes of an input shape, `forward`
// does it. Shapes here are those of one sample; the batch comes in front.
import type { Shape, Tensor, WindowGeometry } from '../tensor/index.ts';
import type { Initialiser } from './initialisers.ts';

export type LayerKind =
  | 'conv2d'
  | 'dense'
  | 'relu'
  | 'leakyRelu'
  | 'gelu'
  | 'sigmoid'
  | 'tanh'
  | 'softmax'
  | 'maxPool2d'
  | 'avgPool2d'
  | 'globalAvgPool2d'
  | 'flatten'
  | 'dropout';

export interface Layer {
  readonly kind: LayerKind;
  /**
   * Holds the layer against an input shape. `where` names the layer in errors.
   * @throws TensorError when the layer cannot take such an input
   */
  readonly build: (input: Shape, where: string) => Built;
  readonly forward: (x: Tensor, call: Call) => Tensor;
}

export interface Built {
  readonly outputShape: Shape;
  /** In the order that `forward` takes them. */
  readonly parameters: readonly ParameterPlan[];
  /**
   * Floating-point operations of one sample's forward pass: those of matrix products and convolutions, a
   * multiplication and an addition counted as two. What is done element by element counts as none.
   */
  readonly flops: number;
  /** dropout: the share that it sets to 0. */
  readonly rate?: number;
  /** How windows lie over the image, for layers that have them. */
  readonly window?: LayerWindow;
}

export interface LayerWindow extends WindowGeometry {
  /** Height and width of the window, in taps. */
  readonly R: number;
  readonly S: number;
  /** A mean counts the taps on the padding as zeros. */
  readonly countIncludePad: boolean;
}

export interface ParameterPlan {
  /** `weight` or `bias`. */
  readonly name: string;
  readonly shape: Shape;
  /** Absent: the network chooses by what follows the layer. */
  readonly initialiser?: Initialiser | undefined;
}

/** What `forward` gets besides its input. */
export interface Call {
  readonly name: string;
  readonly parameters: readonly Tensor[];
  /** A number that no other layer of the network has, for random numbers of its own. */
  readonly stream: number;
  /** Present while training. */
  readonly training: Training | undefined;
}

export interface Training {
  /** u32 [2]: seed and step, from which dropout draws. */
  readonly state: Tensor;
  /** Dropout masks from outside, 0 or 1, by the layer's name: for tests against a reference. */
  readonly masks?: ReadonlyMap<string, Tensor>;
}
