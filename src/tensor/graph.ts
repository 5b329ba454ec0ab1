// The nodes of a captured step as a graph that rewrites can ask and change. Views are no nodes: they share the storage.
import type { Node, Tensors } from './node.ts';
import type { Storage, Tensor } from './tensor.ts';

/** What becomes of each node that a rewrite touches: another one in its place, or nothing. */
export type Changes = ReadonlyMap<Node, Node | undefined>;

const tensorsOf = (tensors: Tensors) => Object.values(tensors).filter((t) => t !== undefined);

/** Do two tensors share bytes? */
const overlap = (a: Tensor, b: Tensor) =>
  a.storage === b.storage && a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes;

export class Graph {
  readonly #nodes: (Node | undefined)[];
  readonly #positions: Map<Node, number>;
  readonly #readers = new Map<Storage, Set<Node>>();
  readonly #writers = new Map<Storage, Set<Node>>();
  /** What the caller holds on to. */
  readonly #kept: ReadonlySet<Storage>;

  constructor(nodes: readonly Node[], kept: ReadonlySet<Storage>) {
    this.#nodes = [...nodes];
    this.#positions = new Map(nodes.map((node, at) => [node, at]));
    this.#kept = kept;
    for (const node of nodes) this.#enter(node);
  }

  /** The nodes, in their order. */
  get nodes(): Node[] {
    return this.#nodes.filter((node) => node !== undefined);
  }

  has(node: Node): boolean {
    return this.#positions.has(node);
  }

  /** The node that alone made a tensor of the recording, all of it. */
  maker(tensor: Tensor | undefined): Node | undefined {
    if (!tensor?.storage.isRecorded) return undefined;
    const writers = this.#writers.get(tensor.storage);
    const [node] = writers ?? [];
    if (writers?.size !== 1 || !node) return undefined;
    const isWhole = tensorsOf(node.outputs).some(
      (y) => y.storage === tensor.storage && y.offset === tensor.offset && y.size === tensor.size,
    );
    return isWhole ? node : undefined;
  }

  /** The nodes that read a tensor's memory. */
  readers(tensor: Tensor): Node[] {
    return [...(this.#readers.get(tensor.storage) ?? [])];
  }

  /** Is a tensor made in the recording and read by none but these nodes? */
  isInner(tensor: Tensor, readers: readonly (Node | undefined)[]): boolean {
    const { storage } = tensor;
    return (
      storage.isRecorded &&
      !this.#kept.has(storage) &&
      this.readers(tensor).every((node) => readers.includes(node))
    );
  }

  /** Is a tensor's memory left alone between two nodes, themselves aside? */
  isUntouched(tensor: Tensor, after: Node, before: Node): boolean {
    return this.#between(after, before).every(({ inputs, outputs }) =>
      [...tensorsOf(inputs), ...tensorsOf(outputs)].every((t) => !overlap(t, tensor)),
    );
  }

  /** Makes the changes, unless a node would read in its new place what has been overwritten meanwhile. */
  replace(changes: Changes): boolean {
    const old = [...changes.keys()];
    for (const [place, node] of changes) {
      if (!node) continue;
      for (const tensor of tensorsOf(node.inputs)) {
        const reader = old.find((o) =>
          tensorsOf(o.inputs).some((t) => t.storage === tensor.storage),
        );
        if (reader && reader !== place && !this.#isUnchanged(tensor, reader, place)) return false;
      }
    }
    for (const [place, node] of changes) {
      const at = this.#positions.get(place) as number;
      this.#leave(place);
      this.#nodes[at] = node;
      if (!node) continue;
      this.#positions.set(node, at);
      this.#enter(node);
    }
    return true;
  }

  /** Does a tensor hold the same values at both nodes? */
  #isUnchanged(tensor: Tensor, a: Node, b: Node): boolean {
    return this.#between(a, b).every(({ outputs }) =>
      tensorsOf(outputs).every((t) => !overlap(t, tensor)),
    );
  }

  #between(a: Node, b: Node): Node[] {
    const [i, j] = [this.#positions.get(a) ?? 0, this.#positions.get(b) ?? 0];
    return this.#nodes.slice(Math.min(i, j) + 1, Math.max(i, j)).filter((n) => n !== undefined);
  }

  #enter(node: Node): void {
    const note = (map: Map<Storage, Set<Node>>, { storage }: Tensor) => {
      const known = map.get(storage);
      if (known) known.add(node);
      else map.set(storage, new Set([node]));
    };
    for (const t of tensorsOf(node.inputs)) note(this.#readers, t);
    for (const t of tensorsOf(node.outputs)) note(this.#writers, t);
  }

  #leave(node: Node): void {
    this.#positions.delete(node);
    for (const t of tensorsOf(node.inputs)) this.#readers.get(t.storage)?.delete(node);
    for (const t of tensorsOf(node.outputs)) this.#writers.get(t.storage)?.delete(node);
  }
}
