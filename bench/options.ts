// The options of `npm run bench`: what they mean and what they may be.
import { Command, InvalidArgumentError, Option } from 'commander';
import { NETWORKS, type NetworkName } from './peers/contender.ts';
import type { PeerName } from './peers/contenders.ts';
import { PARTS, type Part, type Wanted } from './run.ts';

export type Format = 'text' | 'json' | 'csv' | 'markdown';

export interface BenchOptions extends Wanted {
  readonly format: Format;
  /** Also write the result into bench/results. */
  readonly save: boolean;
  readonly browser: boolean;
  /** A result to make a page of charts from, instead of measuring. */
  readonly chart?: string;
  readonly adapter?: string;
  /** Whose compiler to ask about the kernels, instead of measuring. */
  readonly static?: 'amd';
  /** Those to race against. */
  readonly peers?: readonly PeerName[];
  /** That they train. */
  readonly network: NetworkName;
  /** Turns that each takes in the race. */
  readonly rounds: number;
}

const PEERS: readonly PeerName[] = ['jax-js', 'tfjs-webgpu', 'tfjs-wasm'];

interface Given {
  readonly batch: number;
  readonly runs?: number;
  readonly steps?: number;
  readonly only?: Part[];
  readonly peers?: PeerName[] | true;
  readonly network: NetworkName;
  readonly rounds: number;
  readonly quick?: boolean;
  readonly variants?: boolean;
  readonly tune?: boolean;
  readonly adapter?: string;
  readonly browser?: boolean;
  readonly chart?: string;
  readonly static?: 'amd';
  readonly save?: boolean;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly markdown?: boolean;
}

function whole(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100_000) {
    throw new InvalidArgumentError('It takes a whole number from 1 to 100000.');
  }
  return value;
}

/** A look takes under a minute on a software adapter. */
const QUICK = { runs: 5, parts: ['step', 'shapes'] } as const;
const FULL = { runs: 15, parts: PARTS } as const;

/** Where an option is wrong, prints which value and why, and ends the process. */
export function readOptions(argv: readonly string[]): BenchOptions {
  const command = new Command('npm run bench --')
    .description(
      'Holds every kernel against float64, then measures what this adapter can do at best, each kernel of the\n' +
        'training step, the usual shapes, the step as a whole, how it scales, and a cold start.',
    )
    .option('--quick', 'a look: fewer repeats, fewer shapes, nothing of scaling and cold start')
    .addOption(
      new Option('--only <parts...>', `measure only some of: ${PARTS.join(', ')}`).choices(PARTS),
    )
    .addOption(
      new Option(
        '--peers [names...]',
        'train the same network in turns with others, and of the rest only what --only names: ' +
          PEERS.join(', '),
      ).choices(PEERS),
    )
    .addOption(
      new Option('--network <name>', 'that all train in the race: the reference, or a residual one')
        .choices(NETWORKS)
        .default('reference'),
    )
    .option('--rounds <n>', 'turns that each takes beside its peers', whole, 12)
    .option('--batch <n>', 'images a step', whole, 128)
    .option('--runs <n>', `samples of everything (by default ${FULL.runs})`, whole)
    .option(
      '--steps <n>',
      'steps of the look at memory (by default 1000, or as many as take a minute)',
      whole,
    )
    .option('--variants', 'time every variant of a kernel, not only the one that is chosen')
    .option('--tune', 'time the variants of the step first, and measure it with the fastest')
    .option('--adapter <name>', 'part of the name of the adapter to use, such as llvmpipe')
    .option('--browser', 'measure in Chromium')
    .option('--chart <file>', 'make a page of charts from a result, beside it, and measure nothing')
    .addOption(
      new Option(
        '--static <vendor>',
        'what the compiler of cards by this vendor (amd) makes of the kernels that a GPU would choose; no card needed',
      )
        .choices(['amd'])
        .conflicts(['browser', 'chart', 'csv', 'peers']),
    )
    .option('--save', 'also write the result into bench/results')
    .addOption(
      new Option('--json', 'print the result as JSON (npm run -s bench -- --json)').conflicts([
        'csv',
        'markdown',
      ]),
    )
    .addOption(
      new Option('--csv', 'print a line a kernel (npm run -s bench -- --csv)').conflicts(
        'markdown',
      ),
    )
    .option('--markdown', 'print tables for a document');
  command.parse(argv, { from: 'user' });
  return completed(command.opts());
}

function completed(given: Given): BenchOptions {
  const usual = given.quick ? QUICK : FULL;
  return {
    parts: given.only ?? (given.peers ? [] : usual.parts),
    runs: given.runs ?? usual.runs,
    batch: given.batch,
    quick: given.quick === true,
    allVariants: given.variants === true,
    tune: given.tune === true,
    format: given.json ? 'json' : given.csv ? 'csv' : given.markdown ? 'markdown' : 'text',
    save: given.save === true,
    browser: given.browser === true,
    network: given.network,
    rounds: given.rounds,
    ...(given.peers && { peers: given.peers === true ? PEERS : given.peers }),
    ...(given.steps !== undefined && { steps: given.steps }),
    ...(given.chart !== undefined && { chart: given.chart }),
    ...(given.static !== undefined && { static: given.static }),
    ...(given.adapter !== undefined && { adapter: given.adapter }),
  };
}
