// Every kernel that could serve a contraction, also one that another of its variant always precedes (on subgroups of
// four lanes the quad kernels do), computes what the others do.
import { afterEach, describe, expect, test } from 'vitest';
import {
  type Conv2dOptions,
  type Tensor,
  conv2d,
  maxPool2d,
  mul,
  relu,
  sum,
  valueAndGrad,
} from '../src/tensor/index.ts';
import { plansFor } from '../src/tensor/variants.ts';
import { testDevice } from './gpu.ts';
import { randomFrom } from './ops/row.ts';

const device = await testDevice();
const random = randomFrom(11);
/** Quarters, whose products add up to the same in any order: where two values of a window tie, all kernels see it. */
const noise = (...shape: number[]): Tensor =>
  device.tensor(
    Float32Array.from(
      { length: shape.reduce((p, d) => p * d, 1) },
      () => Math.round(4 * random() - 2) / 4,
    ),
    shape,
  );

afterEach(() => {
  device.tuning = undefined;
});

interface Options extends Conv2dOptions {
  readonly pool?: boolean;
  /** Put a ReLU in front, whose gradient the convolution's kernel masks. */
  readonly masks?: boolean;
}

/** y and its gradients with the nth kernel that fits each contraction; the ids of those that were asked. */
async function withNth(
  n: number,
  { pool, masks, ...padding }: Options,
  [x, w, b]: readonly [Tensor, Tensor, Tensor],
) {
  const taken = new Set<string>();
  let most = 0;
  device.tuning = {
    choice: (family, shape) => {
      const plans = plansFor(device, family, shape);
      most = Math.max(most, plans.length);
      const id = plans[n % plans.length]?.id;
      if (id) taken.add(id);
      return id;
    },
  };
  const asked = x.shape[3] === 1 ? [w, b] : [x, w, b]; // of a first layer nobody wants the images' gradient
  const recording = device.capture(() =>
    valueAndGrad(() => {
      const y = relu(conv2d(masks ? relu(x) : x, w, b, padding));
      const z = pool ? maxPool2d(y, { window: 2 }) : y;
      return sum(mul(z, z));
    }, asked),
  );
  recording.replay();
  const { value, grads } = recording.result;
  const values = await Promise.all([value, ...grads].map((t) => t.data()));
  return { values: values.map((v) => Float64Array.from(v)), taken, most };
}

const quads = ['', 'InputGrad', 'FilterGrad'].flatMap((of) => [
  `conv2d${of}Quad 32`,
  `conv2d${of}Quad 16`,
]);
const small = { N: 5, H: 9, K: 12 };
const large = { N: 61, H: 17, K: 36 }; // enough work for the quad kernels
const same = { padding: 'same', masks: true } as const;
for (const { N, H, C, K, pool, ...more } of [
  { ...small, C: 8, pool: false },
  { ...small, C: 8, pool: true },
  { ...small, C: 1, pool: false },
  { ...small, C: 1, pool: true },
  { ...large, C: 12, pool: false },
  { ...large, C: 12, pool: true },
  { ...large, H: 13, C: 12, pool: true, ...same },
])
  test(`3x3 over ${N}x${H}x${H}x${C}${pool ? ', pooled' : ''}${'padding' in more ? ', padded' : ''}: every kernel that fits agrees`, async () => {
    const tensors = [noise(N, H, H, C), noise(3, 3, C, K), noise(K)] as const;
    const usual = await withNth(0, { pool, ...more }, tensors);
    expect(usual.most).toBeGreaterThan(1);
    const seen = new Set(usual.taken);
    for (let n = 1; n < usual.most; n++) {
      const other = await withNth(n, { pool, ...more }, tensors);
      for (const id of other.taken) seen.add(id);
      other.values.forEach((v, i) => {
        const expected = usual.values[i] as Float64Array;
        const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        const error = v.reduce(
          (most, value, j) => Math.max(most, Math.abs(value - (expected[j] as number))),
          0,
        );
        if (error > 1e-5 * largest)
          throw new Error(`${[...other.taken].join(', ')} are off by ${error}`);
      });
    }
    if (device.info.subgroupSize === undefined) return;
    const kernel = `conv2dFilterGrad${pool ? 'Pooled' : ''}Subgroup${C === 1 ? ' thin' : ''}`;
    expect([...seen]).toContain(kernel);
    if (C === 1) expect([...seen]).toContain('conv2dThinSubgroup');
    if (device.info.subgroupSize === 8 && pool && N === large.N)
      expect([...seen]).toContain('conv2dInputGradPooledSubgroup');
    if (device.info.subgroupSize === 4 && N === large.N)
      expect([...seen]).toEqual(expect.arrayContaining(quads));
  });

describe('a NaN in', () => {
  /** Where one is NaN and the other is not, first. */
  const differs = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(a).findIndex((v, i) => Number.isNaN(v) !== Number.isNaN(b[i]));

  // Shapes of the tests above, whose kernels are compiled.
  for (const { N, H, K, C, pool } of [
    { ...small, C: 8, pool: false },
    { ...small, C: 1, pool: true },
    { ...large, C: 12, pool: true },
  ])
    for (const [n, input] of ['x', 'w', 'b'].entries())
      test(`${input} of 3x3 over ${N}x${H}x${H}x${C}${pool ? ', pooled' : ''}: every kernel gives what the ops do one by one`, async () => {
        const shapes = [[N, H, H, C], [3, 3, C, K], [K]];
        const drawn = shapes.map((shape) => noise(...shape));
        const data = await (drawn[n] as Tensor).data();
        data[data.length >> 1] = NaN;
        const tensors = drawn.with(n, device.tensor(data, shapes[n] as number[]));
        const [x, w, b] = tensors as [Tensor, Tensor, Tensor];
        const asked = C === 1 ? [w, b] : [x, w, b];
        const { value, grads } = valueAndGrad(() => {
          const y = relu(conv2d(x, w, b));
          const pooled = pool ? maxPool2d(y, { window: 2 }) : y;
          return sum(mul(pooled, pooled));
        }, asked);
        const expected = await Promise.all([value, ...grads].map((t) => t.data()));
        expect(expected[0]?.[0]).toBeNaN();
        const { most } = await withNth(0, { pool }, [x, w, b]);
        for (let k = 0; k < most; k++) {
          const { values, taken } = await withNth(k, { pool }, [x, w, b]);
          // At the edge of x a kernel makes the products of w with what the pool dropped, which is 0, or does not.
          const isFree = (i: number) => input === 'w' && asked.length === 3 && i === 1;
          const at = values.map((v, i) => {
            if (isFree(i)) return v.some(Number.isNaN) ? -1 : 0;
            return differs(v, expected[i] ?? []);
          });
          expect([...taken, at]).toEqual([...taken, at.map(() => -1)]);
        }
      });
});
