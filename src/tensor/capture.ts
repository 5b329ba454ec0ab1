// While a step is recorded: its nodes are traced, then lowered to launches, then given memory, then bound.
import type { Command, Copy } from './commands.ts';
import type { Device } from './device.ts';
import { type Launch, makeDispatch } from './launch.ts';
import { type Node, copyNode, launchNode, lower } from './node.ts';
import { type Lifetime, type MemoryPlan, planMemory } from './plan.ts';
import { BufferPool } from './pool.ts';
import { type Rewrite, rewrite } from './rewrite.ts';
import type { Replays, Storage, Tensor } from './tensor.ts';

/** A copy that waits for the memory of its tensors. */
interface PendingCopy {
  readonly from: Tensor;
  readonly to: Tensor;
}

type Pending = Launch | PendingCopy;

const tensorsOf = (pending: Pending): readonly Tensor[] =>
  'kernel' in pending ? pending.bindings.map(({ tensor }) => tensor) : [pending.from, pending.to];

/** What a captured step has become. */
export interface Captured {
  readonly traced: readonly Node[];
  /** As rewritten. */
  readonly nodes: readonly Node[];
  readonly commands: readonly Command[];
  readonly plan: MemoryPlan;
  /** The plan's buffers. */
  readonly buffers: readonly GPUBuffer[];
  /** Gives the memory back, once nobody can replay the commands any more. */
  readonly release: () => void;
}

export class Capture {
  /** Counted on by the recording. */
  readonly replays: Replays = { count: 0 };
  readonly #traced: Node[] = [];
  readonly #pending: Pending[] = [];
  #isTracing = true;

  /** Ops are collected; later, while they are lowered, their kernels are. */
  get isTracing(): boolean {
    return this.#isTracing;
  }

  /** The ops of the step so far. */
  get traced(): readonly Node[] {
    return this.#traced;
  }

  /** Another op of the step. @throws TensorError when one of its tensors was released */
  trace(node: Node): void {
    for (const tensors of [node.inputs, node.outputs])
      for (const tensor of Object.values(tensors)) tensor?.storage.assertAlive();
    this.#traced.push(node);
  }

  /** A kernel of the node that is being lowered, or a node of its own. */
  launch(launch: Launch): void {
    if (this.#isTracing) this.trace(launchNode(launch));
    else this.#pending.push(launch);
  }

  copy(from: Tensor, to: Tensor): void {
    if (this.#isTracing) this.trace(copyNode(from, to));
    else this.#pending.push({ from, to });
  }

  /**
   * Ends the trace: rewrites the nodes, lowers them, plans the memory of what they make, and binds it. Only storages in `kept` can
   * be read afterwards.
   * @throws GpuError when the memory is not to be had
   */
  finish(
    device: Device,
    kept: ReadonlySet<Storage>,
    { rewrites, capBytes }: { readonly rewrites: readonly Rewrite[]; readonly capBytes: number },
  ): Captured {
    this.#isTracing = false;
    const nodes = rewrite(device, this.#traced, kept, rewrites);
    for (const node of nodes) lower(device, node);
    const storages = this.#lifetimes(kept);
    const plan = planMemory([...storages.values()]);
    const pool = new BufferPool(device.gpu, device.meter, capBytes, true);
    const buffers: GPUBuffer[] = [];
    const release = () => {
      pool.close();
      for (const buffer of buffers) pool.release(buffer);
    };
    try {
      for (const { bytes, label } of plan.buffers) buffers.push(pool.acquire(bytes, label));
    } catch (error) {
      release();
      throw error;
    }
    [...storages.keys()].forEach((storage, i) =>
      storage.place(buffers[plan.places[i] as number] as GPUBuffer),
    );
    const commands = this.#pending.map((pending) => {
      if (!('kernel' in pending)) return copyCommand(pending);
      device.meter.bindGroupsCreated++;
      return makeDispatch(device.gpu, pending);
    });
    for (const storage of storages.keys()) if (!kept.has(storage)) storage.release();
    return { traced: this.#traced, nodes, commands, plan, buffers, release };
  }

  /** When each storage of the recording is first and last touched; what is kept lives on to the end. */
  #lifetimes(kept: ReadonlySet<Storage>): Map<Storage, Lifetime> {
    const lifetimes = new Map<Storage, Lifetime>();
    const touch = (storage: Storage, from: number, to: number) => {
      if (!storage.isRecorded) return;
      const first = lifetimes.get(storage)?.from ?? from;
      lifetimes.set(storage, { bytes: storage.bytes, label: storage.label, from: first, to });
    };
    this.#pending.forEach((pending, at) => {
      for (const { storage } of tensorsOf(pending)) touch(storage, at, at);
    });
    for (const storage of kept) touch(storage, this.#pending.length, Infinity);
    return lifetimes;
  }
}

export function copyCommand({ from, to }: PendingCopy): Copy {
  return {
    kind: 'copy',
    label: 'copy',
    from: from.storage.buffer,
    fromOffset: from.offset,
    to: to.storage.buffer,
    toOffset: to.offset,
    bytes: from.bytes,
    storages: [from.storage, to.storage],
  };
}
