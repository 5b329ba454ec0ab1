// `weft export`: what a run has learned, in the formats of other tools.
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { FORMATS, FORMAT_NAMES, type FormatName, trainedIn } from '../../export/formats.ts';
import { bytes } from '../../wording.ts';
import { writeWhole } from '../files.ts';
import { type OpenGpu, openGpu } from '../gpu.ts';
import { pathFrom, shownFrom } from '../place.ts';
import { openRun } from './run.ts';

interface ExportOptions {
  readonly to: readonly FormatName[];
  readonly out?: string;
  readonly adapter?: string;
}

function formatsIn(text: string): readonly FormatName[] {
  return text.split(',').map((name) => {
    const found = FORMAT_NAMES.find((known) => known === name.trim().toLowerCase());
    if (found) return found;
    throw new InvalidArgumentError(
      `there is no format ${name}; there are ${FORMAT_NAMES.join(', ')}.`,
    );
  });
}

async function exportRun(path: string, options: ExportOptions, here: string): Promise<void> {
  const run = await openRun(pathFrom(here, path));
  let gpu: OpenGpu | undefined;
  const trained = trainedIn(run.record, run.weights, async () => {
    gpu = await openGpu(options.adapter);
    return gpu.device;
  });
  const out = pathFrom(here, options.out ?? join(run.path, 'export'));
  try {
    for (const name of options.to) {
      const { what, files } = FORMATS[name];
      for (const { name: file, contents } of await files(trained)) {
        const to = join(out, file);
        await mkdir(dirname(to), { recursive: true });
        await writeWhole(to, contents);
        process.stdout.write(`${shownFrom(here, to)}  ${bytes(contents.length)}\n`);
      }
      process.stdout.write(`  ${what}\n`);
    }
  } finally {
    gpu?.close();
  }
}

export const addExport = (program: Command, here: string): Command =>
  program
    .command('export')
    .description('Exports what a run has learned to the formats of other tools.')
    .argument('<run>', 'the folder of a run that has ended, such as runs/2026-11-27-120000-seed0')
    .option('--to <formats>', `some of ${FORMAT_NAMES.join(', ')}`, formatsIn, FORMAT_NAMES)
    .option('--out <dir>', "where the files are put (default: the run's folder, export)")
    .option('--adapter <name>', 'for ONNX: part of the name of the adapter to use')
    .addHelpText(
      'after',
      [
        '',
        'Formats:',
        ...FORMAT_NAMES.map((name) => `  ${name.padEnd(8)} ${FORMATS[name].what}`),
      ].join('\n'),
    )
    .action((run: string, options: ExportOptions) => exportRun(run, options, here));
