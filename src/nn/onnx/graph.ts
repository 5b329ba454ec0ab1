// An ONNX graph under construction. Field numbers are those of onnx.proto3.
import { type Shape, sizeOf } from '../../tensor/index.ts';
import { type Field, message, repeated } from './protobuf.ts';

/** An attribute of a node: a whole number, whole numbers, a text, or a float. */
export type Attribute = number | readonly number[] | string | { readonly float: number };

const [FLOAT, INT64] = [1, 7] as const;
/** AttributeProto.type */
const KINDS = { float: 1, int: 2, text: 3, ints: 7 };

function attribute(name: string, value: Attribute): Uint8Array {
  if (typeof value === 'number') return message([1, name], [3, value], [20, KINDS.int]);
  if (typeof value === 'string') return message([1, name], [4, value], [20, KINDS.text]);
  if ('float' in value) return message([1, name], [2, value], [20, KINDS.float]);
  return message([1, name], ...repeated(8, value), [20, KINDS.ints]);
}

/** A value of the graph's border. `dims` are numbers, or the name of a size that is free. */
export interface Border {
  readonly name: string;
  readonly dims: readonly (number | string)[];
}

const valueInfo = ({ name, dims }: Border): Uint8Array => {
  const shape = message(
    ...dims.map((dim): Field => [1, message(typeof dim === 'number' ? [1, dim] : [2, dim])]),
  );
  return message([1, name], [2, message([1, message([1, FLOAT], [2, shape])])]);
};

/** Of `Graph.model`. */
export interface ModelFields {
  readonly name: string;
  readonly doc: string;
  readonly inputs: readonly Border[];
  readonly outputs: readonly Border[];
}

/** Supported since 2021 by every runtime of note; what came later is written out with older operators. */
const OPSET = 17;
const IR_VERSION = 8;

/** Nodes and constants, and the names of what they make. */
export class Graph {
  readonly #nodes: Uint8Array[] = [];
  readonly #constants: Uint8Array[] = [];
  readonly #names = new Set<string>();

  /** A name that nothing else in the graph has, as near to `wanted` as that allows. */
  name(wanted: string): string {
    let name = wanted;
    for (let i = 2; this.#names.has(name); i++) name = `${wanted}_${i}`;
    this.#names.add(name);
    return name;
  }

  /** Adds a node with one output. @returns the output's name: `wanted`, or near it */
  node(
    op: string,
    inputs: readonly string[],
    wanted: string,
    attributes: Readonly<Record<string, Attribute | undefined>> = {},
  ): string {
    const output = this.name(wanted);
    const given = Object.entries(attributes).flatMap(([name, value]) =>
      value === undefined ? [] : [attribute(name, value)],
    );
    this.#nodes.push(
      message(...repeated(1, inputs), [2, output], [3, output], [4, op], ...repeated(5, given)),
    );
    return output;
  }

  /** Adds f32 numbers. */
  floats(wanted: string, shape: Shape, data: Float32Array): string {
    return this.#constant(wanted, shape, FLOAT, data);
  }

  /** Adds a list of whole numbers, such as a shape. */
  integers(wanted: string, values: readonly number[]): string {
    return this.#constant(wanted, [values.length], INT64, BigInt64Array.from(values.map(BigInt)));
  }

  #constant(
    wanted: string,
    shape: Shape,
    type: number,
    data: Float32Array | BigInt64Array,
  ): string {
    if (sizeOf(shape) !== data.length)
      throw new RangeError(`${wanted}: [${shape}] does not hold ${data.length} numbers`);
    const name = this.name(wanted);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#constants.push(message(...repeated(1, shape), [2, type], [8, name], [9, bytes]));
    return name;
  }

  /** The file. */
  model({ name, doc, inputs, outputs }: ModelFields): Uint8Array {
    const graph = message(
      ...repeated(1, this.#nodes),
      [2, name],
      ...repeated(5, this.#constants),
      ...repeated(11, inputs.map(valueInfo)),
      ...repeated(12, outputs.map(valueInfo)),
    );
    return message(
      [1, IR_VERSION],
      [2, 'weft'],
      [6, doc],
      [7, graph],
      [8, message([1, ''], [2, OPSET])],
    );
  }
}
