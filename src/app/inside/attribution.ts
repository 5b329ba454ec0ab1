// What an answer hangs on, by the engine's own gradients: saliency by pixel, Grad-CAM by region.
import type { Sequential } from '../../nn/index.ts';
import { type Tensor, mean, mul, relu, sum, valueAndGrad } from '../../tensor/index.ts';
import { graphToLogits, outputsOf } from './graph.ts';

/** One logit of a batch of one, as the scalar that is differentiated. */
function logit(logits: Tensor, target: number): Tensor {
  const classes = logits.shape[1] ?? 0;
  const chosen = Array.from({ length: classes }, (_, k) => (k === target ? 1 : 0));
  return sum(mul(logits, logits.device.tensor(chosen, [1, classes])));
}

/**
 * |∂logit/∂pixel|, [H,W]: where a small change of the image would change the answer most. The largest over
 * the input's channels. Source: Simonyan, Vedaldi & Zisserman 2013, arXiv:1312.6034, eq. 5.
 */
export async function saliency(
  model: Sequential,
  x: Tensor,
  target: number,
): Promise<Float32Array> {
  const graph = graphToLogits(model);
  const gradient = model.device.scope(() => {
    const answer = () => logit(outputsOf(graph, x).at(-1) ?? x, target);
    return valueAndGrad(answer, [x]).grads[0] as Tensor;
  });
  const values = (await gradient.data()) as Float32Array;
  const channels = x.shape[3] ?? 1;
  return Float32Array.from({ length: values.length / channels }, (_, pixel) => {
    const slice = values.subarray(pixel * channels, (pixel + 1) * channels);
    return slice.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  });
}

export interface CamMap {
  readonly layer: string;
  readonly height: number;
  readonly width: number;
  /** [height, width], not negative. */
  readonly values: Float32Array;
  /** αₖ: what each channel of the layer counts for the answer. */
  readonly channelWeights: Float32Array;
}

/**
 * ReLU(Σₖ αₖ Aₖ) with αₖ the mean of ∂logit/∂Aₖ over the map: where a layer sees what speaks for the answer. What goes
 * around that layer, on the other way of a residual block, is held as it is.
 * Source: Selvaraju et al. 2017, arXiv:1610.02391, eq. 1 and 2.
 * @throws RangeError on a layer that puts out no image
 */
export async function gradCam(
  model: Sequential,
  x: Tensor,
  target: number,
  layerName: string,
): Promise<CamMap> {
  const graph = graphToLogits(model);
  const at = graph.findIndex(({ layer }) => layer.name === layerName);
  const [height, width, channels] = graph[at]?.layer.outputShape ?? [];
  if (height === undefined || width === undefined || channels === undefined) {
    throw new RangeError(`Grad-CAM: ${layerName} is no layer that puts out an image`);
  }
  const { map, alpha } = model.device.scope(() => {
    const before = outputsOf(graph.slice(0, at + 1), x);
    const maps = before[at] as Tensor;
    const rest = () => logit(outputsOf(graph, x, before).at(-1) ?? maps, target);
    const gradient = valueAndGrad(rest, [maps]).grads[0] as Tensor;
    const alpha = mean(gradient, { axes: [1, 2], keepDims: true });
    return { map: relu(sum(mul(maps, alpha), { axes: [3] })), alpha };
  });
  const [values, channelWeights] = await Promise.all([map.data(), alpha.data()]);
  return {
    layer: layerName,
    height,
    width,
    values: values as Float32Array,
    channelWeights: channelWeights as Float32Array,
  };
}
