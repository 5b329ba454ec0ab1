// A tensor: a shape and a dtype over a stretch of GPU memory.
import type { Device } from './device.ts';
import { type DType, type TypedArray, fromHost, wordBytes } from './dtype.ts';
import { TensorError } from './errors.ts';
import type { Known } from './hostData.ts';
import type { Methods } from './methods.ts';
import type { BufferPool } from './pool.ts';
import { type Shape, checkShape, show, sizeOf } from './shape.ts';
import { sampleOf, textOf } from './text.ts';

export type { DType, TypedArray };

/** When nobody holds a storage any more its buffer goes back to the pool: no dispose in a user's code. */
const forgotten = new FinalizationRegistry<{ pool: BufferPool; buffer: GPUBuffer }>((held) =>
  held.pool.release(held.buffer),
);

/** How often a recorded step was replayed. */
export interface Replays {
  count: number;
}

/**
 * Memory of one tensor and its views. The buffer is taken from the pool when a kernel first needs it; in a recording
 * it is given by the memory plan, and belongs to the recording.
 */
export class Storage {
  /** What the host knows of the integers in here; see hostData.ts. */
  known: Known | undefined;
  #writes = 0;
  /** Of recorded steps that write here. */
  readonly #replays = new Set<Replays>();
  #buffer: GPUBuffer | undefined;
  #released = false;
  #isPlaced = false;

  constructor(
    /** Absent in a recording. */
    readonly pool: BufferPool | undefined,
    readonly bytes: number,
    readonly label: string,
  ) {}

  /** A recorded step writes here whenever it is replayed: what the host wrote need not last. */
  get isRewritten(): boolean {
    return this.#replays.size > 0;
  }

  /** Another number after every write, those of replays included. */
  get version(): number {
    return [...this.#replays].reduce((sum, { count }) => sum + count, this.#writes);
  }

  /** Something writes here, of a recorded step at its replays: what the host knew is no longer so. */
  overwritten(replays?: Replays): void {
    this.known = undefined;
    this.#writes++;
    if (replays) this.#replays.add(replays);
  }

  /** Is it part of a recording that has no memory yet? */
  get isRecorded(): boolean {
    return this.pool === undefined && !this.#isPlaced;
  }

  get buffer(): GPUBuffer {
    if (this.#buffer) return this.#buffer;
    this.assertAlive();
    if (!this.pool) {
      throw new TensorError(
        `this tensor (${this.label}) is being recorded and holds no values yet`,
      );
    }
    this.#buffer = this.pool.acquire(this.bytes, this.label);
    forgotten.register(this, { pool: this.pool, buffer: this.#buffer }, this);
    return this.#buffer;
  }

  /** @throws TensorError when the scope that it was made in has ended */
  assertAlive(): void {
    if (!this.#released) return;
    throw new TensorError(
      `this tensor (${this.label}) was released when its scope ended: return it from the scope to keep it`,
    );
  }

  /** Gives a recorded storage the memory that was planned for it, also where its scope has ended meanwhile. */
  place(buffer: GPUBuffer): void {
    this.#buffer = buffer;
    this.#isPlaced = true;
  }

  release(): void {
    if (this.#buffer && this.pool) {
      forgotten.unregister(this);
      this.pool.release(this.#buffer);
    }
    this.#buffer = undefined;
    this.#released = true;
  }
}

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- openDevice adds each of them: OPS in methods.ts
export interface Tensor extends Methods {}

/**
 * Row-major n-dimensional array on the GPU. Made by `device.tensor`, `device.zeros` and the ops, most of which are its
 * methods too: `x.add(y).relu().sum()`.
 */
export class Tensor {
  /** How many elements. */
  readonly size: number;
  /** Of the values as last read those that are printed, and what was in the storage then. */
  #printed: { readonly sample: readonly number[]; readonly version: number } | undefined;

  constructor(
    readonly device: Device,
    readonly storage: Storage,
    readonly shape: Shape,
    readonly dtype: DType,
    /** Bytes from the start of the storage, a multiple of 256. */
    readonly offset = 0,
  ) {
    this.size = sizeOf(checkShape(shape));
  }

  /** Of the elements: 4 each, or 1 in u8, up to a whole word. */
  get bytes(): number {
    return wordBytes(this.size, this.dtype);
  }

  /** Bytes up to the next whole vec4: kernels may read and write these, they belong to the tensor. */
  get paddedBytes(): number {
    return Math.ceil(this.bytes / 16) * 16;
  }

  /** The same memory under another shape (and 256-byte aligned offset). */
  view(shape: Shape, offset = 0): Tensor {
    return new Tensor(this.device, this.storage, shape, this.dtype, this.offset + offset);
  }

  /** dtype and shape: `f32[2,3]`. */
  get type(): string {
    return `${this.dtype}${show(this.shape)}`;
  }

  /** All elements, row-major. Waits for the GPU. */
  async data(): Promise<TypedArray> {
    const { version } = this.storage;
    const data = fromHost(this.dtype, await this.device.read(this), this.size);
    this.#printed = { sample: sampleOf(data, this.shape), version };
    return data;
  }

  /** The one element. Waits for the GPU. @throws TensorError unless the tensor holds exactly one */
  async item(): Promise<number> {
    if (this.size !== 1)
      throw new TensorError(`item: ${this.type} holds ${this.size} elements, not 1`);
    return (await this.data())[0] as number;
  }

  /** All elements in arrays of arrays, as the shape has them; of a scalar the number. Waits for the GPU. */
  async toArray(): Promise<Nested> {
    return nested(await this.data(), this.shape);
  }

  /**
   * The values as NumPy prints them, above 1,000 elements three at either end of an axis, if they were read (`data`, `item`,
   * `toArray`) and nothing has written to the tensor since; otherwise `type`, for values are on the GPU and come by waiting.
   * @example await x.data(); console.log(String(x)); // [[1.  0.5]\n [0.  2. ]]
   */
  toString(): string {
    const printed = this.#printed;
    if (printed?.version !== this.storage.version) return this.type;
    return textOf(printed.sample, this.shape, this.dtype);
  }
}

/** Numbers in as many arrays as there are dimensions. */
export type Nested = number | readonly Nested[];

function nested(data: TypedArray, [size, ...inner]: Shape): Nested {
  if (size === undefined) return data[0] as number;
  const step = sizeOf(inner);
  return Array.from({ length: size }, (_, i) =>
    nested(data.subarray(i * step, (i + 1) * step), inner),
  );
}
