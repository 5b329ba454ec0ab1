// Losses against plain float64 loops: values, gradients, far from 0 and at the joints; and what they refuse.
import { describe, expect, test } from 'vitest';
import {
  type Loss,
  binaryCrossEntropyWithLogits,
  huber,
  l1,
  meanSquaredError,
  randomStream,
  softmaxCrossEntropy,
} from '../src/nn/index.ts';
import { valueAndGrad } from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';

const device = await testDevice();

/** Loss and slope of one element, from output x and target t. */
type Term = (x: number, t: number) => readonly [value: number, slope: number];

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const crossEntropy: Term = (x, t) => [
  t * softplus(-x) + (1 - t) * softplus(x),
  1 / (1 + Math.exp(-x)) - t,
];
const huberOf =
  (delta: number): Term =>
  (x, t) => {
    const d = Math.abs(x - t);
    return d <= delta ? [(d * d) / 2, x - t] : [delta * (d - delta / 2), delta * Math.sign(x - t)];
  };

const rows: [string, Loss, Term][] = [
  ['binaryCrossEntropyWithLogits', binaryCrossEntropyWithLogits, crossEntropy],
  ['meanSquaredError', meanSquaredError, (x, t) => [(x - t) ** 2, 2 * (x - t)]],
  ['l1', l1, (x, t) => [Math.abs(x - t), Math.sign(x - t)]],
  ['huber', huber, huberOf(1)],
  ['huber, delta 0.3', (y, t) => huber(y, t, { delta: 0.3 }), huberOf(0.3)],
];

const EDGES: [x: number, t: number][] = [
  ...([0, 1, 0.5] as const).flatMap((t) =>
    [-200, -20, -1, 0, t, 1 + t, 5, 20, 200].map((x): [number, number] => [x, t]),
  ),
];

const uniform = randomStream(8, 0);
const random = (size: number) =>
  Array.from({ length: size }, (_, i): [number, number] => [
    8 * uniform(2 * i) - 4,
    uniform(2 * i + 1),
  ]);

for (const [name, loss, term] of rows)
  describe(name, () => {
    const cases: [string, readonly number[], [number, number][]][] = [
      ['far from 0 and at the joints', [EDGES.length], EDGES],
      ['one element', [1, 1], random(1)],
      ['a batch of images', [3, 5, 7, 2], random(210)],
      ['more than one workgroup', [17, 61], random(17 * 61)],
    ];
    for (const [title, shape, pairs] of cases)
      test(`${title}: value and gradient of the float64 loop`, async () => {
        const x = device.tensor(
          pairs.map(([x]) => x),
          shape,
        );
        const t = device.tensor(
          pairs.map(([, t]) => t),
          shape,
        );
        const [xs, ts] = await Promise.all([x.data(), t.data()]);
        const want = Array.from(xs, (x, i) => term(x, ts[i]!));
        const { value, grads } = valueAndGrad(() => loss(x, t), [x]);
        const mean = want.reduce((sum, [v]) => sum + v, 0) / want.length;
        expect(value.shape).toEqual([]);
        expect(Math.abs((await value.item()) - mean)).toBeLessThanOrEqual(2e-6 * mean + 1e-9);
        const got = await grads[0]!.data();
        want.forEach(([, slope], i) => {
          const wanted = slope / want.length;
          expect(Math.abs(got[i]! - wanted)).toBeLessThanOrEqual(2e-6 * Math.abs(wanted) + 1e-8);
        });
      });

    test('NaN comes through', async () => {
      const x = device.tensor([1, Number.NaN, 2], [3]);
      expect(await loss(x, device.zeros([3])).item()).toBeNaN();
    });

    test('refuses what is not f32 of one shape', () => {
      const x = device.zeros([4, 1]);
      const says = (shape: string) =>
        `${name.replace(/,.*/, '')}: outputs and targets must be f32 of one shape, got f32[4,1] and ${shape}`;
      expect(() => loss(x, device.zeros([4]))).toThrow(says('f32[4]'));
      expect(() => loss(x, device.zeros([4, 1], 'i32'))).toThrow(says('i32[4,1]'));
    });
  });

test('a sure answer that is right costs what float64 says, not 0', async () => {
  const [x, t] = [device.tensor([25, -25], [2]), device.tensor([1, 0], [2])];
  const want = Math.log1p(Math.exp(-25));
  expect(Math.abs((await binaryCrossEntropyWithLogits(x, t).item()) / want - 1)).toBeLessThan(1e-5);
});

test('huber refuses a delta that is none', () => {
  const x = device.zeros([2]);
  for (const delta of [0, -1, Number.NaN, '1' as never])
    expect(() => huber(x, x, { delta })).toThrow(
      'huber: delta must be a finite number from 1e-30, got',
    );
});

test('softmax cross-entropy, smoothed, against the float64 loop', async () => {
  const [N, C, smoothing] = [5, 7, 0.2];
  const values = random(N * C).map(([x]) => x);
  const labels = [0, 6, 3, 3, 1];
  const logits = device.tensor(values, [N, C]);
  const { value, grads } = valueAndGrad(
    () =>
      softmaxCrossEntropy(logits, device.tensor(labels, [N], 'i32'), { labelSmoothing: smoothing }),
    [logits],
  );
  const z = await logits.data();
  let loss = 0;
  const slopes = labels.flatMap((label, n) => {
    const row = [...z.slice(n * C, (n + 1) * C)];
    const sum = row.reduce((s, v) => s + Math.exp(v), 0);
    return row.map((v, c) => {
      const target = (c === label ? 1 - smoothing : 0) + smoothing / C;
      loss -= (target * (v - Math.log(sum))) / N;
      return (Math.exp(v) / sum - target) / N;
    });
  });
  expect(Math.abs((await value.item()) - loss)).toBeLessThan(2e-6 * loss);
  const got = await grads[0]!.data();
  slopes.forEach((slope, i) => expect(Math.abs(got[i]! - slope)).toBeLessThan(1e-7));
});
