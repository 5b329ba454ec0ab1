// Why a loss may have stopped being a number: the likely causes in this configuration, the likeliest first.
import type { RunConfig } from './record.ts';
import { OPTIMIZERS } from './settings/optimizers.ts';
import type { Changes } from './settings/read.ts';
import { factorAt } from './turns.ts';
import { setting } from './wording.ts';

export interface Cause {
  readonly text: string;
  /** Settings that take it away. */
  readonly options?: Changes;
}

/** A learning rate below the present one: what is usual, or a tenth of it where it is no higher than that. */
export function lowerRate({ optimizer, learningRate }: RunConfig): number {
  const usual = OPTIMIZERS[optimizer].rate;
  return learningRate > usual ? usual : Number((learningRate / 10).toPrecision(3));
}

const SMALL_BATCH = 16;

/** @param step at which the loss was not finite, from 0 */
export function divergenceCauses(config: RunConfig, step: number): readonly Cause[] {
  const { learningRate, optimizer, schedule, batchSize, turns } = config;
  const usual = OPTIMIZERS[optimizer].rate;
  const lower = lowerRate(config);
  const factor = factorAt(turns, step);
  const causes: Cause[] = [];
  if (factor > 1)
    causes.push({
      text: `The learning rate was turned to ${setting(factor)} times its schedule before it happened: without that it may go well.`,
    });
  causes.push({
    text:
      learningRate > usual
        ? `The learning rate: ${setting(learningRate)} is ${ratio(learningRate / usual)} times what this optimizer usually takes. Try ${setting(lower)}.`
        : `The learning rate: ${setting(learningRate)} is not unusual, but it is still the likeliest cause. Try ${setting(lower)}.`,
    options: { lr: lower },
  });
  if (optimizer === 'momentum' || optimizer === 'nesterov')
    causes.push({
      text: 'Momentum of 0.9 makes steps up to ten times as long as the learning rate says; plain SGD takes them as they are.',
      options: { optimizer: 'sgd' },
    });
  if (schedule === 'constant')
    causes.push({
      text: 'The schedule: a rate that rises over the first steps spares random weights the longest ones.',
      options: { schedule: 'cosine' },
    });
  if (batchSize < SMALL_BATCH)
    causes.push({
      text: `The batch: the gradient of ${batchSize} images is mostly chance. Try 128.`,
      options: { batch: 128 },
    });
  return causes;
}

const ratio = (value: number) => Number(value.toPrecision(2)).toLocaleString('en-GB');
