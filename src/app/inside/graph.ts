// The layers of a network one by one, blocks taken apart: which runs after which, and on whose outputs.
import type { LayerInPlace, Sequential } from '../../nn/index.ts';
import { type Tensor, add, softmax } from '../../tensor/index.ts';

/** Where the network's own input stands in for a layer's output. */
export const IMAGE = -1;

/** A layer among those of a network in the order in which they run. */
export interface Operation {
  readonly layer: LayerInPlace;
  /** Whose outputs go in: places in the list, or IMAGE. A residual sum has two, its body's end first. */
  readonly inputs: readonly number[];
  readonly apply: (inputs: readonly Tensor[]) => Tensor;
}

/** The layers up to the logits: through a softmax the gradient of a sure answer would vanish. */
export function graphToLogits({ layers, endsInSoftmax }: Sequential): readonly Operation[] {
  const operations: Operation[] = [];
  unroll(endsInSoftmax ? layers.slice(0, -1) : layers, IMAGE, operations);
  return operations;
}

/** Layers from image to probabilities: those of the network, and a softmax where it ends in logits. */
export function graphToShares(model: Sequential): readonly Operation[] {
  const { layers, outputShape } = model;
  const operations: Operation[] = [];
  const end = unroll(layers, IMAGE, operations);
  if (model.endsInSoftmax || outputShape.length !== 1) return operations;
  const layer: LayerInPlace = {
    ...{ name: 'softmax', kind: 'softmax', inputShape: outputShape, outputShape },
    ...{ window: undefined, groups: undefined, layout: undefined, parameters: [], parts: [] },
    apply: (x) => softmax(x),
  };
  return [...operations, ofOne(layer, end)];
}

const ofOne = (layer: LayerInPlace, input: number): Operation => ({
  layer,
  inputs: [input],
  apply: ([x]) => layer.apply(x as Tensor),
});

/** Appends layers in a row; gives the place of the last. */
function unroll(layers: readonly LayerInPlace[], input: number, into: Operation[]): number {
  return layers.reduce((at, layer) => {
    const { kind, layout, parts } = layer;
    if (layout === 'sequential') return unroll(parts, at, into);
    if (kind !== 'residual') return into.push(ofOne(layer, at)) - 1;
    const [body, shortcut] = parts.map((part) => [part]);
    const inputs = [unroll(body ?? [], at, into), unroll(shortcut ?? [], at, into)];
    // What is learned is learned inside.
    const sum = { ...layer, parameters: [] };
    return into.push({ layer: sum, inputs, apply: ([a, b]) => add(a as Tensor, b as Tensor) }) - 1;
  }, input);
}

/**
 * What every operation makes of x, in their order.
 * @param known outputs of the first of them, which are not run
 */
export function outputsOf(
  operations: readonly Operation[],
  x: Tensor,
  known: readonly Tensor[] = [],
): Tensor[] {
  const outputs = [...known];
  for (const { inputs, apply } of operations.slice(known.length))
    outputs.push(apply(inputs.map((at) => (at === IMAGE ? x : (outputs[at] as Tensor)))));
  return outputs;
}
