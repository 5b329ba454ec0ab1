// The layers of a network, by the names that Keras users know. Images are NHWC, filters [R,S,C,K].
import {
  type Padding,
  type Pair,
  type Shape,
  type Tensor,
  type WindowOptions,
  TensorError,
  sizeOf,
  windowGeometry,
} from '../tensor/index.ts';
import * as tensor from '../tensor/index.ts';
import { pairKind, pairOf, windowKinds } from '../tensor/ops/geometry.ts';
import {
  type OptionKinds,
  boolean,
  callable,
  checkOptions,
  finite,
  oneOf,
  required,
  whole,
} from '../tensor/options.ts';
import { type Initializer, heUniform, zeros } from './initializers.ts';
import type { ScaleAndShift, Built, Module } from './module.ts';

/** Of `conv2d`. */
export interface Conv2dLayer extends WindowOptions {
  /** Output channels. */
  readonly filters: number;
  /** Height and width of the filters. */
  readonly kernel: number | Pair;
  /** By default true. */
  readonly useBias?: boolean;
  /** Of the weight; by default He uniform before a ReLU, else Glorot uniform. */
  readonly initializer?: Initializer;
}

const weightKinds = { useBias: boolean, initializer: callable };
const conv2dKinds: OptionKinds<Conv2dLayer> = {
  filters: required(whole({ from: 1 })),
  kernel: required(pairKind),
  ...weightKinds,
  ...windowKinds,
};

/** y = x ∗ w + b: [H,W,C] → [P,Q,filters]. Parameters weight [R,S,C,filters], bias [filters]. */
export function conv2d(options: Conv2dLayer): Module {
  checkOptions('conv2d', options, conv2dKinds);
  const { filters: K, kernel, useBias = true, initializer, ...window } = options;
  const [R, S] = pairOf(kernel);
  return {
    kind: 'conv2d',
    stem: 'conv',
    build(input, where) {
      const [H, W, C] = imageOf(input, where);
      const geometry = windowGeometry(where, { H, W }, { R, S }, window);
      const { P, Q } = geometry;
      return {
        outputShape: [P, Q, K],
        window: { ...geometry, R, S, countIncludePad: false },
        parameters: weightAndBias([R, S, C, K], useBias, initializer),
        flops: 2 * P * Q * K * R * S * C,
      };
    },
    forward: (x, { parameters: [w, b] }) => tensor.conv2d(x, w as Tensor, b, window),
    scaled: (x, { parameters }, by) => tensor.conv2d(x, ...scaledBy(by, parameters), window),
  };
}

/** Of `dense`. */
export interface DenseLayer {
  /** Outputs. */
  readonly units: number;
  /** By default true. */
  readonly useBias?: boolean;
  /** Of the weight; by default He uniform before a ReLU, else Glorot uniform. */
  readonly initializer?: Initializer;
}

/** y = x · w + b: [I] → [units]. Parameters weight [I,units], bias [units]. */
export function dense(options: DenseLayer): Module {
  checkOptions('dense', options, { units: required(whole({ from: 1 })), ...weightKinds });
  const { units: O, useBias = true, initializer } = options;
  return {
    kind: 'dense',
    stem: 'fc',
    build(input, where) {
      const [I, ...more] = input;
      if (I === undefined || more.length > 0) {
        throw new TensorError(`${where}: takes a vector, got [${input}]; put flatten() before it`);
      }
      return {
        outputShape: [O],
        parameters: weightAndBias([I, O], useBias, initializer),
        flops: 2 * I * O,
      };
    },
    forward: (x, { parameters: [w, b] }) => tensor.linear(x, w as Tensor, b),
    scaled: (x, { parameters }, by) => tensor.linear(x, ...scaledBy(by, parameters)),
  };
}

/** max(0, x) */
export const relu = (): Module => ({
  ...elementwise('relu', (x) => tensor.relu(x)),
  suits: heUniform,
});
/** x where positive, else alpha · x; alpha is 0.3 in Keras, 0.01 in PyTorch and here. */
export function leakyRelu(options: { readonly alpha?: number } = {}): Module {
  checkOptions('leakyRelu', options, { alpha: finite() });
  const layer = elementwise('leakyRelu', (x) => tensor.leakyRelu(x, options));
  return { ...layer, suits: heUniform };
}
/** x · Φ(x), or its approximation by tanh (Hendrycks & Gimpel 2016). */
export function gelu(options: { readonly approximate?: 'none' | 'tanh' } = {}): Module {
  checkOptions('gelu', options, { approximate: oneOf('none', 'tanh') });
  return elementwise('gelu', (x) => tensor.gelu(x, options));
}
/** 1 / (1 + e^−x), elementwise, as a layer. */
export const sigmoid = () => elementwise('sigmoid', (x) => tensor.sigmoid(x));
/** tanh x, elementwise, as a layer. */
export const tanh = () => elementwise('tanh', (x) => tensor.tanh(x));
/** Probabilities over the last axis. A network that is trained ends without it: the loss takes logits. */
export const softmax = () => elementwise('softmax', (x) => tensor.softmax(x));

/** Of `maxPool2d`, the window in pixels. */
export interface PoolLayer {
  readonly window: number | Pair;
  /** By default the window. */
  readonly stride?: number | Pair;
  /** By default 'valid'. */
  readonly padding?: Padding;
}

const poolKinds: OptionKinds<PoolLayer> = {
  window: required(pairKind),
  stride: pairKind,
  padding: windowKinds.padding,
};

/** The largest value of each window, by channel. */
export function maxPool2d(options: PoolLayer): Module {
  checkOptions('maxPool2d', options, poolKinds);
  return {
    kind: 'maxPool2d',
    stem: 'pool',
    isPassage: true,
    build: (input, where) => pooled(input, where, options),
    forward: (x) => tensor.maxPool2d(x, options),
  };
}

/** Of `avgPool2d`, the window in pixels. */
export interface AvgPoolLayer extends PoolLayer {
  /** Count padding as zeros; by default means are taken over the image alone. */
  readonly countIncludePad?: boolean;
}

/** The mean of each window, by channel. */
export function avgPool2d(options: AvgPoolLayer): Module {
  checkOptions('avgPool2d', options, { ...poolKinds, countIncludePad: boolean });
  return {
    kind: 'avgPool2d',
    stem: 'pool',
    isPassage: true,
    build: (input, where) => pooled(input, where, options),
    forward: (x) => tensor.avgPool2d(x, options),
  };
}

/** The mean of the whole image, by channel: [H,W,C] → [C]. */
export const globalAvgPool2d = (): Module => global('globalAvgPool2d', tensor.globalAvgPool2d);
/** The largest value of the whole image, by channel: [H,W,C] → [C]. */
export const globalMaxPool2d = (): Module => global('globalMaxPool2d', tensor.globalMaxPool2d);

const global = (kind: string, pool: (x: Tensor) => Tensor): Module => ({
  kind,
  stem: 'pool',
  isPassage: true,
  build: (input, where) => free([imageOf(input, where)[2]]),
  forward: (x) => tensor.flatten(pool(x)),
});

/** Everything in a row, in memory's order: [H,W,C] → [H·W·C]. No kernel runs. */
export function flatten(): Module {
  return {
    kind: 'flatten',
    isPassage: true,
    build: (input) => free([sizeOf(input)]),
    forward: (x) => tensor.flatten(x),
  };
}

/**
 * While training, sets a share `rate` of the values to 0 and scales the others by 1 / (1 − rate)
 * (Srivastava et al. 2014, in its inverted form). The mask follows from seed, step and layer.
 */
export function dropout(options: { readonly rate: number }): Module {
  checkOptions('dropout', options, { rate: required(finite({ from: 0, below: 1 })) });
  const { rate } = options;
  return {
    kind: 'dropout',
    stem: 'drop',
    build: (input) => ({ ...free(input), rate }),
    forward(x, { name, stream, training }) {
      const mask = training?.masks?.get(name);
      if (mask) return tensor.dropoutMask(x, mask, { rate });
      return tensor.dropout(x, training?.state, { rate, stream });
    },
  };
}

const free = (outputShape: Shape): Built => ({ outputShape });

const elementwise = (kind: string, f: (x: Tensor) => Tensor): Module => ({
  kind,
  build: free,
  forward: (x) => f(x),
});

/** Weight and bias, whose last axis is the outputs, of the same layer times scale plus shift. */
const scaledBy = (
  { scale, shift }: ScaleAndShift,
  [w, b]: readonly Tensor[],
): [weight: Tensor, bias: Tensor] => [
  (w as Tensor).mul(scale),
  b ? b.mul(scale).add(shift) : shift,
];

function weightAndBias(weight: Shape, useBias: boolean, initializer: Initializer | undefined) {
  const bias = { name: 'bias', shape: weight.slice(-1), initializer: zeros };
  return [{ name: 'weight', shape: weight, initializer }, ...(useBias ? [bias] : [])];
}

function pooled(input: Shape, where: string, options: AvgPoolLayer): Built {
  const [H, W, C] = imageOf(input, where);
  const { window, stride = window, padding } = options;
  const [R, S] = pairOf(window);
  const geometry = windowGeometry(where, { H, W }, { R, S }, { stride, padding });
  const { countIncludePad = false } = options;
  const { P, Q } = geometry;
  return { ...free([P, Q, C]), window: { ...geometry, R, S, countIncludePad } };
}

function imageOf(input: Shape, where: string): readonly [H: number, W: number, C: number] {
  const [H, W, C, ...more] = input;
  if (H === undefined || W === undefined || C === undefined || more.length > 0) {
    throw new TensorError(`${where}: takes an image [H,W,C], got [${input}]`);
  }
  return [H, W, C];
}
