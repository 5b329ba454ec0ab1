// Optimizers in float64, with PyTorch's conventions.
import type { Optimizer, OptimizerKind, OptimizerOptions } from '../engine.ts';
import { Array64, at } from './array.ts';

/** New weight from the old one and its gradient; moments are read and written at index i. */
type Rule = (
  weight: number,
  gradient: number,
  i: number,
  step: number,
  options: OptimizerOptions,
) => number;

type Moments = Readonly<Record<string, Float64Array>>;

/** v = momentum·v + g; w -= lr·v, or lr·(g + momentum·v) with Nesterov. Weight decay adds to g (L2). */
const sgd =
  ({ velocity = new Float64Array() }: Moments): Rule =>
  (w, gradient, i, _, { lr, momentum = 0, nesterov = false, weightDecay = 0 }) => {
    const g = gradient + weightDecay * w;
    const v = momentum * at(velocity, i) + g;
    velocity[i] = v;
    return w - lr * (nesterov ? g + momentum * v : v);
  };

/** Adam (Kingma and Ba 2015, algorithm 1); weight decay adds to g, or with `decoupled` shrinks w (AdamW). */
const adam =
  (decoupled: boolean) =>
  ({ m = new Float64Array(), v = new Float64Array() }: Moments): Rule =>
  (w, gradient, i, step, { lr, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weightDecay = 0 }) => {
    const g = gradient + (decoupled ? 0 : weightDecay * w);
    const mi = beta1 * at(m, i) + (1 - beta1) * g;
    const vi = beta2 * at(v, i) + (1 - beta2) * g * g;
    m[i] = mi;
    v[i] = vi;
    const t = step + 1;
    const root = Math.sqrt(vi / (1 - beta2 ** t)) + eps;
    const kept = decoupled ? w * (1 - lr * weightDecay) : w;
    return kept - (lr * (mi / (1 - beta1 ** t))) / root;
  };

/** s = rho·s + (1 - rho)·g²; u = momentum·u + g / (√s + eps); w -= lr·u. */
const rmsprop =
  ({ squares = new Float64Array(), velocity = new Float64Array() }: Moments): Rule =>
  (w, gradient, i, _, { lr, rho = 0.9, eps = 1e-8, momentum = 0, weightDecay = 0 }) => {
    const g = gradient + weightDecay * w;
    const s = rho * at(squares, i) + (1 - rho) * g * g;
    const u = momentum * at(velocity, i) + g / (Math.sqrt(s) + eps);
    squares[i] = s;
    velocity[i] = u;
    return w - lr * u;
  };

/** s = s + g²; w -= lr·g / (√s + eps). */
const adagrad =
  ({ squares = new Float64Array() }: Moments): Rule =>
  (w, gradient, i, _, { lr, eps = 1e-10, weightDecay = 0 }) => {
    const g = gradient + weightDecay * w;
    const s = at(squares, i) + g * g;
    squares[i] = s;
    return w - (lr * g) / (Math.sqrt(s) + eps);
  };

const KINDS: Readonly<
  Record<OptimizerKind, { names: readonly string[]; make: (moments: Moments) => Rule }>
> = {
  sgd: { names: ['velocity'], make: sgd },
  adam: { names: ['m', 'v'], make: adam(false) },
  adamW: { names: ['m', 'v'], make: adam(true) },
  rmsprop: { names: ['squares', 'velocity'], make: rmsprop },
  adagrad: { names: ['squares'], make: adagrad },
};

export function optimizerOf(
  kind: OptimizerKind,
  options: OptimizerOptions,
  { shape, data }: Array64,
): Optimizer<Array64> {
  const { names, make } = KINDS[kind];
  const moments = new Map(
    names.map((name) => [name, new Array64(shape, new Float64Array(data.length))]),
  );
  const rule = make(Object.fromEntries([...moments].map(([name, m]) => [name, m.data])));
  return {
    moments,
    update(gradient, step) {
      data.forEach((w, i) => (data[i] = rule(w, at(gradient.data, i), i, step, options)));
    },
  };
}
