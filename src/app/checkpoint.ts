// A run on its way, as one file: where it stands, how it got there, and all its values. It is a safetensors
// file whose metadata holds the rest as JSON, and a checksum over both.
import * as v from 'valibot';
import {
  type Checkpoint,
  FileError,
  type Weights,
  readSafetensors,
  writeSafetensors,
} from '../nn/index.ts';
import { sha256 } from './data/dataset.ts';
import type { EpochRecord, RunConfig } from './record.ts';
import { MOMENTS, WEIGHTS, checkpointFormat, problemOfTensors } from './schema/checkpoint.ts';
import { type Schema, formatText, readFormat, readJson } from './schema/format.ts';
import type { Sums } from './tally.ts';
import type { Turn } from './turns.ts';

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
  readonly turns: readonly Turn[];
}

export interface Kept {
  readonly position: Position;
  readonly state: Checkpoint;
}

export interface RunCheckpoint extends Kept {
  readonly config: RunConfig;
  readonly data: {
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
const FORMAT = formatText(checkpointFormat(ANY));

export async function writeCheckpoint(checkpoint: RunCheckpoint): Promise<Uint8Array> {
  const { state, ...run } = checkpoint;
  const { weights, moments, ...counters } = state;
  const tensors = new Map([...prefixed(WEIGHTS, weights), ...prefixed(MOMENTS, moments)]);
  const text = JSON.stringify({ ...run, state: counters });
  return writeSafetensors(tensors, await metadataOf(tensors, text));
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
  const file = readSafetensors(fileName, bytes);
  const written = file.metadata.get('format');
  if (!written?.startsWith('weft-checkpoint'))
    throw new FileError(fileName, `not a ${FORMAT}: it holds no run`);
  const tensors = new Map(
    [...file.tensors].map(([name, { shape, bytes }]): [string, Weights] => [
      name,
      { shape, data: new Float32Array(floatsOf(bytes)) },
    ]),
  );
  const text = file.metadata.get('run') ?? '';
  const metadata = await metadataOf(tensors, text, written);
  if (file.metadata.get('sha256') !== metadata.get('sha256'))
    throw new FileError(fileName, 'its contents do not match its checksum; it has been damaged');
  const run = readFormat(fileName, checkpointFormat(face), written, readJson(fileName, text));
  const problem = problemOfTensors(file.tensors, run.config) ?? problemOfValues(tensors);
  if (problem !== undefined) throw new FileError(fileName, problem);
  const part = (prefix: string) =>
    new Map(
      [...tensors]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, values]) => [name.slice(prefix.length), values]),
    );
  return { ...run, state: { ...run.state, weights: part(WEIGHTS), moments: part(MOMENTS) } };
}

/** A copy: they may lie anywhere, and a Buffer's own slice is none. Whole numbers of f32, whatever the dtype says. */
function floatsOf(bytes: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array(4 * Math.ceil(bytes.length / 4));
  copy.set(bytes);
  return copy.buffer;
}

/** A run does not come back from a NaN. */
function problemOfValues(tensors: ReadonlyMap<string, Weights>): string | undefined {
  for (const [name, { data }] of tensors) {
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) return `${name}[${at}] is ${data[at]}, a finite number belongs there`;
  }
  return undefined;
}

const prefixed = (prefix: string, tensors: ReadonlyMap<string, Weights>) =>
  [...tensors].map(([name, values]): [string, Weights] => [prefix + name, values]);

/** With the checksum of the file as it is without one. */
async function metadataOf(tensors: ReadonlyMap<string, Weights>, run: string, format = FORMAT) {
  const metadata = new Map([
    ['format', format],
    ['run', run],
  ]);
  return metadata.set('sha256', await sha256(writeSafetensors(tensors, metadata)));
}
