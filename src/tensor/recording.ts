// A recorded step: its commands, sent without making anything, and timed one by one on request.
import type { Captured } from './capture.ts';
import type { Command, Dispatch } from './commands.ts';
import { TensorError } from './errors.ts';
import type { Node } from './node.ts';
import type { MemoryPlan } from './plan.ts';
import { printCommands, printNodes } from './print.ts';

/** The outcome of timing one command of a recording. */
export interface KernelTime {
  readonly label: string;
  readonly timeMs: number;
}

/** A recorded step, from `device.capture`: replayed as often as wanted, printed, timed. */
export class Recording<T> {
  /** The step's ops, in the order of their calls. */
  readonly traced: readonly Node[];
  /** What the rewrites made of them. */
  readonly nodes: readonly Node[];
  /** What they have become: the list that a replay sends. */
  readonly commands: readonly Command[];
  /** The memory that the step holds on the GPU, beside the tensors that came from outside. */
  readonly plan: MemoryPlan;
  readonly #buffers: readonly GPUBuffer[];

  constructor(
    /** What the step returned; its tensors are overwritten by every replay. */
    readonly result: T,
    captured: Captured,
    readonly send: (times: number) => void,
    /**
     * Resolves when all its kernels are compiled; what is replayed earlier is sent then.
     * @throws GpuError when one cannot be compiled
     */
    readonly compiled: () => Promise<void>,
    /** Runs the step once more and gives the GPU time of each dispatch, in order. @throws TensorError without the timestamp feature */
    readonly profile: () => Promise<KernelTime[]>,
  ) {
    this.traced = captured.traced;
    this.nodes = captured.nodes;
    this.commands = captured.commands;
    this.plan = captured.plan;
    this.#buffers = captured.buffers;
  }

  /** Runs the step `times` times: one submit, no allocation, no bind group, no compile. */
  replay(times = 1): void {
    this.send(times);
  }

  /**
   * The step as text, a line each:
   * - `traced`: the ops as they were called
   * - `rewritten`: what the rewrites made of them
   * - `dispatches`: the kernels with their workgroups and the memory that each reads and writes, and the bytes of all
   */
  print(what: 'traced' | 'rewritten' | 'dispatches' = 'dispatches'): string {
    if (what === 'traced') return printNodes(this.traced);
    if (what === 'rewritten') return printNodes(this.nodes);
    return printCommands(this.commands, this.#buffers, this.plan);
  }

  /** `print('dispatches')` */
  toString(): string {
    return this.print();
  }
}

/**
 * Waits for the kernels to be compiled. Some drivers do that only when a kernel is first dispatched (lavapipe), so each
 * is, over no workgroups; indirectly, since Dawn warns of a grid of 0 in the console.
 */
export async function compile(gpu: GPUDevice, commands: readonly Command[]): Promise<void> {
  const dispatches = new Map(
    commands.flatMap((c) => (c.kind === 'dispatch' ? [[c.program, c]] : [])),
  );
  await Promise.all([...dispatches.keys()].map(({ ready }) => ready));
  const grid = gpu.createBuffer({ size: 12, usage: 0x100, label: 'no workgroups' }); // INDIRECT, zeroed
  const encoder = gpu.createCommandEncoder({ label: 'compile' });
  const pass = encoder.beginComputePass({ label: 'compile' });
  for (const { program, bindGroup } of dispatches.values()) {
    pass.setPipeline(program.pipeline as GPUComputePipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroupsIndirect(grid, 0);
  }
  pass.end();
  gpu.queue.submit([encoder.finish()]);
  grid.destroy();
}

/** Runs the commands, every dispatch in a pass of its own between two GPU timestamps. */
export async function profile(gpu: GPUDevice, commands: readonly Command[]): Promise<KernelTime[]> {
  if (!gpu.features.has('timestamp-query')) {
    throw new TensorError('profile: this adapter has no timestamp-query feature');
  }
  const dispatches = commands.filter((c): c is Dispatch => c.kind === 'dispatch');
  const count = 2 * dispatches.length;
  const querySet = gpu.createQuerySet({ type: 'timestamp', count, label: 'profile' });
  const resolved = gpu.createBuffer({ size: 8 * count, usage: 0x200 | 0x4, label: 'profile' }); // QUERY_RESOLVE | COPY_SRC
  const staging = gpu.createBuffer({ size: 8 * count, usage: 0x1 | 0x8, label: 'profile' });
  const encoder = gpu.createCommandEncoder({ label: 'profile' });
  let done = 0;
  for (const c of commands) {
    if (c.kind === 'copy')
      encoder.copyBufferToBuffer(c.from, c.fromOffset, c.to, c.toOffset, c.bytes);
    if (c.kind !== 'dispatch') continue;
    const timestampWrites = {
      querySet,
      beginningOfPassWriteIndex: 2 * done,
      endOfPassWriteIndex: 2 * done + 1,
    };
    const pass = encoder.beginComputePass({ label: c.label, timestampWrites });
    pass.setPipeline(c.program.pipeline as GPUComputePipeline);
    pass.setBindGroup(0, c.bindGroup);
    pass.dispatchWorkgroups(c.grid[0], c.grid[1], c.grid[2]);
    pass.end();
    done++;
  }
  encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
  encoder.copyBufferToBuffer(resolved, 0, staging, 0, 8 * count);
  gpu.queue.submit([encoder.finish()]);
  await staging.mapAsync(0x1);
  const times = new BigUint64Array(staging.getMappedRange().slice(0));
  for (const made of [querySet, resolved, staging]) made.destroy();
  return dispatches.map(({ label }, i) => ({
    label,
    timeMs: Number((times[2 * i + 1] as bigint) - (times[2 * i] as bigint)) / 1e6,
  }));
}
