// The settings of a training, each a row. Options of the terminal, fields and address of the page, run.json's check,
// suggestions and the command that repeats a run follow from it: a new setting is a row here, and its use.
import * as v from 'valibot';
import { REFERENCE, readNetwork, writeNetwork } from '../network.ts';
import { checkNetwork } from '../network/check.ts';
import type { Schema } from '../schema/format.ts';
import { areRising, count, flag, listOf, object, positive, text, which } from '../schema/values.ts';
import { type RateChange, readChanges, changesText } from '../rateChanges.ts';
import { type Situation, amountOf, usualBatch } from './amount.ts';
import { AUGMENT, AUGMENT_PRESETS, NONE, TRANSFORMS } from './augment.ts';
import { type Kind, above0, between, choice, held, orUsual, whole, words } from './kinds.ts';
import { DECAYS_TEXT, OPTIMIZERS, OPTIMIZER_TITLES, isOptimizer, titlesOf } from './optimizers.ts';
import { PICTURES } from './pictures.ts';
import { SCHEDULES } from './schedules.ts';

/**
 * Where a person meets it: in the form at once, or among the rarely used; in the editor of the augmentation or of the
 * model; while a run goes on; in none of them, for it says on what is trained.
 */
export type Group = 'main' | 'more' | 'preparation' | 'model' | 'run' | 'circumstances';

/** What a person has typed, by flag; all else is as usual. */
export type Typed = Readonly<Partial<Record<Flag, string>>>;

interface Entry<K extends string> {
  /** Its field in a configuration. */
  readonly key: K;
  readonly group: Group;
  readonly title: string;
  /** Below its field: the unit, in a few words. */
  readonly unit?: string;
  /** Texts name it in a sentence of its own, not among what is set otherwise. */
  readonly isSaidApart?: true;
  /** Files from before there was such a setting mean what is usual. */
  readonly isNew?: boolean;
}

interface Setting<K extends string, T> extends Entry<K> {
  readonly kind: Kind<T>;
  /** What it is where nobody says; of one that depends on the rest, `help` says on what. */
  readonly usual:
    T | ((situation: Situation, typed: Readonly<Record<string, string | undefined>>) => T);
  /** In a list of options. */
  readonly help: string;
}

const setting = <const K extends string, T>(
  entry: Entry<K>,
  kind: Kind<T>,
  usual: NoInfer<Setting<K, T>['usual']>,
  help: string,
): Setting<K, T> => ({ ...entry, kind, usual, help });

const NETWORK: Kind<string | null> = {
  wants: 'a network',
  placeholder: '<layers>',
  read(text) {
    // What the data set asks of it is checked when that is known.
    const { problem } = checkNetwork(text, undefined);
    if (problem !== undefined) throw new RangeError(problem);
    const network = writeNetwork(readNetwork(text));
    return network === REFERENCE ? null : network;
  },
  write: (network) => network ?? REFERENCE,
  schema: v.nullable(
    v.pipe(
      text,
      v.check(
        (network) => checkNetwork(network, undefined).problem === undefined,
        ({ input }) => `which cannot be built: ${checkNetwork(input, undefined).problem}`,
      ),
    ),
  ),
};

/** Learning-rate changes in the order of their steps. */
export const RATE_CHANGES: Schema<readonly RateChange[]> = which(
  listOf(object({ step: count, factor: positive })),
  (changes) => areRising(changes.map(({ step }) => step)),
  'one whose steps rise',
);

const CHANGES: Kind<readonly RateChange[]> = {
  wants: 'a list such as 120:0.5,300:0.1',
  placeholder: '<step:factor,…>',
  read: (text) => (text === '' ? [] : readChanges(text)),
  write: changesText,
  schema: RATE_CHANGES,
};

const NAMES = choice({ usual: 'The usual ones', fastest: 'The fastest here' });
/** Are the fastest to be found? */
const KERNELS: Kind<boolean> = {
  ...NAMES,
  read: (text) => (NAMES.read(text) === undefined ? undefined : text === 'fastest'),
  write: (tune) => (tune ? 'fastest' : 'usual'),
  schema: flag,
};

const RATES = Object.entries(OPTIMIZERS)
  .map(([name, { rate }]) => `${name} ${rate}`)
  .join(', ');

const some = whole(1, 2 ** 31);
const IMAGES: Kind<number | null> = {
  wants: `${some.wants}, nor the word “all”`,
  placeholder: '<n>',
  read: (text) => (text.trim().toLowerCase() === 'all' ? null : some.read(text)),
  write: (images) => (images === null ? 'all' : String(images)),
  schema: v.nullable(some.schema),
};

/** In the order of the help and of the form: where a person meets it and what it is called, then what it is. */
export const SETTINGS = {
  data: setting(
    { key: 'data', group: 'circumstances', title: 'Data' },
    words('<dir>'),
    ({ face, builtin, name = builtin ? 'builtin' : null }) => (face === 'page' ? name : null),
    'your own images (a folder of folders, a zip, .npz, CSV, IDX or CIFAR files), mnist, kmnist, cifar10, fashion-mnist, or builtin, builtin-color, which weft draws itself ' +
      '(by default: FASHION_MNIST_DIR, the cache, a download, HTTPS_PROXY heeded, and without network the built-in set)',
  ),
  pictures: setting(
    { key: 'pictures', group: 'circumstances', title: 'Pictures', isNew: true },
    PICTURES,
    null,
    'how pictures in folders become images: their side in pixels, pad or crop, gray or color, black or white for ' +
      'margins, skip for files that are none, such as 32,crop,skip (by default as they are, or padded to one size)',
  ),
  model: setting(
    { key: 'network', group: 'model', title: 'Network', isNew: true },
    NETWORK,
    null,
    'the network: a preset, or its layers',
  ),
  images: setting(
    { key: 'trainLimit', group: 'main', title: 'Training images', unit: 'a number, or “all”' },
    IMAGES,
    (situation) => amountOf(situation).images,
    "training images to learn from, or 'all' (by default what suits the adapter)",
  ),
  epochs: setting(
    { key: 'epochs', group: 'main', title: 'Epochs', unit: 'passes over them' },
    whole(1, 10_000, 0), // weights from a file were trained for none
    (situation) => amountOf(situation).epochs,
    'passes over the training images (by default what suits the adapter)',
  ),
  batch: setting(
    { key: 'batchSize', group: 'main', title: 'Batch', unit: 'images a step' },
    whole(1, 4096),
    ({ available }) => usualBatch(available),
    'images a step (default: 128, of few training images a power of two below)',
  ),
  lr: setting(
    { key: 'learningRate', group: 'main', title: 'Learning rate', unit: 'length of a step' },
    above0,
    (_, { optimizer = '' }) => OPTIMIZERS[isOptimizer(optimizer) ? optimizer : 'adam'].rate,
    `learning rate, at its highest (by default the optimizer's: ${RATES})`,
  ),
  'lr-changes': setting(
    { key: 'turns', group: 'run', title: 'Learning-rate changes', isNew: true },
    CHANGES,
    [],
    'multiply the schedule from a step on, such as 120:0.5,300:0.1: repeats what was changed on the page during a run',
  ),
  optimizer: setting(
    { key: 'optimizer', group: 'main', title: 'Optimizer', unit: 'how a step is chosen' },
    choice(OPTIMIZER_TITLES),
    'adam',
    'how the weights follow the gradient',
  ),
  schedule: setting(
    { key: 'schedule', group: 'main', title: 'Schedule', unit: 'the rate over the run' },
    choice(titlesOf(SCHEDULES)),
    'cosine',
    'learning rate over the run: up, then half a cosine down to 0, a cycle, a line to 0, steps, or as it is',
  ),
  augment: setting(
    {
      key: 'augment',
      group: 'preparation',
      title: 'Augmentation',
      isNew: true,
    },
    AUGMENT,
    NONE,
    `what is done at random to each image that is learned from: ${Object.keys(AUGMENT_PRESETS).join(', ')}, or a list of ${Object.keys(TRANSFORMS).join(', ')}, such as flip,shift2,rotate10`,
  ),
  warmup: setting(
    { key: 'warmup', group: 'more', title: 'Warm-up', unit: 'share of the steps', isNew: true },
    orUsual(between(0.9)),
    null,
    "share of the steps over which the rate rises, or 'usual': the schedule's",
  ),
  momentum: setting(
    { key: 'momentum', group: 'more', title: 'Momentum', unit: 'below 1', isNew: true },
    orUsual(between(1, true)),
    null,
    "of the optimizer, beta1 of Adam, AdamW and Lion, or 'usual'",
  ),
  'weight-decay': setting(
    {
      key: 'weightDecay',
      group: 'more',
      title: 'Weight decay',
      unit: 'not of biases and norms',
      isNew: true,
    },
    orUsual(between(10)),
    null,
    `of filters and matrices, not of biases and norms, or 'usual': ${DECAYS_TEXT}`,
  ),
  'label-smoothing': setting(
    {
      key: 'labelSmoothing',
      group: 'more',
      title: 'Label smoothing',
      unit: 'a share',
      isNew: true,
    },
    between(1, true),
    0,
    'share of the target that all classes get alike',
  ),
  'class-weights': setting(
    {
      key: 'classWeights',
      group: 'more',
      title: 'Class weights',
      unit: 'in the loss',
      isNew: true,
    },
    choice({ none: 'All images alike', balanced: 'All classes alike' }),
    'none',
    'what counts alike in the loss: each image, or each class, however many images it has',
  ),
  'clip-norm': setting(
    {
      key: 'clipNorm',
      group: 'more',
      title: 'Gradient norm',
      unit: 'at most; 0: any',
      isNew: true,
    },
    between(1e6),
    0,
    'longer gradients are scaled down to this norm; 0: none is',
  ),
  ema: setting(
    {
      key: 'ema',
      group: 'more',
      title: 'Averaged weights',
      unit: 'decay a step; 0: not',
      isNew: true,
    },
    between(1, true),
    0,
    'decay a step, such as 0.999, of a moving average of the weights, which is judged and saved in their place; 0: none',
  ),
  patience: setting(
    {
      key: 'patience',
      group: 'more',
      title: 'Early stopping',
      unit: 'epochs; 0: never',
      isNew: true,
    },
    whole(0, 1000),
    0,
    'stop when the validation loss has not fallen for so many epochs, and take the best weights; 0: never',
  ),
  tta: setting(
    { key: 'tta', group: 'more', title: 'Test images', unit: 'how they are judged', isNew: true },
    choice({ none: 'As they are', mirror: 'And mirrored' }),
    'none',
    'test-time augmentation: the network sees each test image, or also its mirror image, and the mean counts',
  ),
  seed: setting(
    { key: 'seed', group: 'more', title: 'Seed', unit: 'same seed, same run', isSaidApart: true },
    whole(0, 2 ** 32 - 1),
    0,
    'of the split, the first weights, the order and dropout',
  ),
  validation: setting(
    {
      key: 'validation',
      group: 'more',
      title: 'Held back',
      unit: 'share, or a number',
      isSaidApart: true,
    },
    held,
    0.1,
    'training images held back: a fraction, or a number',
  ),
  adapter: setting(
    { key: 'adapter', group: 'circumstances', title: 'Adapter' },
    words('<name>'),
    null,
    'part of the name of the adapter to use, such as llvmpipe',
  ),
  kernels: setting(
    { key: 'tune', group: 'more', title: 'Kernels', unit: 'measured once', isNew: true },
    KERNELS,
    false,
    'those that are usual, or those that are the fastest here: measured once for each adapter, then remembered',
  ),
};

export type Flag = keyof typeof SETTINGS;
type Row<F extends Flag> = (typeof SETTINGS)[F];

/** What a run is set to: run.json's `config`. */
export type RunConfig = {
  readonly [F in Flag as Row<F>['key']]: Row<F>['kind'] extends Kind<infer T> ? T : never;
} & {
  /** What the amount of work suits, or null when it was asked for. */
  readonly preset: string | null;
};

/** Any row, for those who go through all of them. */
export type AnySetting = Setting<keyof RunConfig, RunConfig[keyof RunConfig]>;
export const ROWS = Object.entries(SETTINGS) as unknown as readonly (readonly [Flag, AnySetting])[];

export const rowOf = (flag: Flag) => SETTINGS[flag] as unknown as AnySetting;

export const isFlag = (name: string): name is Flag => Object.hasOwn(SETTINGS, name);

/** The text of a configuration's setting, as one types it. */
export const textOf = (row: AnySetting, config: RunConfig): string =>
  row.kind.write(config[row.key]);

/** The text of what is usual, where that depends on nothing. */
export const usualText = ({ usual, kind }: AnySetting): string | undefined =>
  typeof usual === 'function' ? undefined : kind.write(usual);

/** As files hold it. */
export const CONFIG: Schema<RunConfig> = object({
  ...Object.fromEntries(
    ROWS.map(([, { key, kind, usual, isNew }]) => [
      key,
      isNew ? v.optional(kind.schema, () => usual as never) : kind.schema,
    ]),
  ),
  preset: v.nullable(text),
}) as unknown as Schema<RunConfig>;
