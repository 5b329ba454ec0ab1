// Ops that move elements and compute nothing: reshape, flatten, transpose, broadcastTo, slice, pad, concat.
import concatSource from '../../shaders/concat.wgsl?raw';
import { TensorError } from '../errors.ts';
import { linearGrid } from '../grid.ts';
import { kernel } from '../kernel.ts';
import { defineOp, defineView } from '../op.ts';
import { checkOptions, listOf, number, required, whole } from '../options.ts';
import {
  axesOf,
  axisOf,
  broadcast,
  broadcastStrides,
  checkShape,
  dim,
  sameShape,
  show,
  sizeOf,
  stridesOf,
  type Shape,
} from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { sumTo } from './reduction.ts';
import { readStrided, WORDS, writeStrided } from './strided.ts';

const concatKernel = kernel('concat', concatSource);
const UNROLL = 4;

const shapeKind = { shape: required(listOf(whole({ from: -1 }))) };

const reshapeView = defineView('reshape', {
  options: shapeKind,
  shape(x, { shape }: { shape: Shape }) {
    const known = sizeOf(shape.filter((d) => d !== -1));
    const unknown = x.size / known;
    const free = shape.filter((d) => d === -1).length;
    if (free === 1 && known === 0 && x.size === 0) {
      throw new TensorError(
        `reshape: -1 could be any size beside the 0 in ${show(shape)}; name it`,
      );
    }
    const resolved = shape.map((d) => (d === -1 && Number.isInteger(unknown) ? unknown : d));
    if (
      free > 1 ||
      (free === 0 && known !== x.size) ||
      (free === 1 && !Number.isInteger(unknown))
    ) {
      throw new TensorError(`reshape: ${x} holds ${x.size} elements, no shape ${show(shape)}`);
    }
    return checkShape(resolved);
  },
});

/**
 * The same elements, row-major, under another shape; one dimension may be −1 and is what remains.
 * No kernel runs: the result shares the memory of x.
 * @throws TensorError when the numbers of elements differ, or −1 stands beside a 0 and could be anything
 */
export const reshape = (x: Tensor, shape: Shape): Tensor => reshapeView(x, { shape });

/** x [N, …] → [N, M]: every sample as one row. No kernel runs: the result shares the memory of x. */
export const flatten = defineView('flatten', {
  shape: (x) => [x.shape[0] ?? 1, sizeOf(x.shape.slice(1))],
});

const permute = defineOp('transpose', {
  inputs: ['x'],
  dtypes: { x: WORDS },
  dtype: ({ x }) => x.dtype,
  options: { perm: required(listOf(whole())) },
  shape: ({ x }, { perm }: { perm: readonly number[] }) => perm.map((from) => dim(x.shape, from)),
  run({ x, y }, { perm }) {
    const strides = stridesOf(x.shape);
    return readStrided(
      x,
      y,
      perm.map((from) => dim(strides, from)),
    );
  },
  vjp({ dy }, { perm }, { x: dx }) {
    const strides = stridesOf(dy.shape);
    return {
      x:
        dx &&
        readStrided(
          dy,
          dx,
          perm.map((_, axis) => dim(strides, perm.indexOf(axis))),
        ),
    };
  },
});

/**
 * Axes in another order: axis i of the result is axis perm[i] of x; without `perm` all are reversed.
 * @throws TensorError when `perm` is no permutation of the axes
 */
export function transpose(x: Tensor, perm?: readonly number[]): Tensor {
  const rank = x.shape.length;
  checkOptions('transpose', { perm }, { perm: listOf(whole()) });
  const order = perm ?? x.shape.map((_, i) => rank - 1 - i);
  if (order.length !== rank || new Set(order).size !== rank) {
    throw new TensorError(`transpose: perm ${show(order)} is no order of the ${rank} axes of ${x}`);
  }
  const axes = order.map((axis) => axisOf('transpose', axis, rank));
  return permute(x, { perm: axes });
}

const expand = defineOp('broadcastTo', {
  inputs: ['x'],
  dtypes: { x: WORDS },
  dtype: ({ x }) => x.dtype,
  options: shapeKind,
  shape: (_, { shape }: { shape: Shape }) => shape,
  run: ({ x, y }) => readStrided(x, y, broadcastStrides(x.shape, y.shape)),
  vjp: ({ dy }, _, { x: dx }) => ({ x: dx && sumTo(dy, dx) }),
});

/**
 * x repeated along its axes of size 1, and along new ones in front, as NumPy broadcasts.
 * @throws TensorError when x does not broadcast to `shape`
 */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  checkOptions('broadcastTo', { shape }, shapeKind);
  if (sameShape(x.shape, shape)) return x;
  if (!sameShape(broadcast('broadcastTo', x.shape, shape), shape)) {
    throw new TensorError(`broadcastTo: ${x} does not broadcast to shape ${show(shape)}`);
  }
  return expand(x, { shape });
}

/** An index that is cut to those that are there, such as ONNX's 2⁶³ − 1 for the end. */
const anywhere = whole({ from: -Infinity, to: Infinity });

export interface SliceOptions {
  /** First index along each axis; negative ones count from the end. */
  readonly starts: readonly number[];
  /** Index behind the last; beyond the end means the end. */
  readonly ends: readonly number[];
  /** The axes that starts, ends and steps speak of, by default the first ones. */
  readonly axes?: readonly number[];
  /** By default 1; negative steps walk backwards. */
  readonly steps?: readonly number[];
}

/** Start, step and number of what is taken, for every axis of x. */
function cutsOf(x: Tensor, { starts, ends, axes, steps }: SliceOptions) {
  const named = axes ?? starts.map((_, i) => i);
  if ([ends, named, steps ?? named].some((list) => list.length !== starts.length)) {
    throw new TensorError(
      `slice: ${starts.length} starts ${show(starts)}, ${ends.length} ends ${show(ends)}, axes ` +
        `${show(named)} and steps ${show(steps ?? [])} are not equally many`,
    );
  }
  axesOf('slice', named, x.shape.length); // complains of wrong axes
  const cuts = x.shape.map((size) => ({ start: 0, step: 1, size }));
  for (const [i, axis] of named.entries()) {
    const size = dim(x.shape, axisOf('slice', axis, x.shape.length));
    const [from, to, step] = [dim(starts, i), dim(ends, i), steps?.[i] ?? 1];
    if (step === 0) {
      throw new TensorError(
        `slice: axis ${axis} from ${from} to ${to} in steps of ${step} of ${x}`,
      );
    }
    const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
    const inside = (at: number) => Math.min(Math.max(at < 0 ? at + size : at, least), most);
    const start = inside(from);
    const taken = Math.max(0, Math.ceil((inside(to) - start) / step));
    cuts[axisOf('slice', axis, x.shape.length)] = { start, step, size: taken };
  }
  return cuts;
}

/**
 * A part of x: along each named axis the indices start, start + step, … before end. Indices follow ONNX
 * Slice (and Python): negative ones count from the end, and what lies outside is cut to it.
 * @throws TensorError when the lists disagree in length, an axis is not there or a step is 0
 */
export const slice = defineOp('slice', {
  inputs: ['x'],
  dtypes: { x: WORDS },
  dtype: ({ x }) => x.dtype,
  options: {
    starts: required(listOf(anywhere)),
    ends: required(listOf(anywhere)),
    axes: listOf(whole()),
    steps: listOf(whole()),
  },
  shape: ({ x }, options: SliceOptions) => cutsOf(x, options).map((cut) => cut.size),
  run({ x, y }, options) {
    const cuts = cutsOf(x, options);
    const strides = stridesOf(x.shape);
    const offset = cuts.reduce((sum, { start }, d) => sum + start * dim(strides, d), 0);
    return readStrided(
      x,
      y,
      cuts.map(({ step }, d) => step * dim(strides, d)),
      offset,
    );
  },
  vjp({ x, dy }, options, { x: dx }) {
    const cuts = cutsOf(x, options);
    const [starts, steps] = [cuts.map(({ start }) => start), cuts.map(({ step }) => step)];
    return { x: dx && writeStrided(dy, dx, starts, steps) };
  },
});

/**
 * x in a frame of `value` (0 by default): `pads` are the elements put before every axis, then those put after
 * every axis, as ONNX Pad has them. Negative ones cut away.
 * @throws TensorError when there are not two a dimension, or a dimension would be negative
 */
export const pad = defineOp('pad', {
  inputs: ['x'],
  dtypes: { x: WORDS },
  dtype: ({ x }) => x.dtype,
  options: { pads: required(listOf(whole())), value: number },
  shape({ x }, { pads }: { pads: readonly number[]; value?: number | undefined }) {
    const rank = x.shape.length;
    const padded = x.shape.map((d, i) => d + (pads[i] ?? 0) + (pads[rank + i] ?? 0));
    if (pads.length !== 2 * rank || padded.some((d) => d < 0)) {
      throw new TensorError(
        `pad: pads ${show(pads)} do not pad ${x}: two a dimension, none below 0 left`,
      );
    }
    return padded;
  },
  run: ({ x, y }, { pads, value = 0 }) =>
    writeStrided(
      x,
      y,
      pads.slice(0, x.shape.length),
      x.shape.map(() => 1),
      value,
    ),
  // The gradient cuts the frame away, and knows nothing of what was cut.
  vjp: ({ x, dy }, { pads }, { x: dx }) => ({
    x:
      dx &&
      writeStrided(
        dy,
        dx,
        x.shape.map((_, d) => -dim(pads, d)),
        x.shape.map(() => 1),
      ),
  }),
});

/** x as rows of all that one index before `axis` holds. */
const rowOf = (x: Tensor, axis: number) => sizeOf(x.shape.slice(axis));

const concatPair = defineOp('concat', {
  inputs: ['a', 'b'],
  dtypes: { a: WORDS, b: WORDS },
  dtype: ({ a }) => a.dtype,
  options: { axis: required(whole()) },
  shape: ({ a, b }, { axis }: { axis: number }) =>
    a.shape.map((d, i) => (i === axis ? d + dim(b.shape, i) : d)),
  run({ a, b, y }, { axis }) {
    const [A, B] = [rowOf(a, axis), rowOf(b, axis)];
    const ROWS = sizeOf(y.shape.slice(0, axis));
    const wide = A % 4 === 0 && B % 4 === 0;
    const each = wide ? 4 : 1;
    const constants = { Word: wide ? 'vec4u' : 'u32', ROWS, A: A / each, B: B / each, UNROLL };
    const grid = linearGrid(y.size / each, 64 * UNROLL);
    y.device.launch(concatKernel, constants, { a, b, y }, grid);
  },
  vjp({ a, b, dy }, { axis }, { a: da, b: db }) {
    const [A, B] = [rowOf(a, axis), rowOf(b, axis)];
    const rows = sizeOf(dy.shape.slice(0, axis));
    return {
      a: da && readStrided(dy, da, [A + B, 1], 0, [rows, A]),
      b: db && readStrided(dy, db, [A + B, 1], A, [rows, B]),
    };
  },
});

/**
 * Tensors side by side along `axis`; all other dimensions agree. More than two are joined pairwise, as a
 * balanced tree.
 * @throws TensorError when there are none, or their ranks, dtypes or other dimensions differ
 */
export function concat(tensors: readonly Tensor[], options: { axis: number }): Tensor {
  checkOptions('concat', options, { axis: required(whole()) });
  const { axis } = options;
  const [first] = tensors;
  if (!first) throw new TensorError('concat: no tensors');
  const at = axisOf('concat', axis, first.shape.length);
  for (const t of tensors) {
    if (
      t.dtype !== first.dtype ||
      !sameShape(t.shape.toSpliced(at, 1), first.shape.toSpliced(at, 1))
    ) {
      throw new TensorError(`concat: ${first} and ${t} do not fit together along axis ${axis}`);
    }
  }
  const join = (some: readonly Tensor[]): Tensor => {
    if (some.length === 1) return some[0] as Tensor;
    const half = Math.ceil(some.length / 2);
    return concatPair(join(some.slice(0, half)), join(some.slice(half)), { axis: at });
  };
  return join(tensors);
}
