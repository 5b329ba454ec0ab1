// Rules for arithmetic and activations.
import type { Ops } from '../../engine.ts';
import type { Context, Rule, Rules, Shaped } from './rule.ts';

const unary = (f: <T>(op: Ops<T>, x: T) => T): Rule => ({ run: (c) => f(c.op, c.x(0)) });
const binary = (f: <T>(op: Ops<T>, a: T, b: T) => T): Rule => ({
  run: (c) => f(c.op, c.x(0), c.x(1)),
});

/** Elementwise maximum of all inputs: the largest along a new axis. */
function maximum<T extends Shaped>(c: Context<T>, signed: (x: T) => T): T {
  const rows = c.inputs.map((_, i) => c.op.reshape(signed(c.x(i)), [1, ...c.x(i).shape]));
  return signed(c.op.max(c.op.concat(rows, { axis: 0 }), { axes: [0] }));
}

/** log(1 + e^x) = -logSoftmax([0, x])[0], which cannot overflow. */
function softplus<T extends Shaped>(c: Context<T>): T {
  const { op } = c;
  const x = op.reshape(c.x(0), [...c.x(0).shape, 1]);
  const pair = op.concat([op.mul(x, c.scalar(0)), x], { axis: -1 });
  const first = op.slice(op.logSoftmax(pair), { starts: [0], ends: [1], axes: [-1] });
  return op.reshape(op.neg(first), c.x(0).shape);
}

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
  Reciprocal: { run: (c) => c.op.div(c.scalar(1), c.x(0)) },
  Relu: unary((op, x) => op.relu(x)),
  Sigmoid: unary((op, x) => op.sigmoid(x)),
  Tanh: unary((op, x) => op.tanh(x)),
  Silu: unary((op, x) => op.mul(x, op.sigmoid(x))),
  Swish: {
    run: (c) => c.op.mul(c.x(0), c.op.sigmoid(c.op.mul(c.x(0), c.scalar(c.number('alpha', 1))))),
  },
  Softplus: { run: softplus },
  Mish: { run: (c) => c.op.mul(c.x(0), c.op.tanh(softplus(c))) },
  LeakyRelu: { run: (c) => c.op.leakyRelu(c.x(0), { alpha: c.number('alpha', 0.01) }) },
  PRelu: { run: prelu },
  /** x where x > 0, alpha·(e^x - 1) elsewhere. */
  Elu: {
    run(c) {
      const below = c.op.sub(c.op.exp(c.op.clip(c.x(0), { max: 0 })), c.scalar(1));
      return c.op.add(c.op.relu(c.x(0)), c.op.mul(c.scalar(c.number('alpha', 1)), below));
    },
  },
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
  Max: { run: (c) => maximum(c, (x) => x) },
  Min: { run: (c) => maximum(c, (x) => c.op.neg(x)) },
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
