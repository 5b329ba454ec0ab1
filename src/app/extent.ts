// How much of a run was done: to the step, as a place on the axis of the epochs and in words.
import type { EpochRecord } from './record.ts';
import { counted, grouped } from './wording.ts';

/** Steps from the start of a run to the end of an epoch, ⌈epoch · samples / batch⌉: batches run on over the end of an epoch. */
export const stepsBy = (epoch: number, samples: number, batch: number): number =>
  Math.ceil((epoch * samples) / batch);

/** Where an epoch's end lies on the axis of the epochs: 3, or 2.18 for one that was stopped on its way. */
export const endOf = ({ epoch, steps = 1, stepsInEpoch = 1 }: EpochRecord): number =>
  epoch - 1 + steps / stepsInEpoch;

/** Whether an epoch was stopped on its way. */
export const isPartial = ({ steps, stepsInEpoch }: EpochRecord): boolean => steps !== stepsInEpoch;

/** Epochs done, with the fraction of one that was stopped. */
export const epochsDone = (epochs: readonly EpochRecord[]): number => {
  const last = epochs.at(-1);
  return last ? endOf(last) : 0;
};

/** '26 of 141 steps'; undefined for a whole epoch. */
export const stepsText = ({ steps = 0, stepsInEpoch = 0 }: EpochRecord): string | undefined =>
  steps === stepsInEpoch ? undefined : `${grouped(steps)} of ${counted(stepsInEpoch, 'step')}`;

/** '3', or '3, 26 of 141 steps'. */
export function epochText(epoch: EpochRecord): string {
  const steps = stepsText(epoch);
  return steps === undefined ? String(epoch.epoch) : `${epoch.epoch}, ${steps}`;
}

/** A place on the axis of the epochs: 2 → '2', 0.1844 → '0.18'; what is not whole never reads so. */
export function placeText(place: number): string {
  for (let digits = 2; digits < 7 && !Number.isInteger(place); digits++) {
    const text = place.toFixed(digits);
    if (!Number.isInteger(Number(text))) return text;
  }
  return String(Math.round(place));
}

/** '2 epochs', '0.18 epochs (26 of 141 steps of epoch 1)'. */
export function workText(epochs: readonly EpochRecord[]): string {
  const done = epochsDone(epochs);
  return withSteps(epochs, `${placeText(done)} ${done === 1 ? 'epoch' : 'epochs'}`);
}

/** 'all 3 epochs', 'its one epoch', '2 of 3 epochs', '0.18 of 3 epochs (26 of 141 steps of epoch 1)'. */
export function extent(epochs: readonly EpochRecord[], planned: number): string {
  const done = epochsDone(epochs);
  if (done === planned) return done === 1 ? 'its one epoch' : `all ${counted(planned, 'epoch')}`;
  return withSteps(epochs, `${placeText(done)} of ${counted(planned, 'epoch')}`);
}

function withSteps(epochs: readonly EpochRecord[], text: string): string {
  const last = epochs.at(-1);
  const steps = last && stepsText(last);
  return steps === undefined ? text : `${text} (${steps} of epoch ${last?.epoch})`;
}
