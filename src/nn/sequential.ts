// A network of layers in a row, with its parameters in one arena.
import {
  type Device,
  type Shape,
  type Tensor,
  TensorError,
  sizeOf,
  softmax,
  within,
} from '../tensor/index.ts';
import {
  type Kind,
  type OptionKinds,
  checkOptions,
  listOf,
  required,
  whole,
} from '../tensor/options.ts';
import { Arena, type Parameter } from './arena.ts';
import { glorotUniform, heUniform } from './initialisers.ts';
import type { Built, Layer, LayerKind, LayerWindow, Training } from './layer.ts';
import { randomStream } from './random.ts';
import { type Summary, formatSummary, summarise } from './summary.ts';

export interface SequentialOptions {
  /** Of the initial weights, by default 0. */
  readonly seed?: number;
}

/** Names are numbered by kind: conv1, pool1, conv2, fc1. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['conv2d', 'conv'],
  ['dense', 'fc'],
  ['maxPool2d', 'pool'],
  ['avgPool2d', 'pool'],
  ['globalAvgPool2d', 'pool'],
  ['dropout', 'drop'],
]);

const sequentialKinds: OptionKinds<SequentialOptions> = {
  seed: whole({ to: 2 ** 32 - 1 }),
};

const layerKind: Kind = {
  wants: 'a layer such as dense({ units: 10 })',
  holds: (value) => typeof (value as Layer | null)?.build === 'function',
};
const partKinds = {
  inputShape: required(listOf(whole({ from: 1 }))),
  layers: required(listOf(layerKind)),
};

/** A layer in its place, for those who look inside. Shapes are those of one sample. */
export interface LayerInPlace {
  readonly name: string;
  readonly kind: LayerKind;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly window: LayerWindow | undefined;
  readonly parameters: readonly Parameter[];
  /** What it makes of a batch by itself, as in evaluation: nothing dropped. */
  readonly apply: (x: Tensor) => Tensor;
}

interface Placed {
  readonly layer: Layer;
  readonly name: string;
  readonly built: Built;
  readonly parameters: readonly Tensor[];
}

export class Sequential {
  readonly arena: Arena;
  readonly outputShape: Shape;
  readonly #layers: readonly Placed[];

  /**
   * Parameters are named like `conv1.weight`. Unless a layer says otherwise weights begin He uniform
   * before a ReLU and Glorot uniform elsewhere, biases at 0.
   * @param inputShape of one sample, such as [28,28,1]
   * @throws TensorError on options that mean nothing, and one that names the layer which does not fit what comes before it
   */
  constructor(
    readonly device: Device,
    readonly inputShape: Shape,
    layers: readonly Layer[],
    options: SequentialOptions = {},
  ) {
    checkOptions('Sequential', options, sequentialKinds);
    const { seed = 0 } = options;
    checkOptions('Sequential', { inputShape, layers }, partKinds);
    const kinds = layers.map((layer) => layer.kind);
    const names = namesOf(kinds);
    let shape = inputShape;
    const built = layers.map((layer, i) => {
      const plan = layer.build(shape, `layer ${i + 1} (${names[i]})`);
      shape = plan.outputShape;
      return plan;
    });
    this.outputShape = shape;

    const specs = built.map(({ parameters }, i) => {
      const usual = leadsToRelu(kinds, i) ? heUniform : glorotUniform;
      return parameters.map(({ name, shape, initialiser = usual }, j) => ({
        name: `${names[i]}.${name}`,
        shape,
        initial: initialiser(shape, randomStream(seed, 2 * i + j)),
      }));
    });
    this.arena = new Arena(device, specs.flat());
    const tensors = new Map(this.arena.parameters.map(({ name, tensor }) => [name, tensor]));
    this.#layers = layers.map((layer, i) => ({
      layer,
      name: names[i] as string,
      built: built[i] as Built,
      parameters: specs[i]?.map(({ name }) => tensors.get(name) as Tensor) ?? [],
    }));
  }

  /**
   * What the last layer makes of a batch x [N, ...inputShape]: logits, for a classifier to be trained.
   * With `training` dropout drops.
   * @throws TensorError when x has another shape
   */
  forward(x: Tensor, training?: Training): Tensor {
    if (x.shape.slice(1).join() !== this.inputShape.join()) {
      throw new TensorError(`the network takes [N,${this.inputShape}], got [${x.shape}]`);
    }
    return this.#layers.reduce(
      (input, { layer, name, parameters }, stream) =>
        within(this.device, { name, isBackward: false }, () =>
          layer.forward(input, { name, parameters, stream, training }),
        ),
      x,
    );
  }

  /** The layers one by one: each applied to what the one before made gives what `forward` gives. */
  get layers(): readonly LayerInPlace[] {
    const named = new Map(this.arena.parameters.map((parameter) => [parameter.tensor, parameter]));
    return this.#layers.map(({ layer, name, built, parameters }, stream) => ({
      name,
      kind: layer.kind,
      inputShape: this.#layers[stream - 1]?.built.outputShape ?? this.inputShape,
      outputShape: built.outputShape,
      window: built.window,
      parameters: parameters.map((tensor) => named.get(tensor) as Parameter),
      apply: (x) => layer.forward(x, { name, parameters, stream, training: undefined }),
    }));
  }

  /** Class probabilities of a batch, [N, classes]; what is made on the way is released. */
  predict(x: Tensor): Tensor {
    return this.device.scope(() => {
      const y = this.forward(x);
      return this.endsInSoftmax ? y : softmax(y);
    });
  }

  get endsInSoftmax(): boolean {
    return this.#layers.at(-1)?.layer.kind === 'softmax';
  }

  summary(): Summary {
    return summarise(
      this.#layers.map(({ layer: { kind }, name, built: { outputShape, parameters, flops } }) => ({
        name,
        kind,
        outputShape,
        parameters: parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
        flops,
        activationBytes: 4 * sizeOf(outputShape),
      })),
    );
  }

  toString(): string {
    return formatSummary(this.summary());
  }
}

function namesOf(kinds: readonly LayerKind[]): string[] {
  const counts = new Map<string, number>();
  return kinds.map((kind) => {
    const stem = NAMES.get(kind) ?? kind;
    const count = (counts.get(stem) ?? 0) + 1;
    counts.set(stem, count);
    return `${stem}${count}`;
  });
}

/** Is the next layer that is not a pool or flatten a ReLU? */
function leadsToRelu(kinds: readonly LayerKind[], at: number): boolean {
  const next = kinds.slice(at + 1).find((kind) => !/pool|flatten/i.test(kind));
  return next === 'relu' || next === 'leakyRelu';
}
