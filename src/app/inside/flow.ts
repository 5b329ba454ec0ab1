// An image on its way through a network: every layer recorded by itself, then replayed for each image
// and each state of the weights. Nothing is fused, so that convolution, ReLU and pool are seen apart.
import type { Sequential, Weights } from '../../nn/index.ts';
import type { Recording, Tensor } from '../../tensor/index.ts';
import { scalePixels } from '../data/prepare.ts';
import { type Operation, graphToShares } from './graph.ts';
import type { Stage } from './stage.ts';

/** A layer and the kernels that run it for one image. */
export interface Step extends Operation {
  readonly recording: Recording<Tensor>;
}

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
    const input = device.zeros([1, ...model.inputShape]);
    const steps: Step[] = [];
    for (const operation of graphToShares(model)) {
      const from = operation.inputs.map((at) => steps[at]?.recording.result ?? input);
      steps.push({ ...operation, recording: device.capture(() => operation.apply(from)) });
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
    return steps.map((step, i) => stageOf(step, weights, values[i] as Float32Array));
  }
}

function stageOf(
  { layer, inputs }: Operation,
  weights: ReadonlyMap<string, Weights>,
  values: Float32Array,
): Stage {
  const { name, kind, inputShape, outputShape, window, groups, parameters } = layer;
  const kept = (which: string) => weights.get(`${name}.${which}`)?.data;
  return {
    ...{ name, kind, inputShape, outputShape, window, groups, inputs, values },
    ...{ weight: kept('weight'), bias: kept('bias') },
    ...{ mean: kept('mean'), variance: kept('variance') },
    parameters: parameters.map((p) => ({ name: p.name.slice(name.length + 1), shape: p.shape })),
  };
}
