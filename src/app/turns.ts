// A learning rate that is turned while a run goes on: factors on its schedule, each from a step on. With
// them in the configuration the run can be told as it was, and repeated.
import { areRising } from './schema/values.ts';
import type { Schedule } from '../nn/index.ts';

export interface Turn {
  /** The first step it holds for, counted from 0. */
  readonly step: number;
  /** The schedule's learning rate is multiplied by this until the next turn. */
  readonly factor: number;
}

/** The factor in force at a step; 1 before the first turn. Turns lie in the order of their steps. */
export function factorAt(turns: readonly Turn[], step: number): number {
  return turns.findLast((turn) => turn.step <= step)?.factor ?? 1;
}

export function turned(schedule: Schedule, turns: readonly Turn[]): Schedule {
  return (step) => schedule(step) * factorAt(turns, step);
}

/** Turns with one more; of two at the same step the later counts, and one that changes nothing is left out. */
export function withTurn(turns: readonly Turn[], turn: Turn): readonly Turn[] {
  const before = turns.filter(({ step }) => step < turn.step);
  return factorAt(before, turn.step) === turn.factor ? before : [...before, turn];
}

/** '120:0.5,300:0.1': as an option takes them. */
export const turnsText = (turns: readonly Turn[]): string =>
  turns.map(({ step, factor }) => `${step}:${factor}`).join(',');

/** The way back. @throws RangeError on anything else */
export function readTurns(text: string): readonly Turn[] {
  const turns = text.split(',').map((part) => {
    const [, step = NaN, factor = NaN] =
      /^(\d+):([\d.e+-]+)$/i.exec(part.trim())?.map(Number) ?? [];
    if (!(step >= 0 && factor > 0 && factor < Infinity))
      throw new RangeError(`“${part}” is not a step and a factor above 0, such as 120:0.5.`);
    return { step, factor };
  });
  const steps = turns.map(({ step }) => step);
  if (!areRising(steps)) throw new RangeError(`the steps of “${text}” do not rise.`);
  return turns;
}
