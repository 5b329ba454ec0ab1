// GPU buffers, kept for reuse: a released buffer serves the next tensor of its size.
import { OutOfMemory } from './errors.ts';

/** What the engine counts; read it as `device.meter`. */
export interface Meter {
  /** Bytes in buffers that tensors own now. */
  liveBytes: number;
  /** Bytes in buffers that wait for reuse. */
  pooledBytes: number;
  /** The most that live and pooled bytes have been together. */
  peakBytes: number;
  buffersCreated: number;
  bindGroupsCreated: number;
  pipelinesCreated: number;
  dispatches: number;
  submits: number;
}

const GRAIN = 256;
const USAGE = 0x80 | 0x04 | 0x08; // STORAGE | COPY_SRC | COPY_DST: spelled out, since Node has no GPUBufferUsage

export class BufferPool {
  readonly #free = new Map<number, GPUBuffer[]>();
  /** Every buffer of this pool with the name of what it holds, '' while free. */
  readonly #buffers = new Map<GPUBuffer, string>();
  #doomed: GPUBuffer[] = [];
  #closed = false;

  constructor(
    readonly gpu: GPUDevice,
    readonly meter: Meter,
    readonly capBytes: number,
    /** A recording names its buffers for good: none can be given up. */
    readonly isRecorded = false,
  ) {}

  /** @throws OutOfMemory when a buffer would pass the device's limit or the pool its cap */
  acquire(bytes: number, label: string): GPUBuffer {
    const size = Math.max(GRAIN, Math.ceil(bytes / GRAIN) * GRAIN);
    const { meter } = this;
    let buffer = this.#free.get(size)?.pop();
    if (buffer) {
      meter.pooledBytes -= size;
    } else {
      const limit = Math.min(
        this.gpu.limits.maxBufferSize,
        this.gpu.limits.maxStorageBufferBindingSize,
      );
      if (size > limit) {
        const message = `${label}: ${exact(size)} is above this device's limit of ${exact(limit)}`;
        throw new OutOfMemory(message, 'tensor', size, limit);
      }
      // What a recording has pooled it keeps: it counts.
      const others = this.isRecorded ? meter.pooledBytes : 0;
      if (!this.isRecorded && meter.liveBytes + meter.pooledBytes + size > this.capBytes)
        this.trim();
      const wanted = meter.liveBytes + others + size;
      if (wanted > this.capBytes) {
        const message =
          `${label}: ${exact(size)} more would pass the pool's cap of ${exact(this.capBytes)} ` +
          `(${exact(wanted - size)} are taken). Wrap the loop's body in device.scope(), or raise poolCapBytes.`;
        throw new OutOfMemory(message, 'pool', wanted, this.capBytes);
      }
      buffer = this.gpu.createBuffer({ size, usage: USAGE, label });
      meter.buffersCreated++;
    }
    this.#buffers.set(buffer, label);
    meter.liveBytes += size;
    meter.peakBytes = Math.max(meter.peakBytes, meter.liveBytes + meter.pooledBytes);
    return buffer;
  }

  release(buffer: GPUBuffer): void {
    if (!this.#buffers.get(buffer)) return;
    this.meter.liveBytes -= buffer.size;
    if (this.#closed) {
      this.#buffers.delete(buffer);
      return;
    }
    this.#buffers.set(buffer, '');
    this.meter.pooledBytes += buffer.size;
    const free = this.#free.get(buffer.size);
    if (free) free.push(buffer);
    else this.#free.set(buffer.size, [buffer]);
  }

  /** Gives up all free buffers; `takeDoomed` hands them over. */
  trim(): void {
    for (const buffer of [...this.#free.values()].flat()) {
      this.meter.pooledBytes -= buffer.size;
      this.#buffers.delete(buffer);
      this.#doomed.push(buffer);
    }
    this.#free.clear();
  }

  /** Buffers to destroy once all commands queued so far are sent: one of these may still name them. */
  takeDoomed(): GPUBuffer[] {
    const doomed = this.#doomed;
    this.#doomed = [];
    return doomed;
  }

  /**
   * Forgets all buffers, now or when they are released. They are not destroyed, since a replay may still
   * wait to be sent: the GPU's own garbage collection frees them.
   */
  close(): void {
    this.trim();
    this.#doomed = [];
    this.#closed = true;
  }

  /** What is alive, for naming a leak: label and bytes of every buffer in use. */
  living(): { label: string; bytes: number }[] {
    return [...this.#buffers].flatMap(([b, label]) => (label ? [{ label, bytes: b.size }] : []));
  }
}

/** With the bytes, so that two that round alike are told apart. */
const exact = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB (${bytes} bytes)`;
