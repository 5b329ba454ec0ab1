// `weft export`: what a run has learned, in the formats of other tools.
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { loadWeights } from '../../nn/index.ts';
import { DataError } from '../data/dataset.ts';
import { FORMATS, FORMAT_NAMES, type FormatName, trainedIn } from '../export/formats.ts';
import { savedOf } from '../network/layers.ts';
import { taskOfRun } from '../record.ts';
import { readRunJson } from '../schema/run.ts';
import { bytes } from '../wording.ts';
import { writeWhole } from './files.ts';
import { type OpenGpu, openGpu } from './gpu.ts';
import { pathFrom, shownFrom, standingIn } from './place.ts';

interface ExportOptions {
  readonly to: readonly FormatName[];
  readonly out?: string;
  readonly adapter?: string;
}

function formatsIn(text: string): readonly FormatName[] {
  return text.split(',').map((name) => {
    const found = FORMAT_NAMES.find((known) => known === name.trim().toLowerCase());
    if (!found) throw new InvalidArgumentError(`there is no format ${name}; there are ${FORMAT_NAMES.join(', ')}.`); // prettier-ignore
    return found;
  });
}

/** @throws DataError where it cannot be read */
async function fileOf(run: string, name: string): Promise<Buffer> {
  const file = join(run, name);
  try {
    return await readFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'is not there' : message;
    const what = `${why}. A run that has ended leaves it in its folder; give that folder`;
    throw new DataError(file, what, { cause: error });
  }
}

async function main(run: string, options: ExportOptions, here: string): Promise<void> {
  const record = readRunJson(join(run, 'run.json'), (await fileOf(run, 'run.json')).toString());
  const file = new Uint8Array(await fileOf(run, 'model.safetensors'));
  const saved = savedOf(record.config.network, taskOfRun(record));
  const weights = loadWeights(join(run, 'model.safetensors'), file, saved);
  let gpu: OpenGpu | undefined;
  const trained = trainedIn(record, weights, async () => {
    gpu = await openGpu(options.adapter);
    return gpu.device;
  });
  const out = pathFrom(here, options.out ?? join(run, 'export'));
  try {
    for (const name of options.to) {
      const { what, files } = FORMATS[name];
      const made = await files(trained);
      for (const { name: path, contents } of made) {
        const to = join(out, path);
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

const command = new Command('weft export')
  .description('Exports what a run has learned to the formats of other tools.')
  .argument('<run>', 'the folder of a run that has ended, such as runs/2026-11-27-120000-seed0')
  .option('--to <formats>', `some of ${FORMAT_NAMES.join(', ')}`, formatsIn, FORMAT_NAMES)
  .option('--out <dir>', "where the files are put (default: the run's folder, export)")
  .option('--adapter <name>', 'for ONNX: part of the name of the adapter to use')
  .addHelpText('after', `\nFormats:\n${FORMAT_NAMES.map((name) => `  ${name.padEnd(8)} ${FORMATS[name].what}`).join('\n')}`); // prettier-ignore
command.parse();
const here = standingIn();
try {
  await main(pathFrom(here, command.args[0] ?? ''), command.opts<ExportOptions>(), here);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
