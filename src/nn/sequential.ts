// A network of layers in a row, with its parameters in one arena.
import { type Device, type Shape, type Tensor, TensorError, softmax } from '../tensor/index.ts';
import { type OptionKinds, checkOptions, listOf, required, whole } from '../tensor/options.ts';
import { Arena, type Parameter } from './arena.ts';
import { sequential } from './compose.ts';
import type { Model } from './model.ts';
import {
  type Built,
  type LayerWindow,
  type Module,
  type Training,
  moduleKind,
  part,
} from './module.ts';
import { type Placed, applied, appliedRow, keptIn, placedIn, rowsOf, specsOf } from './placed.ts';
import { type Summary, formatSummary, summarize } from './summary.ts';

/** Of `Sequential`. */
export interface SequentialOptions {
  /** Of the initial weights, by default 0. */
  readonly seed?: number;
}

const sequentialKinds: OptionKinds<SequentialOptions> = {
  seed: whole({ to: 2 ** 32 - 1 }),
};
const partKinds = {
  inputShape: required(listOf(whole({ from: 1 }))),
  layers: required(listOf(moduleKind)),
};

/** A module in its place, for those who look inside. Shapes are those of one sample. */
export interface LayerInPlace {
  /** With those of the modules around it: `residual1.body.conv1`. */
  readonly name: string;
  readonly kind: string;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly window: LayerWindow | undefined;
  /** groupNorm: into which its channels fall. */
  readonly groups: number | undefined;
  /** How the modules inside stand to each other, where they do no more than that; see `Built`. */
  readonly layout: Built['layout'];
  /** Its own, and those of the modules inside. */
  readonly parameters: readonly Parameter[];
  /** The modules inside. */
  readonly parts: readonly LayerInPlace[];
  /** What it makes of a batch by itself, as in evaluation: nothing dropped. */
  readonly apply: (x: Tensor) => Tensor;
}

/** What can be said of a network without a device. */
export interface Outline {
  readonly summary: Summary;
  /** Its parameters by name and shape, in their order. */
  readonly learned: readonly { readonly name: string; readonly shape: Shape }[];
  /** What is saved: the parameters, then the buffers. */
  readonly saved: Outline['learned'];
}

/**
 * What `new Sequential` would be of these layers, without a device and without values.
 * @throws TensorError that names the layer which does not fit what comes before it
 */
export function outline(inputShape: Shape, layers: readonly Module[]): Outline {
  const parts = placedIn(part('', sequential(...layers), inputShape));
  const learned = keptIn(parts, 'parameters');
  const saved = [...learned, ...keptIn(parts, 'buffers')];
  return { summary: summarize(parts.flatMap(rowsOf)), learned, saved };
}

/** A network on a device: modules in a row. */
export class Sequential implements Model {
  readonly arena: Arena;
  readonly outputShape: Shape;
  readonly #parts: readonly Placed[];

  /**
   * Parameters are named like `conv1.weight`. Unless a layer says otherwise weights begin He uniform
   * before a ReLU and Glorot uniform elsewhere, biases at 0.
   * @param inputShape of one sample, such as [28,28,1]
   * @throws TensorError on options that mean nothing, and one that names the layer which does not fit what comes before it
   */
  constructor(
    readonly device: Device,
    readonly inputShape: Shape,
    layers: readonly Module[],
    options: SequentialOptions = {},
  ) {
    checkOptions('Sequential', options, sequentialKinds);
    const { seed = 0 } = options;
    checkOptions('Sequential', { inputShape, layers }, partKinds);
    const root = part('', sequential(...layers), inputShape);
    this.outputShape = root.built.outputShape;
    this.#parts = placedIn(root);
    const { parameters, buffers } = specsOf(this.#parts, seed);
    this.arena = new Arena(device, parameters, buffers);
  }

  /**
   * What the last layer makes of a batch x [N, ...inputShape]: logits, for a classifier to be trained.
   * With `training` dropout drops; without it a batch normalization goes into the weights before it, within rounding.
   * @throws TensorError when x has another shape
   */
  forward(x: Tensor, training?: Training): Tensor {
    if (x.shape.slice(1).join() !== this.inputShape.join()) {
      throw new TensorError(`the network takes [N,${this.inputShape}], got [${x.shape}]`);
    }
    const row = appliedRow(this.#parts, this.arena, training);
    return row.reduce((input, apply) => apply(input), x);
  }

  /**
   * The layers one by one: each applied to what the one before made gives what `forward` gives without training, within
   * rounding where that puts a batch normalization into the weights before it.
   */
  get layers(): readonly LayerInPlace[] {
    return this.#parts.map((placed) => this.#looked(placed));
  }

  #looked(placed: Placed): LayerInPlace {
    const { path, module, inputShape, built } = placed;
    const { outputShape, window, groups, layout } = built;
    return {
      name: path,
      kind: module.kind,
      inputShape,
      outputShape,
      window,
      groups,
      layout,
      parameters: this.arena.parameters.filter(({ name }) => name.startsWith(`${path}.`)),
      parts: placed.parts.map((inner) => this.#looked(inner)),
      apply: applied(placed, this.arena, undefined),
    };
  }

  /** Class probabilities of a batch, [N, classes]; what is made on the way is released. */
  predict(x: Tensor): Tensor {
    return this.device.scope(() => {
      const y = this.forward(x);
      return this.endsInSoftmax ? y : softmax(y);
    });
  }

  get endsInSoftmax(): boolean {
    let last = this.#parts.at(-1);
    while (last?.built.layout === 'sequential') last = last.parts.at(-1);
    return last?.module.kind === 'softmax';
  }

  /** A row for each layer; those of one that is made of others come before it, and each counts its own. */
  summary(): Summary {
    return summarize(this.#parts.flatMap(rowsOf));
  }

  toString(): string {
    return formatSummary(this.summary());
  }
}
