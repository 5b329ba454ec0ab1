// sort and topK along the last axis. Rows are sorted in pieces in workgroup memory, then the pieces are merged.
import mergeRunsSource from '../../shaders/mergeRuns.wgsl?raw';
import sortRunsSource from '../../shaders/sortRuns.wgsl?raw';
import unsortSource from '../../shaders/unsort.wgsl?raw';
import { TensorError } from '../errors.ts';
import { ceilDiv, linearGrid } from '../grid.ts';
import { kernel } from '../kernel.ts';
import { type Grads, INTERNAL, defineOps } from '../op.ts';
import { boolean, checkOptions, required, whole } from '../options.ts';
import { axisOf, dim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { gatherElements, gatherInto } from './elements.ts';
import { slice } from './movement.ts';

const sortRunsKernel = kernel('sortRuns', sortRunsSource);
const mergeRunsKernel = kernel('mergeRuns', mergeRunsSource);
const unsortKernel = kernel('unsort', unsortSource);

/** The most elements that one workgroup sorts: 8 KiB of its memory. */
const LONGEST_RUN = 1024;
/** What one workgroup sorts at least, in several rows. */
const LEAST_SPAN = 512;

/** The last axis of x, and how many rows have it. @throws TensorError where there is none */
function rowsOf(op: string, x: Tensor): { readonly ROWS: number; readonly N: number } {
  const N = dim(x.shape, axisOf(op, -1, x.shape.length));
  return { ROWS: x.size / N, N };
}

/** order = for each row of x the places of its elements, sorted. */
function sortInto(x: Tensor, order: Tensor, DESCENDING: boolean): void {
  const { device } = x;
  const { ROWS, N } = rowsOf('sort', x);
  let RUN = Math.min(LONGEST_RUN, 2 ** Math.ceil(Math.log2(N)));
  const SPAN = Math.max(RUN, LEAST_SPAN);
  let passes = Math.ceil(Math.log2(ceilDiv(N, RUN)));
  const room = () => (passes === 0 ? order : device.empty(order.shape, 'i32', 'sort'));
  let runs = room();
  const constants = { ROWS, N, DESCENDING };
  const grid = linearGrid(ROWS * ceilDiv(N, RUN), SPAN / RUN);
  device.launch(sortRunsKernel, { ...constants, RUN, SPAN }, { x, order: runs }, grid);
  for (; passes > 0; RUN *= 2) {
    passes--;
    const merged = room();
    const tensors = { x, order: runs, merged };
    device.launch(mergeRunsKernel, { ...constants, RUN }, tensors, linearGrid(x.size));
    runs.storage.release(); // what follows is queued behind this pass
    runs = merged;
  }
}

/** Of `sort`. */
export interface SortOptions {
  /** From the largest to the smallest; by default it is the other way. */
  readonly descending?: boolean | undefined;
}

/** A part of each row, or the whole of it, in order. */
export interface Sorted {
  /** f32 */
  readonly values: Tensor;
  /** i32: where in its row of x each value stood. */
  readonly indices: Tensor;
}

/**
 * The elements of every row of x, along its last axis, from the smallest to the largest or the other way, and where in the
 * row each stood. Stable: equal elements keep their order, −0 and 0 are equal. NaN is the largest. A gradient of the values
 * goes to where they stood; the indices have none.
 * @throws TensorError when x is a scalar
 */
export const sort = defineOps('sort', {
  inputs: ['x'],
  options: { descending: boolean },
  outputs({ x }) {
    axisOf('sort', -1, x.shape.length);
    return { values: { shape: x.shape }, indices: { shape: x.shape, dtype: 'i32' } };
  },
  run({ x, values, indices }, { descending = false }: SortOptions) {
    sortInto(x, indices, descending);
    gatherInto(x, indices, values, { axis: -1 });
  },
  vjp: ({ indices, d: { values } }): Grads<'x'> => ({
    x: values && unsort(values, indices).dx,
  }),
});

/** The gradient of sort: every element of dy where it came from. */
const unsort = defineOps('unsort', {
  inputs: ['dy', 'indices'],
  options: INTERNAL,
  dtypes: { indices: ['i32'] },
  outputs: ({ dy }) => ({ dx: { shape: dy.shape } }),
  run({ dy, indices, dx }) {
    const { ROWS, N } = rowsOf('unsort', dx);
    dx.device.launch(unsortKernel, { ROWS, N }, { dy, indices, dx }, linearGrid(dx.size));
  },
  vjp: ({ indices, d: { dx } }): Grads<'dy' | 'indices'> => ({
    dy: dx && gatherElements(dx, indices, { axis: -1 }),
  }),
});

/** Of `topK`. */
export interface TopKOptions {
  /** false: the k smallest, from the smallest on. By default the largest, from the largest on. */
  readonly largest?: boolean | undefined;
}

/**
 * The k largest or smallest elements of every row of x, along its last axis, in order, and where in the row each stood;
 * [..., n] to [..., k]. Of equal elements the first comes first. NaN is the largest. The gradient is that of `sort`.
 * @throws TensorError when x is a scalar, or k is not a whole number from 0 to the size of its last axis
 */
export function topK(x: Tensor, k: number, options: TopKOptions = {}): Sorted {
  checkOptions('topK', options, { largest: boolean });
  checkOptions('topK', { k }, { k: required(whole({ from: 0 })) });
  const size = dim(x.shape, axisOf('topK', -1, x.shape.length));
  if (k > size) throw new TensorError(`topK: k ${k} is above ${size}, the last axis of ${x.type}`);
  const { values, indices } = sort(x, { descending: options.largest ?? true });
  const first = (t: Tensor) => slice(t, { starts: [0], ends: [k], axes: [-1] });
  return { values: first(values), indices: first(indices) };
}
