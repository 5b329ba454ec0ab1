// A learning rate that is changed while a run goes on: factors on its schedule, each from a step on. With
// them in the configuration (`turns` in its file) the run can be told as it was, and repeated.
import type { Schedule } from '../nn/index.ts';
import { areRising } from './schema/values.ts';

export interface RateChange {
  /** The first step it holds for, counted from 0. */
  readonly step: number;
  /** The schedule's learning rate is multiplied by this until the next change. */
  readonly factor: number;
}

/** The factor in force at a step; 1 before the first change. Changes lie in the order of their steps. */
export function factorAt(changes: readonly RateChange[], step: number): number {
  return changes.findLast((change) => change.step <= step)?.factor ?? 1;
}

export function scaledBy(schedule: Schedule, changes: readonly RateChange[]): Schedule {
  return (step) => schedule(step) * factorAt(changes, step);
}

/** Changes with one more; of two at the same step the later counts, and one that changes nothing is left out. */
export function withChange(
  changes: readonly RateChange[],
  change: RateChange,
): readonly RateChange[] {
  const before = changes.filter(({ step }) => step < change.step);
  return factorAt(before, change.step) === change.factor ? before : [...before, change];
}

/** '120:0.5,300:0.1': as an option takes them. */
export const changesText = (changes: readonly RateChange[]): string =>
  changes.map(({ step, factor }) => `${step}:${factor}`).join(',');

/** The way back. @throws RangeError on anything else */
export function readChanges(text: string): readonly RateChange[] {
  const changes = text.split(',').map((part) => {
    const [, step = NaN, factor = NaN] =
      /^(\d+):([\d.e+-]+)$/i.exec(part.trim())?.map(Number) ?? [];
    if (!(step >= 0 && factor > 0 && factor < Infinity))
      throw new RangeError(`“${part}” is not a step and a factor above 0, such as 120:0.5.`);
    return { step, factor };
  });
  if (!areRising(changes.map(({ step }) => step)))
    throw new RangeError(`the steps of “${text}” do not rise.`);
  return changes;
}
