// The reference training step over random images, as every part of the bench times it.
import type { Device, Tensor } from '../src/tensor/index.ts';
import {
  REFERENCE_INPUT,
  Sequential,
  TrainStep,
  adam,
  countCorrect,
  referenceNetwork,
  softmaxCrossEntropy,
} from '../src/nn/index.ts';
import { uniform } from './random.ts';

export interface Training {
  readonly model: Sequential;
  readonly step: TrainStep;
  readonly samples: { readonly images: Tensor; readonly labels: Tensor };
  readonly batch: number;
  readonly seed: number;
}

/** Batches that the data set holds. */
const BATCHES = 4;

export async function openTraining(device: Device, batch: number, seed = 1): Promise<Training> {
  const random = uniform(2);
  const count = BATCHES * batch;
  const bytes = (length: number, below: number) =>
    Uint8Array.from({ length }, () => below * random());
  const images = device.tensor(bytes(count * 784, 256), [count, ...REFERENCE_INPUT], 'u8');
  const labels = device.tensor(bytes(count, 10), [count], 'u8');
  const samples = { images, labels };
  const model = new Sequential(device, REFERENCE_INPUT, referenceNetwork(), { seed });
  const step = TrainStep.create(model, {
    loss: softmaxCrossEntropy,
    optimizer: adam(),
    data: samples,
    metrics: { correct: countCorrect },
    batch,
    seed,
  });
  return { model, step, samples, batch, seed };
}
