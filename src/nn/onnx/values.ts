// The values of a traced network under their names in an ONNX graph. Images are NHWC here and NCHW there: each value has
// a name in one of the two layouts, or in both once both are asked for.
import { type Shape, type Tensor, TensorError } from '../../tensor/index.ts';
import type { Storage } from '../../tensor/tensor.ts';
import { permuted } from '../axes.ts';
import type { Graph } from './graph.ts';

export const TO_NCHW = [0, 3, 1, 2] as const;
export const TO_NHWC = [0, 2, 3, 1] as const;

/** What a node made: its shape, and its name with the axes as they are here, or as NCHW. */
interface Value {
  readonly shape: Shape;
  readonly names: { plain?: string; image?: string };
  /** By shape, of its views. */
  readonly views: Map<string, string>;
}

/** A number or numbers that do not follow from the input. */
export interface Constant {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** Names of values and constants; what another layout needs is added to the graph once. */
export class Values {
  readonly #values = new Map<Storage, Value>();
  readonly #constants = new Map<Constant, Map<string, string>>();
  readonly #numbers = new Map<number, string>();

  constructor(
    readonly graph: Graph,
    /** Samples in the trace: the first size of all that follows from the input. */
    readonly batch: number,
    /** Of tensors that do not follow from the input. */
    readonly constantOf: (tensor: Tensor) => Constant | undefined,
  ) {}

  /** A node has made this tensor, under this name. @throws TensorError when its first axis is not the batch */
  made(tensor: Tensor, name: string, layout: 'plain' | 'image'): void {
    this.#checkBatch(tensor);
    this.#values.set(tensor.storage, {
      shape: tensor.shape,
      names: { [layout]: name },
      views: new Map(),
    });
  }

  #checkBatch({ type, shape }: Tensor): void {
    if (shape[0] !== this.batch)
      throw new TensorError(
        `toOnnx: with ${this.batch} samples the network makes ${type} on its way; only what keeps the batch in front can be exported`,
      );
  }

  #of(tensor: Tensor): Value {
    const value = this.#values.get(tensor.storage);
    if (!value) throw new TensorError(`toOnnx: ${tensor.type} does not come from the network`);
    return value;
  }

  /** Is the tensor there as NCHW, under its own shape? */
  isImage(tensor: Tensor): boolean {
    const value = this.#values.get(tensor.storage);
    return value?.names.image !== undefined && value.shape.join() === tensor.shape.join();
  }

  /** The tensor's name, its axes as they are here. */
  plain(tensor: Tensor): string {
    const constant = this.constantOf(tensor);
    if (constant) return this.constant(constant);
    const value = this.#of(tensor);
    value.names.plain ??= this.graph.node(
      'Transpose',
      [value.names.image as string],
      `${value.names.image}_nhwc`,
      { perm: TO_NHWC },
    );
    if (value.shape.join() === tensor.shape.join()) return value.names.plain;
    this.#checkBatch(tensor);
    const known = value.views.get(tensor.shape.join());
    if (known !== undefined) return known;
    // Of any number of samples.
    const shape = this.graph.integers('shape', [-1, ...tensor.shape.slice(1)]);
    const name = this.graph.node('Reshape', [value.names.plain, shape], 'reshape');
    value.views.set(tensor.shape.join(), name);
    return name;
  }

  /** The name of a tensor [N,H,W,C] as [N,C,H,W]; a constant of fewer axes gets those that broadcasting would give it. */
  image(tensor: Tensor): string {
    const constant = this.constantOf(tensor);
    if (constant) {
      const ones = Array.from({ length: 4 - constant.shape.length }, () => 1);
      return this.constant(constant, TO_NCHW, [...ones, ...constant.shape]);
    }
    const value = this.#of(tensor);
    if (value.shape.join() !== tensor.shape.join())
      return this.graph.node('Transpose', [this.plain(tensor)], 'nchw', { perm: TO_NCHW });
    value.names.image ??= this.graph.node(
      'Transpose',
      [value.names.plain as string],
      `${value.names.plain}_nchw`,
      { perm: TO_NCHW },
    );
    return value.names.image;
  }

  /** The name of a constant under another shape, and then with its axes in another order, if these are given. */
  constant(constant: Constant, order?: readonly number[], shape = constant.shape): string {
    const forms = this.#constants.get(constant) ?? new Map<string, string>();
    this.#constants.set(constant, forms);
    const form = `${shape} ${order}`;
    const { name, data } = constant;
    const added =
      forms.get(form) ??
      (order
        ? this.graph.floats(
            name,
            order.map((axis) => shape[axis] as number),
            permuted(data, shape, order),
          )
        : this.graph.floats(name, shape, data));
    forms.set(form, added);
    return added;
  }

  /** The name of a number. */
  number(value: number): string {
    const name =
      this.#numbers.get(value) ?? this.graph.floats(String(value), [], Float32Array.of(value));
    this.#numbers.set(value, name);
    return name;
  }
}
