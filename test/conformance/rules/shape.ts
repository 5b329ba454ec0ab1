// Rules for what moves elements.
import type { Ops } from '../../engine.ts';
import { type Context, type Rule, type Rules, type Shaped } from './rule.ts';

const sizeOf = (shape: readonly number[]) => shape.reduce((product, dim) => product * dim, 1);

/** Axes from the front, for a tensor of this rank. */
const counted = (axes: readonly number[], rank: number) =>
  axes.map((axis) => (axis < 0 ? axis + rank : axis));

const reshaped = (
  shape: (x: readonly number[], c: Context<Shaped>) => readonly number[],
): Rule => ({
  run: (c) => c.op.reshape(c.x(0), shape(c.x(0).shape, c)),
});

/** 0 copies a dimension (unless allowzero), -1 is what is left. */
function resolved(x: readonly number[], c: Context<Shaped>): number[] {
  const copies = c.number('allowzero', 0) === 0;
  const shape = (c.values(1) ?? []).map((dim, i) => (dim === 0 && copies ? (x[i] ?? 0) : dim));
  const known = sizeOf(shape.filter((dim) => dim >= 0));
  return shape.map((dim) => (dim < 0 ? sizeOf(x) / known : dim));
}

/** Index along an axis of `dim` elements that stands at position i before its beginning or behind its end. */
const OUTSIDE: Readonly<Record<string, (i: number, dim: number) => number>> = {
  edge: (i, dim) => Math.min(Math.max(i, 0), dim - 1),
  wrap: (i, dim) => ((i % dim) + dim) % dim,
  reflect(i, dim) {
    const period = Math.max(2 * (dim - 1), 1);
    const inPeriod = ((i % period) + period) % period;
    return Math.min(inPeriod, period - inPeriod);
  },
};

function pad<T extends Shaped>(c: Context<T>): T {
  const x = c.x(0);
  const rank = x.shape.length;
  const given = c.numbers('pads') ?? c.values(1) ?? [];
  const axes = counted(c.values(3) ?? x.shape.map((_, axis) => axis), rank);
  const pads = Array<number>(2 * rank).fill(0);
  axes.forEach((axis, i) => {
    pads[axis] = given[i] ?? 0;
    pads[rank + axis] = given[axes.length + i] ?? 0;
  });
  const mode = c.text('mode', 'constant');
  if (mode === 'constant')
    return c.op.pad(x, { pads, value: c.values(2)?.[0] ?? c.number('value', 0) });
  const outside = OUTSIDE[mode];
  if (outside === undefined) throw new Error(`unknown pad mode ${mode}`);
  return x.shape.reduce<T>((padded, dim, axis) => {
    const [before, after] = [pads[axis] ?? 0, pads[rank + axis] ?? 0];
    const indices = Array.from({ length: before + dim + after }, (_, i) =>
      outside(i - before, dim),
    );
    if (before + after === 0) return padded;
    return c.op.gather(padded, c.constant(indices, [indices.length], 'i32'), { axis });
  }, x);
}

/** Of the other axes of x only as much is meant as there are indices. */
function gatherElements<T extends Shaped>(c: Context<T>): T {
  const axis = c.number('axis', 0);
  const { shape, data } = c.host(1);
  const others = shape.map((_, i) => i).filter((i) => i !== axis);
  const region = c.op.slice(c.x(0), {
    starts: others.map(() => 0),
    ends: others.map((i) => shape[i] ?? 0),
    axes: others,
  });
  return c.op.gatherElements(region, c.constant([...data], shape, 'i32'), { axis });
}

/** off + onehot · (on - off); a negative index counts from the end. */
function oneHot<T extends Shaped>(c: Context<T>): T {
  const { shape, data } = c.host(0);
  const depth = c.values(1)?.[0] ?? 0;
  const [off = 0, on = 1] = c.values(2) ?? [];
  const indices = data.map((i) => (i < 0 ? i + depth : i));
  const hot = c.op.oneHot(c.constant(indices, shape, 'i32'), { depth, axis: c.number('axis', -1) });
  return c.op.add(c.op.mul(hot, c.scalar(on - off)), c.scalar(off));
}

const repeated = <T>(op: Ops<T>, x: T, times: number, axis: number): T =>
  times === 1 ? x : op.concat(Array<T>(times).fill(x), { axis });

export const shape: Rules = {
  Reshape: reshaped(resolved),
  Squeeze: reshaped((x, c) => {
    const axes = counted(c.values(1) ?? [], x.length);
    return x.filter((dim, axis) => (axes.length > 0 ? !axes.includes(axis) : dim !== 1));
  }),
  Unsqueeze: reshaped((x, c) => {
    const given = c.values(1) ?? [];
    const axes = counted(given, x.length + given.length).sort((a, b) => a - b);
    return axes.reduce<readonly number[]>((grown, axis) => grown.toSpliced(axis, 0, 1), x);
  }),
  Flatten: {
    run(c) {
      const { shape: dims } = c.x(0);
      const axis = c.number('axis', 1);
      if (axis === 1) return c.op.flatten(c.x(0));
      return c.op.reshape(c.x(0), [sizeOf(dims.slice(0, axis)), sizeOf(dims.slice(axis))]);
    },
  },
  Expand: {
    run: (c) => {
      const dims = c.values(1) ?? [];
      return c.op.add(c.x(0), c.constant(new Float32Array(sizeOf(dims)), dims));
    },
  },
  Tile: {
    run: (c) =>
      (c.values(1) ?? []).reduce((x, times, axis) => repeated(c.op, x, times, axis), c.x(0)),
  },
  Concat: {
    run: (c) =>
      c.op.concat(
        c.inputs.map((_, i) => c.x(i)),
        { axis: c.number('axis', 0) },
      ),
  },
  Transpose: { run: (c) => c.op.transpose(c.x(0), c.numbers('perm')) },
  Slice: {
    run(c) {
      const starts = c.numbers('starts') ?? c.values(1) ?? [];
      const ends = c.numbers('ends') ?? c.values(2) ?? [];
      const axes = c.numbers('axes') ?? c.values(3) ?? starts.map((_, axis) => axis);
      return c.op.slice(c.x(0), { starts, ends, axes, steps: c.values(4) ?? axes.map(() => 1) });
    },
  },
  Pad: { run: pad },
  Gather: {
    dtypes: [undefined, 'i32'],
    run: (c) => c.op.gather(c.x(0), c.x(1), { axis: c.number('axis', 0) }),
  },
  GatherElements: { run: gatherElements },
  OneHot: { run: oneHot },
  Where: { dtypes: ['u32'], run: (c) => c.op.where(c.x(0), c.x(1), c.x(2)) },
};
