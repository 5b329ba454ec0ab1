// The options of `npm run train`: what they mean, what they may be, and the preset where they are silent.
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Adapter } from '../../tensor/index.ts';
import type { DataSet } from '../data/dataset.ts';
import { PRESETS as NETWORKS, REFERENCE, readNetwork, writeNetwork } from '../network.ts';
import { checkNetwork } from '../network/check.ts';
import { DEFAULTS } from '../defaults.ts';
import { OPTIMIZER_NAMES } from '../optimizers.ts';
import type { RunConfig } from '../record.ts';
import { type Turn, readTurns } from '../turns.ts';

/** As given; what was not given and has no fixed default is undefined. */
export interface TrainOptions {
  /** A folder, or the name of a set. */
  readonly data?: string;
  readonly model: string;
  readonly epochs?: number;
  readonly batch: number;
  readonly lr: number;
  readonly optimizer: string;
  readonly schedule: RunConfig['schedule'];
  readonly turns?: readonly Turn[];
  readonly seed: number;
  readonly validation: number;
  readonly trainLimit?: number;
  readonly out?: string;
  /** The folder of a run that is to go on. */
  readonly resume?: string;
  readonly adapter?: string;
  readonly full?: boolean;
  readonly tune?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
  /** Names of what was asked for, not taken by default. */
  readonly given: ReadonlySet<string>;
}

const whole =
  (least: number, most = 2 ** 31) =>
  (text: string) => {
    const value = text.trim() === '' ? NaN : Number(text);
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`It takes a whole number from ${least} to ${most}.`);
    }
    return value;
  };

function rate(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Infinity))
    throw new InvalidArgumentError('It takes a number above 0.');
  return value;
}

function turns(text: string): readonly Turn[] {
  try {
    return readTurns(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? `${error.message}.` : '');
  }
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0) || (value >= 1 && !Number.isInteger(value))) {
    throw new InvalidArgumentError('It takes a fraction below 1, or a whole number of images.');
  }
  return value;
}

/** The text of a network, in full where a preset was named. */
function network(text: string): string {
  const { problem } = checkNetwork(text);
  if (problem !== undefined) throw new InvalidArgumentError(`In ${problem}`);
  return writeNetwork(readNetwork(text));
}

/** Where an option is wrong, prints which value and why, and ends the process. */
export function readOptions(argv: readonly string[]): TrainOptions {
  const command = new Command('npm run train --')
    .description(
      'Trains a convolutional network on Fashion-MNIST, from a first look at the data to a\n' +
        'written verdict, and leaves a folder with run.json, model.safetensors and report.html.',
    )
    .option(
      '--data <dir>',
      "folder with the four files of Fashion-MNIST, or 'builtin' for the set that weft draws itself " +
        '(by default: FASHION_MNIST_DIR, the cache, a download, HTTPS_PROXY heeded, and without network the built-in set)',
    )
    .option(
      '--model <layers>',
      `the network: ${Object.keys(NETWORKS).join(', ')}, or its layers, such as ${REFERENCE}`,
      network,
      REFERENCE,
    )
    .option(
      '--epochs <n>',
      'passes over the training images (by default what fits the adapter)',
      whole(0, 10_000),
    )
    .option('--batch <n>', 'images a step', whole(1, 4096), DEFAULTS.batchSize)
    .option('--lr <rate>', 'learning rate, at its highest', rate, DEFAULTS.learningRate)
    .addOption(
      new Option('--optimizer <name>', 'how the weights follow the gradient')
        .choices(OPTIMIZER_NAMES)
        .default(DEFAULTS.optimizer),
    )
    .addOption(
      new Option(
        '--schedule <name>',
        'learning rate over the run: a short rise, then half a cosine down to 0; or as it is',
      )
        .choices(['cosine', 'constant'])
        .default(DEFAULTS.schedule),
    )
    .option(
      '--turns <step:factor,…>',
      'multiply the schedule from a step on, such as 120:0.5,300:0.1: a rate that was turned on the page, again',
      turns,
    )
    .option(
      '--seed <n>',
      'of the split, the first weights, the order and dropout',
      whole(0),
      DEFAULTS.seed,
    )
    .option(
      '--validation <share>',
      'training images held back: a fraction, or a number',
      share,
      DEFAULTS.validation,
    )
    .option('--train-limit <n>', 'learn from this many training images only', whole(1))
    .option('--full', 'all training images and 15 epochs, whatever the adapter')
    .option(
      '--tune',
      'take the kernels that are fastest here: measured once for each adapter, then remembered',
    )
    .option('--out <dir>', 'where the run folder is made', 'runs')
    .option(
      '--resume <folder>',
      'go on with the run in a run folder, from its last checkpoint and with its settings',
    )
    .option('--adapter <name>', 'part of the name of the adapter to use, such as llvmpipe')
    .option('--quiet', 'print the verdict only')
    .option(
      '--json',
      'print run.json on standard output and nothing else (npm run -s train -- --json)',
    )
    .addHelpText(
      'after',
      `
Examples:
  npm run train                                  what fits this machine in about five minutes
  npm run train -- --full                        everything: 15 epochs over all training images
  npm run train -- --data builtin --epochs 3     a few minutes without network or data files
  npm run train -- --optimizer momentum --lr 0.05
  npm run -s train -- --json | jq .test          -s keeps npm's own lines off standard output
  npm run train -- --model conv32_k5-pool-conv64_same-gap   layers as the page writes them in its address

Ctrl-C, SIGTERM and a closed terminal end the training, then evaluate and save; a second one stops at once. The run
folder has a checkpoint after every epoch, at the latest after 20 seconds: --resume goes on from it, to the same bits.

Exit codes: 0 the run is complete, 3 it diverged (the last good weights are saved), 1 it could not be run or saved,
130 it was stopped with Ctrl-C, 143 by SIGTERM, 129 by a closed terminal.`,
    );
  command.parse(argv, { from: 'user' });
  const options = command.opts<Omit<TrainOptions, 'given'>>();
  const given = Object.keys(options).filter((name) => command.getOptionValueSource(name) === 'cli');
  return { ...options, given: new Set(given) };
}

/** How much to do where nobody says. */
interface Preset {
  readonly name: string;
  readonly fits: (adapter: Adapter) => boolean;
  readonly epochs: number;
  /** Training images, or null for all. */
  readonly trainLimit: number | null;
  /** Over the built-in set, which is small. */
  readonly builtinEpochs: number;
}

const FULL = { epochs: 15, builtinEpochs: 15, trainLimit: null };

/**
 * Measured to end within about five minutes on two CPU cores (docs/lab-book.md), and fixed by the kind of
 * adapter, so that the same machine always does the same.
 */
const PRESETS: readonly Preset[] = [
  { name: 'GPU', fits: (a) => !a.software, ...FULL },
  {
    name: 'software adapter',
    fits: (a) => /llvmpipe/i.test(a.name),
    ...{ epochs: 10, builtinEpochs: 15, trainLimit: null },
  },
  {
    name: 'slow software adapter',
    fits: () => true,
    ...{ epochs: 3, builtinEpochs: 5, trainLimit: 12_000 },
  },
];

/** The whole configuration: the options, and the preset for what they leave open. */
export function configure(options: TrainOptions, adapter: Adapter, data: DataSet): RunConfig {
  const preset = PRESETS.find((p) => p.fits(adapter)) as Preset;
  const amount = options.full ? FULL : preset;
  const isOpen =
    !options.full &&
    (options.epochs === undefined ||
      (options.trainLimit === undefined && preset.trainLimit !== null));
  const limit = options.trainLimit ?? amount.trainLimit;
  return {
    seed: options.seed,
    epochs: options.epochs ?? (data.builtin ? amount.builtinEpochs : amount.epochs),
    batchSize: options.batch,
    optimizer: options.optimizer,
    learningRate: options.lr,
    schedule: options.schedule,
    network: options.model === REFERENCE ? null : options.model,
    ...(options.turns && { turns: options.turns }),
    ...(options.tune && { tune: true }),
    validation: options.validation,
    trainLimit: limit !== null && limit < data.train.count ? limit : null,
    data: options.data ?? null,
    adapter: options.adapter ?? null,
    preset: isOpen ? preset.name : null,
  };
}
