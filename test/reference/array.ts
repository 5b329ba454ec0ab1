// Arrays of the float64 reference: row-major values that remember how they were made, so that
// gradients follow from the definitions alone. Slow, plain and bounds-checked: the judge of the engine.

export type Shape = readonly number[];

/** Cotangents of the parents from the cotangent of the result. */
type Vjp = (dy: Float64Array) => readonly Float64Array[];

export class Array64 {
  constructor(
    readonly shape: Shape,
    readonly data: Float64Array,
    readonly parents: readonly Array64[] = [],
    readonly vjp: Vjp = () => [],
  ) {
    if (data.length !== sizeOf(shape))
      throw new RangeError(`${data.length} values for a shape [${shape.join(',')}]`);
  }
}

export const array64 = (data: ArrayLike<number>, shape: Shape): Array64 =>
  new Array64(shape, Float64Array.from(data));

export const sizeOf = (shape: Shape): number => shape.reduce((product, dim) => product * dim, 1);

/** An element that must be there. */
export function at(data: ArrayLike<number>, i: number): number {
  const value = data[i];
  if (value === undefined) throw new RangeError(`index ${i} of ${data.length} elements`);
  return value;
}

/** data[i] += value, for an element that must be there. */
export function accumulate(data: Float64Array, i: number, value: number): void {
  data[i] = at(data, i) + value;
}

/** ∂(Σ y·dy)/∂x for each x of `wrt`: the vjps in reverse topological order, cotangents summed. */
export function gradients(
  y: Array64,
  wrt: readonly Array64[],
  dy: ArrayLike<number> = new Float64Array(y.data.length).fill(1),
): Array64[] {
  const order: Array64[] = [];
  const seen = new Set<Array64>();
  const visit = (node: Array64): void => {
    if (seen.has(node)) return;
    seen.add(node);
    node.parents.forEach(visit);
    order.push(node);
  };
  visit(y);
  const cotangents = new Map<Array64, Float64Array>([[y, Float64Array.from(dy)]]);
  for (const node of order.toReversed()) {
    const cotangent = cotangents.get(node);
    if (cotangent === undefined) continue;
    node.vjp(cotangent).forEach((dx, n) => {
      const parent = node.parents[n];
      if (parent === undefined) throw new RangeError('a vjp without its parent');
      const sum = cotangents.get(parent);
      if (sum === undefined) cotangents.set(parent, dx);
      else dx.forEach((value, i) => accumulate(sum, i, value));
    });
  }
  return wrt.map((x) => new Array64(x.shape, cotangents.get(x) ?? new Float64Array(x.data.length)));
}

/** One summand: y[o] += coefficient · a[i] · b[j]; an input that is no factor has index -1. */
export type Term = (o: number, coefficient: number, i?: number, j?: number) => void;

/**
 * An operation that is a sum of products of its inputs' elements, given by enumerating the summands:
 * matmul, conv2d, sums, pools and everything that only moves elements. Its gradients are the same
 * enumeration, read for each factor: da[i] += dy[o] · coefficient · b[j].
 */
export function sumOfProducts(
  shape: Shape,
  a: Array64,
  b: Array64 | undefined,
  enumerate: (term: Term) => void,
): Array64 {
  const factor = (x: Array64 | undefined, i: number): number => (i < 0 ? 1 : at(x?.data ?? [], i));
  const y = new Float64Array(sizeOf(shape));
  enumerate((o, coefficient, i = -1, j = -1) => {
    accumulate(y, o, coefficient * factor(a, i) * factor(b, j));
  });
  const vjp: Vjp = (dy) => {
    const da = new Float64Array(a.data.length);
    const db = new Float64Array(b?.data.length ?? 0);
    enumerate((o, coefficient, i = -1, j = -1) => {
      if (i >= 0) accumulate(da, i, at(dy, o) * coefficient * factor(b, j));
      if (j >= 0) accumulate(db, j, at(dy, o) * coefficient * factor(a, i));
    });
    return b === undefined ? [da] : [da, db];
  };
  return new Array64(shape, y, b === undefined ? [a] : [a, b], vjp);
}

/** y[o] = x[source[o]], or `otherwise` where source[o] is -1. */
export function select(
  x: Array64,
  shape: Shape,
  source: ArrayLike<number>,
  otherwise = 0,
): Array64 {
  const moved = sumOfProducts(shape, x, undefined, (term) => {
    for (let o = 0; o < source.length; o++) if (at(source, o) >= 0) term(o, 1, at(source, o));
  });
  const data = moved.data.map((value, o) => (at(source, o) >= 0 ? value : otherwise));
  return new Array64(shape, data, moved.parents, moved.vjp);
}

export function stridesOf(shape: Shape): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/** The common shape of two operands, as NumPy broadcasts them. */
export function broadcast(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const da = a[axis - rank + a.length] ?? 1;
    const db = b[axis - rank + b.length] ?? 1;
    if (da !== db && da !== 1 && db !== 1)
      throw new RangeError(`[${a}] and [${b}] do not broadcast`);
    return da === 1 ? db : da;
  });
}

/** Calls `f` with every index of `shape`, in row-major order, and its flat position. */
export function forEachIndex(
  shape: Shape,
  f: (index: readonly number[], flat: number) => void,
): void {
  const index = shape.map(() => 0);
  const size = sizeOf(shape);
  for (let flat = 0; flat < size; flat++) {
    f(index, flat);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = at(index, axis) + 1;
      if (at(index, axis) < at(shape, axis)) break;
      index[axis] = 0;
    }
  }
}

/** Flat position in `from` of every element of `to`, to which `from` is broadcast. */
export function broadcastPositions(from: Shape, to: Shape): Int32Array {
  const strides = stridesOf(from);
  const positions = new Int32Array(sizeOf(to));
  forEachIndex(to, (index, flat) => {
    positions[flat] = from.reduce((sum, dim, axis) => {
      const i = dim === 1 ? 0 : at(index, axis - from.length + to.length);
      return sum + i * at(strides, axis);
    }, 0);
  });
  return positions;
}

/** An axis counted from the front; -1 is the last. */
export function axisOf(axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis;
  if (counted < 0 || counted >= rank) throw new RangeError(`axis ${axis} of rank ${rank}`);
  return counted;
}
