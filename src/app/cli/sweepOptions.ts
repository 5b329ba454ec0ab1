// The options of `weft sweep`: what is varied, how, and any setting of `weft train` for what all runs share.
import { Command, InvalidArgumentError } from 'commander';
import { FULL } from '../settings/amount.ts';
import { readText, whole as wholeFrom } from '../settings/kinds.ts';
import type { Flag, Typed } from '../settings/table.ts';
import { type Plan, type Varied, mapValues, planOf, readVaried } from '../sweep/plan.ts';
import { addSettings } from './options.ts';
import { wholeText, withWholePaths } from './place.ts';

export interface SweepOptions {
  readonly over: readonly Varied[];
  readonly seeds?: number;
  readonly random?: number;
  /** What all runs share. */
  readonly base: Typed;
  readonly test?: boolean;
  readonly out?: string;
  /** The folder of a sweep that is to go on. */
  readonly resume?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** Where an option is wrong, prints which value and why, and ends the process. */
export function readSweepOptions(argv: readonly string[], name: string): SweepOptions {
  const command = new Command(name).description(
    'Trains with one setting after the other and tells which learns best: a grid or a random search over\n' +
      'any settings of the training, with several seeds if asked. Leaves a folder with sweep.json, sweep.csv,\n' +
      'sweep.html and the folder of every run.',
  );
  command
    .option(
      '--over <setting=values>',
      'what is varied, such as lr=0.001,0.01; may stand several times (semicolons between values that have ' +
        'commas; lr=0.0001..0.01 with --random)',
      (text, before?: readonly Varied[]) => [...(before ?? []), refusing(() => readVaried(text))],
    )
    .option('--seeds <n>', 'train with so many seeds, from --seed on (default: 1)', (text) =>
      wholeNumber(text, 100),
    )
    .option('--random <n>', 'so many random draws, in place of every combination', (text) =>
      wholeNumber(text, 1000),
    )
    .option('--test', "show every run's test accuracy, not only that of the chosen setting")
    .option('--out <dir>', "where the sweep's folder is made (default: sweeps)")
    .option(
      '--resume <folder>',
      'go on with a sweep: what is complete stays, an interrupted run goes on',
    )
    .option('--quiet', 'print the best setting only')
    .option('--json', 'print sweep.json on standard output and nothing else');
  const typed = addSettings(command);
  command.addHelpText(
    'after',
    `
Examples:
  ${name} --over lr=0.001,0.002,0.005 --over optimizer=adam,sgd --seeds 3
  ${name} --over lr=0.0001..0.01 --over batch=32..512 --random 10 --epochs 3
  ${name} --over model=conv16-pool-dense64,linear --data builtin --images 2000
  ${name} --seeds 5                       one setting, as mean and standard deviation

Settings are compared by their accuracy on the validation images. Of the test accuracies only that of the chosen setting
is shown; with --test all of them are. A run that diverges or fails is a row that says so, and the sweep goes on.

Ctrl-C, SIGTERM and a closed terminal end the run under way as they end \`train\`; a second one stops at once. --resume
goes on with that run, then with the rest.

Exit codes: 0 the sweep is through, 3 it is through and no run was completed, 1 it could not be run or saved,
130 it was stopped with Ctrl-C, 143 by SIGTERM, 129 by a closed terminal.`,
  );
  command.parse(argv, { from: 'user' });
  const { over = [], full, ...given } = command.opts<Partial<SweepOptions> & { full?: true }>();
  const isOpen = (flag: Flag) => !over.some((varied) => varied.flag === flag);
  const whole = full && {
    ...(isOpen('images') && { images: 'all' }),
    ...(isOpen('epochs') && { epochs: String(FULL.epochs) }),
  };
  return { ...given, over, base: { ...whole, ...typed } };
}

/** What is to be tried. @param here the folder that paths are seen from @throws RangeError that says what does not go together */
export const planFrom = ({ base, over, random, seeds }: SweepOptions, here: string): Plan =>
  planOf({
    base: withWholePaths(base, here),
    over: over.map((varied) => mapValues(varied, (text) => wholeText(varied.flag, text, here))),
    ...{ random: random ?? null, seeds },
  });

/** As a setting is read. */
function wholeNumber(text: string, most: number): number {
  const found = readText(wholeFrom(1, most), text);
  if ('problem' in found) throw new InvalidArgumentError(found.problem);
  return found.value;
}

function refusing<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof RangeError ? new InvalidArgumentError(error.message) : error;
  }
}
