// The bench's own arithmetic: statistics, the roof, what a dispatch has to do, and that a wrong kernel is not timed.
import { describe, expect, test, vi } from 'vitest';
import { roofOf } from '../bench/roofline.ts';
import { convolution, product } from '../bench/shapes/contractions.ts';
import { adam, loss, pool, reduction } from '../bench/shapes/others.ts';
import type { Shape } from '../bench/shapes/shape.ts';
import { timeShape, whyNot } from '../bench/shapes/time.ts';
import { affordable, lineThrough, noiseOf, percentile, spread } from '../bench/statistics.ts';
import { timeDispatches } from '../bench/timing.ts';
import { openTraining } from '../bench/training.ts';
import { conv, convGrad, errorOf, maxPool } from '../bench/verify/float64.ts';
import { referenceStep } from '../bench/verify/network.ts';
import { verifyStep } from '../bench/verify/step.ts';
import { usesOf, workOf } from '../bench/work.ts';
import type { Dispatch } from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';
import { array64, gradients } from './reference/array.ts';
import * as reference from './reference/windows.ts';

vi.setConfig({ testTimeout: 300_000 }); // a software adapter compiles at the first dispatch
const device = await testDevice();

describe('statistics', () => {
  test('percentiles lie between samples', () => {
    expect(percentile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(percentile([7], 0.95)).toBe(7);
    expect(spread([10, 20, 30, 40, 50])).toEqual({ median: 30, low: 12, high: 48 });
  });

  test('a machine is quiet, noisy or disturbed by its spread and its drift', () => {
    const at = (median: number, width = 0.02) => ({
      median,
      low: median * (1 - width / 2),
      high: median * (1 + width / 2),
    });
    expect(noiseOf(at(10), at(10.2)).verdict).toBe('quiet');
    expect(noiseOf(at(10), at(9)).verdict).toBe('noisy');
    expect(noiseOf(at(10), at(10, 0.1)).verdict).toBe('noisy');
    expect(noiseOf(at(10), at(20)).verdict).toBe('disturbed');
    expect(noiseOf(at(10), at(10), 0.01).verdict).toBe('quiet');
    expect(noiseOf(at(10), at(10), 0.4).verdict).toBe('disturbed'); // a steady load spreads nothing
  });

  test('the line through points, and how far the worst is off', () => {
    const exact = lineThrough([
      [64, 5 + 64 * 0.25],
      [128, 5 + 128 * 0.25],
      [512, 5 + 512 * 0.25],
    ]);
    expect(exact.intercept).toBeCloseTo(5);
    expect(exact.slope).toBeCloseTo(0.25);
    expect(exact.deviation).toBeCloseTo(0);
    // By hand: y = 2 + x/2 through (0, 1), (2, 5), (4, 3); the second is off by two of three.
    const bent = lineThrough([
      [0, 1],
      [2, 5],
      [4, 3],
    ]);
    expect([bent.intercept, bent.slope]).toEqual([2, 0.5]);
    expect(bent.deviation).toBeCloseTo(2 / 3);
  });

  test('slow samples are fewer', () => {
    expect(affordable(15, 20)).toBe(15);
    expect(affordable(15, 2500)).toBe(6);
    expect(affordable(15, 60_000)).toBe(3);
  });
});

describe('the roof', () => {
  const ceilings = { flopsPerSecond: 1e9, bytesPerSecond: 1e8, dispatchMs: 0.01 };

  test.each([
    [{ flops: 1e9, bytes: 1e6 }, 1000, 'compute'],
    [{ flops: 1e6, bytes: 1e7 }, 100, 'bandwidth'],
    [{ flops: 0, bytes: 100 }, 0.001, 'launch'],
  ])('of %o', (work, timeMs, bound) => {
    const roof = roofOf(work, ceilings);
    expect(roof.timeMs).toBeCloseTo(timeMs);
    expect(roof.bound).toBe(bound);
  });

  test('a binding is read, written or both by what the source does with it', () => {
    const wgsl = `y[i] = x[2u * at[0] + i]; // z[0] = 1
      v[i] += 1; m[i] = m[i] * 2.0; t[at[i]].x = 1.0; if (a[0] == b[0]) { }`;
    const uses = (name: string) => Object.values(usesOf(wgsl, name));
    expect(uses('x')).toEqual([true, false]);
    expect(uses('y')).toEqual([false, true]);
    expect(uses('z')).toEqual([false, false]);
    for (const both of ['v', 'm']) expect(uses(both)).toEqual([true, true]);
    expect(uses('t')).toEqual([false, true]);
    expect(uses('at')).toEqual([true, false]);
    expect(uses('a')).toEqual([true, false]);
  });

  test('what is too long for a watchdog is left out, and it says why', () => {
    const none = { copies: [], submitMs: 1, ...ceilings };
    expect(whyNot(product(2048), none)).toMatch(/about 68\.7 s/);
    expect(whyNot(product(256), none)).toBeUndefined();
  });
});

describe('float64', () => {
  const random = (length: number, seed: number) =>
    Float64Array.from({ length }, (_, i) => Math.sin(seed + 7.3 * i));

  test('convolution and pool agree with the reference of the tests', () => {
    const dims = { N: 2, H: 5, W: 6, C: 3, K: 4, R: 3, S: 2 };
    const [x, w, b] = [random(180, 1), random(72, 2), random(4, 3)];
    const [tx, tw, tb] = [
      array64(x, [2, 5, 6, 3]),
      array64(w, [3, 2, 3, 4]),
      array64(b, [4]),
    ] as const;
    const want = reference.conv2d(tx, tw, tb);
    expect(errorOf(conv(dims, x, w, b), want.data)).toBeLessThan(1e-14);
    const dy = random(want.data.length, 4);
    const { dx, dw, db } = convGrad(dims, x, w, dy);
    const grads = gradients(want, [tx, tw, tb], dy);
    [dx, dw, db].forEach((got, i) => {
      expect(errorOf(got, grads[i]?.data ?? [])).toBeLessThan(1e-14);
    });
    const pooled = maxPool({ N: 2, H: 5, W: 6, C: 3, window: 2 }, x);
    expect([...pooled.y]).toEqual([...reference.maxPool2d(tx, { window: 2 }).data]);
  });

  test('the gradients of the network are the slopes of its loss', () => {
    const sizes = { conv1: [9, 32], conv2: [288, 64], conv3: [576, 128], fc1: [1152, 128] };
    const weights = new Map<string, { data: Float64Array }>();
    for (const [name, [fanIn = 1, fanOut = 1]] of Object.entries({ ...sizes, fc2: [128, 10] })) {
      const data = random(fanIn * fanOut, fanIn).map((v) => v * Math.sqrt(3 / fanIn));
      weights.set(`${name}.weight`, { data });
      weights.set(`${name}.bias`, { data: random(fanOut, 1).map((v) => v / 10) });
    }
    const given = {
      batch: 2,
      x: random(2 * 784, 5),
      labels: [3, 7],
      weights,
      mask: random(256, 6).map((v) => (v > 0 ? 2 : 0)),
    };
    const { gradients } = referenceStep(given);
    for (const [name, { data }] of weights) {
      const at = Math.floor(data.length / 3);
      const old = data[at]!;
      const losses = [1e-5, -1e-5].map((step) => {
        data[at] = old + step;
        return referenceStep(given).loss;
      });
      data[at] = old;
      const slope = (losses[0]! - losses[1]!) / 2e-5;
      expect([name, gradients.get(name)?.[at]]).toEqual([name, expect.closeTo(slope, 6)]);
    }
  });

  test('what is not there or not a number is infinitely wrong', () => {
    expect(errorOf([1, 2], [1, 2.5])).toBeCloseTo(0.2);
    expect(errorOf([1, NaN], [1, 2])).toBe(Infinity);
    expect(errorOf([1], [1, 2])).toBe(Infinity);
  });
});

describe('on the GPU', () => {
  const effort = { runs: 3, passMs: 1, submitMs: 0 };

  test('the FLOPs of a step are found among its dispatches, whatever they are called', async () => {
    const { model, step } = await openTraining(device, 4);
    const dispatches = step.recording.commands.filter((c): c is Dispatch => c.kind === 'dispatch');
    const works = dispatches.map(workOf);
    const forward = model.summary().rows.map(({ flops }) => 4 * flops);
    // Forward, input gradient, filter gradient; nobody asks for the gradient of the images.
    const want = 3 * forward.reduce((a, b) => a + b, 0) - forward[0]!;
    expect(works.reduce((sum, { flops }) => sum + flops, 0)).toBe(want);
    expect(dispatches.filter((_, i) => !(works[i]!.bytes > 0))).toEqual([]);
  });

  test('a step agrees with float64, and one with a weight moved behind its back does not', async () => {
    const right = await verifyStep(await openTraining(device, 3));
    expect(right.filter((v) => !(v.error <= v.tolerance))).toEqual([]);
    const training = await openTraining(device, 3);
    const read = training.model.arena.read.bind(training.model.arena);
    let first = true;
    training.model.arena.read = async () => {
      const weights = await read();
      if (first) weights.get('conv2.weight')!.data[100]! += 0.1;
      first = false;
      return weights;
    };
    const wrong = (await verifyStep(training)).filter((v) => !(v.error <= v.tolerance));
    expect(wrong.map(({ name }) => name)).toContain('step of 3: gradient of conv1.weight');
  });

  const shapes: Shape[] = [
    product(128),
    convolution(7, 4, 8, 'forward'),
    convolution(7, 4, 8, 'input gradient'),
    convolution(7, 4, 8, 'filter gradient'),
    pool('forward'),
    pool('gradient'),
    reduction([0, 1]),
    reduction([0]),
    reduction([1]),
    loss(37, 10, 'forward'),
    adam(1000),
  ];
  test.each(shapes.map((shape) => [shape.name, shape] as const))('%s', async (_, shape) => {
    const [timed] = await timeShape(device, shape, effort, false);
    expect(timed?.verified.error).toBeLessThanOrEqual(shape.tolerance);
    expect(timed?.row.wallMs.median).toBeGreaterThan(0);
    expect(timed?.row.gigabytesPerSecond).toBeGreaterThan(0);
  });

  test('what no kernel of its own computes has no row', async () => {
    const shape = product(64);
    const none: Shape = {
      ...shape,
      prepare: () => ({ run: () => [], errorOf: () => 0, tensors: [] }),
    };
    expect(await timeShape(device, none, effort, false)).toEqual([]);
  });

  test('a wrong one is not timed', async () => {
    const shape = product(64);
    const wrong: Shape = {
      ...shape,
      prepare(device) {
        const prepared = shape.prepare(device);
        const errorOf = ([got = []]: readonly ArrayLike<number>[]) =>
          prepared.errorOf([Float32Array.from(got, (value, i) => value + (i === 63 ? 1e-3 : 0))]);
        return { ...prepared, errorOf };
      },
    };
    await expect(timeShape(device, wrong, effort, false)).rejects.toThrow(
      /matmul 64x64x64 \(.*\) is off by .* a wrong kernel is not timed/,
    );
  });

  test('repeats fill a pass, and a repeat takes a share of it', async () => {
    const { run } = product(128).prepare(device);
    const recording = device.capture(run);
    await recording.compiled();
    const dispatches = recording.commands as Dispatch[];
    // So long that a busy machine does not fill it with the first repeat, of 0.2 ms.
    const timed = await timeDispatches(device, dispatches, { runs: 3, passMs: 100, submitMs: 0 });
    expect(timed.repeats).toBeGreaterThan(1);
    expect(timed.wallMs.median * timed.repeats).toBeGreaterThan(10);
    expect(timed.gpuMs === undefined).toBe(!device.info.features.includes('timestamp-query'));
  });
});
