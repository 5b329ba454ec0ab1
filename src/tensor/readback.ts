// Bringing bytes back: mappable buffers, kept for the next read of their size.
import type { Meter } from './pool.ts';

const USAGE = 0x1 | 0x8; // MAP_READ | COPY_DST
const MAP_READ = 0x1;

export class Readback {
  readonly #idle = new Map<number, GPUBuffer[]>();

  constructor(
    readonly gpu: GPUDevice,
    readonly meter: Meter,
  ) {}

  /**
   * Lets `copy` queue and send a copy into a mappable buffer of this size, and returns its bytes when they
   * have arrived.
   */
  async read(size: number, copy: (to: GPUBuffer) => Promise<void>): Promise<ArrayBuffer> {
    const buffer = this.#idle.get(size)?.pop() ?? this.#create(size);
    try {
      await copy(buffer);
      await buffer.mapAsync(MAP_READ);
      const bytes = buffer.getMappedRange().slice(0);
      buffer.unmap();
      return bytes;
    } finally {
      const idle = this.#idle.get(size); // also where another kernel's error was met here
      if (idle) idle.push(buffer);
      else this.#idle.set(size, [buffer]);
    }
  }

  /** Gives up the buffers that no read is using. */
  trim(): void {
    for (const buffer of [...this.#idle.values()].flat()) buffer.destroy();
    this.#idle.clear();
  }

  #create(size: number): GPUBuffer {
    this.meter.buffersCreated++;
    return this.gpu.createBuffer({ size, usage: USAGE, label: 'read' });
  }
}
