// A copy of what one node alone made: that node writes to the copy's place itself.
import type { Rewrite } from '../rewrite.ts';

export const copyRewrites: readonly Rewrite[] = [
  {
    name: 'f → copy: f',
    at: 'copy',
    apply(node, graph) {
      const { from } = node.inputs;
      const { to } = node.outputs;
      const maker = graph.maker(from);
      if (!from || !to || !maker || !graph.isInner(from, [node])) return undefined;
      if (to.dtype !== from.dtype || !graph.isUntouched(to, maker, node)) return undefined;
      const storages = Object.values(maker.inputs).map((t) => t?.storage);
      if (storages.includes(to.storage)) return undefined; // a kernel must not write what it reads
      const outputs = Object.fromEntries(
        Object.entries(maker.outputs).map(([name, y]) => [
          name,
          y.storage === from.storage ? to.view(y.shape) : y,
        ]),
      );
      return new Map([
        [maker, { ...maker, outputs }],
        [node, undefined],
      ]);
    },
  },
];
