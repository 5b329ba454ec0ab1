// Why a loss may have stopped being a number: the causes that this configuration has, the learning rate first.
import type { RunConfig } from './record.ts';
import { OPTIMIZERS, momentumOf, plainOf } from './settings/optimizers.ts';
import type { Changes } from './settings/read.ts';
import { SHORT_WARMUP, warmupOf } from './settings/schedules.ts';
import { factorAt } from './rateChanges.ts';
import { setting } from './wording.ts';

interface Cause {
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
  const { learningRate, optimizer, batchSize, turns } = config;
  const usual = OPTIMIZERS[optimizer].rate;
  const lower = lowerRate(config);
  const factor = factorAt(turns, step);
  const causes: Cause[] = [];
  if (factor > 1)
    causes.push({
      text: `The learning rate was changed to ${setting(factor)} times its schedule before it happened: without that it may go well.`,
    });
  causes.push({
    text:
      learningRate > usual
        ? `The learning rate: ${setting(learningRate)} is ${ratio(learningRate / usual)} times what this optimizer usually takes. Try ${setting(lower)}.`
        : `The learning rate: ${setting(learningRate)} is no higher than usual, and may still be too high here. Try ${setting(lower)}.`,
    options: { lr: lower },
  });
  const [momentum, plain] = [momentumOf(config), plainOf(optimizer)];
  if (momentum > 0 && plain)
    causes.push({
      text: `Momentum of ${setting(momentum)} makes steps up to ${ratio(1 / (1 - momentum))} times as long as the learning rate says; without it they are as they are.`,
      options: { ...(plain !== optimizer && { optimizer: plain }), momentum: 'usual' },
    });
  if (warmupOf(config) === 0)
    causes.push({
      text: 'The schedule: a rate that rises over the first steps spares random weights the longest ones.',
      options: { warmup: SHORT_WARMUP },
    });
  if (batchSize < SMALL_BATCH)
    causes.push({
      text: `The batch: the gradient of ${batchSize} images is mostly chance. Try 128.`,
      options: { batch: 128 },
    });
  return causes;
}

const ratio = (value: number) => Number(value.toPrecision(2)).toLocaleString('en-GB');
