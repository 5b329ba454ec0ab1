// What the network said to the validation images after each epoch of the last run: for the replay, and its albums.
// It goes into the checkpoint, so that a run that is gone on with has its epochs from before.
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

/** Of an epoch: for each image a byte of its class and one of the probability, as text (base64). */
export type KeptAnswers = readonly (readonly [epoch: number, text: string])[];

/** A checkpoint holds the newest epochs that fit into so many characters: of 6,000 images 131. */
const MOST_CHARACTERS = 2 ** 21;

/** A run begins, or goes on with its epochs from before; those of the last one are forgotten. */
export function beginReplay(
  data: DataSet,
  validation: Uint32Array,
  before: KeptAnswers = [],
): ReadonlyMap<number, Confusion> {
  const classes = data.classes.length;
  const answers = new Map<number, Answers>();
  const confusions = new Map<number, Confusion>();
  for (const [epoch, text] of before) {
    const said = unpacked(text, validation, classes);
    if (!said) continue;
    answers.set(epoch, said);
    confusions.set(epoch, confusionOf(said, data.train.labels, classes));
  }
  replay = { data, validation, answers };
  return confusions;
}

export function keptAnswers(): KeptAnswers {
  const kept: (readonly [number, string])[] = [];
  let room = MOST_CHARACTERS;
  for (const [epoch, said] of [...(replay?.answers ?? [])].toReversed()) {
    const text = packed(said);
    room -= text.length;
    if (room < 0) break;
    kept.unshift([epoch, text]);
  }
  return kept;
}

function packed({ predicted, confidence }: Answers): string {
  const bytes = [...predicted, ...Array.from(confidence, (share) => Math.round(255 * share))];
  return btoa(bytes.map((byte) => String.fromCharCode(byte)).join(''));
}

/** Undefined when it is not of these images and classes. */
function unpacked(text: string, images: Uint32Array, classes: number): Answers | undefined {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const predicted = Int32Array.from(bytes.subarray(0, images.length));
  const confidence = Float32Array.from(bytes.subarray(images.length), (byte) => byte / 255);
  const isSound = bytes.length === 2 * images.length && predicted.every((k) => k < classes);
  return isSound ? { images, predicted, confidence } : undefined;
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
