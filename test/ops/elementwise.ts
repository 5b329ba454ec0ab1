// Rows for elementwise ops: odd sizes, scalars, broadcast pairs.
import {
  BINARY,
  BINARY_NAMES,
  type BinaryFunction,
  type BinaryName,
  UNARY,
  UNARY_NAMES,
  type UnaryFunction,
  type UnaryName,
} from './functions.ts';
import { bits, type Input, plainRow, positive, type Row, row, signed, tied, wide } from './row.ts';

type Shapes = readonly (readonly [readonly number[], readonly number[]])[];

const PAIRS: Shapes = [
  [[], []],
  [[7], [1]],
  [[], [3, 5]],
  [
    [3, 1, 5],
    [4, 1],
  ],
  [[2, 3, 4, 5], [5]],
  [
    [17, 33],
    [17, 33],
  ],
  [
    [1, 4, 1],
    [3, 1, 2],
  ],
  [
    [4, 1, 3, 1, 2],
    [5, 1, 7, 1],
  ],
  // Last dimensions in fours: the vector paths.
  [[3, 8], [8]],
  [
    [2, 3, 4],
    [2, 3, 1],
  ],
  [
    [4, 1, 8],
    [3, 1],
  ],
  [
    [1, 5, 4],
    [2, 1, 4],
  ],
];

/** Nothing does not broadcast against five. */
const PAIRED = { refuses: ['1.1'] };

const pairs = (a: (...shape: number[]) => Input, b = a) =>
  PAIRS.map(([x, y]) => [a(...x), b(...y)]);

const SIZES = [[], [1], [7], [3, 65], [2, 3, 5, 7]];
const each = (draw: (...shape: number[]) => Input, sizes = SIZES) =>
  sizes.map((shape) => [draw(...shape)]);

/** One row for each of functions.ts. */
const unary = (name: UnaryName): Row => {
  const { draw = signed, tolerance = 1e-5, most = Infinity }: UnaryFunction = UNARY[name];
  const cases = [...each(draw), ...(draw === positive ? [] : [[tied(5, 7)]])];
  return plainRow(name, (op, x) => op[name](x), cases, { tolerance, elementwise: true, most });
};
const binary = (name: BinaryName): Row => {
  const { a = signed, b = signed, da }: BinaryFunction = BINARY[name];
  const more = name === 'add' ? [[signed(257, 391), signed(391)]] : [];
  const equals = a === positive || b === positive ? [] : [[tied(17, 33), tied(17, 33)]];
  const cases = [...pairs(a, b), ...more, ...equals];
  const differentiable = da !== undefined;
  return plainRow(name, (op, x, y) => op[name](x, y), cases, { ...PAIRED, differentiable });
};

export const elementwiseRows: readonly Row[] = [
  ...BINARY_NAMES.map(binary),
  plainRow('an operand twice', (op, x) => op.mul(op.add(x, x), x), each(signed)),
  ...UNARY_NAMES.map(unary),
  row<{ alpha?: number }>(
    'elu',
    (op, options, x) => op.elu(x, options),
    [
      [[signed(3, 65)], {}],
      [[wide(7)], { alpha: 1.5 }],
      [[tied(2, 3, 5)], { alpha: 0.2 }],
    ],
    { elementwise: true },
  ),
  row<{ approximate?: 'none' | 'tanh' }>(
    'gelu',
    (op, options, x) => op.gelu(x, options),
    [
      [[wide(3, 65)], {}],
      [[wide(7)], { approximate: 'none' }],
      [[wide(3, 65)], { approximate: 'tanh' }],
      [[signed()], { approximate: 'tanh' }],
    ],
    { tolerance: 2e-5, elementwise: true },
  ),
  row<{ alpha: number }>(
    'leakyRelu',
    (op, options, x) => op.leakyRelu(x, options),
    [
      [[signed(3, 65)], { alpha: 0.01 }],
      [[signed(7)], { alpha: 1.5 }],
      [[tied(2, 3, 5)], { alpha: 0.2 }],
    ],
    { elementwise: true },
  ),
  row<{ min?: number; max?: number }>(
    'clip',
    (op, options, x) => op.clip(x, options),
    [
      [[signed(3, 65)], { min: -0.3, max: 0.4 }],
      [[signed(7)], { min: 0 }],
      [[signed(5, 1)], { max: -0.25 }],
      [[signed()], {}],
      [[tied(4, 9)], { min: -1, max: 1 }],
    ],
    { elementwise: true },
  ),
  row<{ rate: number }>(
    'dropoutMask',
    (op, options, x, mask) => op.dropoutMask(x, mask, options),
    [
      [[signed(3, 65), bits(3, 65)], { rate: 0.5 }],
      [[signed(2, 3, 5), bits(2, 3, 5)], { rate: 0.1 }],
      [[signed(7), bits(7)], { rate: 0 }],
    ],
    { elementwise: true },
  ),
  plainRow(
    'where',
    (op, condition, a, b) => op.where(condition, a, b),
    [
      [bits(3, 65), signed(3, 65), signed(3, 65)],
      [bits(4, 1), signed(1, 5), signed(3, 1, 1)],
      [bits(), signed(7), signed(7)],
      [bits(2, 3), signed(), signed(3)],
    ],
    { refuses: ['2.2'] },
  ),
];
