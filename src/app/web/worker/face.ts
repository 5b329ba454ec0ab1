// What the page finds again in a checkpoint beside the story's own: the curve so far, the figures beside it, and
// what the network said after each epoch.
import * as v from 'valibot';
import type { FitProgress } from '../../fit.ts';
import type { RunCheckpoint } from '../../checkpoint.ts';
import type { Schema } from '../../schema/format.ts';
import {
  count,
  listOf,
  number,
  numberOrNaN,
  object,
  share,
  text,
  whole,
} from '../../schema/values.ts';
import type { Point, Run } from '../runState.ts';
import type { SplitCounts } from '../../settings/read.ts';
import type { KeptAnswers } from './epochs.ts';

export interface Face {
  readonly counts: SplitCounts;
  readonly points: readonly Point[];
  /** Absent before the first figures. */
  readonly progress?: FitProgress | undefined;
  /** Absent in a checkpoint of before they were kept. */
  readonly answers?: KeptAnswers;
}

/** How a checkpoint's face is read; one of the command line has none. */
export const FACE: Schema<Face> = object({
  counts: object({ train: count, validation: count, unused: count }),
  points: listOf(object({ epoch: number, loss: numberOrNaN, accuracy: numberOrNaN })),
  progress: v.exactOptional(
    object({
      epoch: whole(1),
      stepsDone: count,
      stepsInEpoch: whole(1),
      share,
      loss: numberOrNaN,
      accuracy: numberOrNaN,
      latest: object({ loss: numberOrNaN, hits: numberOrNaN, learningRate: number }),
      imagesPerSecond: numberOrNaN,
      etaMs: numberOrNaN,
    }),
  ),
  answers: v.exactOptional(
    listOf(v.tuple([whole(1), v.pipe(text, v.base64('bytes as text (base64) belong there'))])),
  ),
});

export function faceFrom({ counts, points, progress }: Run, answers: KeptAnswers): Face {
  return { counts, points, progress, answers };
}

/** A checkpoint of the command line has none: the curve then begins where the run goes on. */
export function faceOf({ face, config }: RunCheckpoint): Face {
  const counts = { train: config.trainLimit ?? 0, validation: 0, unused: 0 };
  return (face as Face | undefined) ?? { counts, points: [] };
}
