// The end of a classifier's training step: one kernel notes its loss and how many answers are right, and counts the step.
import type { Changes, Graph } from '../graph.ts';
import type { Node } from '../node.ts';
import { recordNode } from '../ops/record.ts';
import type { Rewrite } from '../rewrite.ts';

/** The node that notes a number in a column of a ring with two. */
const notes = (node: Node, column: number): boolean => {
  const { COLUMNS, COLUMN } = node.attributes as Readonly<Record<string, unknown>>;
  return node.op === 'recordScalar' && COLUMNS === 2 && COLUMN === column;
};

function stepEnds(count: Node, graph: Graph): Changes | undefined {
  const { nodes } = graph;
  // Nothing may come between them: the ring and the counter are memory that others might look at.
  const [first, second, third] = nodes.slice(Math.max(0, nodes.indexOf(count) - 3));
  const before = [first, second, third].filter((node) => node !== undefined);
  const [noteLoss, noteRight] = [0, 1].map((c) => before.find((node) => notes(node, c)));
  const right = graph.maker(noteRight?.inputs['value']);
  const { logits, labels } = right?.inputs ?? {};
  const { value: loss } = noteLoss?.inputs ?? {};
  const { ring } = noteLoss?.outputs ?? {};
  const { state } = count.outputs;
  if (right?.op !== 'countCorrect' || !noteLoss || !noteRight || !before.includes(right))
    return undefined;
  if (!logits || !labels || !loss || !ring || !state) return undefined;
  const isOne =
    noteRight.outputs['ring']?.storage === ring.storage &&
    [noteLoss, noteRight].every(({ inputs }) => inputs['state']?.storage === state.storage);
  const { y } = right.outputs;
  if (!isOne || !y || !graph.isInner(y, [noteRight])) return undefined;
  return new Map<Node, Node | undefined>([
    [noteLoss, undefined],
    [right, undefined],
    [noteRight, undefined],
    [count, recordNode({ logits, labels, loss, ring, state }, count.part)],
  ]);
}

export const recordRewrites: readonly Rewrite[] = [
  {
    name: 'recordScalar, countCorrect → recordScalar, countStep: record',
    at: 'countStep',
    apply: stepEnds,
  },
];
