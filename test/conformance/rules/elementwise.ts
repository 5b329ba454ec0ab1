// Rules for arithmetic and activations.
import type { Ops } from '../../engine.ts';
import type { Context, Rule, Rules, Shaped } from './rule.ts';

const unary = (f: <T>(op: Ops<T>, x: T) => T): Rule => ({ run: (c) => f(c.op, c.x(0)) });
const binary = (f: <T>(op: Ops<T>, a: T, b: T) => T): Rule => ({
  run: (c) => f(c.op, c.x(0), c.x(1)),
});

/** The first input and all others, two at a time. */
const folded = (f: <T>(op: Ops<T>, a: T, b: T) => T): Rule => ({
  run: (c) => c.inputs.slice(1).reduce((y, _, i) => f(c.op, y, c.x(i + 1)), c.x(0)),
});

/** Before opset 7 a slope per channel belonged to axis 1 instead of the last. */
function prelu<T extends Shaped>(c: Context<T>): T {
  const [{ op }, x, given] = [c, c.x(0), c.x(1)];
  const [channels = 1] = given.shape;
  const slope =
    c.opset < 7 && channels > 1
      ? op.reshape(given, [channels, ...x.shape.slice(2).map(() => 1)])
      : given;
  return op.sub(op.relu(x), op.mul(slope, op.relu(op.neg(x))));
}

export const elementwise: Rules = {
  Add: binary((op, a, b) => op.add(a, b)),
  Sub: binary((op, a, b) => op.sub(a, b)),
  Mul: binary((op, a, b) => op.mul(a, b)),
  Div: binary((op, a, b) => op.div(a, b)),
  Neg: unary((op, x) => op.neg(x)),
  Exp: unary((op, x) => op.exp(x)),
  Log: unary((op, x) => op.log(x)),
  Sqrt: unary((op, x) => op.sqrt(x)),
  Reciprocal: unary((op, x) => op.reciprocal(x)),
  Erf: unary((op, x) => op.erf(x)),
  Floor: unary((op, x) => op.floor(x)),
  Sign: unary((op, x) => op.sign(x)),
  /** In f32, whole numbers too: where the case wants these, the nearest. */
  Pow: {
    ...binary((op, a, b) => op.pow(a, b)),
    finish: ({ shape, data }, c) => ({
      shape,
      data: c.wanted[0]?.dtype.startsWith('int') === true ? data.map(Math.round) : data,
    }),
  },
  Equal: binary((op, a, b) => op.equal(a, b)),
  Greater: binary((op, a, b) => op.greater(a, b)),
  GreaterOrEqual: binary((op, a, b) => op.greaterEqual(a, b)),
  Less: binary((op, a, b) => op.less(a, b)),
  LessOrEqual: binary((op, a, b) => op.lessEqual(a, b)),
  Relu: unary((op, x) => op.relu(x)),
  Sigmoid: unary((op, x) => op.sigmoid(x)),
  Tanh: unary((op, x) => op.tanh(x)),
  Silu: unary((op, x) => op.silu(x)),
  Swish: {
    run: (c) => c.op.mul(c.x(0), c.op.sigmoid(c.op.mul(c.x(0), c.scalar(c.number('alpha', 1))))),
  },
  Softplus: unary((op, x) => op.softplus(x)),
  Mish: unary((op, x) => op.mul(x, op.tanh(op.softplus(x)))),
  LeakyRelu: { run: (c) => c.op.leakyRelu(c.x(0), { alpha: c.number('alpha', 0.01) }) },
  PRelu: { run: prelu },
  Elu: { run: (c) => c.op.elu(c.x(0), { alpha: c.number('alpha', 1) }) },
  Gelu: {
    run: (c) =>
      c.op.gelu(c.x(0), {
        approximate: c.text('approximate', 'none') === 'tanh' ? 'tanh' : 'none',
      }),
  },
  Clip: {
    run(c) {
      const [[min] = c.numbers('min') ?? [], [max] = c.numbers('max') ?? []] = [
        c.values(1),
        c.values(2),
      ];
      return c.op.clip(c.x(0), {
        ...(min === undefined ? {} : { min }),
        ...(max === undefined ? {} : { max }),
      });
    },
  },
  Max: folded((op, a, b) => op.maximum(a, b)),
  Min: folded((op, a, b) => op.minimum(a, b)),
  DropoutGivenMask: {
    dtypes: [undefined, 'u32'],
    run: (c) => c.op.dropoutMask(c.x(0), c.x(1), { rate: c.number('ratio', 0.5) }),
  },
  /**
   * Where the case trains, its random mask is read off its result, so what is compared is the scaling;
   * elsewhere nothing is dropped.
   */
  Dropout: {
    run(c) {
      const training = (c.values(2)?.[0] ?? 0) !== 0;
      const rate = training ? (c.values(1)?.[0] ?? 0.5) : 0;
      const x = c.host(0);
      const kept = x.data.map((v, i) =>
        !training || v === 0 || c.wanted[0]?.data[i] !== 0 ? 1 : 0,
      );
      const mask = c.constant(kept, x.shape);
      return [c.op.dropoutMask(c.x(0), c.constant(kept, x.shape, 'u32'), { rate }), mask];
    },
  },
};
