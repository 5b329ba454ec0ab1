// The reference's gradients against their definition: central differences in float64, for every row of the op table.
import { describe, expect, test } from 'vitest';
import { drawInputs, randomFrom, type RowCase } from './ops/row.ts';
import { table } from './ops/table.ts';
import { type Array64, array64, at, gradients, sizeOf } from './reference/array.ts';
import { erf, erfc } from './reference/special.ts';
import { reference } from './reference.ts';

/** ⟨∂(Σ y·dy)/∂x, d⟩ for a direction d, as the limit says: (f(x + εd) - f(x - εd)) / 2ε. */
function derivativeByDefinition(
  f: (inputs: Array64[]) => Array64,
  inputs: readonly Array64[],
  direction: readonly Float64Array[],
  dy: Float64Array,
): number {
  const epsilon = 1e-6;
  const moved = (sign: number) =>
    f(
      inputs.map(({ shape, data }, n) =>
        array64(
          data.map((v, i) => v + sign * epsilon * at(direction[n] ?? [], i)),
          shape,
        ),
      ),
    ).data.reduce((sum, y, i) => sum + y * at(dy, i), 0);
  return (moved(1) - moved(-1)) / (2 * epsilon);
}

const check = (c: RowCase): void => {
  const random = randomFrom(7);
  const inputs = drawInputs(c).map(({ input, data }) => array64(data, input.shape));
  const isFloat = c.inputs.map(({ dtype }) => dtype === 'f32');
  const run = (x: Array64[]) => c.run(reference.ops, ...x);
  const y = run(inputs);
  const dy = Float64Array.from({ length: sizeOf(y.shape) }, () => 2 * random() - 1);
  const direction = inputs.map(({ data }, n) =>
    Float64Array.from(data, () => (isFloat[n] === true ? 2 * random() - 1 : 0)),
  );
  const grads = gradients(y, inputs, dy);
  const terms = grads.flatMap(({ data }, n) =>
    Array.from(data, (g, i) => g * at(direction[n] ?? [], i)),
  );
  const got = terms.reduce((sum, term) => sum + term, 0);
  const size = terms.reduce((sum, term) => sum + Math.abs(term), 0);
  const want = derivativeByDefinition(run, inputs, direction, dy);
  expect(Math.abs(got - want)).toBeLessThan(1e-7 * size + 1e-8);
};

// Functions that jump, such as floor, have no case without ties.
for (const row of table.filter((row) => row.differentiable && row.cases.some((c) => !c.ties)))
  describe(row.name, () => {
    for (const c of row.cases.filter(({ ties }) => !ties)) test(c.title, () => check(c));
  });

// Values to 17 digits: Abramowitz and Stegun 7.1, and DLMF 7.
test.each([
  [0, 0, 1],
  [0.5, 0.5204998778130465, 0.4795001221869535],
  [1, 0.8427007929497149, 0.15729920705028513],
  [2, 0.9953222650189527, 0.004677734981047266],
  [3, 0.9999779095030014, 2.209049699858544e-5],
  [5, 0.9999999999984626, 1.5374597944280349e-12],
  [-1.5, -0.9661051464753108, 1.9661051464753108],
])('erf(%d)', (x, value, complement) => {
  expect(Math.abs(erf(x) / (value || 1) - (value === 0 ? 0 : 1))).toBeLessThan(2e-15);
  expect(Math.abs(erfc(x) / complement - 1)).toBeLessThan(2e-14);
});
