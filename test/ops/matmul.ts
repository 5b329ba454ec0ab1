// Rows for matrix products: sizes of one, primes, one more than a tile, transposes, batches.
import type { MatmulOptions } from '../engine.ts';
import { type Input, type Row, row, signed } from './row.ts';

const transposed = (m: number, k: number, n: number): [Input[], MatmulOptions][] => [
  [[signed(m, k), signed(k, n)], {}],
  [[signed(k, m), signed(k, n)], { transposeA: true }],
  [[signed(m, k), signed(n, k)], { transposeB: true }],
  [[signed(k, m), signed(n, k)], { transposeA: true, transposeB: true }],
];

export const matmulRows: readonly Row[] = [
  row<MatmulOptions>(
    'matmul',
    (op, options, a, b) => op.matmul(a, b, options),
    [
      ...transposed(1, 1, 1),
      ...transposed(9, 17, 33),
      ...transposed(65, 33, 65),
      ...transposed(64, 64, 64),
      [[signed(1, 7), signed(7, 10)], {}],
      [[signed(5, 131), signed(131, 3)], {}],
      [[signed(3, 5, 7), signed(3, 7, 2)], {}],
      [[signed(3, 7, 5), signed(3, 2, 7)], { transposeA: true, transposeB: true }],
      [[signed(2, 1, 3, 4), signed(5, 4, 2)], {}],
      [[signed(3, 4), signed(2, 4, 5)], {}],
      [[signed(2, 3, 4), signed(4, 5)], {}],
      [[signed(7), signed(7)], {}],
      [[signed(4), signed(2, 4, 3)], {}],
      [[signed(2, 3, 4), signed(4)], {}],
      [[signed(4, 2, 0), signed(0, 3)], {}],
    ],
    { tolerance: 2e-5, variants: true },
  ),
  row<{ bias?: boolean; relu?: boolean }>(
    'linear',
    (op, { relu = false }, x, w, b) => op.linear(x, w, b, { relu }),
    [
      [[signed(1, 1), signed(1, 1), signed(1)], {}],
      [[signed(4, 6), signed(6, 5)], {}],
      [[signed(17, 65), signed(65, 33), signed(33)], {}],
      [[signed(17, 65), signed(65, 33), signed(33)], { relu: true }],
      [[signed(9, 33), signed(33, 10)], { relu: true }],
      [[signed(128, 128), signed(128, 10), signed(10)], {}],
      [[signed(33, 257), signed(257, 128), signed(128)], { relu: true }],
    ],
    { tolerance: 2e-5, variants: true },
  ),
];
