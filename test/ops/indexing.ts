// Rows for ops with an index for every element along an axis, and for sorts.
import { integers, ranked, type Row, row, signed, tied } from './row.ts';

type Axis = { axis: number };
type Sort = { descending?: boolean };
type TopK = { k: number; largest?: boolean };

export const indexingRows: readonly Row[] = [
  row<Axis>('gatherElements', (op, options, x, indices) => op.gatherElements(x, indices, options), [
    [[signed(7), integers(7, 5)], { axis: 0 }],
    [[signed(5, 3), integers(5, 11, 3)], { axis: 0 }],
    [[signed(5, 33), integers(33, 5, 4)], { axis: 1 }],
    [[signed(4, 5, 3), integers(5, 4, 9, 3)], { axis: 1 }],
    [[signed(4, 5, 8), integers(8, 4, 5, 8)], { axis: -1 }],
    [[signed(1, 1), integers(1, 1, 1)], { axis: 0 }],
  ]),
  row<Axis>(
    'scatterAdd',
    (op, options, x, indices, source) => op.scatterAdd(x, indices, source, options),
    [
      [[signed(7), integers(7, 5), signed(5)], { axis: 0 }],
      [[signed(5, 3), integers(5, 11, 3), signed(11, 3)], { axis: 0 }],
      [[signed(5, 33), integers(33, 5, 4), signed(5, 4)], { axis: 1 }],
      [[signed(4, 5, 8), integers(8, 4, 5, 8), signed(4, 5, 8)], { axis: -1 }],
      [[signed(4, 5, 3), integers(5, 4, 9, 3), signed(4, 9, 3)], { axis: 1 }],
      [[signed(1, 1), integers(1, 1, 1), signed(1, 1)], { axis: 0 }],
      [[signed(3), integers(3, 257), signed(257)], { axis: 0 }],
    ],
  ),
  row<Sort>('sort', (op, options, x) => op.sort(x, options).values, [
    [[ranked(1)], {}],
    [[ranked(10)], { descending: true }],
    [[ranked(17, 33)], {}],
    [[ranked(5, 2, 7)], { descending: true }],
    [[tied(9, 65)], {}],
    [[tied(3, 64)], { descending: true }],
    // The longest run, one more, and rows of three and of five runs.
    [[ranked(2, 1024)], {}],
    [[ranked(1025)], { descending: true }],
    [[tied(2, 3000)], {}],
    [[ranked(4099)], {}],
  ]),
  row<Sort>(
    'indices of sort',
    (op, options, x) => op.sort(x, options).indices,
    [
      [[ranked(17, 33)], {}],
      [[tied(9, 65)], {}],
      [[tied(600, 3)], { descending: true }],
      [[tied(5, 2, 7)], { descending: true }],
      [[tied(2, 3000)], { descending: true }],
      [[tied(4099)], {}],
    ],
    { differentiable: false },
  ),
  row<TopK>(
    'topK',
    (op, { k, ...options }, x) => op.topK(x, k, options).values,
    [
      [[ranked(10)], { k: 3 }],
      [[ranked(17, 33)], { k: 5, largest: false }],
      [[ranked(5, 2, 7)], { k: 7 }],
      [[tied(9, 65)], { k: 1 }],
      [[ranked(2, 1500)], { k: 4 }],
    ],
    { refuses: ['0.2'] },
  ),
  row<TopK>(
    'indices of topK',
    (op, { k, ...options }, x) => op.topK(x, k, options).indices,
    [
      [[ranked(17, 33)], { k: 5 }],
      [[tied(9, 65)], { k: 8, largest: false }],
      [[tied(4, 12)], { k: 2 }],
    ],
    { differentiable: false, refuses: ['0.1'] },
  ),
];
