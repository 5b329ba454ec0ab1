// Rows for reductions, argmax, softmax and cross-entropy.
import type { ReduceOptions } from '../engine.ts';
import {
  bits,
  type Input,
  integers,
  positive,
  ranked,
  type Row,
  row,
  signed,
  tied,
  wide,
} from './row.ts';

const reductions = (draw: (...shape: number[]) => Input): [Input[], ReduceOptions][] => [
  [[draw()], {}],
  [[draw(1)], { axes: [0] }],
  [[draw(65)], {}],
  [[draw(1031)], {}],
  [[draw(17, 33)], { axes: [0] }],
  [[draw(17, 33)], { axes: [-1], keepDims: true }],
  [[draw(3, 5, 7)], { axes: [1] }],
  [[draw(3, 5, 7)], { axes: [0, 2] }],
  [[draw(3, 5, 7)], { axes: [2, 0], keepDims: true }],
  [[draw(2, 3, 4, 5)], { axes: [1, 2] }],
  [[draw(2, 3, 4, 5)], { keepDims: true }],
  [[draw(2, 1, 3)], { axes: [1] }],
  [[draw(2, 3)], { axes: [] }],
  // Several outputs at once, several passes, both.
  [[draw(17, 8)], { axes: [0] }],
  [[draw(2, 3, 5, 4)], { axes: [1] }],
  [[draw(3, 4, 2, 8)], { axes: [0, 2] }],
  [[draw(3, 301)], { axes: [1] }],
  [[draw(1031, 4)], { axes: [0] }],
  [[draw(41, 3, 43)], { axes: [0, 2] }],
];

/** For what is made of these: each kernel is tried above. */
const few = (draw: (...shape: number[]) => Input): [Input[], ReduceOptions][] => [
  [[draw()], {}],
  [[draw(17, 33)], { axes: [0] }],
  [[draw(3, 5, 7)], { axes: [2, 0], keepDims: true }],
  [[draw(2, 3)], { axes: [] }],
  [[draw(3, 8)], { axes: [-1] }],
];
/** Without the reductions of single elements, that have no variance. */
const spreadOut = (draw: (...shape: number[]) => Input) =>
  few(draw).filter(([, { axes }]) => axes !== undefined && axes.length > 0);

type Argmax = { axis: number; keepDims?: boolean };

export const reduceRows: readonly Row[] = [
  row<ReduceOptions>('sum', (op, options, x) => op.sum(x, options), reductions(signed)),
  row<ReduceOptions>('mean', (op, options, x) => op.mean(x, options), reductions(signed)),
  row<ReduceOptions>('max', (op, options, x) => op.max(x, options), [
    ...reductions(ranked),
    [[tied(9, 17)], { axes: [1] }],
    [[tied(5, 3, 7)], { axes: [0, 2] }],
  ]),
  row<Argmax>(
    'argmax',
    (op, options, x) => op.argmax(x, options),
    [
      [[signed(1)], { axis: 0 }],
      [[signed(17, 33)], { axis: 0 }],
      [[signed(17, 33)], { axis: -1, keepDims: true }],
      [[signed(3, 5, 7)], { axis: 1 }],
      [[tied(9, 10)], { axis: -1 }],
      [[tied(5, 3, 7)], { axis: 0 }],
      [[tied(1031, 3)], { axis: 0 }],
      [[signed(2, 70_001)], { axis: 1 }],
    ],
    { differentiable: false },
  ),
  row<ReduceOptions>('min', (op, options, x) => op.min(x, options), [
    ...few(ranked),
    [[tied(5, 3, 7)], { axes: [0, 2] }],
  ]),
  row<Argmax>(
    'argmin',
    (op, options, x) => op.argmin(x, options),
    [
      [[signed(17, 33)], { axis: -1, keepDims: true }],
      [[tied(5, 3, 7)], { axis: 0 }],
      [[tied(4, 5)], { axis: 1 }],
    ],
    { differentiable: false },
  ),
  row<ReduceOptions>('prod', (op, options, x) => op.prod(x, options), [
    ...few(positive),
    [[tied(4, 5)], { axes: [1] }],
  ]),
  row<ReduceOptions & { correction?: number }>(
    'variance',
    (op, options, x) => op.variance(x, options),
    [...few(signed), [[signed(5, 6)], { axes: [1], correction: 1 }]],
    { spreads: true },
  ),
  row<ReduceOptions & { correction?: number }>(
    'std',
    (op, options, x) => op.std(x, options),
    [...spreadOut(signed), [[signed(5, 6)], { axes: [1], correction: 1 }]],
    { most: 1e15, spreads: true },
  ),
  row<ReduceOptions>('logSumExp', (op, options, x) => op.logSumExp(x, options), few(wide)),
  row<ReduceOptions & { ord?: number }>(
    'norm',
    (op, options, x) => op.norm(x, options),
    [
      ...spreadOut(positive),
      [[ranked(5, 6)], { axes: [1], ord: 1 }],
      [[{ ...ranked(5, 6), ties: true }], { axes: [0], ord: Infinity }],
    ],
    { most: 1e15 },
  ),
  ...(['any', 'all'] as const).map((name) =>
    row<ReduceOptions>(name, (op, options, x) => op[name](x, options), few(bits), {
      differentiable: false,
    }),
  ),
  ...(['softmax', 'logSoftmax'] as const).map((name) =>
    row<{ axis?: number }>(name, (op, options, x) => op[name](x, options), [
      [[signed(1, 1)], {}],
      [[wide(5, 10)], {}],
      [[wide(3, 130)], { axis: -1 }],
      [[wide(17)], { axis: 0 }],
      [[wide(3, 5, 7)], { axis: 1 }],
      [[wide(2, 3, 4, 5)], { axis: -3 }],
    ]),
  ),
  row<{ labelSmoothing?: number }>(
    'softmaxCrossEntropy',
    (op, options, logits, labels) => op.softmaxCrossEntropy(logits, labels, options),
    [
      [[wide(1, 2), integers(2, 1)], {}],
      [[wide(6, 10), integers(10, 6)], {}],
      [[wide(128, 10), integers(10, 128)], { labelSmoothing: 0.1 }],
      [[wide(17, 33), integers(33, 17)], { labelSmoothing: 0.5 }],
      [[wide(3, 130), integers(130, 3)], {}],
      [[wide(5, 7), positive(5, 7)], {}],
      [[wide(33, 10), positive(33, 10)], { labelSmoothing: 0.2 }],
    ],
    { refuses: ['0.1', '1.1'] },
  ),
];
