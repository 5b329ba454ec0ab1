// Rows for ops that move elements.
import type { Shape, SliceOptions } from '../engine.ts';
import { integers, plainRow, type Row, row, signed } from './row.ts';

export const shapeRows: readonly Row[] = [
  row<Shape>(
    'reshape',
    (op, shape, x) => op.reshape(x, shape),
    [
      [[signed(6)], [2, 3]],
      [[signed(2, 3, 5)], [5, 6]],
      [[signed(1, 1)], []],
      [[signed()], [1, 1, 1]],
      [[signed(65, 3)], [3, 65]],
      [[signed(0, 3)], [0, 7]],
      [[signed(0, 3)], [2, 0, 5]],
    ],
    { refuses: ['0.0', '0.1', '0.2'] },
  ),
  plainRow('flatten', (op, x) => op.flatten(x), [
    [signed(3, 2, 5, 7)],
    [signed(5, 4)],
    [signed(1, 1, 1)],
  ]),
  row<readonly number[] | undefined>('transpose', (op, perm, x) => op.transpose(x, perm), [
    [[signed(5)], undefined],
    [[signed(17, 33)], undefined],
    [[signed(3, 5, 7)], undefined],
    [[signed(3, 5, 7)], [0, 2, 1]],
    [[signed(2, 3, 4, 5)], [0, 3, 1, 2]],
    [[signed(2, 3, 4, 5)], [3, 1, 0, 2]],
    [[signed(2, 1, 3, 2, 2)], [4, 0, 3, 2, 1]],
    [[signed(3, 5, 8)], [1, 0, 2]],
  ]),
  row<{ axis: number }>('concat', (op, options, ...tensors) => op.concat(tensors, options), [
    [[signed(3)], { axis: 0 }],
    [[signed(3), signed(4)], { axis: 0 }],
    [[signed(2, 5), signed(3, 5), signed(1, 5)], { axis: 0 }],
    [[signed(3, 1), signed(3, 65)], { axis: -1 }],
    [[signed(2, 3, 4), signed(2, 5, 4)], { axis: 1 }],
    [[signed(2, 2, 7, 3), signed(2, 2, 7, 5)], { axis: 3 }],
    [[signed(3, 8), signed(3, 4)], { axis: 1 }],
    [[signed(3, 0), signed(3, 5)], { axis: 1 }],
  ]),
  row<SliceOptions>('slice', (op, options, x) => op.slice(x, options), [
    [[signed(7)], { starts: [2], ends: [5] }],
    [[signed(7)], { starts: [-3], ends: [100] }],
    [[signed(17, 33)], { starts: [1, 2], ends: [16, -1] }],
    [[signed(17, 33)], { starts: [3], ends: [30], axes: [-1], steps: [4] }],
    [[signed(9)], { starts: [-1], ends: [-100], steps: [-1] }],
    [[signed(3, 5, 7)], { starts: [4, 6], ends: [0, 1], axes: [1, 2], steps: [-2, -3] }],
    [[signed(5, 8)], { starts: [1, 4], ends: [4, 8] }],
    [[signed(5, 8)], { starts: [3], ends: [0], steps: [-1] }],
    [[signed(5, 8)], { starts: [0, 2], ends: [5, 6] }],
    [[signed(5, 6)], { starts: [0, 0], ends: [5, 4] }],
  ]),
  row<{ pads: readonly number[]; value?: number }>('pad', (op, options, x) => op.pad(x, options), [
    [[signed(3)], { pads: [2, 1] }],
    [[signed(2, 5)], { pads: [1, 0, 0, 3], value: -1.5 }],
    [[signed(2, 3, 4, 5)], { pads: [0, 1, 2, 0, 0, 3, 1, 0], value: 0.25 }],
    [[signed(5, 1)], { pads: [0, 0, 0, 0] }],
    [[signed(5, 7)], { pads: [-1, 2, 1, -3] }],
    [[signed(2, 3, 5, 4)], { pads: [0, 1, -1, 0, 0, 0, 2, 0], value: 2 }],
    [[signed(3, 8)], { pads: [0, 4, 0, -4], value: -1 }],
    [[signed()], { pads: [] }],
  ]),
  row<{ axis: number }>('expandDims', (op, options, x) => op.expandDims(x, options), [
    [[signed(3, 5)], { axis: 1 }],
    [[signed(3, 5)], { axis: -1 }],
  ]),
  row<{ axes?: readonly number[] }>('squeeze', (op, options, x) => op.squeeze(x, options), [
    [[signed(1, 3, 1)], {}],
    [[signed(1, 3, 1)], { axes: [-1] }],
  ]),
  row<{ axis?: number }>('stack', (op, options, ...tensors) => op.stack(tensors, options), [
    [[signed(3, 5), signed(3, 5)], {}],
    [[signed(3, 5), signed(3, 5), signed(3, 5)], { axis: -1 }],
  ]),
  row<{ parts: number | readonly number[]; axis?: number }>(
    'split',
    (op, options, x) => op.concat(op.split(x, options).toReversed(), { axis: options.axis ?? 0 }),
    [
      [[signed(6, 5)], { parts: 3 }],
      [[signed(3, 7)], { parts: [1, 4, 2], axis: -1 }],
    ],
  ),
  row<{ repeats: readonly number[] }>('tile', (op, options, x) => op.tile(x, options), [
    [[signed(3)], { repeats: [4] }],
    [[signed(2, 5)], { repeats: [3, 2] }],
  ]),
  row<{ axes?: readonly number[] }>('flip', (op, options, x) => op.flip(x, options), [
    [[signed(7)], {}],
    [[signed(3, 5, 4)], { axes: [-1, 0] }],
  ]),
  row<{ shift: number; axis: number }>('roll', (op, options, x) => op.roll(x, options), [
    [[signed(7)], { shift: 2, axis: 0 }],
    [[signed(3, 5)], { shift: -8, axis: -1 }],
  ]),
  row<{ axis: number }>('cumsum', (op, options, x) => op.cumsum(x, options), [
    [[signed(1)], { axis: 0 }],
    [[signed(17)], { axis: 0 }],
    [[signed(3, 5, 4)], { axis: 1 }],
    [[signed(4, 33)], { axis: -1 }],
  ]),
  row<{ axis: number }>('gather', (op, options, x, indices) => op.gather(x, indices, options), [
    [[signed(7), integers(7, 5)], { axis: 0 }],
    [[signed(5, 3), integers(5, 11)], { axis: 0 }],
    [[signed(5, 33), integers(33, 4)], { axis: 1 }],
    [[signed(4, 5, 3), integers(5, 2, 3)], { axis: 1 }],
    [[signed(4, 5, 3), integers(3, 7)], { axis: -1 }],
    [[signed(4, 5), integers(4)], { axis: 0 }],
    [[signed(3, 5, 8), integers(5, 9)], { axis: 1 }],
  ]),
  row<{ depth: number; axis?: number }>(
    'oneHot',
    (op, options, indices) => op.oneHot(indices, options),
    [
      [[integers(10, 7)], { depth: 10 }],
      [[integers(3, 2, 5)], { depth: 3, axis: 0 }],
      [[integers(4, 2, 5)], { depth: 4, axis: 1 }],
      [[integers(4, 65)], { depth: 4, axis: -1 }],
      [[integers(5, 33)], { depth: 5 }],
    ],
    { differentiable: false },
  ),
];
