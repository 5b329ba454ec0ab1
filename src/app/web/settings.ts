// What a person sets before a training: the fields, what they take, and how they live in the address.
import { type Options, trainCommand } from '../commandLine.ts';
import { DEFAULTS } from '../defaults.ts';
import { batchProblem } from '../division.ts';
import { REFERENCE, readNetwork, writeNetwork } from '../network.ts';
import { checkNetwork, mostBatch } from '../network/check.ts';
import { OPTIMIZERS } from '../optimizers.ts';
import { cited, readNumber } from '../readNumber.ts';
import type { RunConfig } from '../record.ts';
import { grouped, setting } from '../wording.ts';

/** The kernels that a run computes with. */
export const KERNELS: Readonly<Record<string, string>> = {
  usual: 'the usual ones',
  fastest: 'the fastest here',
};

export const FIELDS = [
  'images',
  'epochs',
  'batch',
  'lr',
  'optimizer',
  'seed',
  'validation',
  'kernels',
] as const;
export type Field = (typeof FIELDS)[number];

/** What the address holds: the fields of the training, and the network of the model's editor. */
const KEYS = [...FIELDS, 'model'] as const;
export type Key = (typeof KEYS)[number];

/** The text of every setting. */
export type Values = Readonly<Record<Key, string>>;
/** What a person has typed; the other fields show what is usual. */
export type Typed = Readonly<Partial<Values>>;

/** What the usual amount of work depends on. */
export interface Situation {
  /** A CPU plays the GPU: a small part of the data keeps the wait short. */
  readonly software: boolean;
  readonly builtin: boolean;
  /** Training images that the data set has. */
  readonly available: number;
}

/** 6,000 images are about a minute or two for two CPU cores; a GPU takes them all in that time. */
export function usualValues({ software }: Situation): Values {
  return {
    images: software ? '6000' : 'all',
    epochs: software ? '2' : '5',
    batch: String(DEFAULTS.batchSize),
    lr: String(DEFAULTS.learningRate),
    optimizer: DEFAULTS.optimizer,
    seed: String(DEFAULTS.seed),
    validation: String(DEFAULTS.validation),
    kernels: 'usual',
    model: REFERENCE,
  };
}

/** Training images learned from, held back and left aside. */
export interface SplitCounts {
  readonly train: number;
  readonly validation: number;
  readonly unused: number;
}

export type Problems = Readonly<Partial<Record<Key, string>>>;

export interface Read {
  /** Absent while a field is wrong. */
  readonly config?: RunConfig;
  readonly counts?: SplitCounts;
  /** Images a step; absent where that is wrong. */
  readonly batch?: number;
  /** One sentence for each field that is wrong. */
  readonly problems: Problems;
}

/** Reads the fields as a whole; the images that can be learned from follow from what is held back. */
export function readSettings(values: Values, { available, builtin }: Situation): Read {
  const problems: Partial<Record<Key, string>> = {};
  const whole = (field: Field, least: number, most: number, why = ''): number => {
    const value = readNumber(values[field]);
    if (!Number.isInteger(value) || value < least || value > most)
      problems[field] =
        `${cited(values[field])} is not a whole number from ${grouped(least)} to ${grouped(most)}${why}.`;
    return value;
  };

  const validation = readNumber(values.validation);
  const held = validation < 1 ? Math.round(validation * available) : validation;
  if (!(validation >= 0) || !Number.isInteger(held) || held >= available)
    problems.validation = `${cited(values.validation)} is neither a share such as 0.1 nor a number of images below ${grouped(available)}.`;
  const trainable = problems.validation ? available : available - held;

  const all = values.images.trim().toLowerCase() === 'all';
  const images = all
    ? trainable
    : whole('images', 10, trainable, `, nor the word “all”${heldBack(available - trainable)}`);
  const epochs = whole('epochs', 1, 1000);
  const batchSize = whole('batch', 1, 4096);
  const tooLarge = batchProblem(batchSize, images);
  if (!problems.batch && !problems.images && tooLarge !== undefined) problems.batch = tooLarge;
  const seed = whole('seed', 0, 2 ** 31);
  const learningRate = readNumber(values.lr);
  if (!(learningRate > 0 && learningRate <= 100))
    problems.lr = `${cited(values.lr)} is not a number above 0, such as 0.001.`;
  if (!Object.hasOwn(OPTIMIZERS, values.optimizer))
    problems.optimizer = `There is no optimizer ${cited(values.optimizer)}.`;
  if (!Object.hasOwn(KERNELS, values.kernels))
    problems.kernels = `${cited(values.kernels)} is neither “usual” nor “fastest”.`;

  const wrongLayer = checkNetwork(values.model).problem;
  if (wrongLayer !== undefined) problems.model = wrongLayer;
  else if (!problems.batch && batchSize > mostBatch(values.model))
    problems.batch = `A batch of ${grouped(batchSize)} is too large for this network: with it an output is larger than a buffer may be. At most ${grouped(mostBatch(values.model))} fit; or make the network smaller.`;
  const network = writeNetwork(readNetwork(values.model));

  const batch = problems.batch ? {} : { batch: batchSize };
  if (Object.keys(problems).length > 0) return { problems, ...batch };
  return {
    problems,
    ...batch,
    counts: { train: images, validation: held, unused: trainable - images },
    config: {
      seed,
      epochs,
      batchSize,
      optimizer: values.optimizer,
      schedule: DEFAULTS.schedule,
      learningRate,
      network: network === REFERENCE ? null : network,
      ...(values.kernels === 'fastest' && { tune: true }),
      validation,
      trainLimit: images < trainable ? images : null,
      data: builtin ? 'builtin' : null,
      adapter: null,
      preset: null,
    },
  };
}

/** The command that repeats a run in a terminal. */
export const commandOf = (config: RunConfig): string => trainCommand(config);

/** What one types for a configuration; where it is the usual it stands there all the same. */
export function typedFromConfig(config: RunConfig): Typed {
  return {
    images: config.trainLimit === null ? 'all' : String(config.trainLimit),
    epochs: String(config.epochs),
    batch: String(config.batchSize),
    lr: setting(config.learningRate),
    optimizer: config.optimizer,
    seed: String(config.seed),
    validation: setting(config.validation),
    kernels: config.tune ? 'fastest' : 'usual',
    model: config.network ?? REFERENCE,
  };
}

/** The options of a suggestion that have a field here; undefined when one has none. */
export function typedFromOptions(options: Options): Typed | undefined {
  const typed: Partial<Record<Key, string>> = {};
  for (const [name, value] of Object.entries(options)) {
    if (name === 'full') typed.images = 'all';
    else if (name === 'tune') typed.kernels = 'fastest';
    else if (name === 'train-limit') typed.images = String(value);
    else if (isKey(name)) typed[name] = typeof value === 'number' ? setting(value) : String(value);
    else return undefined;
  }
  return typed;
}

/** What an address says: `?epochs=3&lr=0.01`. Unknown words are passed over, wrong values are kept to be shown. */
export function typedFromSearch(search: string): Typed {
  return Object.fromEntries([...new URLSearchParams(search)].filter(([name]) => isKey(name)));
}

/** The other way: '' or `?epochs=3&lr=0.01`, in the order of the settings. */
export function searchOf(typed: Typed): string {
  const given = KEYS.flatMap((key) => {
    const text = typed[key];
    return text === undefined ? [] : [[key, text]];
  });
  const text = new URLSearchParams(given).toString();
  return text && `?${text}`;
}

const isKey = (name: string): name is Key => KEYS.some((key) => key === name);

const heldBack = (held: number) => (held > 0 ? ` (${grouped(held)} are held back)` : '');
