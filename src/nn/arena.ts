// All parameters of a network in one stretch of memory, the buffers behind them, the gradients in another: an optimizer is
// one dispatch, saving is one readback.
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

/** State that is kept beside the parameters and not learned by gradients: a view of its values. */
export interface Buffer {
  readonly name: string;
  readonly shape: Shape;
  readonly tensor: Tensor;
}

/** A parameter in the arena: views of its values and of its gradient. */
export interface Parameter extends Buffer {
  readonly gradient: Tensor;
}

/** Slots begin at multiples of 256 bytes, as WebGPU asks of a binding's offset. */
const ALIGNMENT = 64;

/** Elements that a parameter of `length` values takes in an arena. */
export const slotSize = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

/**
 * All parameters of a network side by side in one stretch of memory, their gradients in another, the buffers in a third: so
 * an optimizer is one dispatch, and saving one readback.
 */
export class Arena {
  readonly parameters: readonly Parameter[];
  readonly buffers: readonly Buffer[];
  /** All values, f32: those of the parameters, then those of the buffers, with zeros between the slots. */
  readonly values: Tensor;
  /** The values of the parameters alone, f32 [size]: what an optimizer moves. */
  readonly learned: Tensor;
  /** All gradients, laid out like the parameters. */
  readonly gradients: Tensor;
  /** Number of parameters, the gaps not counted. */
  readonly count: number;
  /** All that is saved, with where each begins, in elements. */
  readonly #slots: ReadonlyMap<string, Buffer & { readonly start: number }>;

  /** @throws TensorError on a name used twice, or values that do not fill a shape */
  constructor(
    readonly device: Device,
    parameters: readonly ParameterSpec[],
    buffers: readonly ParameterSpec[] = [],
  ) {
    const specs = [...parameters, ...buffers];
    const starts = new Map<string, number>();
    let size = 0;
    for (const { name, initial } of specs) {
      if (starts.has(name)) throw new TensorError(`arena: there are two parameters ${shown(name)}`);
      starts.set(name, size);
      size += slotSize(initial.length);
    }
    const learned = parameters.reduce((sum, { initial }) => sum + slotSize(initial.length), 0);
    this.count = parameters.reduce((sum, { initial }) => sum + initial.length, 0);
    this.values = device.zeros([size]);
    this.learned = learned === size ? this.values : this.values.view([learned]);
    this.gradients = device.zeros([learned]);
    const at = (whole: Tensor, { name, shape }: ParameterSpec) =>
      whole.view(shape, (starts.get(name) as number) * 4);
    const buffer = (spec: ParameterSpec): Buffer => ({
      name: spec.name,
      shape: spec.shape,
      tensor: at(this.values, spec),
    });
    this.parameters = parameters.map((spec) => ({
      ...buffer(spec),
      gradient: at(this.gradients, spec),
    }));
    this.buffers = buffers.map(buffer);
    this.#slots = new Map(
      this.saved.map((it) => [it.name, { ...it, start: starts.get(it.name) as number }]),
    );
    this.load(new Map(specs.map(({ name, shape, initial }) => [name, { shape, data: initial }])));
  }

  /** What is saved: the parameters, then the buffers. */
  get saved(): readonly Buffer[] {
    return [...this.parameters, ...this.buffers];
  }

  /** The values of a parameter or a buffer. @throws TensorError on a name that is none */
  tensor(name: string): Tensor {
    const slot = this.#slots.get(name);
    if (!slot) throw new TensorError(`arena: there is no parameter ${shown(name)}`);
    return slot.tensor;
  }

  /**
   * Overwrites all parameters and buffers, or none. Values are taken as they are, NaN as well.
   * @throws TensorError unless the weights are exactly these parameters and buffers
   */
  load(weights: ReadonlyMap<string, Weights>): void {
    this.device.write(this.values, this.pack('load', weights));
  }

  /**
   * Weights as they lie in the arena. Writes nothing.
   * @param where names the caller in errors
   * @throws TensorError unless they are exactly these: every name, every shape, nothing more
   */
  pack(where: string, weights: ReadonlyMap<string, Weights>): Float32Array<ArrayBuffer> {
    const given: unknown = weights;
    if (!(given instanceof Map)) {
      throw new TensorError(`${where}: the weights must be a map by name, got ${shown(given)}`);
    }
    const packed = new Float32Array(this.values.size);
    for (const { name, shape, tensor, start } of this.#slots.values()) {
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
      packed.set(data, start);
    }
    const stranger = [...weights.keys()].find((name) => !this.#slots.has(name));
    if (stranger !== undefined) {
      throw new TensorError(`${where}: ${shown(stranger)} is no parameter of this network`);
    }
    return packed;
  }

  /** All parameters and buffers by name. Waits for the GPU. */
  async read(): Promise<Map<string, Weights>> {
    return this.split((await this.values.data()) as Float32Array);
  }

  /** Cuts what lies like the arena into its parameters; and into its buffers, where it has a place for them. */
  split(packed: Float32Array): Map<string, Weights> {
    const held = [...this.#slots].filter(([, { start }]) => start < packed.length);
    return new Map(
      held.map(([name, { shape, tensor, start }]) => [
        name,
        { shape, data: packed.slice(start, start + tensor.size) },
      ]),
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
