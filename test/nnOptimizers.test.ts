// What moves the weights, against plain float64 loops: Adagrad, Lion, a rule from outside; groups, frozen parameters,
// clipping, accumulation, the moving average, all in the one dispatch; and schedules.
import { describe, expect, test, vi } from 'vitest';
import {
  type Optimizer,
  OptimizerState,
  Plateau,
  Sequential,
  TrainStep,
  type TrainStepOptions,
  type Weights,
  adagrad,
  adam,
  adamW,
  constant,
  cosineDecay,
  conv2d,
  dense,
  digestOf,
  exponentialDecay,
  flatten,
  frozen,
  linearDecay,
  lion,
  meanSquaredError,
  muon,
  noDecayOnVectors,
  oneCycle,
  orthogonalized,
  randomStream,
  relu,
  sgd,
  stepDecay,
  warmUp,
} from '../src/nn/index.ts';
import { testDevice } from './gpu.ts';

vi.setConfig({ testTimeout: 300_000 }); // a software adapter compiles at the first dispatch, and takes its time
const device = await testDevice();
const uniform = randomStream(21, 0);
const random = (size: number, from = 0) =>
  Float32Array.from({ length: size }, (_, i) => 2 * uniform(from + i) - 1);

/** One weight of a rule in float64: [p, …moments] after gradient g. */
type Rule = (p: number, moments: readonly number[], g: number, lr: number) => readonly number[];

const signDescent: Optimizer = {
  name: 'signDescent',
  learningRate: () => 0.05,
  options: {},
  moments: [],
  constants: { FLOOR: 0.25, SIGNED: true },
  wgsl: `let step = select(g, sign(g), SIGNED);
         p = p - lr * select(vec4f(), step, abs(g) > vec4f(FLOOR));`,
};

describe('rules', () => {
  const halving = exponentialDecay({ initial: 0.1, rate: 0.5, steps: 1 });
  const rows: [string, Optimizer, (step: number) => number, Rule][] = [
    [
      'adagrad',
      adagrad({ learningRate: halving, weightDecay: 0.1 }),
      halving,
      (p, [s = 0], g, lr) => {
        const slope = g + 0.1 * p;
        const squares = s + slope * slope;
        return [p - (lr * slope) / (Math.sqrt(squares) + 1e-10), squares];
      },
    ],
    [
      'lion',
      lion({ learningRate: halving, weightDecay: 0.2, beta1: 0.8, beta2: 0.95 }),
      halving,
      (p, [m = 0], g, lr) => [
        p - lr * (Math.sign(0.8 * m + 0.2 * g) + 0.2 * p),
        0.95 * m + 0.05 * g,
      ],
    ],
    [
      'one from outside',
      signDescent,
      () => 0.05,
      (p, _, g, lr) => [Math.abs(g) > 0.25 ? p - lr * Math.sign(g) : p],
    ],
  ];
  for (const [name, optimizer, rate, rule] of rows)
    for (const size of [1, 7, 130])
      test(`${name}, ${size} weights: the float64 trajectory`, async () => {
        const start = random(size);
        const parameters = device.tensor(start, [size]);
        const state = new OptimizerState(optimizer, parameters);
        let want = Array.from(start, (p): readonly number[] => [p]);
        for (let step = 0; step < 5; step++) {
          const g = random(size, 1000 * (step + 1));
          state.prepare(step, 1);
          state.update(device.tensor(g, [size]), device.tensor([0, step], [2], 'u32'));
          want = want.map(([p = 0, ...moments], i) => rule(p, moments, g[i]!, rate(step)));
        }
        const got = [parameters, ...state.moments.values()];
        for (const [k, tensor] of got.entries())
          (await tensor.data()).forEach((value, i) => expect(value).toBeCloseTo(want[i]![k]!, 5));
      });
});

const POINTS = 32;
const data = {
  images: device.tensor(random(3 * POINTS, 5000), [POINTS, 3]),
  targets: device.tensor(random(2 * POINTS, 6000), [POINTS, 2]),
};

function start(optimizer: Optimizer, options: Partial<TrainStepOptions> = {}) {
  const layers = [dense({ units: 9 }), relu(), dense({ units: 2 })];
  const model = new Sequential(device, [3], layers, { seed: 4 });
  const step = TrainStep.create(model, {
    ...{ loss: meanSquaredError, optimizer, data, batch: 8, seed: 2, ...options },
  });
  const gradients = async () =>
    model.arena.split((await model.arena.gradients.data()) as Float32Array);
  return { model, step, gradients, read: () => model.arena.read() };
}

type Named = ReadonlyMap<string, Weights>;
/** Holds every weight against a formula. */
function follow(after: Named, formula: (name: string, i: number) => number): void {
  for (const [name, { data }] of after)
    data.forEach((value, i) => expect(value).toBeCloseTo(formula(name, i), 6));
}
const value = (weights: Named, name: string, i: number) => weights.get(name)!.data[i]!;
const lengthOf = (weights: Named) =>
  Math.hypot(...[...weights.values()].flatMap(({ data }) => [...data]));

describe('parameter groups', () => {
  test('have a learning rate and a weight decay of their own', async () => {
    const groups = [
      { takes: ({ name }: { name: string }) => name === 'fc2.weight', learningRate: 0.1 },
      noDecayOnVectors,
    ];
    const { step, read, gradients } = start(sgd({ learningRate: 0.2, weightDecay: 0.5 }), {
      groups,
    });
    const before = await read();
    step.run();
    const g = await gradients();
    follow(await read(), (name, i) => {
      const rate = name === 'fc2.weight' ? 0.02 : 0.2;
      const decay = name.endsWith('bias') ? 0 : 0.5;
      const p = value(before, name, i);
      return p - rate * (value(g, name, i) + decay * p);
    });
  });

  test('of AdamW: a decay that stays out of the gradient', async () => {
    const optimizer = () => adamW({ learningRate: 0.1, weightDecay: 0.3 });
    const grouped = start(optimizer(), { groups: [noDecayOnVectors] });
    const [all, none] = [start(optimizer()), start(adam({ learningRate: 0.1 }))];
    for (const { step } of [grouped, all, none]) step.run();
    const [decayed, free] = [await all.read(), await none.read()];
    follow(await grouped.read(), (name, i) =>
      value(name.endsWith('bias') ? free : decayed, name, i),
    );
  });

  test('what is frozen stays to the bit, and has no gradient; the rest learns', async () => {
    const { step, read, gradients } = start(adamW({ learningRate: 0.1 }), {
      groups: [frozen('fc1.')],
    });
    const before = await read();
    step.run(3);
    const [after, g] = [await read(), await gradients()];
    for (const [name, { data }] of after) {
      const isFrozen = name.startsWith('fc1.');
      expect(
        digestOf(new Map([[name, before.get(name)!]])) ===
          digestOf(new Map([[name, after.get(name)!]])),
      ).toBe(isFrozen);
      expect(g.get(name)!.data.every((v) => v === 0)).toBe(isFrozen);
      expect(data.every(Number.isFinite)).toBe(true);
    }
  });

  test('that mean nothing are refused', () => {
    const create = (...groups: object[]) => {
      return () => start(sgd(), { groups: groups as never });
    };
    expect(create({})).toThrow('training: groups must be a list, each a group such as');
    expect(create({ takes: () => true, weightDecay: -1 })).toThrow(
      'training: groups[0]: weightDecay must be a finite number from 0, got -1',
    );
    expect(create(frozen('fc'), noDecayOnVectors)).toThrow('groups[1] takes no parameter');
    expect(create(frozen('fc'))).toThrow('training: every parameter is frozen');
  });
});

describe('clipping by the norm of all gradients', () => {
  test('scales longer ones to it and leaves shorter ones', async () => {
    for (const clipNorm of [0.01, 1e6]) {
      const { step, read, gradients } = start(sgd({ learningRate: 1 }), { clipNorm });
      const before = await read();
      step.run();
      const g = await gradients();
      const scale = Math.min(1, clipNorm / (lengthOf(g) + 1e-6));
      expect(scale < 1).toBe(clipNorm < 1);
      follow(await read(), (name, i) => value(before, name, i) - scale * value(g, name, i));
    }
  });
});

describe('gradient accumulation', () => {
  test('moves the weights by the mean of so many steps', async () => {
    const run = start(sgd({ learningRate: 0.5 }), { accumulate: 3, clipNorm: 0.05 });
    const before = await run.read();
    const gradients: Named[] = [];
    for (let i = 0; i < 3; i++) {
      expect(digestOf(await run.read())).toBe(digestOf(before));
      run.step.run();
      gradients.push(await run.gradients());
    }
    const mean = (name: string, i: number) =>
      gradients.reduce((sum, g) => sum + value(g, name, i), 0) / 3;
    const length = Math.hypot(
      ...[...before].flatMap(([name, { data }]) => Array.from(data, (_, i) => mean(name, i))),
    );
    const scale = Math.min(1, 0.05 / (length + 1e-6));
    expect(scale).toBeLessThan(1);
    follow(await run.read(), (name, i) => value(before, name, i) - 0.5 * scale * mean(name, i));
  });

  test('counts learning rates by updates, and goes on from a checkpoint between two', async () => {
    const rates = [0.1, 0.2, 0.3, 0.4, 0.5];
    const build = () =>
      start(adam({ learningRate: (n) => rates[n]! }), { accumulate: 2, ema: 0.9 });
    const [one, other] = [build(), build()];
    one.step.run(5);
    expect(one.step.learningRate).toBe(0.3);
    const checkpoint = await one.step.checkpoint();
    expect([...checkpoint.moments.keys()]).toEqual(['m', 'v', 'gradientSum', 'average']);
    one.step.run(5);
    other.step.restore(checkpoint);
    other.step.run(5);
    expect(digestOf(await other.read())).toBe(digestOf(await one.read()));
    expect(digestOf(await other.step.averaged())).toBe(digestOf(await one.step.averaged()));
  });
});

describe('the moving average of the weights', () => {
  test('begins at the weights and follows them', async () => {
    const { step, read, model } = start(sgd({ learningRate: 0.3 }), { ema: 0.75 });
    let want = await read();
    expect(digestOf(await step.averaged())).toBe(digestOf(want));
    for (let i = 0; i < 4; i++) {
      step.run();
      const now = await read();
      want = new Map(
        [...want].map(([name, { shape, data }]) => [
          name,
          { shape, data: data.map((e, i) => 0.75 * e + 0.25 * value(now, name, i)) },
        ]),
      );
    }
    const averaged = await step.averaged();
    follow(averaged, (name, i) => value(want, name, i));
    model.arena.load(averaged);
    expect(digestOf(await read())).toBe(digestOf(averaged));
  });

  test('is not there unless it was asked for', async () => {
    const { step } = start(sgd());
    await expect(step.averaged()).rejects.toThrow('averaged: no average is kept');
  });
});

test('with all of it the optimizer is one dispatch, recorded or not the same', async () => {
  const options = {
    ...{ accumulate: 2, ema: 0.9, clipNorm: 0.1, groups: [noDecayOnVectors, frozen('fc2.weight')] },
  };
  const recorded = start(adamW(), { ...options, rewrites: [] });
  const labels = recorded.step.recording.commands.map(({ label }) => label);
  expect(labels.filter((label) => label === 'adamw')).toHaveLength(1);
  const eager = start(adamW(), options);
  recorded.step.run(4);
  for (let i = 0; i < 4; i++) eager.step.runEagerly();
  expect(digestOf(await eager.read())).toBe(digestOf(await recorded.read()));
});

describe('schedules', () => {
  const at = (schedule: (step: number) => number, ...steps: number[]) =>
    steps.map((step) => Number(schedule(step).toFixed(6)));

  test('constant, stair, line', () => {
    expect(at(constant(0.3), 0, 1000)).toEqual([0.3, 0.3]);
    const stair = stepDecay({ initial: 0.8, rate: 0.5, steps: 10 });
    expect(at(stair, 0, 9, 10, 25)).toEqual([0.8, 0.8, 0.4, 0.2]);
    const line = linearDecay({ initial: 1, final: 0.2, steps: 8 });
    expect(at(line, 0, 2, 8, 100)).toEqual([1, 0.8, 0.2, 0.2]);
  });

  test('one cycle: up, down, and there it stays', () => {
    const cycle = oneCycle({ peak: 1, steps: 100, rise: 0.4, initial: 0.1, final: 0.01 });
    expect(at(cycle, 0, 20, 40, 70, 100, 500)).toEqual([0.1, 0.55, 1, 0.505, 0.01, 0.01]);
    expect(at(oneCycle({ peak: 1, steps: 10 }), 0, 3)).toEqual([0.04, 1]);
    expect(at(oneCycle({ peak: 1, steps: 10, rise: 0 }), 0)).toEqual([1]);
    expect(at(oneCycle({ peak: 1, steps: 10, rise: 1 }), 10, 11)).toEqual([1, 0.000004]);
  });

  test('warm-up around another', () => {
    const warm = warmUp(stepDecay({ initial: 1, rate: 0.5, steps: 4 }), { steps: 5, from: 0.5 });
    expect(at(warm, 0, 3, 4, 5, 8, 9)).toEqual([0.6, 0.9, 1, 1, 1, 0.5]);
    const cosine = warmUp(cosineDecay({ peak: 1, steps: 100, floor: 0.1 }), { steps: 10 });
    expect(at(cosine, 0, 8, 9, 10, 60, 110, 500)).toEqual([0.1, 0.9, 1, 1, 0.55, 0.1, 0.1]);
    expect(at(warmUp(constant(1), { steps: 4 }), 0, 3, 4)).toEqual([0.25, 1, 1]);
  });

  test('a plateau lowers the rate when the loss stands still', () => {
    const plateau = new Plateau({ initial: 1, factor: 0.5, patience: 1, floor: 0.2 });
    const losses = [1, 0.9, 0.9, 0.89999, 0.5, Number.NaN, 0.6, 0.6, 0.6, 0.6, 0.6];
    expect(losses.map((loss) => plateau.observe(loss))).toEqual([
      ...[1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2, 0.2],
    ]);
    expect(plateau.learningRate).toBe(0.2);
  });

  test('refuse what means nothing', () => {
    expect(() => constant(-1)).toThrow('constant: learningRate must be a finite number from 0');
    expect(() => linearDecay({ initial: 1, steps: 0 })).toThrow('linearDecay: steps must be');
    expect(() => oneCycle({ peak: 1, steps: 9, rise: 2 })).toThrow('oneCycle: rise must be');
    expect(() => warmUp(3 as never, { steps: 2 })).toThrow('warmUp: schedule must be a function');
    expect(() => new Plateau({ initial: 1, factor: 1 })).toThrow('Plateau: factor must be');
  });
});

describe('muon', () => {
  /** [rows, columns] row-major, in float64. */
  type Matrix = readonly (readonly number[])[];
  const product = (a: Matrix, b: Matrix) =>
    a.map((row) => b[0]!.map((_, j) => row.reduce((sum, v, k) => sum + v * b[k]![j]!, 0)));
  const turned = (a: Matrix) => a[0]!.map((_, j) => a.map((row) => row[j]!));
  const scaled = (a: Matrix, by: number) => a.map((row) => row.map((v) => v * by));
  const total = (a: Matrix, b: Matrix) => a.map((row, i) => row.map((v, j) => v + b[i]![j]!));
  const matrix = (values: ArrayLike<number>, columns: number): Matrix =>
    Array.from({ length: values.length / columns }, (_, i) =>
      Array.from({ length: columns }, (_, j) => values[i * columns + j]!),
    );
  function orthogonal(x: Matrix): Matrix {
    let y = scaled(x, 1 / (Math.hypot(...x.flat()) + 1e-7));
    for (let i = 0; i < 5; i++) {
      const square = product(y, turned(y));
      const polynomial = total(scaled(square, -4.775), scaled(product(square, square), 2.0315));
      y = total(scaled(y, 3.4445), product(polynomial, y));
    }
    return y;
  }

  for (const [I, O] of [
    [5, 9],
    [12, 4],
    [1, 6],
  ] as const)
    test(`makes a matrix [${I},${O}] orthogonal, as float64 does`, async () => {
      const values = random(I * O, 9000);
      const got = await orthogonalized(device.tensor(values, [I, O]), 5).data();
      const want = orthogonal(matrix(values, O)).flat();
      got.forEach((value, i) => expect(value).toBeCloseTo(want[i]!, 4));
      const y = matrix(got, O);
      const gram = I <= O ? product(y, turned(y)) : product(turned(y), y);
      gram.forEach((row, i) =>
        row.forEach((v, j) => expect(Math.abs(v - Number(i === j))).toBeLessThan(0.55)),
      );
    });

  test('moves matrices by it and vectors by Adam, clipped and decayed', async () => {
    const optimizer = muon({ learningRate: 0.1, ratio: 0.5, weightDecay: 0.2 });
    const { step, read, gradients } = start(optimizer, { clipNorm: 0.05 });
    const plain = start(sgd(), {});
    const before = await read();
    plain.step.run();
    const g = await plain.gradients(); // of the same weights and batch
    step.run();
    const scale = Math.min(1, 0.05 / (lengthOf(g) + 1e-6));
    const want = new Map(
      [...before].map(([name, { shape, data }]) => {
        const slope = g.get(name)!.data;
        const columns = shape.at(-1)!;
        const rows = data.length / columns;
        const u = scaled(matrix(slope, columns), 1.95 * scale);
        const direction = scaled(orthogonal(u), Math.sqrt(Math.max(1, columns / rows))).flat();
        const moved = Array.from(data, (p, i) => {
          if (shape.length > 1) return p - 0.1 * (direction[i]! + 0.2 * p);
          const clipped = slope[i]! * scale;
          return p * (1 - 0.1 * 0.2) - (0.05 * clipped) / (Math.abs(clipped) + 1e-8);
        });
        return [name, moved];
      }),
    );
    for (const [name, { data }] of await read())
      data.forEach((value, i) => expect(value).toBeCloseTo(want.get(name)![i]!, 3));
    expect((await gradients()).size).toBe(4);
  });

  test('learns filters and matrices, recorded as eagerly, with the optimizer one dispatch', async () => {
    const images = device.tensor(random(16 * 36, 400).map(Math.abs), [16, 6, 6, 1]);
    const targets = device.tensor(random(16 * 2, 700), [16, 2]);
    const run = (isEager: boolean) => {
      const layers = [conv2d({ filters: 4, kernel: 3 }), relu(), flatten(), dense({ units: 2 })];
      const model = new Sequential(device, [6, 6, 1], layers, { seed: 1 });
      const step = TrainStep.create(model, {
        ...{ loss: meanSquaredError, optimizer: muon(), data: { images, targets }, batch: 16 },
        rewrites: [],
      });
      const labels = step.recording.commands.map(({ label }) => label);
      expect(labels.filter((label) => label === 'muon')).toHaveLength(1);
      if (isEager) for (let i = 0; i < 3; i++) step.runEagerly();
      else step.run(3);
      return { model, step };
    };
    const [recorded, eager] = [run(false), run(true)];
    const digests = [recorded, eager].map(async ({ model }) => digestOf(await model.arena.read()));
    expect(await digests[0]).toBe(await digests[1]);
    recorded.step.run(60);
    const { loss } = await recorded.step.metrics(0);
    expect(loss.at(-1)!).toBeLessThan(0.5 * loss[0]!);
  });

  test('refuses accumulation', () => {
    expect(() => start(muon(), { accumulate: 2 })).toThrow(
      'muon: it does not go together with accumulate',
    );
  });
});
