// What the network said to the validation images after each epoch of a run: for the replay, and its albums.
// It goes into the checkpoint, so that a run that is gone on with has its epochs from before.
import { type DataSet, pixelsOf } from '../../data/dataset.ts';
import { type Answers, answersOf, confusionOf } from '../../evaluation.ts';
import type { Judged } from '../../fit.ts';
import { changesOf } from '../../changes.ts';
import type { ChangesLook, Confusion } from '../protocol.ts';

const CHANGED_IMAGES = 8;

export interface Replay {
  readonly data: DataSet;
  /** Of the data's training images, those held back. */
  readonly validation: Uint32Array;
  readonly answers: Map<number, Answers>;
}

/** Of the run under way, else of the one that is shown. */
let present: Replay | undefined;

/** Of an epoch: for each image a byte of its class and one of the probability, as text (base64). */
export type KeptAnswers = readonly (readonly [epoch: number, text: string])[];

/** A checkpoint holds the newest epochs that fit into so many characters: of 6,000 images 131. */
const MOST_CHARACTERS = 2 ** 21;

/** The epochs of a run from before, as they were kept. */
export function replayFrom(
  data: DataSet,
  validation: Uint32Array,
  before: KeptAnswers = [],
): Replay {
  const answers = new Map<number, Answers>();
  for (const [epoch, text] of before) {
    const said = unpacked(text, validation, data.classes.length);
    if (said) answers.set(epoch, said);
  }
  return { data, validation, answers };
}

/** By epoch, of the validation images. */
export function confusionsOf({ data, answers }: Replay): ReadonlyMap<number, Confusion> {
  const { classes, train } = data;
  return new Map(
    [...answers].map(([epoch, said]) => [epoch, confusionOf(said, train.labels, classes.length)]),
  );
}

/** A run begins, or goes on with its epochs from before. */
export function beginReplay(
  data: DataSet,
  validation: Uint32Array,
  before: KeptAnswers = [],
): ReadonlyMap<number, Confusion> {
  present = replayFrom(data, validation, before);
  return confusionsOf(present);
}

export const presentReplay = (): Replay | undefined => present;

/** Another run is shown, or none. */
export function setReplay(replay: Replay | undefined): void {
  present = replay;
}

export function keptAnswers(replay = present): KeptAnswers {
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
  if (!judged || !present) return undefined;
  const { data, validation, answers } = present;
  const classes = data.classes.length;
  const said = answersOf(judged.probabilities, classes, validation);
  answers.set(epoch, said);
  return confusionOf(said, data.train.labels, classes);
}

/** What the epoch changed since the one before, where both were seen. */
export function changesAt(epoch: number, replay = present): ChangesLook | undefined {
  const [before, after] = [replay?.answers.get(epoch - 1), replay?.answers.get(epoch)];
  if (!replay || !before || !after) return undefined;
  const { labels } = replay.data.train;
  const { counts, some } = changesOf(before, after, labels, CHANGED_IMAGES);
  const withPixels = some.map((change) =>
    Object.assign(change, {
      pixels: pixelsOf(replay.data, 'train', change.index).slice(),
    }),
  );
  return { epoch, counts, images: withPixels };
}

/** The data and the answers of an epoch. */
export function epochAnswers(
  epoch: number,
  replay = present,
): { data: DataSet; answers: Answers } | undefined {
  const answers = replay?.answers.get(epoch);
  return replay && answers && { data: replay.data, answers };
}
