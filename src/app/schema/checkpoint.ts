// Schema of a checkpoint: what it says of its run, and the tensors that have to lie beside it.
import * as v from 'valibot';
import { type StoredTensor, slotSize } from '../../nn/index.ts';
import type { RunCheckpoint } from '../checkpoint.ts';
import { learnedOf, savedOf } from '../network/layers.ts';
import { optimizerOf } from '../optimizer.ts';
import type { RunConfig } from '../record.ts';
import type { Format, Schema } from './format.ts';
import { CONFIG, RATE_CHANGES } from '../settings/table.ts';
import { CLASSES, EPOCHS, SHAPE, beyond, problemOfNetwork } from './run.ts';
import {
  agreeing,
  amount,
  count,
  flag,
  listOf,
  name,
  number,
  object,
  text,
  time,
  whole,
} from './values.ts';

/** All of a checkpoint but its tensors. */
type CheckpointText = Omit<RunCheckpoint, 'state' | 'best'> & {
  readonly state: Pick<RunCheckpoint['state'], 'seed' | 'stepsDone'>;
};

/** @param face what a face wants to find again */
export const checkpointFormat = (face: Schema<unknown>): Format<CheckpointText> => ({
  name: 'weft-checkpoint',
  version: 1,
  title: 'a checkpoint of a run',
  schema: agreeing(
    object({
      position: object({
        epoch: whole(1),
        from: count,
        tally: object({ steps: count, loss: number, hits: amount }),
        timeMs: amount,
        epochs: EPOCHS,
        turns: RATE_CHANGES,
      }),
      state: object({ seed: whole(0, 2 ** 32), stepsDone: count }),
      config: CONFIG,
      data: object({ title: text, builtin: flag, checksum: name, shape: SHAPE, classes: CLASSES }),
      adapter: text,
      weft: text,
      notes: listOf(text),
      startedAt: time,
      keptAt: time,
      spentMs: amount,
      face: v.exactOptional(face),
    }),
    problemOfPosition,
  ),
  up: new Map(),
});

/** Counters that contradict each other would end the run, or never end it. */
function problemOfPosition({ position, state, config, data }: CheckpointText): string | undefined {
  const { epoch, from, tally, epochs } = position;
  const last = epochs.at(-1)?.epoch ?? 0;
  const batchHits = tally.steps * config.batchSize;
  if (state.seed !== config.seed)
    return `state.seed is ${state.seed}, config.seed is ${config.seed}`;
  if (epoch > config.epochs + 1)
    return `position.epoch is ${epoch}, config.epochs is ${config.epochs}`;
  if (last >= epoch)
    return `position.epochs reaches epoch ${last}, position.epoch is only at ${epoch}`;
  if (from > state.stepsDone)
    return `position.from is step ${from}, state.stepsDone is ${state.stepsDone}`;
  if (tally.steps !== state.stepsDone - from)
    return `position.tally.steps is ${tally.steps}, from position.from to state.stepsDone there are ${state.stepsDone - from}`;
  if (tally.hits > batchHits)
    return `position.tally.hits is ${tally.hits}, its steps saw ${batchHits} images`;
  return beyond(epochs, config) ?? problemOfNetwork(config, data);
}

/** Prefixes of the tensors' names in the file. */
export const [WEIGHTS, MOMENTS, BEST] = ['weights/', 'moments/', 'best/'];

/** What keeps tensors from being the weights and the moments of a configuration's run: the first thing, in a sentence. */
export function problemOfTensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  { config, data }: Pick<RunCheckpoint, 'config' | 'data'>,
): string | undefined {
  const sizes = learnedOf(config.network, data).map(({ shape }) =>
    slotSize(shape.reduce((a, b) => a * b, 1)),
  );
  const arena = [sizes.reduce((sum, size) => sum + size, 0)];
  const saved = savedOf(config.network, data);
  const wanted = new Map<string, readonly number[]>([
    ...saved.map(({ name, shape }) => [WEIGHTS + name, shape] as const),
    ...momentsOf(config).map((name) => [MOMENTS + name, arena] as const),
    // From the first validation on.
    ...(config.patience > 0 && [...tensors.keys()].some((name) => name.startsWith(BEST))
      ? saved.map(({ name, shape }) => [BEST + name, shape] as const)
      : []),
  ]);
  for (const [name, shape] of wanted) {
    const stored = tensors.get(name);
    if (!stored) return `holds no ${name}, which its network or its optimizer has`;
    if (stored.dtype !== 'F32') return `${name} has the dtype ${stored.dtype}, F32 belongs there`;
    if (stored.shape.join() !== shape.join())
      return `${name} has the shape [${stored.shape}], its network wants [${shape}]`;
  }
  const foreign = [...tensors.keys()].find((name) => !wanted.has(name));
  return foreign && `holds ${foreign}, which neither its network nor its optimizer has`;
}

/** What is kept beside the weights, by name. */
export const momentsOf = (config: RunConfig): readonly string[] => [
  ...optimizerOf(config, () => 0).moments,
  ...(config.ema > 0 ? ['average'] : []),
];
