// Neighbors that work element by element: one kernel computes what two did.
import {
  type Chain,
  type Elementwise,
  MOST_INPUTS,
  type Step,
  runElementwise,
} from '../elementwise.ts';
import type { Changes, Graph } from '../graph.ts';
import type { Node } from '../node.ts';
import type { Rewrite } from '../rewrite.ts';
import { sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** Functions that one kernel calls at most: longer ones gain nothing and compile for long. */
const MOST_STEPS = 24;

/** What several elementwise nodes become. */
const ELEMENTWISE = 'elementwise';

/** An elementwise node, as its chain over its operands; repeating along axes is one of no functions. */
interface Link {
  readonly chain: Chain;
  readonly inputs: readonly Tensor[];
  readonly y: Tensor;
}

function linkOf(node: Node | undefined): Link | undefined {
  if (node?.op === 'broadcastTo') {
    const { x } = node.inputs;
    const { y } = node.outputs;
    return x && y && { chain: { inputs: [x.dtype], steps: [] }, inputs: [x], y };
  }
  const { chain, operands } = (node?.attributes ?? {}) as Partial<Elementwise>;
  const [y, ...others] = Object.values(node?.outputs ?? {});
  if (!node || !chain || !operands || !y || others.length > 0) return undefined;
  const inputs = operands.map((name) => node.inputs[name] as Tensor);
  // Bytes are read and written four at a time, which only a walk without broadcasting is sure to allow.
  return [y, ...inputs].some(({ dtype }) => dtype === 'u8') ? undefined : { chain, inputs, y };
}

/** One chain of two: the first gives input `at` of the second. Equal inputs become one. */
function joined(first: Link, second: Link, at: number): Link {
  const inputs: Tensor[] = [];
  const place = (t: Tensor) => {
    const known = inputs.findIndex(
      (o) => o.storage === t.storage && o.offset === t.offset && sameShape(o.shape, t.shape),
    );
    return known >= 0 ? known : inputs.push(t) - 1;
  };
  const before = first.inputs.map(place);
  const after = second.inputs.map((t, i) => (i === at ? -1 : place(t)));
  const count = inputs.length;
  const made = first.chain.steps.length;
  const given = made > 0 ? count + made - 1 : (before[0] as number);
  const moved = (steps: readonly Step[], from: (value: number) => number): Step[] =>
    steps.map((step) => ({ ...step, from: step.from.map(from) }));
  const steps = [
    ...moved(first.chain.steps, (v) => {
      const own = v - before.length;
      return own < 0 ? (before[v] as number) : count + own;
    }),
    ...moved(second.chain.steps, (v) => {
      const own = v - after.length;
      if (own >= 0) return count + made + own;
      return v === at ? given : (after[v] as number);
    }),
  ];
  return { chain: { inputs: inputs.map((t) => t.dtype), steps }, inputs, y: second.y };
}

/** Joins a node with one that alone made an operand for it. */
function joins(node: Node, graph: Graph): Changes | undefined {
  const link = linkOf(node);
  if (!link || link.chain.steps.length === 0) return undefined;
  for (const [at, x] of link.inputs.entries()) {
    const maker = graph.maker(x);
    const before = linkOf(maker);
    // A chain computes each value once a place of y: a smaller one would be computed again and again.
    if (!maker || !before || before.y.size !== link.y.size || !sameShape(x.shape, before.y.shape))
      continue;
    if (!graph.isInner(x, [node]) || link.inputs.filter((t) => t.storage === x.storage).length > 1)
      continue;
    const { chain, inputs, y } = joined(before, link, at);
    if (inputs.length > MOST_INPUTS || chain.steps.length > MOST_STEPS) continue;
    const operands = inputs.map((_, i) => `x${i}`);
    const attributes: Elementwise = { chain, operands };
    const changed: Node = {
      ...node,
      op: ELEMENTWISE,
      inputs: Object.fromEntries(inputs.map((t, i) => [`x${i}`, t])),
      outputs: { y },
      attributes,
      run: (tensors: { readonly y: Tensor }, told: Elementwise) =>
        runElementwise(tensors, told, tensors.y),
    };
    return new Map([
      [maker, undefined],
      [node, changed],
    ]);
  }
  return undefined;
}

export const elementwiseRewrites: readonly Rewrite[] = [{ name: 'f → g: g ∘ f', apply: joins }];
