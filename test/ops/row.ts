// A row of the op table: an operation, the shapes it is tried with, and how its inputs are drawn.
import type { DType, Ops, Shape } from '../engine.ts';

export interface Input {
  readonly shape: Shape;
  readonly dtype: DType;
  /** Full of equal values, where maxima and kinks sit: no finite differences. */
  readonly ties?: boolean;
  /** Draws the values from numbers in [0, 1). */
  readonly draw: (random: () => number, size: number) => number[];
}

const drawn =
  (f: (u: number) => number) =>
  (random: () => number, size: number): number[] =>
    Array.from({ length: size }, () => f(random()));

const f32 = (shape: Shape, draw: Input['draw']): Input => ({ shape, dtype: 'f32', draw });

/** Uniform from -1 to 1. */
export const signed = (...shape: number[]): Input =>
  f32(
    shape,
    drawn((u) => 2 * u - 1),
  );

/** Uniform from -6 to 6: where sigmoids saturate. */
export const wide = (...shape: number[]): Input =>
  f32(
    shape,
    drawn((u) => 12 * u - 6),
  );

/** Uniform from ½ to 2: divisors, and arguments of logarithms and roots. */
export const positive = (...shape: number[]): Input =>
  f32(
    shape,
    drawn((u) => 0.5 + 1.5 * u),
  );

/** Every value a hundredth from the next, shuffled: no small step changes which is largest, or a sign. */
export const ranked = (...shape: number[]): Input =>
  f32(shape, (random, size) => {
    const values = Array.from({ length: size }, (_, k) => (k + 0.5 - Math.floor(size / 2)) / 100);
    for (let i = size - 1; i > 0; i--) {
      const j = Math.floor((i + 1) * random());
      [values[i], values[j]] = [values[j] ?? 0, values[i] ?? 0];
    }
    return values;
  });

/** Whole numbers from -2 to 2: many ties. */
export const tied = (...shape: number[]): Input => ({
  ...f32(
    shape,
    drawn((u) => Math.floor(5 * u) - 2),
  ),
  ties: true,
});

/** Labels and indices from 0 to `below` - 1. */
export const integers = (below: number, ...shape: number[]): Input => ({
  shape,
  dtype: 'i32',
  draw: drawn((u) => Math.floor(below * u)),
});

/** 0 or 1. */
export const bits = (...shape: number[]): Input => ({
  shape,
  dtype: 'u32',
  draw: drawn((u) => Math.floor(2 * u)),
});

export interface Row {
  readonly name: string;
  /** |got - want| ≤ tolerance · max|want| + 1e-6. */
  readonly tolerance: number;
  /** Has kernel variants: runs once with each. */
  readonly variants: boolean;
  readonly differentiable: boolean;
  /** Every element of the result follows from the elements in the same place alone. */
  readonly elementwise: boolean;
  /** A product of NaN or ±∞ with a 0 from outside an image is made; of ±∞ with a 0 that a pool or ReLU put, or is not. */
  readonly spreads: boolean;
  /** Dimensions, as `input.dimension`, that must not be 0 whatever the others are: the op says so. */
  readonly refuses: readonly string[];
  /** Several ops that a recording rewrites into fewer kernels: runs recorded. */
  readonly recorded: boolean;
  /** Largest finite size of an element that is promised. */
  readonly most: number;
  readonly cases: readonly RowCase[];
}

export interface RowCase {
  readonly title: string;
  readonly inputs: readonly Input[];
  readonly run: <T>(op: Ops<T>, ...inputs: T[]) => T;
  readonly ties: boolean;
}

interface RowOptions {
  readonly tolerance?: number;
  readonly variants?: boolean;
  readonly differentiable?: boolean;
  readonly elementwise?: boolean;
  readonly spreads?: boolean;
  readonly refuses?: readonly string[];
  readonly recorded?: boolean;
  readonly most?: number;
}

/** One op: how to call it, and each of its cases as inputs followed by the op's own options. */
export function row<O>(
  name: string,
  run: <T>(op: Ops<T>, options: O, ...inputs: T[]) => T,
  cases: readonly (readonly [inputs: readonly Input[], options: O])[],
  {
    tolerance = 1e-5,
    variants = false,
    differentiable = true,
    elementwise = false,
    spreads = false,
    refuses = [],
    recorded = false,
    most = Infinity,
  }: RowOptions = {},
): Row {
  return {
    name,
    tolerance,
    variants,
    differentiable,
    elementwise,
    spreads,
    refuses,
    recorded,
    most,
    cases: cases.map(([inputs, options]) => ({
      title: `${inputs.map(({ shape }) => `[${shape}]`).join(' ')} ${optionText(options)}`.trim(),
      inputs,
      run: (op, ...tensors) => run(op, options, ...tensors),
      ties: inputs.some(({ ties }) => ties === true),
    })),
  };
}

const optionText = (options: unknown): string =>
  options === undefined ? '' : JSON.stringify(options).replaceAll('"', '');

/** A row for an op without options. */
export const plainRow = (
  name: string,
  run: <T>(op: Ops<T>, ...inputs: T[]) => T,
  cases: readonly (readonly Input[])[],
  options: RowOptions = {},
): Row =>
  row<undefined>(
    name,
    (op, _, ...inputs) => run(op, ...inputs),
    cases.map((inputs) => [inputs, undefined] as const),
    options,
  );

/** Numbers in [0, 1) from a seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Drawn {
  readonly input: Input;
  readonly data: Float32Array;
}

/** The inputs of a case, always the same, as exact float32 values. */
export function drawInputs(c: RowCase, seed = 1): Drawn[] {
  const random = randomFrom(seed);
  return c.inputs.map((input) => {
    const size = input.shape.reduce((product, dim) => product * dim, 1);
    return { input, data: Float32Array.from(input.draw(random, size)) };
  });
}
