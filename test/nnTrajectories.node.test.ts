// Whole training runs as users write them, a fused Sequential over its arena, against float64 trajectories
// that nobody on this project wrote: losses, first logits and gradients, final weights.
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  type Module,
  type Optimizer,
  OptimizerState,
  Sequential,
  adam,
  adamW,
  conv2d,
  dense,
  dropout,
  flatten,
  maxPool2d,
  relu,
  rmsprop,
  sgd,
} from '../src/nn/index.ts';
import { type Tensor, softmaxCrossEntropy, valueAndGrad } from '../src/tensor/index.ts';
import { type Case, type Host, difference, readCase } from './conformance/case.ts';
import { describeConformance } from './conformance/folder.ts';
import { testDevice } from './gpu.ts';
import { array64 } from './reference/array.ts';
import { transpose } from './reference/shape.ts';

const device = await testDevice();

interface LayerSpec {
  readonly type: 'conv' | 'relu' | 'maxpool' | 'flatten' | 'dropout' | 'dense' | 'bn';
  readonly shape: readonly [number, number, number, number];
  readonly strides: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
  readonly kernel: readonly [number, number];
  readonly p: number;
}

interface Attributes {
  readonly layers: readonly LayerSpec[];
  readonly input_shape: readonly [number, number, number];
  readonly steps: number;
  readonly optimizer: string;
  readonly hyper: Readonly<Record<string, unknown>>;
  readonly label_smoothing: number;
}

function layerOf({ type, shape, strides, pads, kernel, p }: LayerSpec): Module {
  switch (type) {
    case 'conv':
      return conv2d({
        filters: shape[0],
        kernel: [shape[2], shape[3]],
        stride: strides,
        padding: pads,
      });
    case 'maxpool':
      return maxPool2d({ window: kernel, stride: strides });
    case 'dense':
      return dense({ units: shape[1] });
    case 'dropout':
      return dropout({ rate: p });
    case 'relu':
      return relu();
    case 'flatten':
      return flatten();
    case 'bn':
      throw new Error('no batch normalization yet');
  }
}

const OPTIMIZERS = { SGD: sgd, Adam: adam, AdamW: adamW, RMSProp: rmsprop };

function optimizerOf(name: string, hyper: Readonly<Record<string, unknown>>): Optimizer {
  const make = Object.entries(OPTIMIZERS).find(([known]) => known === name)?.[1];
  if (!make) throw new Error(`no optimizer ${name}`);
  const { lr, weight_decay: weightDecay = 0, ...rest } = hyper;
  return make({ ...rest, learningRate: Number(lr), weightDecay: Number(weightDecay) });
}

const permuted = (host: Host, shape: readonly number[], perm: readonly number[]): Host =>
  transpose(array64(host.data, shape), perm);

/** The vectors are channels-first: how each of their arrays lies in ours, and back. */
class Border {
  readonly #model: Sequential;
  constructor(model: Sequential) {
    this.#model = model;
  }

  /** [H,W,C] where the network flattens; undefined for what lies behind the first dense layer. */
  #flattened(name: string): readonly number[] | undefined {
    const { rows } = this.#model.summary();
    const at = rows.findIndex((row) => row.kind === 'flatten');
    const [before, dense] = [rows[at - 1], rows.findIndex((row) => row.kind === 'dense')];
    const own = rows.findIndex((row) => name.startsWith(row.name));
    return own > at && own <= dense ? (before?.outputShape ?? this.#model.inputShape) : undefined;
  }

  into(name: string, host: Host): Host {
    const { shape } = host;
    if (/^conv.*weight/.test(name)) return permuted(host, shape, [2, 3, 1, 0]);
    const flat = name.endsWith('bias') ? undefined : this.#flattened(name);
    if (!flat) return host;
    const [H = 1, W = 1, C = 1] = flat;
    if (name.endsWith('weight')) return permuted(host, [C, H, W, shape[1]!], [1, 2, 0, 3]);
    return permuted(host, [shape[0]!, C, H, W], [0, 2, 3, 1]);
  }

  outOf(name: string, host: Host): Host {
    if (/^conv.*weight/.test(name)) return permuted(host, host.shape, [3, 2, 0, 1]);
    const flat = name.endsWith('weight') ? this.#flattened(name) : undefined;
    if (!flat) return host;
    const [H = 1, W = 1, C = 1] = flat;
    return { ...permuted(host, [H, W, C, host.shape[1]!], [2, 0, 1, 3]), shape: host.shape };
  }
}

const read = async (x: Tensor): Promise<Host> => ({
  shape: x.shape,
  data: Float64Array.from(await x.data()),
});

async function train(c: Case): Promise<Map<string, Host>> {
  const { layers, input_shape, steps, optimizer, hyper, label_smoothing } =
    c.attributes as unknown as Attributes;
  const [C, H, W] = input_shape;
  const model = new Sequential(device, [H, W, C], layers.map(layerOf));
  const border = new Border(model);
  const input = (name: string): Host => {
    const found = c.inputs.find((value) => value?.name === name);
    if (!found) throw new Error(`the case has no ${name}`);
    return found;
  };
  const row = ({ shape, data }: Host, i: number): Host => {
    const size = data.length / shape[0]!;
    return { shape: shape.slice(1), data: data.slice(i * size, (i + 1) * size) };
  };

  const { arena } = model;
  arena.load(
    new Map(
      arena.parameters.map(({ name, shape }) => {
        const { data } = border.into(name, input(`init.${name}`));
        return [name, { shape, data: Float32Array.from(data) }];
      }),
    ),
  );
  const updating = new OptimizerState(optimizerOf(optimizer, hyper), arena.values);
  const drops = model.summary().rows.filter(({ kind }) => kind === 'dropout');

  const found = new Map<string, Host>();
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const state = device.tensor([0, step], [2], 'u32');
    const batch = row(input('batches'), step);
    const image = permuted(batch, batch.shape, [0, 2, 3, 1]);
    const x = device.tensor(image.data, image.shape);
    const labels = device.tensor(row(input('labels'), step).data, [image.shape[0]!], 'i32');
    const masks = new Map(
      drops.map(({ name }) => {
        const given = row(input(`mask.${name}`), step);
        const mask = border.into(name, given);
        return [name, device.tensor(mask.data, given.shape, 'u32')];
      }),
    );
    const { value, aux } = valueAndGrad(
      () => {
        const logits = model.forward(x, { state, masks });
        return [softmaxCrossEntropy(logits, labels, { labelSmoothing: label_smoothing }), logits];
      },
      arena.parameters.map(({ tensor }) => tensor),
      arena.parameters.map(({ gradient }) => gradient),
    );
    losses.push(await value.item());
    if (step === 0) {
      found.set('logits_step1', await read(aux[0]!));
      for (const { name, gradient } of arena.parameters)
        found.set(`grad1.${name}`, border.outOf(name, await read(gradient)));
    }
    updating.prepare(step, 1);
    updating.update(arena.gradients, state);
  }
  found.set('losses', { shape: [steps], data: Float64Array.from(losses) });
  for (const { name, tensor } of arena.parameters)
    found.set(`final.${name}`, border.outOf(name, await read(tensor)));
  return found;
}

describeConformance('float64/f64_train_*', (folder) => {
  const files = readdirSync(`${folder}/float64`).filter((f) => f.startsWith('f64_train_'));
  for (const file of files) {
    const c = readCase(`${folder}/float64/${file}`);
    const { layers } = c.attributes as unknown as Attributes;
    const isKnown = layers.every(({ type }) => type !== 'bn');
    test.skipIf(!isKnown)(
      `${c.name}${isKnown ? '' : ': no batch normalization yet'}`,
      async () => {
        const found = await train(c);
        for (const want of c.outputs) {
          const got = found.get(want.name);
          if (!got) throw new Error(`nothing here is called ${want.name}`);
          expect(difference(got, want, c.tol)).toBeUndefined();
        }
      },
      300_000,
    );
  }
});
