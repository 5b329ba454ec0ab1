// The device: the one place that holds the GPU. Makes tensors, queues commands, keeps scopes, reads back.
import type { Adapter } from './adapter.ts';
import type { Tape } from './autograd.ts';
import { Capture, copyCommand } from './capture.ts';
import { type Command, CommandQueue, type Grid } from './commands.ts';
import { type DType, checkDType, wordBytes } from './dtype.ts';
import { DeviceLost, GpuError, TensorError } from './errors.ts';
import { knownFrom, toHost, toHostFull } from './hostData.ts';
import { type Kernel, Programs } from './kernel.ts';
import { type Launch, bindingsOf, makeDispatch } from './launch.ts';
import { type Node, lower } from './node.ts';
import type { DeviceOptions } from './open.ts';
import { fill } from './ops/fill.ts';
import type { Part } from './part.ts';
import { BufferPool, type Meter } from './pool.ts';
import { Readback } from './readback.ts';
import { Recording, compile, profile } from './recording.ts';
import { REWRITES, type Rewrite } from './rewrite.ts';
import { Scopes, storagesIn } from './scope.ts';
import { type Shape, checkShape, show, sizeOf } from './shape.ts';
import { Storage, Tensor } from './tensor.ts';
import { type Tuning, type VariantName } from './variants.ts';
import type { Constants } from './wgsl.ts';

/** Of `device.capture`. */
export interface CaptureOptions {
  /** The rewrites to apply, by default all; none gives one kernel an op, to compare with. */
  readonly rewrites?: readonly Rewrite[];
}

/** Commands that an eager program may pile up before they are sent by themselves. */
const EAGER_BATCH = 256;
const MOST_SCALARS = 256;

/** The one place that holds the GPU: makes tensors, queues commands, records steps, reads back. `openDevice` gives one. */
export class Device {
  readonly meter: Meter = {
    liveBytes: 0,
    pooledBytes: 0,
    peakBytes: 0,
    buffersCreated: 0,
    bindGroupsCreated: 0,
    pipelinesCreated: 0,
    pipelinesKept: 0,
    dispatches: 0,
    submits: 0,
  };
  /** Resolves, once, when the device is gone. */
  readonly lost: Promise<DeviceLost>;
  /** Record ops for differentiation while `valueAndGrad` runs, the innermost last; see autograd.ts. */
  tapes: readonly Tape[] = [];
  /** Whose work is being queued; see part.ts. */
  part: Part | undefined;
  /** Forces one kernel variant where it fits; see variants.ts. */
  variant: VariantName | undefined;
  /** Which variant was measured to be the fastest; see tuner.ts. */
  tuning: Tuning | undefined;
  /** The scalar 1, where a gradient starts. */
  readonly one: Tensor;
  /** Bound where a kernel has an output that nobody wants. */
  readonly sink: Tensor;

  readonly #scalars = new Map<string, Tensor>();
  readonly #programs: Programs;
  readonly #queue: CommandQueue;
  readonly #readback: Readback;
  readonly #scopes = new Scopes();
  readonly #capBytes: number;
  readonly #pool: BufferPool;
  readonly #eager: Command[] = [];
  #capture: Capture | undefined;
  #gone: DeviceLost | undefined;

  constructor(
    readonly gpu: GPUDevice,
    readonly info: Adapter,
    options: DeviceOptions,
  ) {
    this.#capBytes = options.poolCapBytes ?? 4 * 2 ** 30;
    this.#pool = new BufferPool(gpu, this.meter, this.#capBytes);
    this.#programs = new Programs(gpu, this.meter, options.programCap);
    this.#readback = new Readback(gpu, this.meter);
    this.#queue = new CommandQueue(gpu, this.meter);
    gpu.addEventListener('uncapturederror', ({ error: { message } }) => {
      const program = this.#programs.blame(message);
      this.#queue.fail(new GpuError(message, program?.label, program?.wgsl));
    });
    this.lost = gpu.lost.then((info) => {
      const reason = info.reason === 'destroyed' ? 'destroyed' : 'unknown';
      return (this.#gone = new DeviceLost(reason, info.message));
    });
    this.one = this.scalar(1);
    this.sink = this.empty([4]);
  }

  /**
   * Uploads host data, row-major. Integers of at most 4 MiB are remembered, so that ops refuse those that are no index.
   * @throws TensorError when the number of elements is not that of the shape, or an integer dtype cannot hold a value
   */
  tensor(data: ArrayLike<number>, shape: Shape, dtype: DType = 'f32'): Tensor {
    checkDType('tensor', dtype);
    const size = sizeOf(checkShape(shape));
    if (data?.length !== size) {
      throw new TensorError(
        `tensor: shape ${show(shape)} takes ${size} elements, the data has ${data?.length ?? 'none'}`,
      );
    }
    return this.#upload(toHost('tensor', dtype, data), shape, dtype);
  }

  #upload(bytes: Uint8Array<ArrayBuffer>, shape: Shape, dtype: DType): Tensor {
    this.#refuseUpload();
    const tensor = this.empty(shape, dtype, 'tensor');
    this.#write(tensor, bytes);
    return tensor;
  }

  /**
   * Overwrites a tensor with host data, in order with the ops around it.
   * @throws TensorError when the number of elements is another, or an integer dtype cannot hold a value
   */
  write(tensor: Tensor, data: ArrayLike<number>): void {
    this.#refuseUpload();
    if (data?.length !== tensor.size) {
      throw new TensorError(
        `write: ${tensor.type} takes ${tensor.size} elements, the data has ${data?.length ?? 'none'}`,
      );
    }
    this.#write(tensor, toHost('write', tensor.dtype, data));
  }

  #refuseUpload(): void {
    if (!this.#capture) return;
    throw new TensorError('capture: a recorded step cannot upload; make the tensor outside it');
  }

  #write(tensor: Tensor, data: Uint8Array<ArrayBuffer>): void {
    const { storage, offset } = tensor;
    const to = storage.buffer;
    this.#push({ kind: 'write', label: 'write', to, offset, data, storages: [storage] });
    storage.overwritten();
    if (data.length === storage.bytes && !storage.isRewritten)
      storage.known = knownFrom(tensor, data);
  }

  /** A tensor whose memory is taken when a kernel first writes it. Its contents are undefined until then. */
  empty(shape: Shape, dtype: DType = 'f32', label = 'empty'): Tensor {
    checkDType(label, dtype);
    const bytes = wordBytes(sizeOf(checkShape(shape)), dtype);
    const storage = new Storage(this.#capture ? undefined : this.#pool, bytes, label);
    this.#scopes.add(storage);
    return new Tensor(this, storage, shape, dtype);
  }

  zeros(shape: Shape, dtype: DType = 'f32'): Tensor {
    return this.full(shape, 0, dtype);
  }

  ones(shape: Shape, dtype: DType = 'f32'): Tensor {
    return this.full(shape, 1, dtype);
  }

  /** `value` everywhere. In a recording the GPU writes it, at every replay. */
  full(shape: Shape, value: number, dtype: DType = 'f32'): Tensor {
    const size = sizeOf(checkShape(shape));
    checkDType('full', dtype);
    if (this.#capture) return fill(this.empty(shape, dtype, 'full'), value, 'full');
    return this.#upload(toHostFull('full', dtype, value, size), shape, dtype);
  }

  /** Queues a node's kernels; inside `capture` the node is collected. */
  run(node: Node): void {
    if (this.#capture?.isTracing) this.#capture.trace(node);
    else lower(this, node);
  }

  /** Queues `kernel`, specialized by `constants`, over `tensors` bound by the names its WGSL declares. */
  launch(
    kernel: Kernel,
    constants: Constants,
    tensors: Readonly<Record<string, Tensor>>,
    grid: Grid,
  ): void {
    if (grid.includes(0)) return;
    const program = this.#programs.get(kernel, constants);
    const bindings = bindingsOf(kernel, tensors, grid);
    const launch: Launch = { kernel, constants, program, bindings, grid, part: this.part };
    if (this.#capture) this.#capture.launch(launch);
    else {
      this.#push(makeDispatch(this.gpu, launch));
      this.meter.bindGroupsCreated++;
    }
    for (const { access, tensor } of bindings)
      if (access === 'read_write') tensor.storage.overwritten(this.#capture?.replays);
  }

  /** Queues a copy of all elements; both tensors hold equally many bytes. */
  copy(from: Tensor, to: Tensor): void {
    if (from.bytes !== to.bytes)
      throw new TensorError(`copy: ${from.type} does not fill ${to.type}`);
    if (this.#capture) this.#capture.copy(from, to);
    else this.#push(copyCommand({ from, to }));
    to.storage.overwritten(this.#capture?.replays);
  }

  /**
   * Runs f and releases every tensor made in it, except those it returns (in arrays or plain objects
   * too). Outside any scope a tensor's memory is reused once the tensor is garbage collected.
   */
  scope<T>(f: () => T): T {
    return this.#scopes.run(f);
  }

  /** The scalar of a number, kept for later calls; a recording, which cannot upload, may ask for it too. */
  scalar(value: number, dtype: DType = 'f32', where = 'scalar'): Tensor {
    const key = `${dtype} ${Object.is(value, -0) ? '-0' : value}`;
    const known = this.#scalars.get(key);
    if (known) return known;
    const bytes = toHost(where, dtype, [value]);
    const tensor = new Tensor(this, new Storage(this.#pool, bytes.length, 'scalar'), [], dtype);
    this.#write(tensor, bytes);
    if (this.#scalars.size >= MOST_SCALARS) this.#scalars.clear();
    this.#scalars.set(key, tensor);
    return tensor;
  }

  /** Runs f without recording it for differentiation. */
  noGrad<T>(f: () => T): T {
    const { tapes } = this;
    this.tapes = [];
    try {
      return f();
    } finally {
      this.tapes = tapes;
    }
  }

  /**
   * Records what `step` does and begins to compile it, but runs nothing: `replay` does, as often as wanted and with
   * no other work. What the step reads may change between replays; shapes and the tensors themselves may not.
   * @throws GpuError when the memory that the step takes is not to be had
   */
  capture<T>(step: () => T, { rewrites = REWRITES }: CaptureOptions = {}): Recording<T> {
    const capture = new Capture();
    const [result, captured] = this.collect(capture, () => {
      const made = this.scope(step);
      const kept = storagesIn(made);
      return [made, capture.finish(this, kept, { rewrites, capBytes: this.#capBytes })] as const;
    });
    const { commands, release } = captured;
    const send = (times: number) => {
      capture.replays.count += times;
      this.#sendEager();
      this.#queue.submit(commands, times);
    };
    const compiled = async () => {
      await this.#orLost(compile(this.gpu, commands));
      await this.flush();
    };
    const profiled = async () => {
      await compiled();
      capture.replays.count++;
      return this.#orLost(profile(this.gpu, commands));
    };
    const recording = new Recording(result, captured, send, compiled, profiled);
    forgotten.register(recording, release);
    return recording;
  }

  /** Runs f; ops called meanwhile go to `capture` and are not run. @throws TensorError inside another one */
  collect<T>(capture: Capture, f: () => T): T {
    if (this.#capture) throw new TensorError('capture: a step is being recorded already');
    this.#sendEager();
    this.#capture = capture;
    try {
      return f();
    } finally {
      this.#capture = undefined;
    }
  }

  /** Sends what is queued. Resolves when it is submitted; throws GPU errors met since the last await. */
  async flush(): Promise<void> {
    this.#sendEager();
    await this.#orLost(this.#queue.submitted());
    if (this.#gone) throw this.#gone;
  }

  /** Resolves when the GPU has done all that was queued. */
  async finish(): Promise<void> {
    await this.flush();
    await this.#orLost(Promise.race([this.gpu.queue.onSubmittedWorkDone(), this.lost]));
    await this.flush();
  }

  /** The bytes of a tensor. Waits for the GPU; prefer `tensor.data()`. */
  read(tensor: Tensor): Promise<ArrayBuffer> {
    if (this.#capture) throw new TensorError('capture: a recorded step cannot read from the GPU');
    const { bytes, storage, offset: fromOffset } = tensor;
    const copied = this.#readback.read(bytes, (to) => {
      const ends = { from: storage.buffer, fromOffset, to, toOffset: 0, bytes };
      this.#push({ kind: 'copy', label: 'read', ...ends, storages: [storage] });
      return this.flush();
    });
    return this.#orLost(copied);
  }

  /** What fails because the device is gone fails with the one event that says so. */
  async #orLost<T>(promise: Promise<T>): Promise<T> {
    try {
      return await promise;
    } catch (error) {
      // The loss may be told a moment after the failure that it caused.
      const idle = this.gpu.queue.onSubmittedWorkDone().catch(() => {});
      await Promise.race([this.lost, idle.then(() => idle)]);
      throw this.#gone ?? error;
    }
  }

  /** What is alive on the device: label and bytes of each buffer in use, for naming a leak. */
  living(): { label: string; bytes: number }[] {
    return this.#pool.living();
  }

  /** Gives free buffers back to the GPU. */
  trim(): void {
    this.#pool.trim();
    this.#readback.trim();
    this.#sendEager();
  }

  /** Ends the device. Everything on it is lost. */
  destroy(): void {
    this.gpu.destroy();
  }

  #push(command: Command): void {
    if (this.#gone) throw this.#gone;
    this.#eager.push(command);
    if (this.#eager.length >= EAGER_BATCH) this.#sendEager();
  }

  #sendEager(): void {
    const commands = this.#eager.splice(0);
    this.#queue.submit(commands, 1, this.#pool.takeDoomed());
  }
}

/** A recording owns its memory; when nobody holds the recording any more, the memory goes. */
const forgotten = new FinalizationRegistry<() => void>((release) => release());
