// How a network is, over some images: how its values and gradients are spread, which ReLUs are dead, and how
// large a step is beside the weights it moves.
import type { Labels } from '../data/dataset.ts';
import type { Sequential, Weights, WeightUpdate } from '../../nn/index.ts';
import {
  type Recording,
  type Tensor,
  softmaxCrossEntropy,
  takeBatch,
  valueAndGrad,
} from '../../tensor/index.ts';
import { graphToLogits, outputsOf } from './graph.ts';
import { type Histogram, histogramOf, norm } from './histogram.ts';

export interface LayerHealth {
  readonly name: string;
  readonly kind: string;
  /** Of the outputs that are not zero. */
  readonly values: Histogram;
  /** Share of the outputs that are zero. */
  readonly zeroShare: number;
  /** For a ReLU: maps, or units of a vector, that are zero everywhere in every image. */
  readonly dead: { readonly dead: number; readonly units: number } | undefined;
}

interface ParameterHealth {
  /** Like `conv1.weight`. */
  readonly name: string;
  readonly weights: Histogram;
  readonly weightNorm: number;
  /** Of the mean loss over the images, without dropout. */
  readonly gradients: Histogram;
  readonly gradientNorm: number;
}

export interface Health {
  readonly images: number;
  /** Mean cross-entropy over them. */
  readonly loss: number;
  readonly layers: readonly LayerHealth[];
  readonly parameters: readonly ParameterHealth[];
}

/** By parameter: ‖Δw‖ / ‖w‖ of one step. About 10⁻³ is usual (Karpathy, CS231n). */
export function updateRatios({ before, after }: WeightUpdate): ReadonlyMap<string, number> {
  return new Map(
    [...before].map(([name, { data }]) => {
      const moved = (after.get(name) as Weights).data;
      return [name, norm(data.map((w, i) => (moved[i] as number) - w)) / norm(data)];
    }),
  );
}

/** At a time: of a large network the outputs take some hundred kB an image. */
const BATCH = 64;

interface Pass {
  readonly loss: Tensor;
  readonly outputs: readonly Tensor[];
  readonly gradients: readonly Tensor[];
}

/** A look at a network over the same labeled images, as often as it is wanted. */
export class Checkup {
  private constructor(
    readonly model: Sequential,
    readonly batches: number,
    readonly batch: number,
    readonly cursor: Tensor,
    readonly pass: Recording<Pass>,
  ) {}

  /** @param images bytes, n times the network's input; of n, whole batches of 64 are used */
  static create(model: Sequential, images: Uint8Array, labels: Labels): Checkup {
    const { device, arena } = model;
    const n = labels.length;
    const samples = {
      images: device.tensor(images, [n, ...model.inputShape], 'u8'),
      labels: device.tensor(labels, [n], labels instanceof Uint8Array ? 'u8' : 'i32'),
      indices: device.tensor(Uint32Array.from(labels.keys()), [n], 'u32'),
    };
    const batch = Math.min(BATCH, n);
    const cursor = device.zeros([1], 'u32');
    const graph = graphToLogits(model);
    const parameters = arena.parameters.map(({ tensor }) => tensor);
    const pass = device.capture((): Pass => {
      const { x, labels } = takeBatch(samples, cursor, batch);
      const { value, aux, grads } = valueAndGrad(() => {
        const outputs = outputsOf(graph, x);
        return [softmaxCrossEntropy(outputs.at(-1) as Tensor, labels), ...outputs];
      }, parameters);
      return { loss: value, outputs: aux, gradients: grads };
    });
    return new Checkup(model, Math.floor(n / batch), batch, cursor, pass);
  }

  /** With the weights as they are now, all of one step. */
  async run(): Promise<Health> {
    const { model, pass, cursor, batch, batches } = this;
    const { loss, outputs, gradients } = pass.result;
    // Queued in one go: no step of a training can come in between.
    const reads = Array.from({ length: batches }, (_, i) => {
      model.device.write(cursor, [i * batch]);
      pass.replay();
      return Promise.all([loss, ...outputs, ...gradients].map((tensor) => tensor.data()));
    });
    const [weights, ...read] = await Promise.all([model.arena.read(), ...reads]);
    const columns = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => read.map((row) => row[from + i] as Float32Array));
    const graph = graphToLogits(model);
    const [losses = []] = columns(0, 1);
    const ends = [1, 1 + outputs.length, 1 + outputs.length + gradients.length] as const;
    return {
      images: batches * batch,
      loss: losses.reduce((sum, [value = 0]) => sum + value, 0) / batches,
      layers: columns(ends[0], ends[1]).map((values, i) => {
        const { name, kind, outputShape } = (graph[i] as (typeof graph)[number]).layer;
        return layerHealth(name, kind, outputShape.at(-1) ?? 1, values);
      }),
      parameters: columns(ends[1], ends[2]).map((parts, i) => {
        const { name } = model.arena.parameters[i] as (typeof model.arena.parameters)[number];
        const weight = (weights.get(name) as Weights).data;
        const gradient = meanOf(parts);
        return {
          name,
          weights: histogramOf([weight]),
          weightNorm: norm(weight),
          gradients: histogramOf([gradient]),
          gradientNorm: norm(gradient),
        };
      }),
    };
  }
}

function layerHealth(
  name: string,
  kind: string,
  units: number,
  parts: readonly Float32Array[],
): LayerHealth {
  const alive = new Uint8Array(units);
  let zeros = 0;
  let count = 0;
  for (const values of parts) {
    count += values.length;
    values.forEach((value, i) => {
      if (value === 0) zeros++;
      else alive[i % units] = 1;
    });
  }
  const living = alive.reduce((sum, one) => sum + one, 0);
  return {
    name,
    kind,
    values: histogramOf(parts, { withoutZeros: true }),
    zeroShare: zeros / count,
    dead: kind === 'relu' ? { dead: units - living, units } : undefined,
  };
}

/** Batches are equally large, so the mean of their gradients is the gradient of the mean. */
function meanOf(parts: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array()] = parts;
  return first.map(
    (_, i) => parts.reduce((sum, part) => sum + (part[i] as number), 0) / parts.length,
  );
}
