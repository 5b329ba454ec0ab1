// The table of rewrites: what neighboring nodes of a captured step become when one kernel can do their work.
import type { Device } from './device.ts';
import { type Changes, Graph } from './graph.ts';
import type { Node } from './node.ts';
import { contractionRewrites } from './rewrites/contraction.ts';
import { copyRewrites } from './rewrites/copy.ts';
import { elementwiseRewrites } from './rewrites/elementwise.ts';
import { poolRewrites } from './rewrites/pool.ts';
import { recordRewrites } from './rewrites/record.ts';
import type { Storage } from './tensor.ts';
import { underVariant } from './variants.ts';

export interface Rewrite {
  /** What becomes of what: `conv2d → relu: conv2d`. */
  readonly name: string;
  /** The op of the node that the row is tried at; absent where it is not one op's alone. */
  readonly at?: string | undefined;
  /** What changes where the row applies at this node; else nothing. */
  readonly apply: (node: Node, graph: Graph) => Changes | undefined;
}

/** In the order in which they are tried: a pool takes its convolution before the ReLU between them does. */
export const REWRITES: readonly Rewrite[] = [
  ...poolRewrites,
  ...contractionRewrites,
  ...elementwiseRewrites,
  ...copyRewrites,
  ...recordRewrites,
];

/** Applies the rows of the table until none applies any more. */
export function rewrite(
  device: Device,
  nodes: readonly Node[],
  kept: ReadonlySet<Storage>,
  rows: readonly Rewrite[],
): readonly Node[] {
  const graph = new Graph(nodes, kept);
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const { at, apply } of rows) {
      for (const node of graph.nodes) {
        if ((at !== undefined && node.op !== at) || !graph.has(node)) continue;
        const changes = underVariant(device, node.variant, () => apply(node, graph));
        if (changes && graph.replace(changes)) isChanged = true;
      }
    }
  }
  return graph.nodes;
}
