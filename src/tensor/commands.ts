// Commands and the queue that sends them: eager lists are sent once, recorded ones again and again.
import type { Program } from './kernel.ts';
import type { Part } from './part.ts';
import type { Meter } from './pool.ts';
import type { Storage } from './tensor.ts';
import type { Binding } from './wgsl.ts';

/** Workgroups along x, y and z. */
export type Grid = readonly [x: number, y?: number, z?: number];

/** A binding of a dispatch, and the memory that it stands for. */
export interface Bound extends Binding {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly bytes: number;
}

/** One dispatch of a kernel with its tensors bound. */
export interface Dispatch {
  readonly kind: 'dispatch';
  readonly label: string;
  readonly program: Program;
  readonly bindGroup: GPUBindGroup;
  readonly grid: Grid;
  readonly bound: readonly Bound[];
  /** Absent where no part was named; see part.ts. */
  readonly part: Part | undefined;
  /** What the bind group names; held here so that nobody reuses the memory while the command may run. */
  readonly storages: readonly Storage[];
}

/** A copy between two buffers. */
export interface Copy {
  readonly kind: 'copy';
  readonly label: string;
  readonly from: GPUBuffer;
  readonly fromOffset: number;
  readonly to: GPUBuffer;
  readonly toOffset: number;
  readonly bytes: number;
  readonly storages: readonly Storage[];
}

/** Host data for a buffer. */
export interface Write {
  readonly kind: 'write';
  readonly label: string;
  readonly to: GPUBuffer;
  readonly offset: number;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly storages: readonly Storage[];
}

/** What is sent to the GPU: a kernel, a copy, or a write from the host. */
export type Command = Dispatch | Copy | Write;

export class CommandQueue {
  /** Settles when all that was handed over so far has been submitted. Set only while something waits for a compile. */
  #tail: Promise<void> | undefined;
  /** The first thing that went wrong where nobody waited; thrown by the next `throwPending`. */
  #failure: Error | undefined;

  constructor(
    readonly gpu: GPUDevice,
    readonly meter: Meter,
  ) {}

  fail(error: Error): void {
    this.#failure ??= error;
  }

  throwPending(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
  }

  /**
   * Sends the commands, `times` over, in the order of the calls: now if all is compiled, else as soon as it
   * is. Then destroys `dead`, buffers that no later command names.
   */
  submit(commands: readonly Command[], times = 1, dead: readonly GPUBuffer[] = []): void {
    const compiling = commands.flatMap((c) =>
      c.kind === 'dispatch' && !c.program.pipeline ? [c.program.ready] : [],
    );
    if (!this.#tail && compiling.length === 0) {
      this.#encode(commands, times, dead);
      return;
    }
    const before = this.#tail ?? Promise.resolve(); // a failed compile must not let later lists pass earlier ones
    const tail = before
      .then(() => Promise.all(compiling))
      .then(() => this.#encode(commands, times, dead))
      .catch((error: Error) => this.fail(error))
      .finally(() => {
        if (this.#tail === tail) this.#tail = undefined;
      });
    this.#tail = tail;
  }

  /** Resolves when everything so far has been submitted; throws what went wrong meanwhile. */
  async submitted(): Promise<void> {
    await this.#tail;
    this.throwPending();
  }

  #encode(commands: readonly Command[], times: number, dead: readonly GPUBuffer[]): void {
    const { gpu, meter } = this;
    let encoder: GPUCommandEncoder | undefined;
    let pass: GPUComputePassEncoder | undefined;
    const endPass = () => {
      pass?.end();
      pass = undefined;
    };
    const send = () => {
      endPass();
      if (!encoder) return;
      gpu.queue.submit([encoder.finish()]);
      meter.submits++;
      encoder = undefined;
    };
    for (let turn = 0; turn < times; turn++) {
      for (const c of commands) {
        if (c.kind === 'write') {
          send(); // a queue write happens before every later submit and after every earlier one
          gpu.queue.writeBuffer(c.to, c.offset, c.data);
          continue;
        }
        encoder ??= gpu.createCommandEncoder({ label: 'weft' });
        if (c.kind === 'copy') {
          endPass();
          encoder.copyBufferToBuffer(c.from, c.fromOffset, c.to, c.toOffset, c.bytes);
          continue;
        }
        pass ??= encoder.beginComputePass({ label: 'weft' });
        pass.setPipeline(c.program.pipeline as GPUComputePipeline);
        pass.setBindGroup(0, c.bindGroup);
        pass.dispatchWorkgroups(c.grid[0], c.grid[1], c.grid[2]);
        meter.dispatches++;
      }
    }
    send();
    for (const buffer of dead) buffer.destroy();
  }
}
