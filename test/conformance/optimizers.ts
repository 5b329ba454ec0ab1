// Optimizers: the weights must follow a float64 trajectory step by step.
import type { Engine, Optimizer, OptimizerKind, OptimizerOptions } from '../engine.ts';
import { at } from '../reference/array.ts';
import type { Case, Host } from './case.ts';
import { NotCovered, type Shaped } from './rules/rule.ts';

const KINDS: Readonly<Record<string, OptimizerKind>> = {
  SGD: 'sgd',
  Adam: 'adam',
  AdamW: 'adamW',
  RMSProp: 'rmsprop',
};

/** The optimizer that a case names, with its hyperparameters, on one parameter. */
export function optimizerOf<T extends Shaped>(
  engine: Engine<T>,
  name: string,
  hyper: Readonly<Record<string, unknown>>,
  parameter: T,
): Optimizer<T> {
  const kind = KINDS[name];
  if (kind === undefined) throw new NotCovered('not an optimizer of the engine');
  if (hyper['form'] === 'tf')
    throw new NotCovered('TensorFlow puts epsilon inside the root; ours is as in PyTorch');
  const options: OptimizerOptions = { lr: Number(hyper['lr']) };
  for (const key of ['momentum', 'beta1', 'beta2', 'rho', 'eps'] as const)
    if (hyper[key] !== undefined) options[key] = Number(hyper[key]);
  if (hyper['weight_decay'] !== undefined) options.weightDecay = Number(hyper['weight_decay']);
  if (hyper['nesterov'] !== undefined) options.nesterov = Number(hyper['nesterov']) === 1;
  return engine.optimizer(kind, options, parameter);
}

export async function read<T extends Shaped>(engine: Engine<T>, x: T): Promise<Host> {
  return { shape: x.shape, data: Float64Array.from(await engine.read(x)) };
}

/** Row i of an array along its first axis. */
export function row({ shape, data }: Host, i: number): Host {
  const size = data.length / at(shape, 0);
  return { shape: shape.slice(1), data: data.slice(i * size, (i + 1) * size) };
}

/** Names of moments in the cases: v is the one that belongs to the method, b the buffer of momentum. */
const STATES: Readonly<Record<string, readonly string[]>> = {
  state_m: ['m'],
  state_v: ['v', 'squares', 'velocity'],
  state_b: ['velocity'],
};

/** Losses that the TensorFlow.js and jax-js cases minimize: sum((x - offset)^2). */
const OFFSETS: Readonly<Record<string, number>> = { 'sum(x^2)': 0, 'sum((x-1)^2)': 1 };

/** Given gradients (`grads`), or those of a small loss; outputs are the weights after every step. */
export async function optimize<T extends Shaped>(
  engine: Engine<T>,
  c: Case,
): Promise<(Host | undefined)[]> {
  const { ops } = engine;
  const [start, grads] = c.inputs;
  if (start === undefined) throw new Error('no weights to begin with');
  const w = engine.tensor(start.data, start.shape);
  const optimizer = optimizerOf(engine, c.op, c.attributes, w);
  const offset = engine.tensor([OFFSETS[String(c.attributes['loss'])] ?? 0], []);
  const found = new Map<string, Host>();
  const trajectory: number[] = [];
  const steps = Number(c.attributes['steps']);
  for (let k = 0; k < steps; k++) {
    if (grads === undefined) {
      const loss = () => [ops.sum(ops.square(ops.sub(w, offset)))] as const;
      const { value, grads: gradients } = engine.valueAndGrad(loss, [w]);
      found.set(`cost_${k + 1}`, await read(engine, value));
      for (const gradient of gradients) optimizer.update(gradient, k);
    } else {
      const { data, shape } = row(grads, k);
      optimizer.update(engine.tensor(data, shape), k);
    }
    const after = await read(engine, w);
    found.set(`x_after_${k + 1}`, after);
    trajectory.push(...after.data);
  }
  found.set('w', { shape: [steps, ...start.shape], data: Float64Array.from(trajectory) });
  for (const [name, candidates] of Object.entries(STATES)) {
    const moment = candidates.map((m) => optimizer.moments.get(m)).find((m) => m !== undefined);
    if (moment !== undefined) found.set(name, await read(engine, moment));
  }
  return c.outputs.map((output) => found.get(output.name));
}

/** A step so late that Adam's bias corrections are 1, as ONNX has them at T = 0. */
const LATE = 100_000;

/** ONNX's optimizers: the names of their moments, and their hyperparameters as the engine's options. */
const ONNX: Readonly<
  Record<
    string,
    {
      readonly kind: OptimizerKind;
      readonly moments: readonly string[];
      readonly options: (
        hyper: (name: string) => number,
        c: Case,
      ) => Omit<OptimizerOptions, 'lr' | 'weightDecay'>;
    }
  >
> = {
  Adam: {
    kind: 'adam',
    moments: ['m', 'v'],
    options: (hyper) => ({ beta1: hyper('alpha'), beta2: hyper('beta'), eps: hyper('epsilon') }),
  },
  Momentum: {
    kind: 'sgd',
    moments: ['velocity'],
    options: (hyper, c) => ({
      momentum: hyper('alpha'),
      nesterov: c.attributes['mode'] === 'nesterov',
    }),
  },
  // Its rate falls with the step count, which is 0 here.
  Adagrad: {
    kind: 'adagrad',
    moments: ['squares'],
    options: (hyper) => ({ eps: hyper('epsilon') }),
  },
};

export const isOnnxOptimizer = (op: string): boolean => Object.hasOwn(ONNX, op);

/**
 * ONNX's optimizers: one step from given moments. Inputs are the rate R, the step T, and for every parameter its value X,
 * gradient G and moments.
 */
export async function onnxStep<T extends Shaped>(
  engine: Engine<T>,
  c: Case,
): Promise<(Host | undefined)[]> {
  const [rate, count, ...rest] = c.inputs;
  if (count?.data[0] !== 0) throw new NotCovered('ONNX corrects another way after its first step');
  const hyper = (name: string) => Number(c.attributes[name] ?? 0);
  const options = { lr: at(rate?.data ?? [], 0), weightDecay: hyper('norm_coefficient') };
  const row = ONNX[c.op];
  if (row === undefined) throw new Error(`${c.op} is no optimizer of ONNX`);
  const names = row.moments;
  const parameters = rest.length / (2 + names.length);
  const found: Host[] = [];
  for (let n = 0; n < parameters; n++) {
    const part = (kind: number): Host => {
      const value = rest[kind * parameters + n];
      if (value === undefined) throw new Error(`${c.name} has too few inputs`);
      return value;
    };
    const [w, g] = [part(0), part(1)].map(({ data, shape }) => engine.tensor(data, shape));
    if (w === undefined || g === undefined) continue;
    const optimizer = engine.optimizer(row.kind, { ...options, ...row.options(hyper, c) }, w);
    const moments = names.flatMap((name) => optimizer.moments.get(name) ?? []);
    for (const [k, moment] of moments.entries()) engine.write(moment, part(2 + k).data);
    optimizer.update(g, LATE);
    for (const [kind, x] of [w, ...moments].entries())
      found[kind * parameters + n] = await read(engine, x);
  }
  return c.outputs.map((_, i) => found[i]);
}
