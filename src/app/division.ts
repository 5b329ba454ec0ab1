// Which training images are learned from and which are held back, as a configuration asks.
import type { Split } from './data/dataset.ts';
import { chooseStratified, splitTrainValidation } from './data/prepare.ts';
import type { RunConfig } from './record.ts';
import { grouped } from './wording.ts';

export interface Division {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
}

/**
 * Divides the training images as a configuration asks: the hold-out first, then the limit on the rest, both stratified.
 * @throws RangeError on amounts that the set does not have, and on a batch of more images than are left
 */
export function divide(train: Split, config: RunConfig): Division {
  const { seed, validation, trainLimit, batchSize } = config;
  const parts = splitTrainValidation(train.labels, { seed, validation });
  const limit = Math.min(trainLimit ?? Infinity, parts.train.length);
  const problem = batchProblem(batchSize, limit);
  if (problem !== undefined) throw new RangeError(problem);
  if (trainLimit === null) return parts;
  const { chosen } = chooseStratified(train.labels, limit, { seed, among: parts.train });
  return { train: chosen, validation: parts.validation };
}

/** An epoch without a step of its own would be none. A sentence, or undefined for a batch that can be drawn. */
export const batchProblem = (batch: number, images: number): string | undefined =>
  batch > images
    ? `A batch of ${grouped(batch)} needs more than the ${grouped(images)} training images.`
    : undefined;
