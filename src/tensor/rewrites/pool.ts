// Max pooling: a convolution keeps only the largest of each window, and a ReLU goes with it, on the way back too.
import type { Changes, Graph } from '../graph.ts';
import type { Node } from '../node.ts';
import type { Contraction } from '../ops/conv2d.ts';
import { canPool } from '../ops/contraction.ts';
import { imageOf } from '../ops/geometry.ts';
import { maxUnpool2d } from '../ops/maxUnpool2d.ts';
import type { PoolOptions } from '../ops/pool.ts';
import type { Rewrite } from '../rewrite.ts';
import type { Tensor } from '../tensor.ts';

/** A pool with the ReLU in front of it, and both their gradients where they are taken. */
interface Pooling {
  /** What goes in: before the ReLU, if there is one. */
  readonly x: Tensor;
  readonly relu: Node | undefined;
  /** On the way back: from dy to the gradient of x. */
  readonly back:
    { readonly dy: Tensor; readonly dx: Tensor; readonly nodes: readonly Node[] } | undefined;
}

/** Finds what belongs to a pool; nothing where another node reads what would no longer be there. */
function poolingOf(pool: Node, graph: Graph): Pooling | undefined {
  const { x: r } = pool.inputs;
  if (!r) return undefined;
  const maker = graph.maker(r);
  const relu = maker?.op === 'relu' ? maker : undefined;
  const x = relu ? relu.inputs['x'] : r;
  const readers = graph.readers(r);
  const poolGrad = readers.find(({ op, inputs }) => op === 'maxPool2dGrad' && inputs['x'] === r);
  const reluGrad = relu && readers.find(({ op }) => op === 'reluGrad');
  if (!x || !graph.isInner(r, [pool, poolGrad, reluGrad])) return undefined;
  if (!poolGrad) return reluGrad ? undefined : { x, relu, back: undefined };
  const { dy } = poolGrad.inputs;
  const { dx } = poolGrad.outputs;
  if (!dy || !dx || (relu !== undefined) !== (reluGrad !== undefined)) return undefined;
  if (!reluGrad) return { x, relu, back: { dy, dx, nodes: [poolGrad] } };
  const { dx: dz } = reluGrad.outputs;
  const isChain = reluGrad.inputs['dy']?.storage === dx.storage && graph.isInner(dx, [reluGrad]);
  return isChain && dz ? { x, relu, back: { dy, dx: dz, nodes: [poolGrad, reluGrad] } } : undefined;
}

const isTwoByTwo = (pool: Node): boolean => {
  const { window, stride = window, padding = 'valid' } = pool.attributes as PoolOptions;
  const isTwo = (size: PoolOptions['window']) =>
    (typeof size === 'number' ? [size] : size).every((n) => n === 2);
  const isBare = padding === 'valid' || padding === 0;
  return isTwo(window) && isTwo(stride) && isBare;
};

/** Removes all of these. */
const gone = (nodes: readonly (Node | undefined)[]): [Node, undefined][] =>
  nodes.flatMap((node): [Node, undefined][] => (node ? [[node, undefined]] : []));

/** `conv2d → relu? → maxPool2d` of 2x2 windows: one kernel, that notes where each maximum was for the way back. */
function convolutionPools(pool: Node, graph: Graph): Changes | undefined {
  const pooling = isTwoByTwo(pool) ? poolingOf(pool, graph) : undefined;
  const conv = graph.maker(pooling?.x);
  const { y } = pool.outputs;
  if (!pooling || !y || conv?.op !== 'conv2d') return undefined;
  const { x, relu, back } = pooling;
  const inside = relu ? [relu] : [pool, ...(back?.nodes ?? [])];
  const c = conv.attributes as Contraction;
  const { device } = y;
  const s = { ...c.s, pool: true };
  if (c.relu || s.pool === c.s.pool || s.K % 4 !== 0 || !graph.isInner(x, inside)) return undefined;
  if (!canPool.forward(device, s)) return undefined;

  const [N, P, Q] = imageOf('maxPool2d', y);
  const which = device.empty([N, P, Q, s.K / 4], 'u32', 'places of the maxima');
  const attributes = { ...c, s, relu: relu !== undefined };
  const changes: [Node, Node | undefined][] = [
    ...gone([conv, relu]),
    [pool, { ...conv, outputs: { y, which }, attributes }],
  ];
  if (!back) return new Map(changes);
  const { dy, dx, nodes } = back;
  const gradients = graph.readers(dx);
  const pools = (node: Node) => {
    const { s: shape } = node.attributes as Contraction;
    // A transposed convolution is an input gradient as well, of another convolution.
    if (node.inputs['dy']?.storage !== dx.storage || shape !== c.s) return false;
    if (node.op === 'conv2dInputGrad') return canPool.inputGrad(device, s);
    return node.op === 'conv2dFilterGrad' && canPool.filterGrad(device, s);
  };
  if (gradients.every(pools) && graph.isInner(dx, gradients)) {
    changes.push(...gone(nodes));
    for (const node of gradients) {
      const inputs = { ...node.inputs, dy, which };
      changes.push([node, { ...node, inputs, attributes: { ...node.attributes, s } }]);
    }
  } else {
    const last = nodes.at(-1) as Node;
    changes.push(...gone(nodes.slice(0, -1)));
    changes.push([last, maxUnpool2d({ dy, which, dx }, s, nodes[0]?.part)]);
  }
  return new Map(changes);
}

/** `relu → maxPool2d`: the pool applies the ReLU to its result, which has fewer elements; its gradient masks as it goes. */
function poolTakesRelu(pool: Node, graph: Graph): Changes | undefined {
  const pooling = poolingOf(pool, graph);
  if (!pooling?.relu) return undefined;
  const { x, relu, back } = pooling;
  const attributes = { ...pool.attributes, relu: true };
  const changes: [Node, Node | undefined][] = [
    [relu, undefined],
    [pool, { ...pool, inputs: { x }, attributes }],
  ];
  if (back) {
    const [poolGrad, reluGrad] = back.nodes as [Node, Node];
    const outputs = { dx: back.dx };
    changes.push([poolGrad, undefined]);
    changes.push([
      reluGrad,
      { ...poolGrad, inputs: { ...poolGrad.inputs, x }, outputs, attributes },
    ]);
  }
  return new Map(changes);
}

export const poolRewrites: readonly Rewrite[] = [
  { name: 'conv2d → relu? → maxPool2d: conv2d', at: 'maxPool2d', apply: convolutionPools },
  { name: 'relu → maxPool2d: maxPool2d', at: 'maxPool2d', apply: poolTakesRelu },
];
