// Rows for normalization: every way to leave out weight and bias, several axes, statistics far from 0.
import type { LayerNormOptions, NormalizationOptions } from '../engine.ts';
import { type Input, positive, type Row, row, signed } from './row.ts';

/** x around 100, where a variance by the difference of two means would cancel. */
const far = (...shape: number[]): Input => {
  const { draw, ...input } = signed(...shape);
  return { ...input, draw: (random, size) => draw(random, size).map((v) => 100 + v) };
};

/** Squares are in the way: beyond 1e15 they overflow. */
const options = { most: 1e15, spreads: true, tolerance: 2e-5 };

export const normalizationRows: readonly Row[] = [
  row<NormalizationOptions>(
    'batchNorm',
    (op, how, x, mean, variance, weight, bias) =>
      op.batchNorm(x, mean, variance, weight, bias, how),
    [
      [[signed(3, 4), signed(4), positive(4), signed(4), signed(4)], {}],
      [[signed(2, 3, 5, 7), signed(7), positive(7), signed(7), signed(7)], { epsilon: 0.1 }],
      [[signed(5, 3), signed(3), positive(3)], { epsilon: 0 }],
      [[signed(2, 5, 8), signed(8), positive(8), positive(8)], {}],
    ],
    { spreads: true, most: 1e15 },
  ),
  row<NormalizationOptions>(
    'batchNormTraining',
    (op, how, x, weight, bias) => op.batchNormTraining(x, weight, bias, how).y,
    [
      [[signed(7, 3), signed(3), signed(3)], {}],
      [[signed(2, 3, 5, 7), positive(7), signed(7)], { epsilon: 0.1 }],
      [[signed(5, 4)], {}],
      [[signed(1, 4, 3, 8), signed(8)], {}],
    ],
    options,
  ),
  row<NormalizationOptions>(
    'batchNormTraining, its statistics',
    (op, how, x) => {
      const { mean, variance } = op.batchNormTraining(x, undefined, undefined, how);
      return op.stack([mean, variance]);
    },
    [
      [[signed(7, 3)], {}],
      [[signed(2, 3, 4, 5)], {}],
    ],
    options,
  ),
  row<LayerNormOptions>(
    'layerNorm',
    (op, how, x, weight, bias) => op.layerNorm(x, weight, bias, how),
    [
      [[signed(3, 7), signed(7), signed(7)], {}],
      [[signed(2, 3, 5), positive(3, 5), signed(3, 5)], { axes: [1, 2], epsilon: 0.1 }],
      [[signed(2, 3, 5), signed(3)], { axes: [1] }],
      [[signed(9)], {}],
      [[signed(2, 3, 4, 8), signed(8), signed(8)], { axes: [-1], epsilon: 1e-3 }],
    ],
    options,
  ),
  row<NormalizationOptions & { groups: number }>(
    'groupNorm',
    (op, { groups, ...how }, x, weight, bias) => op.groupNorm(x, groups, weight, bias, how),
    [
      [[signed(3, 6), signed(6), signed(6)], { groups: 2 }],
      [[signed(2, 3, 5, 8), positive(8), signed(8)], { groups: 4 }],
      [[signed(2, 3, 5, 4)], { groups: 1, epsilon: 0.1 }],
      [[signed(2, 5, 3), signed(3)], { groups: 3 }],
    ],
    options,
  ),
  row<NormalizationOptions>(
    'batchNormTraining → relu → layerNorm → groupNorm',
    (op, how, x, weight, bias) => {
      const y = op.relu(op.batchNormTraining(x, weight, bias, how).y);
      return op.groupNorm(op.layerNorm(y, weight, bias, how), 2, bias, weight, how);
    },
    [[[signed(2, 3, 2, 8), positive(8), signed(8)], { epsilon: 0.1 }]],
    { ...options, recorded: true },
  ),
  row<LayerNormOptions>(
    'normalization far from 0',
    (op, how, x) => op.add(op.layerNorm(x, undefined, undefined, how), op.groupNorm(x, 2)),
    [[[far(3, 4, 8)], {}]],
    // What f32 holds of 100 + v is 4e-6 of v.
    { ...options, tolerance: 2e-4 },
  ),
];
