// A network's forward pass as a graph: the ops that its input reaches, and the values of all else that they take.
import { type Tensor, TensorError } from '../../tensor/index.ts';
import { Capture } from '../../tensor/capture.ts';
import { type Node, lower } from '../../tensor/node.ts';
import type { Storage } from '../../tensor/tensor.ts';
import type { Model } from '../model.ts';
import type { Constant } from './values.ts';

/** A traced forward pass. */
export interface Traced {
  readonly x: Tensor;
  readonly y: Tensor;
  /** The ops whose results follow from x, in the order of their calls. */
  readonly nodes: readonly Node[];
  /** What these ops take besides: weights, and what is computed from weights alone. */
  readonly constants: ReadonlyMap<Tensor, Constant>;
}

/** What is computed from weights is called after the layer that takes it. */
const WORDS: Readonly<Record<string, string>> = { w: 'weight', b: 'bias' };

/** Traces `model.forward` with so many samples. @throws TensorError when the result does not follow from the input */
export async function traceModel(model: Model, batch: number): Promise<Traced> {
  const { device, arena } = model;
  const x = device.empty([batch, ...model.inputShape]);
  const capture = new Capture();
  const y = device.collect(capture, () => model.forward(x));
  const all = capture.traced;
  const reached = new Set<Storage>([x.storage]);
  const nodes = all.filter(({ inputs, outputs }) => {
    const follows = Object.values(inputs).some((tensor) => tensor && reached.has(tensor.storage));
    if (follows) for (const { storage } of Object.values(outputs)) reached.add(storage);
    return follows;
  });
  if (!reached.has(y.storage))
    throw new TensorError('toOnnx: what the network makes does not follow from its input');

  /** What is computed from weights alone, by the storage that stands for it in the trace. */
  const computed = new Map<Storage, Tensor>();
  const valued = (tensor: Tensor) =>
    computed.get(tensor.storage)?.view(tensor.shape, tensor.offset) ?? tensor;
  for (const node of all) {
    if (nodes.includes(node)) continue;
    const outputs = mapped(node.outputs, ({ shape, dtype, storage }) => {
      const tensor = device.empty(shape, dtype);
      computed.set(storage, tensor);
      return tensor;
    });
    lower(device, {
      ...node,
      inputs: mapped(node.inputs, (tensor) => tensor && valued(tensor)),
      outputs,
    });
  }
  const constants = new Map<Tensor, Constant>();
  for (const { op, part, inputs } of nodes) {
    for (const [role, tensor] of Object.entries(inputs)) {
      if (!tensor || reached.has(tensor.storage) || constants.has(tensor)) continue;
      const data = await valued(tensor).data();
      if (!(data instanceof Float32Array))
        throw new TensorError(`toOnnx: ${op} takes ${tensor.type}; only f32 can be exported`);
      const { storage, offset, shape } = tensor;
      const saved = arena.saved.find(
        ({ tensor: it }) => it.storage === storage && it.offset === offset,
      );
      const word = 'w' in inputs ? WORDS[role] : undefined;
      const name = saved?.name ?? `${part?.name ?? op}.${word ?? op}`;
      constants.set(tensor, { name, shape, data });
    }
  }
  return { x, y, nodes, constants };
}

const mapped = <A, B>(record: Readonly<Record<string, A>>, f: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]));
