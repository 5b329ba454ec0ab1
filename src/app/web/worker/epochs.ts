// What the network said to the validation images after each epoch of the last run: for the replay, and its albums.
import type { DataSet } from '../../data/dataset.ts';
import { type Answers, answersOf, confusionOf } from '../../evaluation.ts';
import type { Judged } from '../../fit.ts';
import { changesOf } from '../../changes.ts';
import type { ChangesLook, Confusion } from '../protocol.ts';

const CHANGED_IMAGES = 8;

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

/** What the epoch changed since the one before, where both were seen. */
export function changesAt(epoch: number): ChangesLook | undefined {
  const [before, after] = [replay?.answers.get(epoch - 1), replay?.answers.get(epoch)];
  if (!replay || !before || !after) return undefined;
  const { train, height, width } = replay.data;
  const { labels, images } = train;
  const { counts, some } = changesOf(before, after, labels, CHANGED_IMAGES);
  const size = height * width;
  const withPixels = some.map((change) =>
    Object.assign(change, {
      pixels: images.slice(change.index * size, (change.index + 1) * size),
    }),
  );
  return { epoch, counts, images: withPixels };
}

/** The data and the answers of an epoch of the last run. */
export function epochAnswers(epoch: number): { data: DataSet; answers: Answers } | undefined {
  const answers = replay?.answers.get(epoch);
  return replay && answers && { data: replay.data, answers };
}
