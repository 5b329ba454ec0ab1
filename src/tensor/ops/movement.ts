// Ops that move elements and compute nothing: transpose, slice, pad, concat.
import concatSource from '../../shaders/concat.wgsl?raw';
import { TensorError } from '../errors.ts';
import { UNROLL, eachGrid } from '../grid.ts';
import { kernel } from '../kernel.ts';
import { type Grads, INTERNAL, defineOp } from '../op.ts';
import { checkOptions, listOf, number, required, whole } from '../options.ts';
import { axesOf, axisOf, dim, sameShape, show, sizeOf, stridesOf, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { readStrided, WORDS, writeStrided } from './strided.ts';

const concatKernel = kernel('concat', concatSource);

const permute = defineOp('transpose', {
  inputs: ['x'],
  options: INTERNAL,
  dtypes: { x: WORDS },
  dtype: ({ x }) => x.dtype,
  shape: ({ x }, { perm }: { perm: readonly number[] }) => perm.map((from) => dim(x.shape, from)),
  run({ x, y }, { perm }) {
    const strides = stridesOf(x.shape);
    readStrided(
      x,
      y,
      perm.map((from) => dim(strides, from)),
    );
  },
  vjp: ({ dy }, { perm }): Grads<'x'> => ({
    x: permute(dy, { perm: perm.map((_, axis) => perm.indexOf(axis)) }),
  }),
});

/**
 * Axes in another order: axis i of the result is axis perm[i] of x; without `perm` all are reversed.
 * @throws TensorError when `perm` is no permutation of the axes
 */
export function transpose(x: Tensor, perm?: readonly number[]): Tensor {
  checkOptions('transpose', { perm }, { perm: listOf(whole()) });
  const rank = x.shape.length;
  const order = perm ?? x.shape.map((_, i) => rank - 1 - i);
  if (order.length !== rank || new Set(order).size !== rank) {
    throw new TensorError(
      `transpose: perm ${show(order)} is no order of the ${rank} axes of ${x.type}`,
    );
  }
  const axes = order.map((axis) => axisOf('transpose', axis, rank));
  return permute(x, { perm: axes });
}

/** An index that is cut to those that are there, such as ONNX's 2⁶³ − 1 for the end. */
const anywhere = whole({ from: -Infinity, to: Infinity });

/** Of `slice`. */
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

/** Start, step and number of what is taken along one axis. */
interface Cut {
  readonly start: number;
  readonly step: number;
  readonly size: number;
}

/** The cut of every axis of x. */
function cutsOf(x: Tensor, { starts, ends, axes, steps }: SliceOptions): Cut[] {
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
        `slice: axis ${axis} from ${from} to ${to} in steps of ${step} of ${x.type}`,
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

const sliceSpec = {
  inputs: ['x'],
  dtypes: { x: WORDS },
  dtype: ({ x }: { readonly x: Tensor }) => x.dtype,
  shape: (_: unknown, { cuts }: { readonly cuts: readonly Cut[] }) => cuts.map(({ size }) => size),
  run({ x, y }: { x: Tensor; y: Tensor }, { cuts }: { readonly cuts: readonly Cut[] }) {
    const strides = stridesOf(x.shape);
    const offset = cuts.reduce((sum, { start }, d) => sum + start * dim(strides, d), 0);
    readStrided(
      x,
      y,
      cuts.map(({ step }, d) => step * dim(strides, d)),
      offset,
    );
  },
  vjp: (
    { x, dy }: { x: Tensor; dy: Tensor },
    { cuts }: { readonly cuts: readonly Cut[] },
  ): Grads<'x'> => ({
    x: place(dy, {
      shape: x.shape,
      starts: cuts.map(({ start }) => start),
      steps: cuts.map(({ step }) => step),
    }),
  }),
} as const;

/** What `slice` comes to. */
const cut = defineOp<readonly ['x'], { readonly cuts: readonly Cut[] }>('slice', {
  ...sliceSpec,
  options: INTERNAL,
});

/**
 * A part of x: along each named axis the indices start, start + step, … before end. Indices follow ONNX
 * Slice (and Python): negative ones count from the end, and what lies outside is cut to it.
 * @throws TensorError when the lists disagree in length, an axis is not there or a step is 0
 */
export const slice = defineOp<readonly ['x'], { readonly cuts: readonly Cut[] }, SliceOptions>(
  'slice',
  {
    ...sliceSpec,
    options: {
      starts: required(listOf(anywhere)),
      ends: required(listOf(anywhere)),
      axes: listOf(whole()),
      steps: listOf(whole()),
    },
    attributes: ({ x }, options) => ({ cuts: cutsOf(x, options) }),
  },
);

/** Where `place` puts the elements of x, and what stands where none is put. */
interface Placement {
  readonly shape: Shape;
  readonly starts: readonly number[];
  readonly steps: readonly number[];
  readonly value?: number;
}

const placeSpec = {
  inputs: ['x'],
  dtypes: { x: WORDS },
  dtype: ({ x }: { readonly x: Tensor }) => x.dtype,
  shape: (_: unknown, { shape }: Placement) => shape,
  run: (
    { x, y }: { readonly x: Tensor; readonly y: Tensor },
    { starts, steps, value = 0 }: Placement,
  ) => void writeStrided(x, y, starts, steps, value),
  // The gradient takes back what was put, and knows nothing of what fell outside.
  vjp: (
    { x, dy }: { readonly x: Tensor; readonly dy: Tensor },
    { starts, steps }: Placement,
  ): Grads<'x'> => ({
    x: steps.every((step) => step === 1)
      ? place(dy, { shape: x.shape, starts: starts.map((start) => -start), steps })
      : cut(dy, {
          cuts: x.shape.map((size, d) => ({ start: dim(starts, d), step: dim(steps, d), size })),
        }),
  }),
} as const;

/** y[start + i · step] = x[i] in every dimension, `value` (0 by default) where no i leads. */
const place = defineOp<readonly ['x'], Placement>('place', { ...placeSpec, options: INTERNAL });

/**
 * x in a frame of `value` (0 by default): `pads` are the elements put before every axis, then those put after
 * every axis, as ONNX Pad has them. Negative ones cut away.
 * @throws TensorError when there are not two a dimension, or a dimension would be negative
 */
export const pad = defineOp<
  readonly ['x'],
  Placement,
  { readonly pads: readonly number[]; readonly value?: number | undefined }
>('pad', {
  ...placeSpec,
  options: { pads: required(listOf(whole())), value: number },
  attributes({ x }, { pads, value }) {
    const rank = x.shape.length;
    const shape = x.shape.map((d, i) => d + (pads[i] ?? 0) + (pads[rank + i] ?? 0));
    if (pads.length !== 2 * rank || shape.some((d) => d < 0)) {
      throw new TensorError(
        `pad: pads ${show(pads)} do not pad ${x.type}: two a dimension, none below 0 left`,
      );
    }
    const steps = x.shape.map(() => 1);
    return { shape, starts: pads.slice(0, rank), steps, ...(value !== undefined && { value }) };
  },
});

/** x as rows of all that one index before `axis` holds. */
const rowOf = (x: Tensor, axis: number) => sizeOf(x.shape.slice(axis));

const concatPair = defineOp('concat', {
  inputs: ['a', 'b'],
  options: INTERNAL,
  dtypes: { a: WORDS, b: WORDS },
  dtype: ({ a }) => a.dtype,
  shape: ({ a, b }, { axis }: { axis: number }) =>
    a.shape.map((d, i) => (i === axis ? d + dim(b.shape, i) : d)),
  run({ a, b, y }, { axis }) {
    const [A, B] = [rowOf(a, axis), rowOf(b, axis)];
    const wide = A % 4 === 0 && B % 4 === 0;
    const each = wide ? 4 : 1;
    const COUNT = y.size / each;
    const constants = { Word: wide ? 'vec4u' : 'u32', COUNT, A: A / each, B: B / each, UNROLL };
    const grid = eachGrid(COUNT);
    y.device.launch(concatKernel, constants, { a, b, y }, grid);
  },
  vjp({ a, b, dy }, { axis }, wants) {
    const part = (of: Tensor, start: number) =>
      cut(dy, {
        cuts: of.shape.map((size, d) => ({ start: d === axis ? start : 0, step: 1, size })),
      });
    return {
      a: wants.a ? part(a, 0) : undefined,
      b: wants.b ? part(b, dim(a.shape, axis)) : undefined,
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
      throw new TensorError(
        `concat: ${first.type} and ${t.type} do not fit together along axis ${axis}`,
      );
    }
  }
  const join = (some: readonly Tensor[]): Tensor => {
    if (some.length === 1) return some[0] as Tensor;
    const half = Math.ceil(some.length / 2);
    return concatPair(join(some.slice(0, half)), join(some.slice(half)), { axis: at });
  };
  return join(tensors);
}
