// What each row of the op table is held to beyond its cases: values at the ends of f32, and no elements at all.
// The cases lend their shapes, so that no kernel is compiled for it.
import { type Tensor, TensorError } from '../../src/tensor/index.ts';
import type { Engine } from '../engine.ts';
import { type Array64, array64, gradients } from '../reference/array.ts';
import { reference } from '../reference.ts';
import type { Force } from './check.ts';
import { expectAllClose, expectEachClose, expectShape } from './compare.ts';
import { type Drawn, type Row, type RowCase, drawInputs, randomFrom } from './row.ts';

/** Put one at a time into each input: what an op adds up must not meet two. */
const ALONE = [NaN, Infinity, -Infinity, 1e30, 1e-30, -0];
/** Put into one tensor where every element is by itself. */
const TOGETHER = [
  ...[0, 1e-45, 1e-38, 1e-30, 1, 88, 1e19, 1.9e19, 1e30, 1.7e38, Infinity].flatMap((v) => [v, -v]),
  NaN,
];

/** Elements of a case that is small enough to be tried many times, and how many of these lend their shapes. */
const SMALL = 700;
const MOST_CASES = 4;

const sizeOf = (shape: readonly number[]) => shape.reduce((product, d) => product * d, 1);

/** Up to four small cases, the first and the last among them. */
export function lenders(cases: readonly RowCase[]): readonly RowCase[] {
  const small = cases.filter(({ inputs }) => {
    const size = inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    return size >= 4 && size <= SMALL;
  });
  const step = (small.length - 1) / (MOST_CASES - 1);
  return small.filter((_, i) => step <= 1 || i === Math.round(Math.round(i / step) * step));
}

/**
 * Holds an op with extremes in its inputs against float64, rounded to f32: NaN and ±∞ where they belong, the rest as
 * near as its row says. What is below 2^−126 may have counted as 0.
 * @throws Error that says with which value, and where
 */
export async function checkExtremes(
  engine: Engine<Tensor>,
  row: Row,
  c: RowCase,
  force: Force,
): Promise<void> {
  const drawn = drawInputs(c);
  for (const [n, { input, data }] of drawn.entries()) {
    if (input.dtype !== 'f32' || data.length === 0) continue;
    const put = (what: string, value: (i: number) => number) => {
      const changed = { input, data: data.map((_, i) => value(i)) };
      return compare(engine, row, c, force, `input ${n}, ${what}`, drawn.with(n, changed));
    };
    if (row.elementwise) {
      const values = TOGETHER.filter((v) => !Number.isFinite(v) || Math.abs(v) <= row.most);
      for (let from = 0; from < values.length; from += data.length) {
        await put('extremes', (i) => values[(from + i) % values.length] as number);
      }
    } else {
      const place = Math.floor(data.length / 2);
      // What a fused kernel drops it need not multiply by 0: infinities and NaN there are variants.test.ts's.
      const promised = (v: number) =>
        Number.isFinite(v) ? Math.abs(v) <= row.most : !row.recorded;
      for (const value of ALONE.filter(promised)) {
        await put(`${value} at ${place}`, (i) => (i === place ? value : (data[i] as number)));
      }
    }
  }
}

/** Values and gradients of one case over these inputs. */
async function compare(
  engine: Engine<Tensor>,
  { tolerance, differentiable, elementwise, spreads, recorded }: Row,
  c: RowCase,
  force: Force,
  what: string,
  drawn: readonly Drawn[],
): Promise<void> {
  const inputs = drawn.map(({ input, data }) => engine.tensor(data, input.shape, input.dtype));
  const perform = <R>(f: () => R): R => force(() => (recorded ? engine.record(f) : f()));
  const run = () => c.run(engine.ops, ...inputs);
  const y = perform(run);
  const value = await y.data();
  const random = randomFrom(2);
  const weights = Float32Array.from(value, () => 2 * random() - 1);
  /** What float64 makes of it: y, then the gradients; with `flush` numbers below 2^−126 are 0. */
  const exactly = (flush: boolean): Array64[] => {
    const exact = drawn.map(({ input, data }) =>
      array64(flush && input.dtype === 'f32' ? data.map(flushed) : data, input.shape),
    );
    const want = c.run(reference.ops, ...exact);
    return [want, ...(differentiable ? gradients(want, exact, weights) : [])];
  };
  const [want, flat] = [exactly(false), exactly(true)];
  const hold = (name: string, got: ArrayLike<number>, i: number) => {
    const expected = [want, flat].map((values) => values[i]?.data ?? new Float64Array());
    const close = elementwise ? expectEachClose : expectAllClose;
    close(`${what}: ${name}`, got, spreads ? expected.map(made(got)) : expected, tolerance);
  };
  const all = drawn.flatMap(({ data }) => [...data]);
  /** Where NaN or ±∞ may have met a 0: what came, if it is what such a product makes, or made without it. */
  const made = (got: ArrayLike<number>) => (values: Float64Array) =>
    values.map((v, k) => {
      const value = got[k] ?? NaN;
      const isExtra = Number.isNaN(value) && !all.every(Number.isFinite);
      const isLeftOut = Number.isNaN(v) && !all.some(Number.isNaN);
      return isExtra || isLeftOut ? value : v;
    });
  expectShape(`${what}: y`, y.shape, want[0]?.shape);
  hold('y', value, 0);
  // Where a product with a 0 from outside made y NaN, the maxima and so the gradients are others.
  const isOther = value.some((v, i) => Number.isNaN(v) && !Number.isNaN(want[0]?.data[i]));
  if (!differentiable || isOther) return;

  const cotangent = engine.tensor(weights, y.shape);
  const asked = drawn.flatMap(({ input }, n) => (input.dtype === 'f32' ? [n] : []));
  const wrt = asked.map((n) => inputs[n] as Tensor);
  const { grads } = perform(() => engine.vjp(() => [run()], wrt, cotangent));
  for (const [i, n] of asked.entries()) {
    expectShape(`${what}: gradient of input ${n}`, grads[i]?.shape, inputs[n]?.shape);
    hold(`gradient of input ${n}`, (await grads[i]?.data()) ?? [], n + 1);
  }
}

const flushed = (v: number) => {
  if (Math.abs(v) >= 2 ** -126 || Number.isNaN(v)) return v;
  return v < 0 ? -0 : 0;
};

/**
 * Sets each dimension of each input to 0, with the dimensions of the other inputs that were as long where it takes that
 * to fit, and holds what comes against float64.
 * @returns the dimensions, as `input.dimension`: whether the op took one of these ways
 */
export async function checkNothing(
  engine: Engine<Tensor>,
  row: Row,
  c: RowCase,
): Promise<ReadonlyMap<string, boolean>> {
  const taken = new Map<string, boolean>();
  for (const [n, { shape }] of c.inputs.entries()) {
    for (const d of shape.keys()) {
      let isTaken = false;
      for (const shapes of withNothing(c, n, d)) {
        const inputs = c.inputs.map((input, i) => ({ ...input, shape: shapes[i] ?? [] }));
        const what = shapes.map((s) => `[${s}]`).join(' ');
        try {
          const drawn = drawInputs({ ...c, inputs });
          await compare(engine, row, c, (f) => f(), what, drawn);
          isTaken = true;
          break;
        } catch (error) {
          if (!(error instanceof TensorError)) throw error;
        }
      }
      taken.set(`${n}.${d}`, isTaken);
    }
  }
  return taken;
}

/** The shapes of a case with dimension d of input n 0, alone and with equally long ones of the others. */
function withNothing({ inputs }: RowCase, n: number, d: number): (readonly number[])[][] {
  const size = inputs[n]?.shape[d];
  return inputs.reduce<(readonly number[])[][]>(
    (all, { shape }, i) => {
      const ways =
        i === n
          ? [shape.with(d, 0)]
          : [
              shape,
              ...[...shape.keys()].flatMap((e) => (shape[e] === size ? [shape.with(e, 0)] : [])),
            ];
      return all.flatMap((before) => ways.map((way) => [...before, way]));
    },
    [[]],
  );
}
