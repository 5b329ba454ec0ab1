// Rows for convolution and pooling: every option, windows over the edge, sizes beyond a tile.
import type {
  AvgPoolOptions,
  Conv2dOptions,
  Conv2dTransposeOptions,
  GroupedConv2dOptions,
  PoolOptions,
  Upsample2dOptions,
} from '../engine.ts';
import { type Input, plainRow, ranked, type Row, row, signed, tied } from './row.ts';

/** What follows the convolution, to be computed in its kernel. */
interface FusedOptions extends Conv2dOptions {
  relu?: boolean;
  pool?: boolean;
}

/** x [N,H,W,C], w [R,S,C,K] and, unless told otherwise, b [K]. */
const conv = (
  x: readonly [number, number, number, number],
  [r, s, k]: readonly [number, number, number],
  options: FusedOptions = {},
  bias = true,
): [Input[], FusedOptions] => [
  [signed(...x), signed(r, s, x[3], k), ...(bias ? [signed(k)] : [])],
  options,
];

/** The same with w [R,S,C/groups,K]. */
const grouped = (
  x: readonly [number, number, number, number],
  [r, s, k]: readonly [number, number, number],
  options: GroupedConv2dOptions & { groups: number },
  bias = true,
): [Input[], GroupedConv2dOptions] => [
  [signed(...x), signed(r, s, x[3] / options.groups, k), ...(bias ? [signed(k)] : [])],
  options,
];

/** x [N,H,W,C], w [R,S,K/groups,C] and, unless told otherwise, b [K]. */
const transposed = (
  x: readonly [number, number, number, number],
  [r, s, k]: readonly [number, number, number],
  options: Conv2dTransposeOptions = {},
  bias = true,
): [Input[], Conv2dTransposeOptions] => [
  [signed(...x), signed(r, s, k / (options.groups ?? 1), x[3]), ...(bias ? [signed(k)] : [])],
  options,
];

export const windowRows: readonly Row[] = [
  row<Conv2dOptions>(
    'conv2d',
    (op, options, x, w, b) => op.conv2d(x, w, b, options),
    [
      conv([1, 1, 1, 1], [1, 1, 1]),
      conv([1, 5, 5, 1], [3, 3, 1]),
      conv([2, 5, 7, 3], [3, 2, 5]),
      conv([2, 5, 7, 3], [3, 3, 5], {}, false),
      conv([2, 6, 5, 2], [3, 3, 4], { padding: 'same' }),
      conv([1, 7, 8, 2], [3, 3, 3], { padding: 'same', stride: 2 }),
      conv([1, 9, 9, 2], [3, 3, 3], { padding: 'same', dilation: 2 }),
      conv([2, 9, 11, 2], [3, 3, 3], { stride: [2, 3] }),
      conv([1, 7, 7, 2], [2, 2, 3], { stride: 3 }),
      conv([1, 6, 7, 3], [3, 2, 2], { padding: [1, 0, 2, 1], stride: [2, 1] }),
      conv([1, 11, 7, 2], [3, 3, 2], { padding: 1, dilation: [3, 1], stride: [2, 1] }),
      conv([1, 3, 3, 1], [2, 2, 2], { padding: 3 }),
      conv([4, 1, 1, 3], [3, 3, 2], { padding: 1 }),
      conv([1, 4, 5, 2], [4, 5, 3]),
      conv([1, 5, 5, 17], [3, 3, 33], { padding: 1 }),
      // One input channel: tiles over the edge on either side, channels that do not fill the lanes.
      conv([3, 7, 8, 1], [3, 3, 36], { padding: [1, 0, 2, 1] }),
    ],
    {
      tolerance: 2e-5,
      variants: true,
      spreads: true,
      refuses: ['0.1', '0.2', '0.3', '1.0', '1.1', '1.2'],
    },
  ),
  row<GroupedConv2dOptions>(
    'conv2d in groups',
    (op, options, x, w, b) => op.conv2d(x, w, b, options),
    [
      grouped([2, 5, 6, 4], [3, 2, 6], { groups: 2 }),
      grouped([1, 4, 5, 3], [3, 3, 3], { groups: 3, padding: 1 }),
      // Depthwise: one output a channel, in fours and not, and more than one.
      grouped([2, 7, 6, 8], [3, 3, 8], { groups: 8, padding: 'same', stride: 2 }),
      grouped([1, 7, 7, 5], [3, 2, 5], { groups: 5, dilation: [2, 3] }, false),
      grouped([2, 5, 4, 4], [3, 3, 12], { groups: 4, padding: [1, 0, 2, 1], stride: [2, 1] }),
      grouped([3, 9, 11, 4], [3, 3, 4], { groups: 4, padding: 3, stride: 3 }),
      grouped([3, 13, 11, 6], [1, 1, 4], { groups: 2 }),
      // Groups that are wide enough for kernels of their own.
      grouped([2, 4, 5, 32], [3, 3, 36], { groups: 2, padding: 1 }),
      // More pixels than one sum takes.
      grouped([2, 70, 60, 4], [2, 2, 4], { groups: 4 }),
    ],
    { tolerance: 2e-5, spreads: true, refuses: ['0.1', '0.2', '0.3', '1.0', '1.1', '1.2'] },
  ),
  row<Conv2dTransposeOptions>(
    'conv2dTranspose',
    (op, options, x, w, b) => op.conv2dTranspose(x, w, b, options),
    [
      transposed([1, 1, 1, 1], [1, 1, 1]),
      transposed([2, 3, 4, 3], [3, 2, 5], { stride: 2, outputPadding: 1 }),
      transposed([2, 4, 3, 4], [3, 3, 8], { stride: 2, padding: 'same' }),
      transposed([1, 3, 5, 2], [2, 2, 3], { stride: 3 }, false),
      transposed([2, 4, 5, 3], [3, 3, 2], { stride: [2, 3], padding: 1, outputPadding: [1, 2] }),
      transposed([1, 4, 3, 2], [3, 2, 4], { dilation: [2, 3], outputPadding: [1, 2] }),
      transposed([1, 5, 4, 3], [1, 2, 4], { stride: [3, 2], padding: 'same' }),
      transposed([2, 5, 4, 3], [4, 4, 3], { stride: 2, padding: [1, 0, 2, 1] }),
    ],
    // Its kernels are those of conv2d's input gradient, which conv2d's row has with every variant.
    {
      tolerance: 2e-5,
      spreads: true,
      refuses: ['0.1', '0.2', '0.3', '1.0', '1.1', '1.3'],
    },
  ),
  row<Conv2dTransposeOptions>(
    'conv2dTranspose in groups',
    (op, options, x, w, b) => op.conv2dTranspose(x, w, b, options),
    [
      transposed([2, 3, 4, 6], [3, 2, 4], { groups: 2, stride: 2, outputPadding: 1 }),
      transposed([2, 4, 3, 8], [4, 4, 8], { groups: 8, stride: 2, padding: 1 }),
      transposed([1, 3, 3, 3], [3, 3, 6], { groups: 3, dilation: 2 }, false),
      transposed([1, 3, 4, 32], [2, 2, 32], { groups: 2, stride: 2 }),
    ],
    {
      tolerance: 2e-5,
      spreads: true,
      // A bias of nothing fits to filters of none, whose axis is shorter.
      refuses: ['0.1', '0.2', '0.3', '1.0', '1.1', '1.3', '2.0'],
    },
  ),
  row<FusedOptions>(
    'conv2d → relu? → maxPool2d?',
    (op, { relu, pool, ...options }, x, w, b) => {
      const y = op.conv2d(x, w, b, options);
      const z = relu === true ? op.relu(y) : y;
      return pool === true ? op.maxPool2d(z, { window: 2 }) : z;
    },
    [
      conv([2, 5, 5, 9], [1, 1, 17], { relu: true }),
      conv([9, 6, 5, 4], [3, 3, 8], { relu: true }),
      conv([9, 6, 5, 4], [3, 3, 8], { relu: true, padding: 'same' }, false),
      // Pooled on the way: odd sizes, padding, strides, blocks that are not full, windows of equals.
      conv([2, 5, 5, 4], [3, 3, 4], { pool: true }),
      conv([3, 7, 6, 8], [3, 2, 36], { relu: true, pool: true, padding: 'same' }),
      conv([2, 9, 11, 4], [3, 3, 12], { pool: true, stride: [1, 2], padding: [1, 0, 2, 1] }, false),
      conv([2, 9, 9, 1], [3, 3, 8], { relu: true, pool: true, padding: 1 }),
      conv([5, 6, 6, 3], [2, 2, 20], { pool: true, dilation: 2 }),
      // One input channel: tiles over the edge on either side, channels that do not fill the lanes.
      conv([3, 8, 7, 1], [3, 3, 36], { relu: true, pool: true, padding: [0, 1, 1, 2] }, false),
      [[tied(2, 6, 6, 4), signed(1, 1, 4, 8), signed(8)], { relu: true, pool: true }],
      // Images enough for kernels whose lanes span them, tiles that begin outside.
      conv([17, 6, 7, 12], [3, 3, 8], { relu: true, pool: true }),
      conv([18, 5, 6, 4], [3, 3, 4], { relu: true, pool: true, padding: [1, 2, 0, 1] }),
      // The layers of the reference network.
      conv([2, 28, 28, 1], [3, 3, 32], { relu: true, pool: true }),
      conv([2, 13, 13, 32], [3, 3, 64], { relu: true, pool: true }),
      conv([3, 5, 5, 64], [3, 3, 128], { relu: true }),
    ],
    {
      tolerance: 2e-5,
      variants: true,
      spreads: true,
      refuses: ['0.1', '0.2', '0.3', '1.0', '1.1', '1.2'],
      recorded: true,
    },
  ),
  row<PoolOptions>(
    'maxPool2d',
    (op, options, x) => op.maxPool2d(x, options),
    [
      [[ranked(1, 2, 2, 1)], { window: 2 }],
      [[ranked(2, 8, 6, 3)], { window: 2 }],
      [[ranked(1, 7, 5, 2)], { window: 2 }],
      [[ranked(1, 6, 7, 2)], { window: 3, stride: 1 }],
      [[ranked(2, 9, 8, 2)], { window: 3, stride: 2, padding: 1 }],
      [[ranked(1, 8, 9, 5)], { window: [3, 2], stride: [2, 3], padding: [1, 0, 0, 1] }],
      [[ranked(1, 9, 9, 2)], { window: 2, stride: 3 }],
      [[ranked(1, 7, 7, 3)], { window: 3, stride: 2, padding: 'same' }],
      [[ranked(2, 4, 5, 3)], { window: [4, 5] }],
      [[tied(2, 8, 8, 3)], { window: 2 }],
      [[tied(2, 6, 6, 2)], { window: 3, stride: 1, padding: 1 }],
      // Channels in fours: the vector kernels.
      [[ranked(2, 7, 5, 8)], { window: 2 }],
      [[tied(2, 7, 6, 4)], { window: 3, stride: 2, padding: 1 }],
    ],
    { refuses: ['0.1', '0.2'] },
  ),
  row<PoolOptions>(
    'relu → maxPool2d',
    (op, options, x) => op.maxPool2d(op.relu(x), options),
    [
      [[ranked(3, 26, 26, 33)], { window: 2 }],
      [[tied(2, 6, 6, 2)], { window: 2 }],
      [[ranked(3, 11, 11, 32)], { window: 2 }],
      [[tied(2, 7, 6, 4)], { window: 2, stride: 3, padding: [1, 0, 1, 0] }],
      [[tied(1, 6, 7, 12)], { window: [2, 3], stride: 1, padding: 'same' }],
    ],
    { recorded: true, refuses: ['0.1', '0.2'] },
  ),
  row<AvgPoolOptions>(
    'avgPool2d',
    (op, options, x) => op.avgPool2d(x, options),
    [
      [[signed(1, 2, 2, 1)], { window: 2 }],
      [[signed(2, 8, 6, 3)], { window: 2 }],
      [[signed(1, 7, 5, 2)], { window: 2 }],
      [[signed(1, 6, 7, 2)], { window: 3, stride: 1 }],
      [[signed(2, 9, 8, 2)], { window: 3, stride: 2, padding: 1, countIncludePad: false }],
      [[signed(2, 9, 8, 2)], { window: 3, stride: 2, padding: 1, countIncludePad: true }],
      [
        [signed(1, 8, 9, 5)],
        { window: [3, 2], stride: [2, 3], padding: [1, 0, 0, 1], countIncludePad: false },
      ],
      [[signed(1, 9, 9, 2)], { window: 2, stride: 3 }],
      [[signed(1, 7, 7, 3)], { window: 3, stride: 2, padding: 'same', countIncludePad: false }],
      [[signed(2, 4, 5, 3)], { window: [4, 5] }],
      [[signed(2, 7, 5, 8)], { window: 2 }],
      [[signed(2, 9, 8, 4)], { window: 3, stride: 2, padding: 1, countIncludePad: true }],
      [[signed(1, 7, 7, 12)], { window: 3, stride: 2, padding: 'same' }],
    ],
    { refuses: ['0.1', '0.2'] },
  ),
  plainRow('globalAvgPool2d', (op, x) => op.globalAvgPool2d(x), [
    [signed(1, 1, 1, 1)],
    [signed(2, 3, 5, 7)],
    [signed(3, 13, 11, 33)],
    [signed(2, 5, 5, 8)],
  ]),
  row<Upsample2dOptions>(
    'upsample2d',
    (op, options, x) => op.upsample2d(x, options),
    [
      [[signed(2, 3, 4, 3)], { scale: 2 }],
      [[signed(1, 4, 3, 8)], { scale: [3, 1], mode: 'nearest' }],
      [[signed(2, 3, 4, 3)], { scale: 2, mode: 'bilinear' }],
      [[signed(1, 4, 5, 4)], { scale: [2, 3], mode: 'bilinear' }],
      [[signed(1, 5, 1, 2)], { scale: [1, 4], mode: 'bilinear' }],
      [[signed(2, 3, 5, 2)], { scale: [3, 2], mode: 'bilinear', alignCorners: true }],
      [[signed(1, 1, 4, 4)], { scale: [5, 1], mode: 'bilinear', alignCorners: true }],
      [[signed(3, 1, 1, 2)], { scale: 1, mode: 'bilinear', alignCorners: true }],
    ],
    { spreads: true, refuses: ['0.1', '0.2'] },
  ),
  row<Upsample2dOptions>(
    'upsample2d → conv2d in groups → relu → conv2dTranspose',
    (op, options, x, w, v) =>
      op.conv2dTranspose(
        op.relu(op.conv2d(op.upsample2d(x, options), w, undefined, { groups: 2 })),
        v,
      ),
    [
      [[signed(2, 3, 3, 4), signed(2, 2, 2, 6), signed(2, 2, 3, 6)], { scale: 2 }],
      [
        [signed(1, 3, 2, 2), signed(1, 2, 1, 4), signed(2, 1, 3, 4)],
        { scale: [1, 3], mode: 'bilinear' },
      ],
    ],
    {
      recorded: true,
      spreads: true,
      refuses: ['0.1', '0.2', '0.3', '1.0', '1.1', '1.2', '1.3', '2.0', '2.1', '2.3'],
    },
  ),
  plainRow('globalMaxPool2d', (op, x) => op.globalMaxPool2d(x), [
    [ranked(1, 1, 1, 1)],
    [ranked(2, 3, 5, 7)],
    [ranked(3, 13, 11, 5)],
    [tied(2, 5, 5, 8)],
  ]),
];
