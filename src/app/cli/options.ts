// The options of `weft train`: those of the settings' table, and what concerns a terminal alone.
import { Command, InvalidArgumentError } from 'commander';
import type { Adapter } from '../../tensor/index.ts';
import { type DataSet, taskOf } from '../data/dataset.ts';
import { PRESETS } from '../network.ts';
import type { RunConfig } from '../record.ts';
import { FULL } from '../settings/amount.ts';
import { readText } from '../settings/kinds.ts';
import { readSettings } from '../settings/read.ts';
import { type Flag, ROWS, type Typed, rowOf, usualText } from '../settings/table.ts';

export interface TrainOptions {
  /** The settings that were asked for. */
  readonly typed: Typed;
  readonly full?: boolean;
  readonly out?: string;
  /** The folder of a run that is to go on. */
  readonly resume?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** Where an option is wrong, prints which value and why, and ends the process. */
export function readOptions(argv: readonly string[], name = 'weft train'): TrainOptions {
  const example = (words: string, what: string) => `  ${`${name} ${words}`.padEnd(46)} ${what}`;
  const command = new Command(name).description(
    'Trains a convolutional network on Fashion-MNIST, from a first look at the data to a\n' +
      'written verdict, and leaves a folder with run.json, model.safetensors and report.html.',
  );
  const typed = addSettings(command);
  command
    .option('--out <dir>', 'where the run folder is made (default: runs)')
    .option(
      '--resume <folder>',
      'go on with the run in a run folder, from its last checkpoint and with its settings',
    )
    .option('--quiet', 'print the verdict only')
    .option(
      '--json',
      'print run.json on standard output and nothing else (npm run -s train -- --json)',
    )
    .addHelpText(
      'after',
      `
Networks: ${Object.keys(PRESETS).join(', ')}

Examples:
${[
  example('', 'what fits this machine in about five minutes'),
  example('--full', 'everything: 15 epochs over all training images'),
  example('--data builtin --epochs 3', 'a few minutes without network or data files'),
  example('--optimizer momentum --lr 0.05', 'other settings'),
  example('--model conv32-pool-conv64_same-gap', 'layers as the page writes them in its address'),
  example('--json | jq .test', 'run.json alone; npm run -s keeps npm’s own lines out of it'),
].join('\n')}

Ctrl-C, SIGTERM and a closed terminal end the training, then evaluate and save; a second one stops at once. The run
folder has a checkpoint after every epoch, at the latest after 20 seconds: --resume goes on from it, to the same bits.

Exit codes: 0 the run is complete, 3 it diverged (the last good weights are saved), 1 it could not be run or saved,
130 it was stopped with Ctrl-C, 143 by SIGTERM, 129 by a closed terminal.`,
    );
  command.parse(argv, { from: 'user' });
  return { ...command.opts<Omit<TrainOptions, 'typed'>>(), typed };
}

/**
 * An option for every setting, and its other spellings.
 * @returns the settings that are given, once the command is parsed: each as its kind writes it, whatever was typed
 */
export function addSettings(command: Command): Typed {
  const typed: { -readonly [F in Flag]?: string } = {};
  const reader = (flag: Flag) => (text: string) => {
    const { kind } = rowOf(flag);
    const found = readText(kind, text);
    if ('problem' in found) throw new InvalidArgumentError(found.problem);
    return (typed[flag] = kind.write(found.value));
  };
  for (const [flag, row] of ROWS) {
    const { kind, help } = row;
    const usual = usualText(row);
    const says = [
      ...(kind.choices ? [`choices: ${Object.keys(kind.choices).join(', ')}`] : []),
      ...(usual ? [`default: ${usual}`] : []),
    ].join('; ');
    const described = says ? `${help} (${says})` : help;
    command.option(`--${flag} ${kind.placeholder}`, described, reader(flag));
  }
  command
    .option('--train-limit <n>', 'the same as --images', reader('images'))
    .option('--turns <step:factor,…>', 'the same as --lr-changes', reader('lr-changes'))
    .option('--tune', 'the same as --kernels fastest')
    .on('option:tune', () => reader('kernels')('fastest'))
    .option('--full', `all training images and ${FULL.epochs} epochs, whatever the adapter`);
  return typed;
}

/**
 * The whole configuration: the options, and what is usual here for what they leave open.
 * @throws RangeError that names the option which will not do
 */
export function configure(
  { typed, full }: TrainOptions,
  adapter: Adapter,
  data: DataSet,
): RunConfig {
  const asked = { ...(full && { images: 'all', epochs: String(FULL.epochs) }), ...typed };
  const { builtin, train } = data;
  const facts = { adapter, builtin, task: taskOf(data), available: train.count };
  const situation = { face: 'terminal', ...facts } as const;
  const { config, problems } = readSettings(asked, situation);
  const [wrong] = Object.entries(problems);
  if (!config) throw new RangeError(`--${wrong?.join(': ')}`);
  return config;
}
