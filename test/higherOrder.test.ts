// Gradients of gradients: products of second derivatives with a direction, against the slope of float64's exact gradient.
import { expect, test } from 'vitest';
import { mul, sum, type Tensor, valueAndGrad } from '../src/tensor/index.ts';
import type { Ops } from './engine.ts';
import { testDevice } from './gpu.ts';
import { UNARY, UNARY_NAMES, type UnaryFunction } from './ops/functions.ts';
import { gpuEngine } from './ops/gpu.ts';
import { expectClose } from './ops/compare.ts';
import { drawInputs, type Input, integers, positive, ranked, signed, wide } from './ops/row.ts';
import { type Array64, array64, gradients } from './reference/array.ts';
import { reference } from './reference.ts';

const device = await testDevice();
const engine = gpuEngine(device);

/** A scalar of its inputs, nonlinear in each, so that second derivatives are not 0. */
interface Case {
  readonly name: string;
  readonly inputs: readonly Input[];
  readonly run: <T>(op: Ops<T>, ...inputs: T[]) => T;
}

const of = (name: string, inputs: readonly Input[], run: Case['run']): Case => ({
  name,
  inputs,
  run,
});

const CASES: readonly Case[] = [
  ...UNARY_NAMES.map((name) => {
    const { draw = wide }: UnaryFunction = UNARY[name];
    return of(name, [draw(7)], (op, x) => op.sum(op.mul(op[name](x), x)));
  }),
  of('elu', [wide(7)], (op, x) => op.sum(op.mul(op.elu(x, { alpha: 0.7 }), x))),
  ...(['maximum', 'minimum', 'pow'] as const).map((name) =>
    of(name, [positive(3, 4), positive(4)], (op, a, b) => op.sum(op.mul(op[name](a, b), a))),
  ),
  of('leakyRelu', [signed(7)], (op, x) => op.sum(op.mul(op.leakyRelu(x, { alpha: 0.1 }), x))),
  of('clip', [signed(7)], (op, x) => op.sum(op.mul(op.clip(x, { min: -0.5, max: 0.5 }), x))),
  of('gelu', [signed(7)], (op, x) => op.sum(op.mul(op.gelu(x), x))),
  of('gelu, tanh', [signed(7)], (op, x) => op.sum(op.mul(op.gelu(x, { approximate: 'tanh' }), x))),
  of('add, sub, mul and div, broadcast', [signed(3, 4), positive(4), signed(3, 1)], (op, a, b, c) =>
    op.sum(op.div(op.mul(op.add(a, c), op.sub(a, b)), b)),
  ),
  of('sum and mean', [signed(3, 4)], (op, x) =>
    op.sum(op.mul(op.square(op.mean(x, { axes: [0] })), op.sum(op.square(x), { axes: [0] }))),
  ),
  of('matmul', [signed(3, 4), signed(4, 5)], (op, a, b) => op.sum(op.square(op.matmul(a, b)))),
  of('matmul, transposed', [signed(4, 3), signed(5, 4)], (op, a, b) =>
    op.sum(op.square(op.matmul(a, b, { transposeA: true, transposeB: true }))),
  ),
  of('linear', [signed(3, 4), signed(4, 5), signed(5)], (op, x, w, b) =>
    op.sum(op.tanh(op.linear(x, w, b))),
  ),
  of('conv2d', [signed(2, 5, 6, 2), signed(3, 2, 2, 4), signed(4)], (op, x, w, b) =>
    op.sum(op.tanh(op.conv2d(x, w, b, { padding: 'same', stride: 2 }))),
  ),
  of('conv2d, depthwise', [signed(2, 4, 5, 4), signed(2, 2, 1, 4)], (op, x, w) =>
    op.sum(op.tanh(op.conv2d(x, w, undefined, { padding: 'same', groups: 4 }))),
  ),
  of('conv2d in groups', [signed(2, 4, 5, 4), signed(2, 3, 2, 6), signed(6)], (op, x, w, b) =>
    op.sum(op.tanh(op.conv2d(x, w, b, { padding: 'same', stride: 2, groups: 2 }))),
  ),
  of(
    'conv2d, ReLU and a pool',
    [signed(2, 6, 6, 2), signed(3, 3, 2, 4), signed(4)],
    (op, x, w, b) => op.sum(op.square(op.maxPool2d(op.relu(op.conv2d(x, w, b)), { window: 2 }))),
  ),
  of('conv2dTranspose', [signed(2, 3, 4, 2), signed(3, 2, 4, 2), signed(4)], (op, x, w, b) =>
    op.sum(op.tanh(op.conv2dTranspose(x, w, b, { stride: 2, outputPadding: 1 }))),
  ),
  of('avgPool2d', [signed(1, 4, 5, 2)], (op, x) =>
    op.sum(op.square(op.avgPool2d(x, { window: 2 }))),
  ),
  of('maxPool2d', [ranked(1, 4, 5, 2)], (op, x) =>
    op.sum(op.square(op.maxPool2d(op.square(x), { window: 3, stride: 2, padding: 1 }))),
  ),
  of('pools of whole images', [ranked(2, 3, 4, 2)], (op, x) =>
    op.sum(op.mul(op.globalMaxPool2d(op.square(x)), op.globalAvgPool2d(op.square(x)))),
  ),
  of('batchNorm', [signed(4, 3), signed(3), positive(3), positive(3), signed(3)], (op, x, ...of) =>
    op.sum(op.tanh(op.batchNorm(x, of[0]!, of[1]!, of[2], of[3]))),
  ),
  of('dropoutMask and where', [signed(3, 4), integers(2, 3, 4)], (op, x, mask) =>
    op.sum(op.where(mask, op.square(x), op.tanh(op.dropoutMask(x, mask, { rate: 0.5 })))),
  ),
  of('max and min', [ranked(3, 5)], (op, x) =>
    op.sum(op.mul(op.square(op.max(x, { axes: [1] })), op.min(op.square(x), { axes: [1] }))),
  ),
  of('prod, variance, std, logSumExp and norm', [positive(3, 4)], (op, x) =>
    op.sum(
      op.mul(
        op.mul(op.prod(x, { axes: [1] }), op.variance(x, { axes: [1] })),
        op.mul(
          op.add(op.std(x, { axes: [1] }), op.logSumExp(op.square(x), { axes: [1] })),
          op.norm(x, { axes: [1] }),
        ),
      ),
    ),
  ),
  of('cumsum and gather', [signed(4, 3), integers(4, 5)], (op, x, indices) =>
    op.sum(op.square(op.gather(op.cumsum(op.square(x), { axis: 0 }), indices, { axis: 0 }))),
  ),
  of('batchNormTraining', [signed(5, 3), positive(3), signed(3)], (op, x, weight, bias) =>
    op.sum(op.tanh(op.batchNormTraining(x, weight, bias).y)),
  ),
  of('layerNorm and groupNorm', [signed(3, 8), positive(8)], (op, x, weight) =>
    op.sum(op.tanh(op.groupNorm(op.layerNorm(x, weight), 2))),
  ),
  of('upsample2d', [signed(1, 3, 2, 2)], (op, x) =>
    op.sum(op.tanh(op.upsample2d(op.square(x), { scale: 2, mode: 'bilinear' }))),
  ),
  of('softmax', [signed(3, 5)], (op, x) => op.sum(op.mul(op.softmax(x), op.tanh(x)))),
  of('logSoftmax', [signed(3, 5)], (op, x) => op.sum(op.square(op.logSoftmax(x)))),
  of('softmaxCrossEntropy', [signed(3, 5), integers(5, 3)], (op, logits, labels) =>
    op.softmaxCrossEntropy(op.square(logits), labels, { labelSmoothing: 0.1 }),
  ),
  of('gatherElements', [signed(4, 3), integers(4, 6, 3)], (op, x, indices) =>
    op.sum(op.square(op.gatherElements(op.square(x), indices, { axis: 0 }))),
  ),
  of('scatterAdd', [signed(4, 3), integers(4, 6, 3), signed(6, 3)], (op, x, indices, source) =>
    op.sum(op.square(op.scatterAdd(op.square(x), indices, op.square(source), { axis: 0 }))),
  ),
  of('sort and topK', [ranked(3, 7)], (op, x) => {
    const top = op.square(op.topK(op.square(x), 3).values);
    return op.add(op.sum(op.mul(op.sort(x).values, op.square(x))), op.sum(top));
  }),
  of('what moves elements', [signed(4, 3), signed(4, 2)], (op, a, b) => {
    const joined = op.concat([a, b], { axis: 1 });
    const cut = op.slice(op.transpose(joined), { starts: [3], ends: [0], axes: [0], steps: [-2] });
    return op.sum(op.square(op.pad(op.mul(cut, cut), { pads: [1, 0, 0, 2] })));
  }),
];

/** The gradients of a case with its float inputs moved by so many times the direction. */
function movedGradients(
  { run, inputs }: Case,
  at: readonly Float32Array[],
  direction: readonly Float32Array[],
  by: number,
): Float64Array[] {
  const exact = at.map((data, n) =>
    array64(
      Float64Array.from(data, (value, i) => value + by * (direction[n]?.[i] ?? 0)),
      inputs[n]?.shape ?? [],
    ),
  );
  const value: Array64 = run(reference.ops, ...exact);
  return gradients(value, exact).map(({ data }) => Float64Array.from(data));
}

for (const c of CASES)
  test(c.name, async () => {
    const drawn = drawInputs(c as never);
    const at = drawn.map(({ data }) => data);
    const isFloat = drawn.map(({ input }) => input.dtype === 'f32');
    const direction = drawInputs(c as never, 7).map(({ data }, n) =>
      isFloat[n] ? data : new Float32Array(data.length),
    );
    const h = 1e-4;
    const [ahead, behind] = [h, -h].map((by) => movedGradients(c, at, direction, by));
    const want = ahead!.map((g, n) => g.map((value, i) => (value - behind![n]![i]!) / (2 * h)));

    const tensors = drawn.map(({ input, data }) => device.tensor(data, input.shape, input.dtype));
    const along = direction.map((data, n) => device.tensor(data, drawn[n]!.input.shape));
    const floats = tensors.flatMap((t, n) => (isFloat[n] ? [[t, along[n]!] as const] : []));
    const wrt = floats.map(([t]) => t);
    const slope = (): Tensor => {
      const { grads } = valueAndGrad(() => c.run(engine.ops, ...tensors), wrt);
      return grads
        .map((grad, n) => sum(mul(grad, floats[n]![1])))
        .reduce((a, b) => engine.ops.add(a, b));
    };
    const { grads } = valueAndGrad(slope, wrt);
    const wanted = want.filter((_, n) => isFloat[n]);
    for (const [n, grad] of grads.entries())
      expectClose(`input ${n}`, await grad.data(), wanted[n]!, 2e-4);
  });

test('a third derivative', async () => {
  const x = device.tensor([0.5, -0.25], [2]);
  const derive = (f: () => Tensor) => () => sum(valueAndGrad(f, [x]).grads[0]!);
  const cubic = () => sum(mul(mul(x, x), mul(x, x)));
  const { grads } = valueAndGrad(derive(derive(cubic)), [x]);
  expectClose('24x', await grads[0]!.data(), [12, -6], 1e-5);
});

test('a gradient of a gradient inside a recording', async () => {
  const x = device.tensor([2], [1]);
  const recording = device.capture(() => {
    const slope = () => valueAndGrad(() => sum(mul(mul(x, x), x)), [x]).grads[0]!;
    return valueAndGrad(() => sum(slope()), [x]).grads;
  });
  recording.replay();
  expect([...(await recording.result[0]!.data())]).toEqual([12]);
});
