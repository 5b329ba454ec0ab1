// What a person sets, read as a whole: from the fields of a form, an address or options, to a configuration and back.
import type { Task } from '../data/dataset.ts';
import { batchProblem } from '../division.ts';
import { checkNetwork } from '../network/check.ts';
import { grouped } from '../wording.ts';
import { type Situation, amountOf } from './amount.ts';
import { readText } from './kinds.ts';
import { OPTIMIZERS } from './optimizers.ts';
import {
  type Flag,
  type Group,
  ROWS,
  type RunConfig,
  SETTINGS,
  type Typed,
  isFlag,
  rowOf,
  textOf,
} from './table.ts';

/** The text of every setting. */
export type Values = Readonly<Record<Flag, string>>;

/** Training images learned from, held back and left aside. */
export interface SplitCounts {
  readonly train: number;
  readonly validation: number;
  readonly unused: number;
}

export type Problems = Readonly<Partial<Record<Flag, string>>>;

export interface Read {
  readonly values: Values;
  /** Absent while a setting is wrong. */
  readonly config?: RunConfig;
  readonly counts?: SplitCounts;
  /** Images a step; absent where that is wrong. */
  readonly batch?: number;
  /** One sentence for each setting that is wrong. */
  readonly problems: Problems;
}

/** Every setting: what was typed, and else what is usual. */
export function valuesOf(typed: Typed, situation: Situation): Values {
  const texts = ROWS.map(([flag, { usual, kind }]) => {
    const value = typeof usual === 'function' ? usual(situation, typed) : usual;
    return [flag, typed[flag] ?? kind.write(value)];
  });
  return Object.fromEntries(texts) as Values;
}

/** Reads the settings as a whole; the images that can be learned from follow from what is held back. */
export function readSettings(typed: Typed, situation: Situation): Read {
  const { available, task } = situation;
  const values = valuesOf(typed, situation);
  const problems: Partial<Record<Flag, string>> = {};
  const fields = ROWS.map(([flag, { key, kind }]) => {
    const found = readText(kind, values[flag]);
    if ('problem' in found) problems[flag] = found.problem;
    return [key, 'value' in found ? found.value : undefined];
  });
  const preset = presetOf(typed, situation);
  const config = { ...Object.fromEntries(fields), preset } as unknown as RunConfig;
  const { validation, trainLimit, batchSize, optimizer, momentum, patience } = config;

  const share = validation < 1 ? Math.round(validation * available) : validation;
  if (share >= available)
    problems.validation = `${grouped(share)} images held back leave none of ${grouped(available)} to learn from.`;
  const held = problems.validation ? 0 : share;
  const trainable = available - held;
  if (!problems.images && trainLimit !== null && trainLimit > trainable)
    problems.images = `${grouped(trainLimit)} are more than the ${grouped(trainable)} images that can be learned from${held > 0 ? ` (${grouped(held)} are held back)` : ''}.`;
  const images = Math.min(trainLimit ?? Infinity, trainable);
  const tooLarge = batchProblem(batchSize, images);
  if (!problems.batch && !problems.images && tooLarge !== undefined) problems.batch = tooLarge;
  // A network that can be built with a small batch, and not with this one.
  const unfit = problems.model ? undefined : checkNetwork(values.model, task).problem;
  if (unfit !== undefined)
    problems.model = unfit + (typed.model === undefined ? fitting(task) : '');
  const { problem } = problems.batch ? {} : checkNetwork(values.model, task, batchSize);
  if (!problems.model && problem !== undefined) problems.batch = `Too large for ${problem}`;

  if (!problems.momentum && momentum !== null && OPTIMIZERS[optimizer]?.momentum === null)
    problems.momentum = `${OPTIMIZERS[optimizer].title} has no momentum: “usual” belongs there.`;
  if (!problems.patience && patience > 0 && held === 0)
    problems.patience = 'To stop by the validation loss takes images that are held back.';

  const batch = problems.batch ? {} : { batch: batchSize };
  if (Object.keys(problems).length > 0) return { values, problems, ...batch };
  return {
    ...{ values, problems, ...batch },
    counts: { train: images, validation: held, unused: trainable - images },
    config: { ...config, trainLimit: images < trainable ? images : null },
  };
}

/** A preset in place of the usual network, whose unpadded filters want more pixels than some images have. */
const fitting = (task: Task) =>
  checkNetwork('deeper', task).problem === undefined ? ' The network “deeper” fits.' : '';

/** What the amount of work suits, where some of it was left open. */
function presetOf({ epochs, images }: Typed, situation: Situation): string | null {
  const amount = amountOf(situation);
  const isOpen = epochs === undefined || (images === undefined && amount.images !== null);
  return isOpen && situation.face === 'terminal' ? amount.name : null;
}

/** What stands in the address: the settings of the form, and the network of the editor. */
const SHARED = new Set<Group>(['main', 'more', 'preparation', 'model']);
const isShared = (name: string): name is Flag => isFlag(name) && SHARED.has(SETTINGS[name].group);
const KEYS = Object.keys(SETTINGS).filter(isShared);

/** What one types for a configuration; where it is the usual it stands there all the same. */
export const typedFromConfig = (config: RunConfig): Typed =>
  Object.fromEntries(KEYS.map((flag) => [flag, textOf(rowOf(flag), config)]));

/** Settings that are suggested in place of a run's own. */
export type Changes = Readonly<Partial<Record<Flag, string | number>>>;

/** What one types for a suggestion; undefined when a setting has no field. */
export function typedFromChanges(changes: Changes): Typed | undefined {
  const entries = Object.entries(changes).map(([flag, value]) => [flag, String(value)]);
  return entries.every(([flag = '']) => isShared(flag))
    ? (Object.fromEntries(entries) as Typed)
    : undefined;
}

/** What an address says: `?epochs=3&lr=0.01`. Unknown words are passed over, wrong values are kept to be shown. */
export const typedFromSearch = (search: string): Typed =>
  Object.fromEntries([...new URLSearchParams(search)].filter(([name]) => isShared(name)));

/** The other way: '' or `?epochs=3&lr=0.01`, in the order of the settings. */
export function searchOf(typed: Typed): string {
  const given = KEYS.flatMap((key) => {
    const text = typed[key];
    return text === undefined ? [] : [[key, text]];
  });
  const text = new URLSearchParams(given).toString();
  return text && `?${text}`;
}
