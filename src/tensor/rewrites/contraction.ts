// What a contraction's kernels do on the way: a ReLU and dropout behind it, and the mask of the ReLU before it.
import type { Changes, Graph } from '../graph.ts';
import type { Node } from '../node.ts';
import type { Contraction } from '../ops/conv2d.ts';
import { canDrop } from '../ops/contraction.ts';
import type { DropoutOptions } from '../ops/dropout.ts';
import { type ReluGrad, reluGradOf } from '../ops/reluGrad.ts';
import type { Rewrite } from '../rewrite.ts';

/** One that has something to multiply. */
const isContraction = ({ op, attributes }: Node) =>
  (op === 'conv2d' || op === 'linear') && (attributes as Contraction).s.C > 0;
const isInputGrad = ({ op }: Node) => op === 'conv2dInputGrad' || op === 'linearInputGrad';

/** `conv2d → relu`: the kernel applies it as it writes. */
function appliesRelu(relu: Node, graph: Graph): Changes | undefined {
  const { x } = relu.inputs;
  const maker = graph.maker(x);
  if (!x || !maker || !isContraction(maker) || !graph.isInner(x, [relu])) return undefined;
  const c = maker.attributes as Contraction;
  if (c.relu || c.dropout || c.s.pool) return undefined;
  return new Map([
    [maker, undefined],
    [relu, { ...maker, outputs: relu.outputs, attributes: { ...c, relu: true } }],
  ]);
}

/** `linear → relu? → dropout`: the kernel drops as it writes. */
function drops(dropout: Node, graph: Graph): Changes | undefined {
  const { x, state } = dropout.inputs;
  const { y } = dropout.outputs;
  const maker = graph.maker(x);
  if (!x || !y || !maker || !isContraction(maker) || !graph.isInner(x, [dropout])) return undefined;
  const c = maker.attributes as Contraction;
  if (c.dropout || c.s.pool || !canDrop(y.device, c.s)) return undefined;
  const attributes = { ...c, dropout: dropout.attributes as DropoutOptions };
  const inputs = { ...maker.inputs, state };
  return new Map([
    [maker, undefined],
    [dropout, { ...maker, inputs, outputs: dropout.outputs, attributes }],
  ]);
}

/**
 * The gradient of `relu → dropout`: what came out above 0 had passed both, so that the ReLU's mask serves for both, and
 * nothing has to be drawn again.
 */
function masksOnce(reluGrad: Node, graph: Graph): Changes | undefined {
  const { y: r, dy } = reluGrad.inputs;
  const back = graph.maker(dy);
  if (!r || !dy || back?.op !== 'dropout' || !graph.isInner(dy, [reluGrad])) return undefined;
  const { rate, stream } = back.attributes as DropoutOptions;
  const forward = graph.readers(r).find(({ op, inputs, attributes }) => {
    const options = attributes as DropoutOptions;
    const isSame = options.rate === rate && options.stream === stream;
    return op === 'dropout' && isSame && inputs['state']?.storage === back.inputs['state']?.storage;
  });
  const y = forward?.outputs['y'];
  if (!y || forward === back) return undefined;
  const { scale } = reluGrad.attributes as ReluGrad;
  return new Map([
    [back, undefined],
    [
      reluGrad,
      {
        ...reluGrad,
        inputs: { y: y.view(r.shape), dy: back.inputs['x'] },
        attributes: reluGradOf(scale / (1 - rate)),
      },
    ],
  ]);
}

/** `linearInputGrad → reluGrad`: the kernel masks as it writes. */
function masks(reluGrad: Node, graph: Graph): Changes | undefined {
  const { y, dy } = reluGrad.inputs;
  const maker = graph.maker(dy);
  if (!y || !dy || !maker || !isInputGrad(maker) || !graph.isInner(dy, [reluGrad]))
    return undefined;
  const c = maker.attributes as Contraction;
  if (c.mask !== undefined) return undefined;
  const { scale: mask } = reluGrad.attributes as ReluGrad;
  const inputs = { ...maker.inputs, x: y };
  return new Map([
    [maker, undefined],
    [reluGrad, { ...maker, inputs, outputs: reluGrad.outputs, attributes: { ...c, mask } }],
  ]);
}

export const contractionRewrites: readonly Rewrite[] = [
  { name: 'conv2d → relu: conv2d', at: 'relu', apply: appliesRelu },
  { name: 'dropout → reluGrad: reluGrad', at: 'reluGrad', apply: masksOnce },
  { name: 'linear → relu? → dropout: linear', at: 'dropout', apply: drops },
  { name: 'linearInputGrad → reluGrad: linearInputGrad', at: 'reluGrad', apply: masks },
];
