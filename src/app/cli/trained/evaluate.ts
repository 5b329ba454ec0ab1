// `weft evaluate`: how a run's network does on a test set, its own or another one.
import type { Command } from 'commander';
import { DataError, taskOf } from '../../data/dataset.ts';
import { judgeWeights } from '../../imported.ts';
import { toJson } from '../../record.ts';
import { percent } from '../../wording.ts';
import { version } from '../../../../package.json';
import { loadDataSet } from '../dataset.ts';
import { openGpu } from '../gpu.ts';
import { pathFrom } from '../place.ts';
import * as story from '../story.ts';
import { Palette, colorDepth } from '../terminal/index.ts';
import { openRun } from './run.ts';

interface EvaluateOptions {
  readonly data?: string;
  readonly adapter?: string;
  readonly json?: true;
}

async function evaluateRun(path: string, options: EvaluateOptions, here: string): Promise<void> {
  const { record, task, file } = await openRun(pathFrom(here, path));
  const { config, dataset } = record;
  const own = dataset.builtin ? dataset.name : (config.data ?? undefined);
  const data = options.data ?? own;
  const { set, notice } = await loadDataSet({
    ...(data !== undefined && { data }),
    pictures: config.pictures ?? '',
  });
  if (notice !== undefined) process.stderr.write(`${notice}\n`);
  const other = taskOf(set);
  if (other.shape.join() !== task.shape.join() || other.classes !== task.classes)
    throw new DataError(
      set.title,
      `it has ${other.classes} classes of images of ${other.shape.join(' × ')}, and the network tells apart ${task.classes} of ${task.shape.join(' × ')}`,
    );
  const { device, close } = await openGpu(options.adapter);
  try {
    const { verdict } = await judgeWeights({
      ...{ device, data: set, config, fileName: file.name, bytes: file.bytes },
      runtime: { host: `Node ${process.versions.node}`, weft: version, commit: '' },
      now: () => performance.now(),
      date: () => new Date(),
    });
    const { evaluation } = verdict;
    if (options.json) {
      const { test, digest, dataset: judged } = verdict.record;
      process.stdout.write(toJson({ digest, dataset: judged, test }));
      return;
    }
    const palette = new Palette(colorDepth({ isTTY: process.stdout.isTTY, env: process.env }));
    const width = Math.min(100, Math.max(40, (process.stdout.columns ?? 81) - 1));
    const lines = story.testOf({ record: verdict.record, judged: evaluation, data: set }, { width, palette }); // prettier-ignore
    const isSame = set.checksum === dataset.checksum;
    const before = isSame
      ? `The run itself found ${percent(record.test.accuracy, 2)} on these images.`
      : `The run learned from ${dataset.title}.`;
    process.stdout.write(`${set.title}, ${set.source}\n${before}\n${lines.join('\n')}\n`);
  } finally {
    close();
  }
}

export const addEvaluate = (program: Command, here: string): Command =>
  program
    .command('evaluate')
    .description("Shows every test image of a data set to a run's network and tells how it does.")
    .argument('<run>', 'the folder of a run that has ended')
    .option('--data <path>', "a data set, as train takes it (default: the run's own)")
    .option('--adapter <name>', 'part of the name of the adapter to use')
    .option('--json', 'print the figures as JSON and nothing else')
    .action((run: string, options: EvaluateOptions) => evaluateRun(run, options, here));
