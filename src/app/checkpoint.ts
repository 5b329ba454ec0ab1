// A run on its way, as one file: where it stands, how it got there, and all its values. It is a safetensors
// file whose metadata holds the rest as JSON, and a checksum over both.
import {
  type Checkpoint,
  FileError,
  type Weights,
  readSafetensors,
  writeSafetensors,
} from '../nn/index.ts';
import { sha256 } from './data/dataset.ts';
import type { EpochRecord, RunConfig } from './record.ts';
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

const FORMAT = 'weft-checkpoint/1';
const [WEIGHTS, MOMENTS] = ['weights/', 'moments/'];

export async function writeCheckpoint(checkpoint: RunCheckpoint): Promise<Uint8Array> {
  const { state, ...run } = checkpoint;
  const { weights, moments, ...counters } = state;
  const tensors = new Map([...prefixed(WEIGHTS, weights), ...prefixed(MOMENTS, moments)]);
  const text = JSON.stringify({ ...run, state: counters });
  return writeSafetensors(tensors, await metadataOf(tensors, text));
}

/** @throws FileError on a file that is broken, or holds something else */
export async function readCheckpoint(fileName: string, bytes: Uint8Array): Promise<RunCheckpoint> {
  const file = readSafetensors(fileName, bytes);
  const format = file.metadata.get('format');
  if (format !== FORMAT) {
    const found = format?.startsWith('weft-checkpoint') ? `it is a ${format}` : 'it holds no run';
    throw new FileError(fileName, `not a ${FORMAT}: ${found}`);
  }
  const tensors = new Map(
    [...file.tensors].map(([name, { shape, bytes }]): [string, Weights] => [
      name,
      { shape, data: new Float32Array(bytes.slice().buffer) }, // copied: it may lie anywhere
    ]),
  );
  const text = file.metadata.get('run') ?? '';
  const metadata = await metadataOf(tensors, text);
  if (file.metadata.get('sha256') !== metadata.get('sha256'))
    throw new FileError(fileName, 'its contents do not match its checksum; it has been damaged');
  const run = JSON.parse(text) as Omit<RunCheckpoint, 'state'> & {
    readonly state: Omit<Checkpoint, 'weights' | 'moments'>;
  };
  const part = (prefix: string) =>
    new Map(
      [...tensors]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, values]) => [name.slice(prefix.length), values]),
    );
  return { ...run, state: { ...run.state, weights: part(WEIGHTS), moments: part(MOMENTS) } };
}

const prefixed = (prefix: string, tensors: ReadonlyMap<string, Weights>) =>
  [...tensors].map(([name, values]): [string, Weights] => [prefix + name, values]);

/** With the checksum of the file as it is without one. */
async function metadataOf(tensors: ReadonlyMap<string, Weights>, run: string) {
  const metadata = new Map([
    ['format', FORMAT],
    ['run', run],
  ]);
  return metadata.set('sha256', await sha256(writeSafetensors(tensors, metadata)));
}
