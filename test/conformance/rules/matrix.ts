// Rules for matrix products, reductions and softmax.
import type { ReduceOptions } from '../../engine.ts';
import type { Context, Rule, Rules, Shaped } from './rule.ts';

/** Axes stand in an attribute or in the second input; none means all, or with noop_with_empty_axes none. */
function reduceOptions(c: Context<Shaped>): ReduceOptions {
  const keepDims = c.number('keepdims', 1) === 1;
  const axes = c.numbers('axes') ?? c.values(1) ?? [];
  const all = axes.length === 0 && c.number('noop_with_empty_axes', 0) === 0;
  return all ? { keepDims } : { axes, keepDims };
}

/** max + log Σ e^(x - max). */
function logSumExp<T extends Shaped>(c: Context<T>): T {
  const [{ op }, x, options] = [c, c.x(0), reduceOptions(c)];
  const largest = op.max(x, { ...options, keepDims: true });
  const total = op.sum(op.exp(op.sub(x, largest)), options);
  return op.add(op.log(total), op.reshape(largest, total.shape));
}

/** Before opset 13 softmax ran over all axes from `axis` (by default 1) on. */
const softmax = (kind: 'softmax' | 'logSoftmax'): Rule => ({
  run(c) {
    const x = c.x(0);
    if (c.opset >= 13) return c.op[kind](x, { axis: c.number('axis', -1) });
    const axis = c.number('axis', 1);
    const rows = x.shape.slice(0, axis).reduce((product, dim) => product * dim, 1);
    const columns = x.shape.slice(axis).reduce((product, dim) => product * dim, 1);
    return c.op.reshape(c.op[kind](c.op.reshape(x, [rows, columns]), { axis: -1 }), x.shape);
  },
});

const argmax = (sign: 1 | -1): Rule => ({
  run(c) {
    const axis = c.number('axis', 0);
    const x = sign === 1 ? c.x(0) : c.op.neg(c.x(0));
    // The last of equals is the first of them from behind.
    const line =
      c.number('select_last_index', 0) === 1
        ? c.op.slice(x, { starts: [-1], ends: [-(2 ** 30)], axes: [axis], steps: [-1] })
        : x;
    return c.op.argmax(line, { axis, keepDims: c.number('keepdims', 1) === 1 });
  },
  finish({ shape, data }, c) {
    if (c.number('select_last_index', 0) === 0) return { shape, data };
    const dim = c.host(0).shape.at(c.number('axis', 0)) ?? 0;
    return { shape, data: data.map((i) => dim - 1 - i) };
  },
});

export const matrix: Rules = {
  MatMul: {
    run: (c) =>
      c.op.matmul(c.x(0), c.x(1), {
        transposeA: c.number('transA', 0) === 1,
        transposeB: c.number('transB', 0) === 1,
      }),
  },
  Gemm: {
    run(c) {
      const { op } = c;
      const product = op.matmul(c.x(0), c.x(1), {
        transposeA: c.number('transA', 0) === 1,
        transposeB: c.number('transB', 0) === 1,
      });
      const scaled = op.mul(product, c.scalar(c.number('alpha', 1)));
      const bias = c.optional(2);
      if (bias === undefined) return scaled;
      return op.add(scaled, op.mul(bias, c.scalar(c.number('beta', 1))));
    },
  },
  Dense: { run: (c) => c.op.linear(c.x(0), c.x(1), c.x(2)) },
  ReduceSum: { run: (c) => c.op.sum(c.x(0), reduceOptions(c)) },
  ReduceMean: { run: (c) => c.op.mean(c.x(0), reduceOptions(c)) },
  ReduceMax: { run: (c) => c.op.max(c.x(0), reduceOptions(c)) },
  ReduceMin: { run: (c) => c.op.neg(c.op.max(c.op.neg(c.x(0)), reduceOptions(c))) },
  ReduceSumSquare: { run: (c) => c.op.sum(c.op.square(c.x(0)), reduceOptions(c)) },
  ReduceLogSumExp: { run: logSumExp },
  'Sum/Mean/Max': {
    run: (c) => {
      const x = c.x(0);
      return [c.op.sum(x), c.op.mean(x), c.op.max(x), c.op.sum(c.op.abs(x))];
    },
  },
  ArgMax: argmax(1),
  ArgMin: argmax(-1),
  Softmax: softmax('softmax'),
  LogSoftmax: softmax('logSoftmax'),
};
