// What a module is: plain data with two functions. `build` says what it makes of an input shape and what it keeps,
// `forward` does it. Shapes here are those of one sample; the batch comes in front.
import { type Shape, type Tensor, TensorError, type WindowGeometry } from '../tensor/index.ts';
import {
  type Kind,
  callable,
  checkOptions,
  listOf,
  required,
  shown,
  text,
  whole,
} from '../tensor/options.ts';
import type { Initializer } from './initializers.ts';

/**
 * A piece of a network: a layer, or several put together. It holds no tensors, so one module may stand in several
 * places, each with parameters of its own.
 *
 * @example x · scale, a learned number for each channel:
 * const scale: Module = {
 *   kind: 'scale',
 *   build: (input) => ({ outputShape: input, parameters: [{ name: 'scale', shape: input.slice(-1), initializer: ones }] }),
 *   forward: (x, { parameters: [scale] }) => x.mul(scale),
 * };
 */
export interface Module {
  /** What it is called where it is shown, such as `conv2d`: any word. */
  readonly kind: string;
  /** With a number behind it, its name in a sequence: `conv` gives conv1. By default the kind. */
  readonly stem?: string;
  /** How the weights of a layer before it had best begin, such as `heUniform`; by default `glorotUniform`. */
  readonly suits?: Initializer;
  /** How they had best begin, what comes after it decides: a pool, say. By default false. */
  readonly isPassage?: boolean;
  /**
   * Holds the module against an input shape. `where` names its place in errors.
   * @throws TensorError when the module cannot take such an input
   */
  readonly build: (input: Shape, where: string) => Built;
  /** From x [N, ...input] to [N, ...outputShape], by ops, which differentiate it. */
  readonly forward: (x: Tensor, context: Context) => Tensor;
  /** Of a layer that outside training is x · scale + shift, each [C]: both. One that can be `scaled` takes it over. */
  readonly scaleAndShift?: (context: Context) => ScaleAndShift;
  /** `forward` with its outputs times scale plus shift, which its weights can take over. */
  readonly scaled?: (x: Tensor, context: Context, by: ScaleAndShift) => Tensor;
}

/** A number a channel, [C], to multiply with, and one to add. */
export interface ScaleAndShift {
  readonly scale: Tensor;
  readonly shift: Tensor;
}

/** What a module makes of an input shape. */
export interface Built {
  readonly outputShape: Shape;
  /** What is learned, in the order in which `forward` gets it. */
  readonly parameters?: readonly ParameterPlan[];
  /**
   * What is kept from step to step, saved and restored, but not learned by gradients; at first 0. `forward` may overwrite
   * it while training, with `x.device.copy(value, buffer)`.
   */
  readonly buffers?: readonly ParameterPlan[];
  /** The modules inside, in the order in which `forward` gets them; each made by `part`. */
  readonly parts?: readonly Part[];
  /**
   * How the parts stand to each other. 'sequential': `forward` applies them one after the other and does nothing else; outside
   * training a batch normalization then goes into the layer before it, and a summary has no row for the whole. 'parallel':
   * each gets the module's own input. By default one follows the other, and `forward` has more to do.
   */
  readonly layout?: 'sequential' | 'parallel';
  /**
   * Floating-point operations of one sample's forward pass, the parts aside: those of matrix products and convolutions, a
   * multiplication and an addition counted as two. What is done element by element counts as none. By default 0.
   */
  readonly flops?: number;
  /** dropout: the share that it sets to 0. */
  readonly rate?: number;
  /** groupNorm: into which the channels fall. */
  readonly groups?: number;
  /** How windows lie over the image, for layers that have them. */
  readonly window?: LayerWindow;
}

/** The window of a convolution or a pooling layer, for those who draw it. */
export interface LayerWindow extends WindowGeometry {
  /** Height and width of the window, in taps. */
  readonly R: number;
  readonly S: number;
  /** A mean counts the taps on the padding as zeros. */
  readonly countIncludePad: boolean;
}

/** A parameter that a module asks for. */
export interface ParameterPlan {
  /** Such as `weight` or `bias`; behind its module's name: `conv1.weight`. */
  readonly name: string;
  readonly shape: Shape;
  /** Absent: of parameters the network chooses by what follows the module; buffers begin at 0. */
  readonly initializer?: Initializer | undefined;
}

/** A module inside another, built for its input. */
export interface Part {
  readonly name: string;
  readonly module: Module;
  readonly inputShape: Shape;
  readonly built: Built;
}

/** What `forward` gets besides its input. */
export interface Context {
  /** Of the module, with those around it: `residual1.body.conv1`. */
  readonly name: string;
  readonly parameters: readonly Tensor[];
  readonly buffers: readonly Tensor[];
  /** The modules inside, each as a function. */
  readonly parts: readonly ((x: Tensor) => Tensor)[];
  /** A number that no other module of the network has, for random numbers of its own. */
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

/** For metrics: functions like losses, by name. */
export const functionsKind: Kind = {
  wants: 'an object of functions',
  holds: (value) =>
    typeof value === 'object' &&
    Object.getPrototypeOf(value ?? []) === Object.prototype &&
    Object.values(value as object).every((metric) => callable.holds(metric)),
};

export const moduleKind: Kind = {
  wants: 'a layer such as dense({ units: 10 })',
  holds: (value) => {
    const { kind, build, forward } = (value ?? {}) as Partial<Module>;
    return typeof kind === 'string' && typeof build === 'function' && typeof forward === 'function';
  },
};

const sizes = listOf(whole({ from: 1 }));
const planKinds = { name: required(text), shape: required(sizes) };

/**
 * A module in its place inside another, for `parts` of what `build` returns.
 * @param where the place of the outer module, from its `build`
 * @param title of this place in errors, by default its name
 * @throws TensorError when the module does not take such an input, or builds something that is no plan
 */
export function part(
  name: string,
  module: Module,
  inputShape: Shape,
  where = '',
  title = name,
): Part {
  const here = where === '' ? title : `${where}, ${title}`;
  const built = module.build(inputShape, here);
  const { outputShape, parameters = [], buffers = [] } = built;
  if (!sizes.holds(outputShape)) {
    throw new TensorError(
      `${here}: outputShape must be ${sizes.wants}, build gave ${shown(outputShape)}`,
    );
  }
  for (const { name, shape } of [...parameters, ...buffers])
    checkOptions(`${here}: a parameter`, { name, shape }, planKinds);
  return { name, module, inputShape, built };
}
