// The table of rewrites: what each row makes of its pattern, where it must not apply, and that it changes no value.
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  type VariantName,
  add,
  batchNorm,
  cast,
  conv2d,
  conv2dTranspose,
  dropout,
  flatten,
  greater,
  less,
  linear,
  maxPool2d,
  mul,
  relu,
  sigmoid,
  sub,
  sum,
  valueAndGrad,
  where,
  withVariant,
} from '../src/tensor/index.ts';
import { REWRITES } from '../src/tensor/rewrite.ts';
import { testDevice } from './gpu.ts';

const device = await testDevice();

/** Eighths, whose products and sums are exact in f32: all orders of a sum give the same bits. */
const eighths = (step: number, ...shape: number[]): Tensor =>
  device.tensor(
    Float32Array.from(
      { length: shape.reduce((p, d) => p * d, 1) },
      (_, i) => Math.round(16 * Math.sin(step * (i + 1))) / 8,
    ),
    shape,
  );
const state = device.tensor([9, 4], [2], 'u32');
const drop = { rate: 0.5, stream: 3 };

/** A program as a person writes it, and the ops that its recording comes to. */
interface Case {
  /** The row of the table. */
  readonly row: string;
  /** What is particular about this program. */
  readonly title: string;
  readonly inputs: readonly Tensor[];
  readonly f: (...inputs: Tensor[]) => Tensor;
  /** Forward alone. */
  readonly forward: string;
  /** With the gradients of all inputs, from the product with a constant on. */
  readonly backward: string;
}

const image = [eighths(1, 3, 6, 7, 4), eighths(2, 3, 3, 4, 8), eighths(3, 8)];
const vector = [eighths(1, 5, 12), eighths(2, 12, 8), eighths(3, 8)];
type Three = [Tensor, Tensor, Tensor];

const CASES: readonly Case[] = [
  {
    row: 'conv2d → relu? → maxPool2d: conv2d',
    title: 'with a ReLU',
    inputs: image,
    f: (...[x, w, b]: Three) => maxPool2d(relu(conv2d(x, w, b)), { window: 2 }),
    forward: 'conv2d',
    backward: 'conv2d mul sum elementwise conv2dFilterGrad conv2dInputGrad',
  },
  {
    row: 'conv2d → relu? → maxPool2d: conv2d',
    title: 'without one, sizes written out',
    inputs: image,
    f: (...[x, w, b]: Three) => maxPool2d(conv2d(x, w, b), { window: [2, 2], stride: 2 }),
    forward: 'conv2d',
    backward: 'conv2d mul sum elementwise conv2dFilterGrad conv2dInputGrad',
  },
  {
    row: 'relu → maxPool2d: maxPool2d',
    title: 'a window of three',
    inputs: [eighths(1, 2, 7, 7, 4)],
    f: (x) => maxPool2d(relu(x), { window: 3 }),
    forward: 'maxPool2d',
    backward: 'maxPool2d mul sum elementwise maxPool2dGrad',
  },
  {
    row: 'relu → maxPool2d: maxPool2d',
    title: 'overlapping windows behind a convolution',
    inputs: image,
    f: (...[x, w, b]: Three) => maxPool2d(relu(conv2d(x, w, b)), { window: 2, stride: 1 }),
    forward: 'conv2d maxPool2d',
    backward: 'conv2d maxPool2d mul sum elementwise maxPool2dGrad conv2dFilterGrad conv2dInputGrad',
  },
  {
    row: 'conv2d → relu: conv2d',
    title: 'a convolution',
    inputs: image,
    f: (...[x, w, b]: Three) => relu(conv2d(x, w, b, { padding: 'same' })),
    forward: 'conv2d',
    backward: 'conv2d mul sum elementwise conv2dFilterGrad conv2dInputGrad',
  },
  {
    row: 'conv2d → relu: conv2d',
    title: 'a dense layer',
    inputs: vector,
    f: (...[x, w, b]: Three) => relu(linear(x, w, b)),
    forward: 'linear',
    backward: 'linear mul sum elementwise linearFilterGrad linearInputGrad',
  },
  {
    row: 'linear → relu? → dropout: linear',
    title: 'without a ReLU',
    inputs: vector,
    f: (...[x, w, b]: Three) => dropout(linear(x, w, b), state, drop),
    forward: 'linear',
    backward: 'linear mul sum elementwise dropout linearFilterGrad linearInputGrad',
  },
  {
    row: 'dropout → reluGrad: reluGrad',
    title: 'behind a dense layer',
    inputs: vector,
    f: (...[x, w, b]: Three) => dropout(relu(linear(x, w, b)), state, drop),
    forward: 'linear',
    backward: 'linear mul sum elementwise linearFilterGrad linearInputGrad',
  },
  {
    row: 'linearInputGrad → reluGrad: linearInputGrad',
    title: 'dense behind dense',
    inputs: [...vector, eighths(4, 8, 4)],
    f: (x, w, b, v) => linear(relu(linear(x, w, b)), v),
    forward: 'linear linear',
    backward:
      'linear linear mul sum elementwise linearFilterGrad linearInputGrad linearFilterGrad linearInputGrad',
  },
  {
    row: 'linearInputGrad → reluGrad: linearInputGrad',
    title: 'dense behind a convolution',
    inputs: [...image, eighths(4, 160, 4)],
    f: (x, w, b, v) => linear(flatten(relu(conv2d(x, w, b))), v),
    forward: 'conv2d linear',
    backward:
      'conv2d linear mul sum elementwise linearFilterGrad linearInputGrad conv2dFilterGrad conv2dInputGrad',
  },
  {
    row: 'f → g: g ∘ f',
    title: 'a residual connection',
    inputs: [eighths(1, 3, 6, 7, 4), eighths(2, 3, 3, 4, 4), eighths(3, 4)],
    f: (...[x, w, b]: Three) => relu(add(conv2d(x, w, b, { padding: 'same' }), x)),
    forward: 'conv2d elementwise',
    // The ReLU's mask has two readers: the shortcut, and the convolution.
    backward: 'conv2d elementwise mul sum elementwise conv2dFilterGrad conv2dInputGrad add',
  },
  {
    row: 'f → g: g ∘ f',
    title: 'batch normalization behind a convolution',
    inputs: [...image, eighths(4, 8), device.tensor([1, 4, 16, 1, 0.25, 1, 4, 1], [8])],
    f: (x, w, b, mean, variance) =>
      relu(batchNorm(conv2d(x, w, b), mean, variance, b, mean, { epsilon: 0 })),
    // The factor of each channel is computed once; what is done to each pixel is one kernel.
    forward: 'conv2d elementwise elementwise',
    backward:
      'conv2d sub elementwise mul elementwise mul sum elementwise sum mul mul sum elementwise sum elementwise conv2dFilterGrad conv2dInputGrad elementwise',
  },
  {
    row: 'f → g: g ∘ f',
    title: 'scale and shift by channel, with numbers',
    inputs: [eighths(1, 5, 3, 4), eighths(2, 4), eighths(3, 4)],
    f: (...[x, scale, shift]: Three) => relu(add(mul(mul(sub(x, 0.5), 2), scale), shift)),
    forward: 'elementwise',
    // What the gradients of scale and input read stays.
    backward: 'elementwise elementwise mul sum elementwise sum mul sum elementwise',
  },
  {
    row: 'f → g: g ∘ f',
    title: 'comparisons, and an operand twice',
    inputs: [eighths(1, 4, 5), eighths(2, 5)],
    f: (...[a, b]: Tensor[]) => {
      const [x, y] = [a as Tensor, b as Tensor];
      return where(less(x, y), mul(y, y), mul(cast(greater(x, 1), { dtype: 'f32' }), x));
    },
    forward: 'mul elementwise', // y² is smaller than the result: once is enough
    backward: 'less mul elementwise elementwise sum elementwise masked sum elementwise elementwise',
  },
];

/** What a program gives, rewritten or not: the ops that ran, and the bits. */
async function outcome(f: () => readonly Tensor[], isRewritten: boolean) {
  const recording = device.capture(f, isRewritten ? {} : { rewrites: [] });
  recording.replay();
  const values = await Promise.all(recording.result.map((t) => t.data()));
  return { ops: recording.nodes.map(({ op }) => op).join(' '), values };
}

/** The value, and the gradients of all inputs written where the caller wants them. */
function differentiated({ inputs, f }: Case): () => readonly Tensor[] {
  const { shape } = device.scope(() => f(...inputs));
  const weights = eighths(5, ...shape);
  const into = inputs.map((t) => device.zeros(t.shape));
  return () => {
    const { value } = valueAndGrad(() => sum(mul(f(...inputs), weights)), inputs, into);
    return [value, ...into];
  };
}

/** Every third program also without subgroups: ops.test.ts holds the fused kernels of each variant against float64. */
const variantsFor = (at: number): readonly VariantName[] =>
  at % 3 === 0 ? ['subgroup', 'register'] : ['subgroup'];

for (const [at, c] of CASES.entries())
  describe(c.row, () => {
    variantsFor(at).forEach((variant) => {
      test(`${c.title}: ${variant}`, async () => {
        const forward = () => withVariant(device, variant, () => [c.f(...c.inputs)]);
        const fused = await outcome(forward, true);
        expect(fused.values).toEqual((await outcome(forward, false)).values);
        const gradients = differentiated(c);
        const back = () => withVariant(device, variant, gradients);
        const [rewritten, plain] = [await outcome(back, true), await outcome(back, false)];
        expect(rewritten.values).toEqual(plain.values);
        if (variant !== 'subgroup' || device.info.subgroupSize === undefined) return;
        expect(fused.ops).toBe(c.forward);
        expect(rewritten.ops).toBe(c.backward);
      });
    });
  });

test('every row of the table has its case', () => {
  const tried = new Set(CASES.map(({ row }) => row));
  // Copies are in the gradients of all of them; the end of a step has no gradient, and its test in nnData.test.ts.
  const elsewhere = ['f → copy: f', 'recordScalar, countCorrect → recordScalar, countStep: record'];
  const names = REWRITES.map(({ name }) => name);
  expect([...tried, ...elsewhere].toSorted()).toEqual(names.toSorted());
});

test('a trained convolution, batch normalization and ReLU are three dispatches', () => {
  const [x, w, b] = image as Three;
  const [mean, variance] = [eighths(4, 8), device.zeros([8])];
  const f = () => relu(batchNorm(conv2d(x, w), mean, variance, b, mean));
  const { commands } = device.capture(f);
  // The convolution, the factor of each channel, and what is done to each pixel.
  expect(commands.map(({ kind }) => kind)).toEqual(Array(3).fill('dispatch'));
});

test('a transposed convolution of what a pool gives back is no gradient of the pooled one', async () => {
  const [x, w, b] = image as Three;
  const filters = eighths(4, 2, 2, 3, 8);
  const f = () => {
    const y = conv2d(x, w, b);
    const { grads } = valueAndGrad(() => sum(maxPool2d(y, { window: 2 })), [y]);
    return [conv2dTranspose(grads[0] as Tensor, filters)];
  };
  expect((await outcome(f, true)).values).toEqual((await outcome(f, false)).values);
});

test('what another recording made is read where it lies, and given back as it is', async () => {
  const x = device.tensor([-1, 2], [2]);
  const first = device.capture(() => relu(x));
  const second = device.capture(() => ({
    same: first.result,
    twice: mul(first.result, first.result),
  }));
  first.replay();
  second.replay();
  expect([...(await second.result.same.data())]).toEqual([0, 2]);
  expect([...(await second.result.twice.data())]).toEqual([0, 4]);
});

describe('a row does not apply where an inner result has another reader', () => {
  const ops = (f: () => unknown) => device.capture(f).nodes.map(({ op }) => op);
  const [x, w, b] = image as Three;

  test('the caller', () => {
    expect(ops(() => [conv2d(x, w, b)].map((y) => [y, relu(y)]))).toEqual(['conv2d', 'relu']);
  });

  test('another op', () => {
    const f = () => {
      const y = relu(conv2d(x, w, b));
      return [maxPool2d(y, { window: 2 }), sigmoid(y)];
    };
    expect(ops(f)).toEqual(['conv2d', 'maxPool2d', 'sigmoid']);
  });

  test('a copy whose place is read meanwhile', async () => {
    const place = device.tensor([1, 2], [2]);
    const f = () => {
      const y = relu(device.one.view([1]));
      const before = mul(place, place);
      device.copy(mul(y, before), place);
      return before;
    };
    const recording = device.capture(f);
    recording.replay();
    expect([...(await place.data())]).toEqual([1, 4]);
    expect([...(await recording.result.data())]).toEqual([1, 4]);
  });
});

test('a chain takes as many operands as a kernel may bind, and goes on in another', async () => {
  const terms = Array.from({ length: 11 }, (_, i) => eighths(i + 1, 3, 5));
  const f = () => [terms.reduce((total, term) => add(mul(total, 0.5), term))];
  const [fused, plain] = [await outcome(f, true), await outcome(f, false)];
  expect(fused.values).toEqual(plain.values);
  expect(fused.ops).toBe('elementwise elementwise');
});

test('bytes beside what is repeated along an odd axis keep a kernel of their own', async () => {
  const images = device.tensor(
    Uint8Array.from({ length: 18 }, (_, i) => 3 * i),
    [2, 3, 3],
    'u8',
  );
  const mean = eighths(1, 3, 1);
  const f = () => [sub(cast(images, { dtype: 'f32' }), mean)];
  const [fused, plain] = [await outcome(f, true), await outcome(f, false)];
  expect(fused.values).toEqual(plain.values);
  expect(fused.ops).toBe('cast sub');
});

test('dropout of another mask is drawn again on the way back', () => {
  const [x, w, b] = vector as Three;
  const f = () => {
    const y = relu(linear(x, w, b));
    return valueAndGrad(() => sum(dropout(y, state, drop)), [y]).grads;
  };
  expect(device.capture(f).nodes.map(({ op }) => op)).toContain('dropout');
});
