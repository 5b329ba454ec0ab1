// Float64 definitions of every operation, with gradients that follow from them: the judge of the GPU.
// They are judged themselves by vectors that nobody here wrote (reference.node.test.ts).
import type { Engine, Ops } from './engine.ts';
import { type Array64, array64, gradients } from './reference/array.ts';
import * as elementwise from './reference/elementwise.ts';
import * as matmul from './reference/matmul.ts';
import * as normalization from './reference/normalization.ts';
import { optimizerOf } from './reference/optimizers.ts';
import * as reduce from './reference/reduce.ts';
import * as shape from './reference/shape.ts';
import * as indexing from './reference/indexing.ts';
import * as windows from './reference/windows.ts';

export type { Array64 } from './reference/array.ts';
export { erf, erfc } from './reference/special.ts';

const { functions, ...others } = elementwise;
const ops: Ops<Array64> = {
  ...{
    ...functions,
    ...others,
    ...reduce,
    ...matmul,
    ...windows,
    ...normalization,
    ...shape,
    ...indexing,
  },
};

export const reference: Engine<Array64> = {
  name: 'float64 reference',
  ops,
  tensor: array64,
  read: (x) => Promise.resolve(x.data),
  valueAndGrad(f, wrt) {
    const [value, ...aux] = f();
    return { value, aux, grads: gradients(value, wrt) };
  },
  vjp: (f, wrt, { data }) => ({ grads: gradients(f()[0], wrt, data) }),
  record: (f) => f(),
  optimizer: optimizerOf,
  write: (x, data) => x.data.set(data),
};
