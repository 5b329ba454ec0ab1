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
import { type Initialiser, zeros } from './initialisers.ts';
import type { Built, Layer, LayerKind } from './layer.ts';

export interface Conv2dLayer extends WindowOptions {
  /** Output channels. */
  readonly filters: number;
  /** Height and width of the filters. */
  readonly kernel: number | Pair;
  /** By default true. */
  readonly useBias?: boolean;
  /** Of the weight; by default He uniform before a ReLU, else Glorot uniform. */
  readonly initialiser?: Initialiser;
}

/** y = x ∗ w + b: [H,W,C] → [P,Q,filters]. Parameters weight [R,S,C,filters], bias [filters]. */
export function conv2d(options: Conv2dLayer): Layer {
  const { filters: K, kernel, useBias = true, initialiser, ...window } = options;
  const [R, S] = typeof kernel === 'number' ? [kernel, kernel] : kernel;
  return {
    kind: 'conv2d',
    build(input, where) {
      const [H, W, C] = imageOf(input, where);
      checkCount(where, 'filters', K);
      checkCount(where, 'kernel', R);
      checkCount(where, 'kernel', S);
      const geometry = windowGeometry(where, { H, W }, { R, S }, window);
      const { P, Q } = geometry;
      return {
        outputShape: [P, Q, K],
        window: { ...geometry, R, S, countIncludePad: false },
        parameters: weightAndBias([R, S, C, K], useBias, initialiser),
        flops: 2 * P * Q * K * R * S * C,
      };
    },
    forward: (x, { parameters: [w, b] }) => tensor.conv2d(x, w as Tensor, b, window),
  };
}

export interface DenseLayer {
  /** Outputs. */
  readonly units: number;
  /** By default true. */
  readonly useBias?: boolean;
  /** Of the weight; by default He uniform before a ReLU, else Glorot uniform. */
  readonly initialiser?: Initialiser;
}

/** y = x · w + b: [I] → [units]. Parameters weight [I,units], bias [units]. */
export function dense({ units: O, useBias = true, initialiser }: DenseLayer): Layer {
  return {
    kind: 'dense',
    build(input, where) {
      const [I, ...more] = input;
      if (I === undefined || more.length > 0) {
        throw new TensorError(`${where}: takes a vector, got [${input}]; put flatten() before it`);
      }
      checkCount(where, 'units', O);
      return {
        outputShape: [O],
        parameters: weightAndBias([I, O], useBias, initialiser),
        flops: 2 * I * O,
      };
    },
    forward: (x, { parameters: [w, b] }) => tensor.linear(x, w as Tensor, b),
  };
}

/** max(0, x) */
export const relu = () => elementwise('relu', (x) => tensor.relu(x));
/** x where positive, else alpha · x; alpha is 0.3 in Keras, 0.01 in PyTorch and here. */
export const leakyRelu = ({ alpha = 0.01 }: { readonly alpha?: number } = {}) =>
  elementwise('leakyRelu', (x) => tensor.leakyRelu(x, { alpha }));
/** x · Φ(x), or its approximation by tanh (Hendrycks & Gimpel 2016). */
export const gelu = (options: { readonly approximate?: 'none' | 'tanh' } = {}) =>
  elementwise('gelu', (x) => tensor.gelu(x, options));
export const sigmoid = () => elementwise('sigmoid', (x) => tensor.sigmoid(x));
export const tanh = () => elementwise('tanh', (x) => tensor.tanh(x));
/** Probabilities over the last axis. A network that is trained ends without it: the loss takes logits. */
export const softmax = () => elementwise('softmax', (x) => tensor.softmax(x));

export interface PoolLayer {
  readonly window: number | Pair;
  /** By default the window. */
  readonly stride?: number | Pair;
  /** By default 'valid'. */
  readonly padding?: Padding;
}

/** The largest value of each window, by channel. */
export function maxPool2d(options: PoolLayer): Layer {
  return {
    kind: 'maxPool2d',
    build: (input, where) => pooled(input, where, options),
    forward: (x) => tensor.maxPool2d(x, options),
  };
}

export interface AvgPoolLayer extends PoolLayer {
  /** Count padding as zeros; by default means are taken over the image alone. */
  readonly countIncludePad?: boolean;
}

/** The mean of each window, by channel. */
export function avgPool2d(options: AvgPoolLayer): Layer {
  return {
    kind: 'avgPool2d',
    build: (input, where) => pooled(input, where, options),
    forward: (x) => tensor.avgPool2d(x, options),
  };
}

/** The mean of the whole image, by channel: [H,W,C] → [C]. */
export function globalAvgPool2d(): Layer {
  return {
    kind: 'globalAvgPool2d',
    build: (input, where) => free([imageOf(input, where)[2]]),
    forward: (x) => tensor.flatten(tensor.globalAvgPool2d(x)),
  };
}

/** Everything in a row, in memory's order: [H,W,C] → [H·W·C]. No kernel runs. */
export function flatten(): Layer {
  return {
    kind: 'flatten',
    build: (input) => free([sizeOf(input)]),
    forward: (x) => tensor.flatten(x),
  };
}

/**
 * While training, sets a share `rate` of the values to 0 and scales the others by 1 / (1 − rate)
 * (Srivastava et al. 2014, in its inverted form). The mask follows from seed, step and layer.
 */
export function dropout({ rate }: { readonly rate: number }): Layer {
  return {
    kind: 'dropout',
    build(input, where) {
      if (!(rate >= 0 && rate < 1)) {
        throw new TensorError(`${where}: rate must be at least 0 and below 1, got ${rate}`);
      }
      return { ...free(input), rate };
    },
    forward(x, { name, stream, training }) {
      const mask = training?.masks?.get(name);
      if (mask) return tensor.dropoutMask(x, mask, { rate });
      return tensor.dropout(x, training?.state, { rate, stream });
    },
  };
}

const free = (outputShape: Shape): Built => ({ outputShape, parameters: [], flops: 0 });

const elementwise = (kind: LayerKind, f: (x: Tensor) => Tensor): Layer => ({
  kind,
  build: free,
  forward: (x) => f(x),
});

function weightAndBias(weight: Shape, useBias: boolean, initialiser: Initialiser | undefined) {
  const bias = { name: 'bias', shape: weight.slice(-1), initialiser: zeros };
  return [{ name: 'weight', shape: weight, initialiser }, ...(useBias ? [bias] : [])];
}

function pooled(input: Shape, where: string, options: AvgPoolLayer): Built {
  const [H, W, C] = imageOf(input, where);
  const { window, stride = window, padding } = options;
  const [R, S] = typeof window === 'number' ? [window, window] : window;
  checkCount(where, 'window', R);
  checkCount(where, 'window', S);
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

function checkCount(where: string, name: string, count: number): void {
  if (!Number.isInteger(count) || count < 1) {
    throw new TensorError(`${where}: ${name} must be a whole number from 1, got ${count}`);
  }
}
