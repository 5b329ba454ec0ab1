// What the network said to the validation images after each epoch of the last run: for the replay, and its albums.
import type { DataSet } from '../../data/dataset.ts';
import { type Answers, answersOf, confusionOf } from '../../evaluation.ts';
import type { Judged } from '../../fit.ts';
import type { Confusion } from '../protocol.ts';

interface Replay {
  readonly data: DataSet;
  /** Of the data's training images, those held back. */
  readonly validation: Uint32Array;
  readonly answers: Map<number, Answers>;
}

let replay: Replay | undefined;

/** A new run begins: the epochs of the one before are forgotten. */
export function beginReplay(data: DataSet, validation: Uint32Array): void {
  replay = { data, validation, answers: new Map() };
}

/** Keeps the answers after an epoch; gives their confusion matrix. */
export function keepEpoch(epoch: number, judged: Judged | undefined): Confusion | undefined {
  if (!judged || !replay) return undefined;
  const { data, validation, answers } = replay;
  const classes = data.classes.length;
  const said = answersOf(judged.probabilities, classes, validation);
  answers.set(epoch, said);
  return confusionOf(said, data.train.labels, classes);
}

/** The data and the answers of an epoch of the last run. */
export function epochAnswers(epoch: number): { data: DataSet; answers: Answers } | undefined {
  const answers = replay?.answers.get(epoch);
  return replay && answers && { data: replay.data, answers };
}
