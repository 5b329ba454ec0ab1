// One case of the op table held against the float64 reference. No test runner here: the packed bench verifies with it too.
import type { Tensor } from '../../src/tensor/index.ts';
import type { Engine } from '../engine.ts';
import { array64, at, gradients } from '../reference/array.ts';
import { reference } from '../reference.ts';
import { expectClose, expectShape } from './compare.ts';
import { type Row, type RowCase, drawInputs, randomFrom } from './row.ts';

/** The first cases of a row, whose gradients are also asked for one by one: a recording may then take other kernels. */
const ALONE = 3;

/** Runs f with the kernel variant that is tested. Ops choose their kernels at the call. */
export type Force = <T>(f: () => T) => T;

/**
 * Holds one case of an op against float64: its value, every gradient, and the slope along a random direction.
 * @throws Error that says where it is furthest off
 */
export async function check(
  engine: Engine<Tensor>,
  { tolerance, differentiable, recorded, cases }: Row,
  c: RowCase,
  force: Force,
): Promise<void> {
  const drawn = drawInputs(c);
  const inputs = drawn.map(({ input, data }) => engine.tensor(data, input.shape, input.dtype));
  const exact = drawn.map(({ input, data }) => array64(data, input.shape));
  const perform = <R>(f: () => R): R => force(() => (recorded ? engine.record(f) : f()));
  const apply = (x: Tensor[]) => c.run(engine.ops, ...x);
  const run = (x: Tensor[]) => perform(() => apply(x));
  const want = c.run(reference.ops, ...exact);

  const y = run(inputs);
  expectShape('y', y.shape, want.shape);
  const value = await y.data();
  expectClose('y', value, want.data, tolerance);
  if (!differentiable) return;

  const random = randomFrom(2);
  const weights = Float32Array.from(value, () => 2 * random() - 1);
  const wantGrads = gradients(want, exact, weights);
  const isFloat = drawn.map(({ input }) => input.dtype === 'f32');
  const cotangent = engine.tensor(weights, want.shape);
  const differentiated = () => [apply(inputs)] as const;
  const grads = (wrt: Tensor[]) => perform(() => engine.vjp(differentiated, wrt, cotangent).grads);
  const compare = async (chosen: number[]): Promise<void> => {
    const got = grads(chosen.map((n) => inputs[n]).filter((x) => x !== undefined));
    for (const [i, n] of chosen.entries()) {
      expectShape(`gradient of input ${n}`, got[i]?.shape, inputs[n]?.shape);
      const values = (await got[i]?.data()) ?? [];
      expectClose(`gradient of input ${n}`, values, wantGrads[n]?.data ?? [], tolerance);
    }
  };
  const all = inputs.map((_, n) => n).filter((n) => isFloat[n]);
  await compare(all);
  const isAlone = all.length > 1 && cases.indexOf(c) < ALONE;
  for (const n of isAlone ? all : []) await compare([n]);
  if (c.ties) return;

  // Reference-free: the slope along a random direction, from two values of the op itself.
  const step = 2 ** -10;
  const direction = drawn.map(({ data }, n) =>
    Float32Array.from(data, () => (isFloat[n] === true ? 2 * random() - 1 : 0)),
  );
  const moved = async (sign: number): Promise<number> => {
    const there = drawn.map(({ input, data }, n) =>
      engine.tensor(
        data.map((v, i) => v + sign * step * at(direction[n] ?? [], i)),
        input.shape,
        input.dtype,
      ),
    );
    const values = await run(there).data();
    return weights.reduce((sum, weight, i) => sum + weight * at(values, i), 0);
  };
  const slope = ((await moved(1)) - (await moved(-1))) / (2 * step);
  const got = grads(all.map((n) => inputs[n]).filter((x) => x !== undefined));
  let [dot, size] = [0, 0];
  for (const [i, n] of all.entries())
    ((await got[i]?.data()) ?? []).forEach((g, k) => {
      dot += g * at(direction[n] ?? [], k);
      size += Math.abs(g * at(direction[n] ?? [], k));
    });
  if (!(Math.abs(slope - dot) < 0.02 * size + 0.01))
    throw new Error(`the slope along a direction is ${slope}, its gradient says ${dot}`);
}
