// All parameters of a network in one stretch of memory, their gradients in another: an optimiser is one
// dispatch, saving is one readback.
import { type Device, type Shape, type Tensor, TensorError } from '../tensor/index.ts';
import { shown } from '../tensor/options.ts';
import type { Weights } from './safetensors.ts';

/** A parameter to make room for. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: Shape;
  /** Its first values, row-major. */
  readonly initial: Float32Array;
}

/** A parameter in the arena: views of its values and of its gradient. */
export interface Parameter {
  readonly name: string;
  readonly shape: Shape;
  readonly tensor: Tensor;
  readonly gradient: Tensor;
}

/** Slots begin at multiples of 256 bytes, as WebGPU asks of a binding's offset. */
const ALIGNMENT = 64;

/** Elements that a parameter of `length` values takes in an arena. */
export const slotSize = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

export class Arena {
  readonly parameters: readonly Parameter[];
  /** All values, f32 [size], with zeros between the slots. */
  readonly values: Tensor;
  /** All gradients, laid out alike. */
  readonly gradients: Tensor;
  /** Number of parameters, the gaps not counted. */
  readonly count: number;
  /** Where each parameter begins, in elements. */
  readonly #starts: readonly number[];

  /** @throws TensorError on a name used twice, or values that do not fill a shape */
  constructor(
    readonly device: Device,
    specs: readonly ParameterSpec[],
  ) {
    const starts: number[] = [];
    let size = 0;
    for (const { initial } of specs) {
      starts.push(size);
      size += slotSize(initial.length);
    }
    this.#starts = starts;
    this.count = specs.reduce((sum, { initial }) => sum + initial.length, 0);
    this.values = device.zeros([size]);
    this.gradients = device.zeros([size]);
    this.parameters = specs.map(({ name, shape }, i) => {
      const bytes = (starts[i] as number) * 4;
      const tensor = this.values.view(shape, bytes);
      return { name, shape, tensor, gradient: this.gradients.view(shape, bytes) };
    });
    this.load(new Map(specs.map(({ name, shape, initial }) => [name, { shape, data: initial }])));
  }

  /**
   * Overwrites all parameters, or none. Values are taken as they are, NaN as well.
   * @throws TensorError unless the weights are exactly these parameters
   */
  load(weights: ReadonlyMap<string, Weights>): void {
    this.device.write(this.values, this.pack('load', weights));
  }

  /**
   * Weights as they lie in the arena. Writes nothing.
   * @param where names the caller in errors
   * @throws TensorError unless they are exactly these parameters: every name, every shape, nothing more
   */
  pack(where: string, weights: ReadonlyMap<string, Weights>): Float32Array<ArrayBuffer> {
    const given: unknown = weights;
    if (!(given instanceof Map)) {
      throw new TensorError(`${where}: the weights must be a map by name, got ${shown(given)}`);
    }
    const packed = new Float32Array(this.values.size);
    this.parameters.forEach(({ name, shape, tensor }, i) => {
      const given = weights.get(name);
      if (!given) throw new TensorError(`${where}: ${name} [${shape}] is missing`);
      const { data } = given;
      if (!(data instanceof Float32Array) || data.length !== tensor.size) {
        const got = data instanceof Float32Array ? `${data.length} values` : shown(data);
        throw new TensorError(`${where}: ${name} [${shape}] got ${got}`);
      }
      if (given.shape?.join() !== shape.join()) {
        throw new TensorError(`${where}: ${name} is [${shape}], not ${shown(given.shape)}`);
      }
      packed.set(data, this.#starts[i]);
    });
    const names = new Set(this.parameters.map(({ name }) => name));
    const stranger = [...weights.keys()].find((name) => !names.has(name));
    if (stranger !== undefined) {
      throw new TensorError(`${where}: ${shown(stranger)} is no parameter of this network`);
    }
    return packed;
  }

  /** All parameters by name. Waits for the GPU. */
  async read(): Promise<Map<string, Weights>> {
    return this.split((await this.values.data()) as Float32Array);
  }

  /** Cuts what lies like the arena into its parameters. */
  split(packed: Float32Array): Map<string, Weights> {
    return new Map(
      this.parameters.map(({ name, shape, tensor }, i) => {
        const start = this.#starts[i] as number;
        return [name, { shape, data: packed.slice(start, start + tensor.size) }];
      }),
    );
  }
}

/**
 * Digest of weights, 16 hexadecimal digits: FNV-1a of 64 bits over the f32 bytes in the map's order.
 * It tells whether two runs ended with the same bits; it is no protection against forgery.
 * Source: Fowler, Noll & Vo, RFC 9923.
 */
export function digestOf(weights: ReadonlyMap<string, Weights>): string {
  // h ← (h xor byte) · (2⁴⁰ + 0x1b3) mod 2⁶⁴, in two halves whose products stay exact in a double.
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const { data } of weights.values()) {
    for (const byte of new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) {
      low = (low ^ byte) >>> 0;
      const product = low * 0x1b3;
      high = (high * 0x1b3 + Math.floor(product / 2 ** 32) + low * 256) % 2 ** 32;
      low = product % 2 ** 32;
    }
  }
  return [high, low].map((half) => half.toString(16).padStart(8, '0')).join('');
}
