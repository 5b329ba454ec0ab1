// Tensors whose elements follow from their place: arange, linspace, eye. The GPU writes them, so that a recorded step can
// make them too. One value everywhere is `device.zeros`, `device.ones` or `device.full`.
import sequenceSource from '../../shaders/sequence.wgsl?raw';
import type { Device } from '../device.ts';
import { BYTES, type DType } from '../dtype.ts';
import { TensorError } from '../errors.ts';
import { UNROLL, eachGrid } from '../grid.ts';
import { kernel } from '../kernel.ts';
import { checkOptions, finite, oneOf, required, whole } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import { cast } from './comparison.ts';
import { oneHot } from './indexing.ts';

const sequenceKernel = kernel('sequence', sequenceSource);

const dtypeKind = oneOf('f32', 'i32', 'u32');
/** What the numbers of a sequence may be. */
const NUMBERS = {
  f32: finite(),
  i32: whole(),
  u32: whole({ from: 0, to: 2 ** 32 - 1 }),
};

interface Sequence {
  readonly count: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

function write(y: Tensor, { count, start, end, step }: Sequence): Tensor {
  const numbers =
    y.dtype === 'f32'
      ? { START: start, END: end, STEP: step }
      : { WHOLE: true, FIRST: start >>> 0, NEXT: step >>> 0 };
  const grid = eachGrid(count);
  y.device.launch(sequenceKernel, { COUNT: count, UNROLL, ...numbers }, { y }, grid);
  return y;
}

/**
 * start, start + step, … before stop: ⌈(stop − start) / step⌉ numbers [n]. With one number, those from 0 before it.
 * Eagerly and in a recording alike the GPU writes them. In f32 each is as near as one product and one sum are.
 * @param step 1 unless given; below 0 the numbers fall
 * @param dtype f32 unless given; i32 and u32 take whole numbers
 * @throws TensorError when step is 0 or leads away from stop, or the dtype does not hold a number
 */
export function arange(
  device: Device,
  start: number,
  stop?: number,
  step = 1,
  dtype: Exclude<DType, 'u8'> = 'f32',
): Tensor {
  checkOptions('arange', { dtype }, { dtype: required(dtypeKind) });
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  const number = required(NUMBERS[dtype]);
  const stride = required(dtype === 'f32' ? NUMBERS.f32 : whole({ from: -(2 ** 32), to: 2 ** 32 }));
  checkOptions(
    'arange',
    { start: from, stop: to, step },
    { start: number, stop: number, step: stride },
  );
  const steps = (to - from) / step;
  if (step === 0 || steps < 0 || steps * BYTES[dtype] > Number.MAX_SAFE_INTEGER) {
    throw new TensorError(`arange: no steps of ${step} lead from ${from} to ${to}`);
  }
  const count = Math.ceil(Math.abs(steps)); // no −0
  const y = device.empty([count], dtype, 'arange');
  return write(y, { count, start: from, end: from + (count - 1) * step, step });
}

/**
 * `count` numbers at equal distances from start to stop, both of them among the numbers, f32 [count]; of one number it is
 * start. In a recording the GPU writes them at every replay.
 * @throws TensorError when count is not a whole number from 0, or start or stop is not finite
 */
export function linspace(device: Device, start: number, stop: number, count: number): Tensor {
  const number = required(finite());
  checkOptions(
    'linspace',
    { start, stop, count },
    { start: number, stop: number, count: required(whole({ from: 0 })) },
  );
  const step = count > 2 ? (stop - start) / (count - 1) : 0; // two are the ends themselves
  const y = device.empty([count], 'f32', 'linspace');
  return write(y, { count, start, end: stop, step });
}

/**
 * The identity matrix [rows, columns]: 1 where row and column are the same, else 0.
 * @param columns as many as rows unless given
 * @param dtype f32 unless given
 * @throws TensorError when rows or columns are no whole numbers from 0
 */
export function eye(
  device: Device,
  rows: number,
  columns = rows,
  dtype: Exclude<DType, 'u8'> = 'f32',
): Tensor {
  const count = required(whole({ from: 0 }));
  checkOptions(
    'eye',
    { rows, columns, dtype },
    { rows: count, columns: count, dtype: required(dtypeKind) },
  );
  if (columns === 0) return device.empty([rows, 0], dtype, 'eye');
  const ones = oneHot(arange(device, 0, rows, 1, 'i32'), { depth: columns });
  return dtype === 'f32' ? ones : cast(ones, { dtype });
}
