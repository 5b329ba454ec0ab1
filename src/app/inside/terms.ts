// One value of a layer written out: the numbers it is made of, and their sum in double precision, to be
// held against the value that the GPU computed.
import { NORMALIZATION_EPSILON } from '../../tensor/index.ts';
import { type Position, type Stage, indexAt, positionOf } from './stage.ts';

/** One tap of a window, or one input of a dense layer. */
export interface Term {
  /** Where in the layer's input; undefined on the padding. */
  readonly index: number | undefined;
  /** The input's value, 0 on the padding. */
  readonly x: number;
  readonly w: number;
}

/** What a filter sees in one input channel. */
interface ChannelTerms {
  readonly channel: number;
  /** R · S of them, row by row. */
  readonly terms: readonly Term[];
  readonly sum: number;
}

export type Account = {
  /** What the numbers below come to; undefined where a setting of the layer is not known here. */
  readonly result: number | undefined;
  readonly gpu: number;
} & (
  | {
      readonly kind: 'conv2d';
      readonly channels: readonly ChannelTerms[];
      readonly bias: number | undefined;
    }
  | {
      readonly kind: 'dense';
      /** The largest products first. */
      readonly terms: readonly Term[];
      readonly bias: number | undefined;
    }
  /** `w` of the winner is 1. */
  | { readonly kind: 'maxPool2d'; readonly terms: readonly Term[] }
  /** `w` is one over the number of taps that count. */
  | { readonly kind: 'avgPool2d'; readonly terms: readonly Term[] }
  | { readonly kind: 'softmax'; readonly logits: readonly number[]; readonly largest: number }
  | { readonly kind: 'elementwise'; readonly x: number; readonly formula: string }
  | { readonly kind: 'moved'; readonly from: Position; readonly index: number }
  /** (x − mean) / √(variance + epsilon) · weight + bias. */
  | {
      readonly kind: 'normalized';
      readonly x: number;
      readonly mean: number;
      readonly variance: number;
      readonly weight: number;
      readonly bias: number;
      /** How many values of this image mean and variance are taken over; none where running ones serve. */
      readonly count: number;
    }
  /** A residual sum: what the layers inside made, and what went around them. */
  | { readonly kind: 'added'; readonly terms: readonly [inside: Term, around: Term] }
  /** Of a layer whose formula is not known here. */
  | { readonly kind: 'unknown' }
);

/**
 * Where, and by which numbers, output `index` of a layer comes from its input.
 * @param around a residual block's other input
 */
export function accountOf(
  stage: Stage,
  input: Float32Array,
  index: number,
  around?: Float32Array,
): Account {
  const gpu = stage.values[index] as number;
  switch (stage.kind) {
    case 'conv2d':
      return { ...convolution(stage, input, index), gpu };
    case 'dense':
      return { ...weighedSum(stage, input, index), gpu };
    case 'maxPool2d':
    case 'globalMaxPool2d':
      return { ...largestOf(stage, input, index), gpu };
    case 'avgPool2d':
    case 'globalAvgPool2d':
      return { ...meanOf(stage, input, index), gpu };
    case 'batchNorm':
    case 'layerNorm':
    case 'groupNorm':
      return { ...normalized(stage, input, index), gpu };
    case 'residual': {
      if (!around) return { kind: 'unknown', result: undefined, gpu };
      const [a, b] = [input[index] as number, around[index] as number];
      const terms = [
        { index, x: a, w: 1 },
        { index, x: b, w: 1 },
      ] as const;
      return { kind: 'added', terms, result: a + b, gpu };
    }
    case 'softmax':
      return { ...share(stage, input, index), gpu };
    case 'flatten': {
      const result = input[index] as number;
      return { kind: 'moved', from: positionOf(stage.inputShape, index), index, result, gpu };
    }
    case 'relu':
    case 'leakyRelu':
    case 'gelu':
    case 'sigmoid':
    case 'tanh':
    case 'dropout': {
      const x = input[index] as number;
      return { kind: 'elementwise', x, ...FORMULAS[stage.kind](x, gpu), gpu };
    }
    default:
      return { kind: 'unknown', result: undefined, gpu };
  }
}

/** The last bit of a single-precision number near 1. */
const EPSILON = 2 ** -23;

/**
 * Whether the GPU's value is the one written out, as far as single precision can tell: rounding errors grow with
 * the size of the terms, not of their sum, and like the root of their number where they fall as they will (Higham 2002, §3).
 */
export function isSame(account: Account): boolean {
  const { result, gpu } = account;
  if (result === undefined) return true;
  if (account.kind === 'normalized') {
    // Mean and variance are sums as well, and their errors are multiplied with the rest.
    const { x, mean, variance, weight, bias, count } = account;
    const size = ((Math.abs(x) + Math.abs(mean)) * Math.abs(weight)) / deviation(variance);
    const error = 4 * EPSILON * Math.sqrt(count + 4) * (size + Math.abs(bias));
    return Math.abs(result - gpu) <= error + 1e-37;
  }
  const terms = termsOf(account);
  // WGSL lets exp and tanh be wrong in their last digits.
  if (terms.length === 0) return Math.abs(result - gpu) <= 1e-5 * Math.max(Math.abs(result), 0.1);
  const bias = 'bias' in account ? Math.abs(account.bias ?? 0) : 0;
  const size = terms.reduce((sum, { x, w }) => sum + Math.abs(x * w), bias);
  return Math.abs(result - gpu) <= 2 * EPSILON * Math.sqrt(terms.length + 1) * size + 1e-37;
}

function termsOf(account: Account): readonly Term[] {
  if ('channels' in account) return account.channels.flatMap(({ terms }) => terms);
  if ('terms' in account) return account.terms;
  return [];
}

/** The indices of the input that one window covers, row by row; undefined on the padding. */
function windowOver(stage: Stage, position: Position): (number | undefined)[] {
  const { inputShape, window } = stage;
  if (!window) return [];
  const { R, S, strideH, strideW, top, left, dilationH, dilationW } = window;
  return Array.from({ length: R * S }, (_, tap) => {
    const row = position.row * strideH - top + Math.floor(tap / S) * dilationH;
    const column = position.column * strideW - left + (tap % S) * dilationW;
    return indexAt(inputShape, { row, column, channel: position.channel });
  });
}

const total = (terms: readonly Term[]) => terms.reduce((sum, { x, w }) => sum + x * w, 0);
const valueAt = (input: Float32Array, index: number | undefined) =>
  index === undefined ? 0 : (input[index] as number);

function convolution(stage: Stage, input: Float32Array, index: number) {
  const { weight = new Float32Array(), bias: biases, inputShape, outputShape } = stage;
  const [C, K] = [inputShape[2] ?? 1, outputShape[2] ?? 1];
  const position = positionOf(outputShape, index);
  const channels = Array.from({ length: C }, (_, channel): ChannelTerms => {
    const terms = windowOver(stage, { ...position, channel }).map((at, tap) => ({
      index: at,
      x: valueAt(input, at),
      w: weight[(tap * C + channel) * K + position.channel] as number,
    }));
    return { channel, terms, sum: total(terms) };
  });
  const bias = biases?.[position.channel];
  const result = channels.reduce((sum, one) => sum + one.sum, bias ?? 0);
  return { kind: 'conv2d' as const, channels, bias, result };
}

function weighedSum(stage: Stage, input: Float32Array, index: number) {
  const { weight = new Float32Array(), bias: biases, outputShape } = stage;
  const O = outputShape[0] ?? 1;
  const terms = Array.from(input, (x, i): Term => ({
    index: i,
    x,
    w: weight[i * O + index] as number,
  })).sort((a, b) => Math.abs(b.x * b.w) - Math.abs(a.x * a.w));
  const bias = biases?.[index];
  return { kind: 'dense' as const, terms, bias, result: total(terms) + (bias ?? 0) };
}

/** All places of the map of a channel. */
function mapOf({ inputShape: [H = 1, W = 1, C = 1] }: Stage, channel: number): number[] {
  return Array.from({ length: H * W }, (_, at) => at * C + channel);
}

function largestOf(stage: Stage, input: Float32Array, index: number) {
  const taps = stage.window
    ? windowOver(stage, positionOf(stage.outputShape, index))
    : mapOf(stage, index);
  const seen = taps.map((at) => (at === undefined ? -Infinity : (input[at] as number)));
  const result = Math.max(...seen);
  const winner = seen.indexOf(result);
  const terms = taps.map((at, tap): Term => ({
    index: at,
    x: valueAt(input, at),
    w: tap === winner ? 1 : 0,
  }));
  return { kind: 'maxPool2d' as const, terms, result };
}

function meanOf(stage: Stage, input: Float32Array, index: number) {
  const { outputShape, window } = stage;
  const taps = window ? windowOver(stage, positionOf(outputShape, index)) : mapOf(stage, index);
  const counted = window?.countIncludePad ? taps : taps.filter((at) => at !== undefined);
  const terms = taps.map((at): Term => ({
    index: at,
    x: valueAt(input, at),
    w: at === undefined ? 0 : 1 / counted.length,
  }));
  return { kind: 'avgPool2d' as const, terms, result: total(terms) };
}

/** With what is added to a variance in the layers that networks here are made of. */
export const deviation = (variance: number): number => Math.sqrt(variance + NORMALIZATION_EPSILON);

/** By the running statistics of the channel, or by those of the values that are normalized together. */
function normalized(stage: Stage, input: Float32Array, index: number) {
  const { kind, outputShape, weight, bias } = stage;
  const C = outputShape.at(-1) ?? 1;
  const channel = index % C;
  const x = input[index] as number;
  const together = kind === 'batchNorm' ? [] : togetherWith(stage, index).map((i) => input[i] ?? 0);
  const sum = (values: readonly number[]) => values.reduce((before, v) => before + v, 0);
  const count = together.length;
  const mean = stage.mean?.[channel] ?? sum(together) / count;
  const variance = stage.variance?.[channel] ?? sum(together.map((v) => (v - mean) ** 2)) / count;
  const [w, b] = [weight?.[channel] ?? 1, bias?.[channel] ?? 0];
  const result = ((x - mean) / deviation(variance)) * w + b;
  return { kind: 'normalized' as const, x, mean, variance, weight: w, bias: b, count, result };
}

/** The channels of a place, or all places of a group of channels. */
function togetherWith({ kind, outputShape, groups = 1 }: Stage, index: number): number[] {
  const C = outputShape.at(-1) ?? 1;
  const size = outputShape.reduce((product, d) => product * d, 1);
  const all = Array.from({ length: size }, (_, i) => i);
  if (kind === 'layerNorm') return all.slice(index - (index % C), index - (index % C) + C);
  const width = C / groups;
  const group = Math.floor((index % C) / width);
  return all.filter((i) => Math.floor((i % C) / width) === group);
}

/** Over the last axis; the largest is taken off first, so that nothing overflows. */
function share({ outputShape }: Stage, input: Float32Array, index: number) {
  const classes = outputShape.at(-1) ?? 1;
  const from = index - (index % classes);
  const logits = Array.from(input.subarray(from, from + classes));
  const largest = Math.max(...logits);
  const sum = logits.reduce((before, z) => before + Math.exp(z - largest), 0);
  const result = Math.exp((input[index] as number) - largest) / sum;
  return { kind: 'softmax' as const, logits, largest, result };
}

/** What a layer does to a value x. */
const FORMULAS = {
  relu: (x: number) => ({ formula: 'max(0, x)', result: Math.max(0, x) }),
  leakyRelu: (x: number, gpu: number) =>
    x >= 0
      ? { formula: 'x, where it is positive', result: x }
      : { formula: `${(gpu / x).toPrecision(3)} · x, where it is negative`, result: undefined },
  gelu: () => ({ formula: 'x · Φ(x)', result: undefined }),
  sigmoid: (x: number) => ({ formula: '1 / (1 + exp(−x))', result: 1 / (1 + Math.exp(-x)) }),
  tanh: (x: number) => ({ formula: 'tanh x', result: Math.tanh(x) }),
  dropout: (x: number) => ({ formula: 'x: nothing is dropped outside training', result: x }),
};
