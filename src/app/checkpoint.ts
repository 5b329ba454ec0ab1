// A run on its way, as one file: where it stands, how it got there, and all its values. It is a safetensors
// file whose metadata holds the rest as JSON, and a checksum over both.
import * as v from 'valibot';
import { type Checkpoint, FileError, type Weights } from '../nn/index.ts';
import type { Task } from './data/dataset.ts';
import type { EpochRecord, RunConfig } from './record.ts';
import { BEST, MOMENTS, WEIGHTS, checkpointFormat, problemOfTensors } from './schema/checkpoint.ts';
import { type Schema, formatText, readFormat, readJson } from './schema/format.ts';
import { prefixed, problemOfValues, readSealed, withPrefix, writeSealed } from './sealed.ts';
import type { Sums } from './tally.ts';
import type { RateChange } from './rateChanges.ts';

/** Where a run stands, beside what TrainStep.checkpoint holds. Plain values. */
export interface Position {
  /** The epoch under way, from 1; one more than the run has when nothing is left to train. */
  readonly epoch: number;
  /** The step it began with. */
  readonly from: number;
  /** Over the epoch's steps so far. */
  readonly tally: Sums;
  /** Spent on the epoch so far. */
  readonly timeMs: number;
  readonly epochs: readonly EpochRecord[];
  readonly turns: readonly RateChange[];
}

export interface Kept {
  readonly position: Position;
  readonly state: Checkpoint;
  /** The weights of the epoch with the lowest validation loss, where the run stops early. */
  readonly best?: ReadonlyMap<string, Weights>;
}

export interface RunCheckpoint extends Kept {
  readonly config: RunConfig;
  readonly data: Task & {
    readonly title: string;
    readonly builtin: boolean;
    readonly checksum: string;
  };
  /** Name of the adapter: on another one a run goes on, but not to the same bits. */
  readonly adapter: string;
  readonly weft: string;
  readonly notes: readonly string[];
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly keptAt: string;
  /** Spent on the run so far, breaks not counted. */
  readonly spentMs: number;
  /** What a face wants to find again: plain values, opaque here. */
  readonly face?: unknown;
}

/** What a checkpoint is read as where nobody asks for its face. */
const ANY: Schema<unknown> = v.unknown();

export async function writeCheckpoint(checkpoint: RunCheckpoint): Promise<Uint8Array> {
  const { state, best, ...run } = checkpoint;
  const { weights, moments, ...counters } = state;
  const tensors = new Map([
    ...prefixed(WEIGHTS, weights),
    ...prefixed(MOMENTS, moments),
    ...prefixed(BEST, best ?? new Map()),
  ]);
  const text = JSON.stringify({ ...run, state: counters });
  return writeSealed({ format: formatText(checkpointFormat(ANY)), text, tensors });
}

/**
 * Reads a checkpoint whole: its checksum, every field of what it says, its tensors against the network and the
 * optimizer that it names.
 * @param face what a face left in it, by default anything
 * @throws FileError on a file that is broken or holds something else; DataError that names the wrong field
 */
export async function readCheckpoint(
  fileName: string,
  bytes: Uint8Array,
  face: Schema<unknown> = ANY,
): Promise<RunCheckpoint> {
  const format = checkpointFormat(face);
  const sealed = await readSealed(fileName, bytes, format);
  const { tensors } = sealed;
  const run = readFormat(fileName, format, sealed.format, readJson(fileName, sealed.text));
  const problem = problemOfTensors(sealed.stored, run) ?? problemOfValues(tensors);
  if (problem !== undefined) throw new FileError(fileName, problem);
  const weights = withPrefix(WEIGHTS, tensors);
  const moments = withPrefix(MOMENTS, tensors);
  const best = withPrefix(BEST, tensors);
  return { ...run, state: { ...run.state, weights, moments }, ...(best.size > 0 && { best }) };
}
