// A network as an ONNX file: its forward pass is traced, and each op becomes the nodes that compute the same.
import { type Shape, TensorError } from '../../tensor/index.ts';
import { type OptionKinds, checkOptions, text } from '../../tensor/options.ts';
import type { Model } from '../model.ts';
import { Graph } from './graph.ts';
import { NODES } from './nodes.ts';
import { traceModel } from './trace.ts';
import { Values } from './values.ts';

/** Of `toOnnx`. */
export interface OnnxOptions {
  /** Of the graph, by default 'network'. */
  readonly name?: string | undefined;
  /** What the network is and how its input is prepared, in words; by default nothing. */
  readonly description?: string | undefined;
}

const onnxKinds: OptionKinds<OnnxOptions> = { name: text, description: text };

/** Samples in the trace: an unlikely size of anything else. */
const BATCH = 7;

const isImage = (shape: Shape): boolean => shape.length === 3;
/** Of any number of samples, images with their channels in front. */
const bordered = (shape: Shape): (number | string)[] => {
  const [H, W, C] = shape as [number, number, number];
  return ['N', ...(isImage(shape) ? [C, H, W] : shape)];
};

/**
 * The network as an ONNX model (opset 17, https://onnx.ai/onnx/operators), for any number of samples. `input` is f32
 * [N, ...inputShape], of images [N,C,H,W]; `output` is what `forward` makes of it, likewise. Batch normalization is folded
 * into the weights before it, as in `forward`. Weights keep their names.
 * @throws TensorError when the network uses an op that has no counterpart there, or does not keep the batch in front
 * @example writeFileSync('model.onnx', await nn.toOnnx(model))
 */
export async function toOnnx(model: Model, options: OnnxOptions = {}): Promise<Uint8Array> {
  checkOptions('toOnnx', options, onnxKinds);
  const { name = 'network', description = '' } = options;
  const { inputShape, outputShape } = model;
  const { x, y, nodes, constants } = await traceModel(model, BATCH);
  const graph = new Graph();
  const values = new Values(graph, BATCH, (tensor) => constants.get(tensor));
  values.made(x, graph.name('input'), isImage(inputShape) ? 'image' : 'plain');
  for (const { op, inputs, outputs, attributes, part } of nodes) {
    const emit = NODES[op];
    const [made, ...more] = Object.values(outputs);
    if (!emit || !made || more.length > 0)
      throw new TensorError(`toOnnx: the op ${op} has no counterpart in ONNX here`);
    emit({
      ...{ graph, values, op, inputs, y: made },
      name: part ? `${part.name}.${op}` : op,
      attributes: attributes as Readonly<Record<string, unknown>>,
    });
  }
  graph.node('Identity', [isImage(outputShape) ? values.image(y) : values.plain(y)], 'output');
  return graph.model({
    ...{ name, doc: description },
    inputs: [{ name: 'input', dims: bordered(inputShape) }],
    outputs: [{ name: 'output', dims: bordered(outputShape) }],
  });
}
