// Initial weights, computed on the CPU in f64 from counter-based random numbers.
import type { Shape } from '../tensor/index.ts';
import { type RandomStream, normal } from './random.ts';

/** The values of a parameter of this shape, row-major. */
export type Initializer = (shape: Shape, random: RandomStream) => Float32Array<ArrayBuffer>;

/** Uniform in ±√(6 / fan in), variance 2 / fan in: for layers followed by a ReLU (He et al. 2015, eq. 10). */
export const heUniform: Initializer = (shape, random) =>
  uniform(shape, random, 2 / fans(shape).fanIn);

/** Normal with variance 2 / fan in (He et al. 2015, eq. 10). */
export const heNormal: Initializer = (shape, random) =>
  gaussian(shape, random, 2 / fans(shape).fanIn);

/** Uniform in ±√(6 / (fan in + fan out)) (Glorot & Bengio 2010, eq. 16). Keras' default. */
export const glorotUniform: Initializer = (shape, random) => {
  const { fanIn, fanOut } = fans(shape);
  return uniform(shape, random, 2 / (fanIn + fanOut));
};

/** Normal with variance 2 / (fan in + fan out) (Glorot & Bengio 2010, eq. 12). */
export const glorotNormal: Initializer = (shape, random) => {
  const { fanIn, fanOut } = fans(shape);
  return gaussian(shape, random, 2 / (fanIn + fanOut));
};

/** Zeros, as for biases. */
export const zeros: Initializer = (shape) => fill(shape, () => 0);
/** Ones, as for the scale of a normalization. */
export const ones: Initializer = (shape) => fill(shape, () => 1);

/**
 * Connections into and out of one unit of [I,O] or [R,S,C,K]: I and O, R·S·C and R·S·K.
 * A vector counts as both.
 */
function fans(shape: Shape): { fanIn: number; fanOut: number } {
  const [rows = 1, columns = rows] = shape.slice(-2);
  const window = shape.slice(0, -2).reduce((product, d) => product * d, 1);
  return { fanIn: window * rows, fanOut: window * columns };
}

function uniform(shape: Shape, random: RandomStream, variance: number) {
  const limit = Math.sqrt(3 * variance);
  return fill(shape, (i) => (2 * random(i) - 1) * limit);
}

function gaussian(shape: Shape, random: RandomStream, variance: number) {
  const deviation = Math.sqrt(variance);
  return fill(shape, (i) => normal(random, i) * deviation);
}

function fill(shape: Shape, value: (index: number) => number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(shape.reduce((product, d) => product * d, 1));
  for (let i = 0; i < values.length; i++) values[i] = value(i);
  return values;
}
