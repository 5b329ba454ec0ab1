// Whole training runs: losses and weights must follow a float64 trajectory.
import type { Engine } from '../engine.ts';
import { at } from '../reference/array.ts';
import type { Case, Host } from './case.ts';
import { optimizerOf, read, row } from './optimizers.ts';
import { fromLayout, type Layout, toLayout } from './rules/layout.ts';
import type { Shaped } from './rules/rule.ts';

interface Layer {
  readonly type: string;
  readonly name?: string;
  readonly pads?: readonly [number, number, number, number];
  readonly strides?: readonly [number, number];
  readonly kernel?: readonly [number, number];
  readonly p?: number;
  readonly eps?: number;
  readonly channels?: number;
}

/** Columns of a flattened image, [H,W,C], as they are numbered in the vectors, [C,H,W]. */
function flattenOrder([, h = 1, w = 1, c = 1]: readonly number[]): number[] {
  return Array.from({ length: h * w * c }, (_, i) => (i % c) * h * w + Math.floor(i / c));
}

/** Rows of a matrix (or columns of every row, `width` of them) in another order; and back. */
const reordered = ({ shape, data }: Host, order: readonly number[], width: number): Host => ({
  shape,
  data: data.map((_, i) => {
    const [block, inBlock] = [Math.floor(i / (order.length * width)), i % (order.length * width)];
    const from = at(order, Math.floor(inBlock / width));
    return at(data, (block * order.length + from) * width + (inBlock % width));
  }),
});

const inverse = (order: readonly number[]) => order.map((_, i) => order.indexOf(i));

/** Converts a parameter or its gradient to weft's layout, and back. */
interface Border {
  readonly layout: Layout;
  readonly order?: readonly number[];
}

const into = (host: Host, { layout, order }: Border): Host =>
  order === undefined ? toLayout(host, layout) : reordered(host, order, at(host.shape, 1));

const outOf = (host: Host, { layout, order }: Border): Host =>
  order === undefined
    ? fromLayout(host, layout, host.shape.length)
    : reordered(host, inverse(order), at(host.shape, 1));

/**
 * Trains the network of the case on its batches, with its dropout masks: gives the losses, the logits
 * and gradients of the first step, and the final weights.
 */
export async function train<T extends Shaped>(
  engine: Engine<T>,
  c: Case,
): Promise<(Host | undefined)[]> {
  const { ops } = engine;
  const {
    layers,
    optimizer,
    hyper,
    steps,
    label_smoothing: labelSmoothing,
    bn_momentum: share = 0.1,
  } = c.attributes as {
    layers: Layer[];
    optimizer: string;
    hyper: Record<string, unknown>;
    steps: number;
    label_smoothing: number;
    bn_momentum?: number;
  };
  const input = (name: string): Host => {
    const found = c.inputs.find((value) => value?.name === name);
    if (found === undefined) throw new Error(`the case has no input ${name}`);
    return found;
  };

  const has = (name: string) => c.inputs.some((value) => value?.name === `init.${name}`);

  const borders = new Map<string, Border>();
  /** A batch's statistics of each normalization, and how many values a mean is taken of. */
  type Statistics = readonly { mean: T; variance: T; count: number }[];
  /** Runs the layers; on the way notes where flattening changes the order of features. */
  const forward = (
    batch: Host,
    step: number,
    weights: (name: string) => T,
  ): { logits: T; statistics: Statistics } => {
    const statistics: { mean: T; variance: T; count: number }[] = [];
    const image = toLayout(batch, 'image');
    let order: number[] | undefined;
    let x = engine.tensor(image.data, image.shape);
    for (const { type, name = '', pads, strides, kernel, p = 0, eps } of layers) {
      if (type === 'conv') {
        borders.set(`${name}.weight`, { layout: 'filter' });
        const options = { stride: strides ?? 1, padding: pads ?? 'valid' } as const;
        const bias = has(`${name}.bias`) ? weights(`${name}.bias`) : undefined;
        x = ops.conv2d(x, weights(`${name}.weight`), bias, options);
      } else if (type === 'bn') {
        const [weight, bias] = [weights(`${name}.weight`), weights(`${name}.bias`)];
        const count = x.shape.slice(0, -1).reduce((product, d) => product * d, 1);
        const { y, mean, variance } = ops.batchNormTraining(x, weight, bias, {
          epsilon: eps ?? 1e-5,
        });
        statistics.push({ mean, variance, count });
        x = y;
      } else if (type === 'relu') x = ops.relu(x);
      else if (type === 'maxpool')
        x = ops.maxPool2d(x, { window: kernel ?? 2, stride: strides ?? 2 });
      else if (type === 'flatten') {
        order = flattenOrder(x.shape);
        x = ops.flatten(x);
      } else if (type === 'dropout') {
        const given = row(input(`mask.${name}`), step);
        const mask = order === undefined ? given : reordered(given, order, 1);
        x = ops.dropoutMask(x, engine.tensor(mask.data, mask.shape, 'u32'), { rate: p });
      } else if (type === 'dense') {
        if (order !== undefined) borders.set(`${name}.weight`, { layout: 'plain', order });
        order = undefined;
        x = ops.linear(x, weights(`${name}.weight`), weights(`${name}.bias`));
      } else throw new Error(`unknown layer ${type}`);
    }
    return { logits: x, statistics };
  };
  const borderOf = (name: string): Border => borders.get(name) ?? { layout: 'plain' };

  const names = c.inputs.flatMap((value) =>
    value?.name.startsWith('init.') === true ? [value.name.slice('init.'.length)] : [],
  );
  const parameters = new Map<string, T>();
  const weights = (name: string): T => {
    const known = parameters.get(name);
    if (known !== undefined) return known;
    const { data, shape } = into(input(`init.${name}`), borderOf(name));
    const made = engine.tensor(data, shape);
    parameters.set(name, made);
    return made;
  };
  // A first pass creates every parameter in its layout.
  forward(row(input('batches'), 0), 0, weights);
  const all = names.map(weights);
  const optimizers = all.map((parameter) => optimizerOf(engine, optimizer, hyper, parameter));

  const found = new Map<string, Host>();
  const losses: number[] = [];
  const running = layers.flatMap(({ type, name = '', channels = 0 }) =>
    type === 'bn'
      ? [{ name, mean: new Float64Array(channels), variance: new Float64Array(channels).fill(1) }]
      : [],
  );
  for (let step = 0; step < steps; step++) {
    const labels = row(input('labels'), step);
    const target = engine.tensor(labels.data, labels.shape, 'i32');
    let statistics: Statistics = [];
    const { value, aux, grads } = engine.valueAndGrad(() => {
      const made = forward(row(input('batches'), step), step, weights);
      ({ statistics } = made);
      const kept = statistics.flatMap(({ mean, variance }) => [mean, variance]);
      const loss = ops.softmaxCrossEntropy(made.logits, target, { labelSmoothing });
      return [loss, made.logits, ...kept];
    }, all);
    losses.push(at(await engine.read(value), 0));
    const [logits] = aux;
    if (step === 0 && logits !== undefined) found.set('logits_step1', await read(engine, logits));
    for (const [i, name] of names.entries()) {
      const grad = grads[i];
      if (step > 0 || grad === undefined) continue;
      found.set(`grad1.${name}`, outOf(await read(engine, grad), borderOf(name)));
    }
    for (const [i, { mean, variance, count }] of statistics.entries()) {
      const [means, variances] = [await engine.read(mean), await engine.read(variance)];
      const { mean: oldMeans, variance: oldVariances } = running[i]!;
      for (const k of oldMeans.keys()) {
        oldMeans[k] = (1 - share) * at(oldMeans, k) + share * at(means, k);
        const unbiased = (at(variances, k) * count) / (count - 1);
        oldVariances[k] = (1 - share) * at(oldVariances, k) + share * unbiased;
      }
    }
    for (const [i, gradient] of grads.entries()) optimizers[i]?.update(gradient, step);
  }
  found.set('losses', { shape: [steps], data: Float64Array.from(losses) });
  for (const name of names)
    found.set(`final.${name}`, outOf(await read(engine, weights(name)), borderOf(name)));
  for (const { name, mean, variance } of running) {
    found.set(`running_mean.${name}`, { shape: [mean.length], data: mean });
    found.set(`running_var.${name}`, { shape: [variance.length], data: variance });
  }
  return c.outputs.map((output) => found.get(output.name));
}
