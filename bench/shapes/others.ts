// Pools, sums, softmax cross-entropy and Adam: ops that memory bounds, by size.
import { OptimizerState, adam as adamRule } from '../../src/nn/index.ts';
import { maxPool2d, softmaxCrossEntropy, sum } from '../../src/tensor/index.ts';
import { adamStep, crossEntropy, errorOf, maxPool } from '../verify/float64.ts';
import { type Shape, doubles, filled, gradientOf } from './shape.ts';

const POOL = { N: 128, H: 26, W: 26, C: 32, window: 2 } as const;

/** The first pool of the reference network. */
export function pool(direction: 'forward' | 'gradient'): Shape {
  const { N, H, W, C, window } = POOL;
  const [x, y] = [N * H * W * C, (N * H * W * C) / window ** 2];
  const isForward = direction === 'forward';
  return {
    name: `max pool 2x2 of ${N}x${H}x${W}x${C}, ${direction}`,
    flops: 0,
    bytes: 4 * (isForward ? x + y : 2 * x + y),
    tolerance: 1e-6,
    hasVariants: false,
    prepare(device) {
      const x = filled(device, [N, H, W, C], 1);
      const dy = filled(device, [N, H / window, W / window, C], 2);
      const forward = () => maxPool2d(x.tensor, { window });
      return {
        tensors: [x.tensor, dy.tensor],
        run: isForward ? () => [forward()] : gradientOf(forward, dy.tensor, { x: x.tensor }),
        errorOf([got = []]) {
          const { y, at } = maxPool(POOL, doubles(x.host));
          if (isForward) return errorOf(got, y);
          const dx = new Float64Array(x.host.length);
          dy.host.forEach((value, o) => (dx[at[o]!]! += value));
          return errorOf(got, dx);
        },
      };
    },
  };
}

const [ROWS, COLUMNS] = [4096, 1024];

/** A sum over one axis of a matrix, or over all of it. */
export const reduction = (axes: readonly number[]): Shape => ({
  name: `sum of ${ROWS}x${COLUMNS} over ${axes.length === 2 ? 'all' : axes[0] === 0 ? 'rows' : 'columns'}`,
  flops: 0,
  bytes: 4 * (ROWS * COLUMNS + (axes.length === 2 ? 1 : axes[0] === 0 ? COLUMNS : ROWS)),
  tolerance: 2e-5,
  hasVariants: false,
  prepare(device) {
    const x = filled(device, [ROWS, COLUMNS], 1);
    return {
      tensors: [x.tensor],
      run: () => [sum(x.tensor, { axes })],
      errorOf([got = []]) {
        const want = new Float64Array(got.length);
        x.host.forEach((value, i) => {
          const o = axes.length === 2 ? 0 : axes[0] === 0 ? i % COLUMNS : Math.floor(i / COLUMNS);
          want[o]! += value;
        });
        return errorOf(got, want);
      },
    };
  },
});

/** Mean cross-entropy of N rows of logits, or its gradient. */
export function loss(N: number, classes: number, direction: 'forward' | 'gradient'): Shape {
  const isForward = direction === 'forward';
  return {
    name: `softmax cross-entropy of ${N}x${classes}, ${direction}`,
    flops: 0,
    bytes: 4 * N * (isForward ? classes + 1 : 2 * classes + 1),
    tolerance: 2e-5,
    hasVariants: false,
    prepare(device) {
      const logits = filled(device, [N, classes], 1);
      const classOf = Int32Array.from({ length: N }, (_, n) => (7 * n) % classes);
      const labels = device.tensor(classOf, [N], 'i32');
      const forward = () => softmaxCrossEntropy(logits.tensor, labels);
      return {
        tensors: [logits.tensor, labels],
        run: isForward
          ? () => [forward()]
          : gradientOf(forward, device.one, { logits: logits.tensor }),
        errorOf([got = []]) {
          const { loss, gradient } = crossEntropy(doubles(logits.host), classOf, classes);
          return errorOf(got, isForward ? [loss] : gradient);
        },
      };
    },
  };
}

const RATE = 0.001;

/** All of Adam over one tensor: p, g, m and v read, p, m and v written. */
export const adam = (size: number): Shape => ({
  name: `Adam over ${size.toLocaleString('en')} parameters`,
  flops: 0,
  bytes: 7 * 4 * size,
  tolerance: 2e-5,
  hasVariants: false,
  prepare(device) {
    const [p, g] = [filled(device, [size], 1), filled(device, [size], 2)];
    const optimizer = new OptimizerState(adamRule({ learningRate: RATE }), p.tensor);
    const moments = [...optimizer.moments.values()];
    const state = device.tensor([0, 0], [2], 'u32');
    optimizer.prepare(0, 1);
    return {
      tensors: [p.tensor, g.tensor, ...moments, state],
      run() {
        optimizer.update(g.tensor, state);
        return [p.tensor, ...moments];
      },
      errorOf(got) {
        const want = adamStep(p.host, g.host, RATE);
        return Math.max(
          ...[want.p, want.m, want.v].map((moment, i) => errorOf(got[i] ?? [], moment)),
        );
      },
    };
  },
});
