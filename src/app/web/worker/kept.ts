// The run that is kept in this browser: stored while it goes on, offered after a break, given as a file and
// taken from one.
import { type RunCheckpoint, readCheckpoint, writeCheckpoint } from '../../checkpoint.ts';
import type { Offer } from '../protocol.ts';
import type { Run, RunEvent } from '../runState.ts';
import { isDataHere } from './data.ts';
import { FACE, faceOf } from './face.ts';
import { held, send, textOf } from './held.ts';
import { get, put, remove } from './store.ts';

const KEY = 'run';
const FILE = 'run.checkpoint';
/** The last checkpoint when it could not be stored. */
let unstored: RunCheckpoint | undefined;

/** Stores a checkpoint in place of the one before; without room that one stays. */
export async function keepRun(checkpoint: RunCheckpoint): Promise<RunEvent> {
  try {
    await put(KEY, await writeCheckpoint(checkpoint));
    unstored = undefined;
    return { kind: 'kept', kept: markOf(checkpoint) };
  } catch (error) {
    unstored = checkpoint;
    return { kind: 'notKept', message: reasonOf(error) };
  }
}

/** What stands of a run that goes on from a checkpoint: that one, unless it could not be stored. */
export function standingOf(checkpoint: RunCheckpoint): Pick<Run, 'kept' | 'notKept'> {
  if (checkpoint !== unstored) return { kept: markOf(checkpoint), notKept: undefined };
  return { kept: held.run?.kept, notKept: held.run?.notKept };
}

/** @throws FileError when it is broken */
export async function keptRun(): Promise<RunCheckpoint | undefined> {
  if (unstored) return unstored;
  const bytes = await get(KEY).catch(() => undefined); // without a store nothing is kept
  return bytes instanceof Uint8Array ? readCheckpoint('the kept run', bytes, FACE) : undefined;
}

export async function forgetRun(): Promise<void> {
  unstored = undefined;
  await remove(KEY).catch(() => {});
}

/** Tells the page what can be gone on with, and why something else cannot. */
export async function showOffer(refused?: string): Promise<void> {
  if (held.control) return;
  try {
    const checkpoint = await keptRun();
    const offer = checkpoint && (await offerOf(checkpoint));
    send({ kind: 'offer', offer, refused });
  } catch (error) {
    const why = `The run that was kept here cannot be gone on with: ${textOf(error)}. Nothing else is lost by it; the next run takes its place.`;
    send({ kind: 'offer', offer: undefined, refused: refused ?? why });
  }
}

export async function giveCheckpoint(): Promise<void> {
  const checkpoint = await keptRun();
  if (!checkpoint) return;
  const bytes = (await writeCheckpoint(checkpoint)) as Uint8Array<ArrayBuffer>;
  send({ kind: 'file', name: FILE, type: 'application/octet-stream', bytes });
}

/** A checkpoint from a file becomes the run that is kept. A broken one is refused and changes nothing. */
export async function takeCheckpoint(file: File): Promise<void> {
  try {
    const checkpoint = await readCheckpoint(
      file.name,
      new Uint8Array(await file.arrayBuffer()),
      FACE,
    );
    await keepRun(checkpoint);
    await showOffer();
  } catch (error) {
    await showOffer(`${textOf(error)}. What is here stays as it is.`);
  }
}

async function offerOf(checkpoint: RunCheckpoint): Promise<Offer> {
  const { config, data, adapter } = checkpoint;
  return {
    ...markOf(checkpoint),
    config,
    counts: faceOf(checkpoint).counts,
    title: data.title,
    dataIsHere: await isDataHere(data),
    adapter,
    isStored: unstored === undefined,
  };
}

const markOf = ({ position, state, keptAt }: RunCheckpoint) => ({
  epoch: position.epoch,
  step: state.stepsDone,
  at: keptAt,
});

function reasonOf(error: unknown): string {
  const isFull = error instanceof DOMException && error.name === 'QuotaExceededError';
  return isFull
    ? 'this browser grants the page no more room'
    : `the browser’s storage says “${error instanceof Error ? error.message : String(error)}”`;
}
