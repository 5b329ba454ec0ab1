// The last runs that ended, kept whole in this browser: to be shown again as they were, after a reload or years.
import { type EndedRun, readEnded, writeEnded } from '../../endedRun.ts';
import { judge } from '../../evaluation.ts';
import { divide } from '../../division.ts';
import { scoreLogits } from '../../../nn/index.ts';
import { DataError } from '../../data/dataset.ts';
import { MOST_RUNS } from '../runs/kept.ts';
import { freshRun, type Run } from '../runState.ts';
import { fetchData } from './data.ts';
import { changesAt, confusionsOf, keptAnswers, replayFrom, setReplay } from './epochs.ts';
import { FACE, type Face, faceFrom } from './face.ts';
import { held, send, textOf } from './held.ts';
import { type Finished, finished, pageVerdict } from './judgement.ts';
import { get, keysOf, put, remove } from './store.ts';

/** A run takes its weights and about 2 MB; of large networks fewer are kept. */
const MOST_BYTES = 2 ** 27;

/** Sorted by the time of their beginning, which is their id; the sizes stand in it so that no file need be read. */
type EndedKey = readonly [kind: typeof KIND, id: string, sizeBytes: number];
const KIND = 'ended';

const keysHere = async (): Promise<readonly EndedKey[]> =>
  (await keysOf(KIND)) as unknown as readonly EndedKey[];
const keyOf = async (id: string) => (await keysHere()).find((key) => key[1] === id);

/** Taken out in this tab: they can be put back as long as it lives. */
const takenOut = new Map<string, { readonly key: EndedKey; readonly value: unknown }>();

/** Tells the page which runs can be shown again, and why what it asked for last could not be done. */
export async function showWholeRuns(refused?: string): Promise<void> {
  const keys = await keysHere().catch(() => []);
  send({ kind: 'wholeRuns', ids: keys.map(([, id]) => id), refused });
}

/** Keeps a run that has ended; the oldest make room. False when there is none. */
export async function keepEnded({ verdict, run, replay }: Finished): Promise<boolean> {
  if (!run) return false;
  const face: Face = faceFrom(run, keptAnswers(replay));
  try {
    const bytes = await writeEnded({ ...verdict, face });
    const id = verdict.record.startedAt;
    await putWithRoom([KIND, id, bytes.length], bytes);
    await showWholeRuns();
    return true;
  } catch (error) {
    await showWholeRuns(
      `The run that has just ended could not be kept: ${textOf(error).replace(/\.$/, '')}. Its row stays, but after a reload its weights and figures are gone: take model.safetensors and run.json away below.`,
    );
    return false;
  }
}

async function putWithRoom(key: EndedKey, bytes: Uint8Array): Promise<void> {
  const others = [...(await keysHere())];
  // A run that was gone on with takes the place of itself.
  const before = others.filter(([, id]) => id === key[1]);
  const older = others.filter(([, id]) => id !== key[1]);
  for (let isPut = false; !isPut;) {
    try {
      await put(key, bytes);
      isPut = true;
    } catch (error) {
      const oldest = isFull(error) ? older.shift() : undefined;
      if (!oldest) throw error;
      await remove(oldest);
    }
  }
  const replaced = before.filter(([, , size]) => size !== key[2]);
  let room = MOST_BYTES - key[2];
  const tooMany = older
    .toReversed()
    .filter(([, , size], i) => (room -= size) < 0 || i >= MOST_RUNS - 1);
  for (const one of [...replaced, ...tooMany]) await remove(one);
}

const isFull = (error: unknown) =>
  error instanceof DOMException && error.name === 'QuotaExceededError';

/** After a reload: the last run stands there as it was, if its data are those at hand. */
export async function showLastRun(): Promise<void> {
  const key = (await keysHere()).at(-1);
  if (!key) return;
  try {
    const run = await read(key);
    if (held.data?.checksum === run.record.dataset.checksum && !held.last && !held.control)
      show(run);
  } catch (error) {
    await showWholeRuns(`The last run is not shown: ${textOf(error)}. It is left as it is.`);
  }
}

/** Shows a run with its verdict, its curves and its network, on the data that it learned from. */
export async function openRun(id: string): Promise<void> {
  if (held.control) return;
  try {
    const key = await keyOf(id);
    if (!key) throw new DataError('This run', 'is not kept in this browser any more');
    const run = await read(key);
    await fetchData(run.record.dataset);
    if (held.control) return; // a training has begun meanwhile
    show(run);
    await showWholeRuns();
  } catch (error) {
    await showWholeRuns(`${textOf(error).replace(/\.$/, '')}. What is shown stays as it is.`);
  }
}

async function read(key: EndedKey): Promise<EndedRun> {
  const bytes = await get(key);
  if (!(bytes instanceof Uint8Array)) throw new DataError('This run', 'is not kept whole');
  return readEnded('This run', bytes, FACE);
}

function show({ record, weights, logits, divergedAt, face }: EndedRun): void {
  const { data, exploration } = held;
  if (!data || !exploration) return;
  const { config, epochs, stopped } = record;
  const { counts, points, progress, answers } = face as Face;
  const replay = replayFrom(data, divide(data.train, config).validation, answers);
  const run: Run = {
    ...freshRun(config, counts),
    phase: 'done',
    points,
    progress,
    epochs,
    confusions: confusionsOf(replay),
    changes: changesAt(epochs.at(-1)?.epoch ?? 0, replay),
    ending: { stopped, divergedAt },
  };
  const { labels } = data.test;
  const scored = scoreLogits(logits, labels, data.classes.length);
  const evaluation = judge(scored, labels, data.classes);
  const { probabilities } = scored;
  const verdict = { record, evaluation, weights, logits, probabilities, divergedAt };
  held.last = finished(verdict, data, exploration, { run, replay });
  held.run = run;
  held.network = undefined; // built again when somebody looks into it
  held.step = undefined;
  setReplay(replay);
  send({ kind: 'verdict', verdict: pageVerdict(held.last), run });
}

export async function removeRun(id: string): Promise<void> {
  const key = await keyOf(id);
  if (!key) return;
  takenOut.set(id, { key, value: await get(key) });
  await remove(key);
  await showWholeRuns();
}

export async function putBackRun(id: string): Promise<void> {
  const taken = takenOut.get(id);
  if (!taken) return;
  await put(taken.key, taken.value);
  takenOut.delete(id);
  await showWholeRuns();
}
