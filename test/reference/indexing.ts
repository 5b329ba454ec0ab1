// Operations with an index for every element along an axis, and sorts.
import {
  type Array64,
  array64,
  at,
  axisOf,
  forEachIndex,
  select,
  type Shape,
  sizeOf,
  stridesOf,
  sumOfProducts,
} from './array.ts';
import { beats } from './reduce.ts';

/** For every index, the flat position in `shape` that it names along `axis`; a negative one counts from the end. */
function positions(shape: Shape, indices: Array64, axis: number): Int32Array {
  const along = axisOf(axis, shape.length);
  const size = at(shape, along);
  const strides = stridesOf(shape);
  const found = new Int32Array(indices.data.length);
  forEachIndex(indices.shape, (index, flat) => {
    const i = at(indices.data, flat);
    const place = index.with(along, i < 0 ? i + size : i);
    found[flat] = place.reduce((sum, p, n) => sum + p * at(strides, n), 0);
  });
  return found;
}

/** y[index] = x[index, but indices[index] along `axis`]. */
export const gatherElements = (x: Array64, indices: Array64, { axis }: { axis: number }): Array64 =>
  select(x, indices.shape, positions(x.shape, indices, axis));

/** x, and at every place the elements of source whose index names it. */
export const scatterAdd = (
  x: Array64,
  indices: Array64,
  source: Array64,
  { axis }: { axis: number },
): Array64 =>
  sumOfProducts(x.shape, x, source, (term) => {
    for (let o = 0; o < sizeOf(x.shape); o++) term(o, 1, o);
    positions(x.shape, indices, axis).forEach((o, j) => term(o, 1, -1, j));
  });

interface Sorted {
  values: Array64;
  indices: Array64;
}

/** The first k of each row in order: NaN is the largest, equal elements keep theirs. */
function firstOf(x: Array64, k: number, descending: boolean): Sorted {
  const rank = x.shape.length;
  const size = at(x.shape, rank - 1);
  const shape = x.shape.with(rank - 1, k);
  const places: number[] = [];
  const before = (a: number, b: number) => Number(beats(a, b)) - Number(beats(b, a));
  for (let first = 0; first < x.data.length; first += size) {
    const row = [...x.data.subarray(first, first + size).entries()];
    row.sort(([, a], [, b]) => (descending ? before(b, a) : before(a, b)));
    places.push(...row.slice(0, k).map(([i]) => first + i));
  }
  const indices = places.map((place) => place % size);
  return { values: select(x, shape, places), indices: array64(indices, shape) };
}

export const sort = (x: Array64, { descending = false }: { descending?: boolean } = {}): Sorted =>
  firstOf(x, at(x.shape, x.shape.length - 1), descending);

export const topK = (
  x: Array64,
  k: number,
  { largest = true }: { largest?: boolean } = {},
): Sorted => firstOf(x, k, largest);
