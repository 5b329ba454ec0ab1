// An image on its way through a network: every layer recorded by itself, then replayed for each image
// and each state of the weights. Nothing is fused, so that convolution, ReLU and pool are seen apart.
import type { LayerInPlace, Sequential, Weights } from '../../nn/index.ts';
import { type Recording, type Tensor, softmax } from '../../tensor/index.ts';
import { scalePixels } from '../data/prepare.ts';
import type { Stage } from './stage.ts';

/** A layer and the kernels that run it for one image. */
export interface Step {
  readonly layer: LayerInPlace;
  readonly recording: Recording<Tensor>;
}

/** Layers from image to probabilities: those of the network, and a softmax where it ends in logits. */
function layersToShares(model: Sequential): readonly LayerInPlace[] {
  const { layers, outputShape } = model;
  if (model.endsInSoftmax || outputShape.length !== 1) return layers;
  const shares: LayerInPlace = {
    name: 'softmax',
    kind: 'softmax',
    inputShape: outputShape,
    outputShape,
    window: undefined,
    parameters: [],
    parts: [],
    apply: (x) => softmax(x),
  };
  return [...layers, shares];
}

/** What some layers in a row make of a batch. */
export const through = (layers: readonly LayerInPlace[], x: Tensor): Tensor =>
  layers.reduce((input, { apply }) => apply(input), x);

/** The layers up to the logits: through a softmax the gradient of a sure answer would vanish. */
export const layersToLogits = ({ layers, endsInSoftmax }: Sequential): readonly LayerInPlace[] =>
  endsInSoftmax ? layers.slice(0, -1) : layers;

export class Flow {
  private constructor(
    readonly model: Sequential,
    /** f32 [1, ...inputShape] */
    readonly input: Tensor,
    readonly steps: readonly Step[],
  ) {}

  /** Records the way of one image through the network. */
  static create(model: Sequential): Flow {
    const { device } = model;
    const layers = layersToShares(model);
    const input = device.zeros([1, ...model.inputShape]);
    const steps: Step[] = [];
    let x = input;
    for (const layer of layers) {
      const from = x;
      const recording = device.capture(() => layer.apply(from));
      steps.push({ layer, recording });
      x = recording.result;
    }
    return new Flow(model, input, steps);
  }

  /** What each layer makes of an image (bytes), with the weights as they are now, all of one step. */
  async look(image: Uint8Array): Promise<Stage[]> {
    const { model, input, steps } = this;
    model.device.write(input, scalePixels(image));
    // Queued in one go: no step of a training can come in between.
    for (const { recording } of steps) recording.replay();
    const outputs = steps.map(({ recording }) => recording.result);
    const reads = outputs.map((output) => output.data());
    const [weights, values] = await Promise.all([model.arena.read(), Promise.all(reads)]);
    return steps.map(({ layer }, i) => stageOf(layer, weights, values[i] as Float32Array));
  }
}

function stageOf(
  { name, kind, inputShape, outputShape, window, parameters }: LayerInPlace,
  weights: ReadonlyMap<string, Weights>,
  values: Float32Array,
): Stage {
  const parameter = (which: string) => {
    const found = parameters.find((p) => p.name === `${name}.${which}`);
    return found && weights.get(found.name)?.data;
  };
  const [weight, bias] = [parameter('weight'), parameter('bias')];
  return {
    ...{ name, kind, inputShape, outputShape, window, weight, bias, values },
    parameters: parameters.map((p) => ({ name: p.name.slice(name.length + 1), shape: p.shape })),
  };
}
