// `npm run train`: the whole notebook in a terminal, from the first look at the data to a saved run.
import { execFileSync } from 'node:child_process';
import { relative } from 'node:path';
import { version } from '../../../package.json';
import { DeviceLost, NoAdapter } from '../../tensor/index.ts';
import { RunControl } from '../control.ts';
import { DataError } from '../data/dataset.ts';
import { explore } from '../data/eda.ts';
import { discuss } from '../discussion.ts';
import { divide, runExperiment } from '../experiment.ts';
import { layersOf } from '../network/layers.ts';
import { reportHtml } from '../report/report.ts';
import { toJson } from '../record.ts';
import { percent } from '../wording.ts';
import { tuningFiles, tuningFolder } from './cache.ts';
import { loadDataSet } from './dataset.ts';
import { openGpu } from './gpu.ts';
import { type TrainOptions, configure, readOptions } from './options.ts';
import { checkRunParent, makeRunFolder, saveRun } from './runFolder.ts';
import * as story from './story.ts';
import { dataChapter } from './storyData.ts';
import { Palette, ProgressLine, colourDepth, wrap } from './terminal/index.ts';

/** Exit code of a run that ended because its loss was no longer finite. */
const DIVERGED = 3;
const INTERRUPTED = 130;

async function main(options: TrainOptions): Promise<number> {
  const silent = options.quiet === true || options.json === true;
  const out = process.stdout;
  const palette = new Palette(colourDepth({ isTTY: out.isTTY, env: process.env }));
  const page = { width: Math.min(100, Math.max(40, (out.columns ?? 81) - 1)), palette };
  const progress = new ProgressLine(out, palette);
  const say = (lines: readonly string[]) => {
    if (!silent) for (const line of lines) progress.print(line);
  };
  /** What even a silent run must not keep to itself. */
  const warn = (text: string) => {
    if (silent) process.stderr.write(`${text}\n`);
    else for (const line of wrap(text, page.width)) progress.print(palette.warn(line));
  };

  const parent = options.out ?? 'runs';
  await mendable(() => checkRunParent(parent));
  const data = await loadDataSet({
    ...(options.data !== undefined && { data: options.data }),
    onProgress(p) {
      if (!silent && out.isTTY)
        out.write(`\r${story.loading(p)}\u001b[K${p.doneBytes === p.ofBytes ? '\n' : ''}`);
    },
  });
  const { device, close } = await openGpu(options.adapter);
  const interrupt = stopOnInterrupt(warn);
  const notes = data.notice === undefined ? [] : [data.notice];
  say([`${palette.bold('weft')} ${version} on ${device.info.name}`, '']);
  for (const note of notes) {
    warn(note);
    say(['']);
  }

  const { set } = data;
  const config = configure(options, device.info, set);
  await mendable(() => layersOf(config.network, config.batchSize));
  const division = await mendable(() => divide(set.train, config));
  say(story.problem(set, page));
  const exploration = await explore(set, { seed: config.seed });
  say(dataChapter(set, exploration, page));
  say(story.preparation(config, division, set, page));

  say([palette.dim('Compiling the kernels; a software adapter takes a while the first time.'), '']);
  const verdict = await runExperiment({
    device,
    data: set,
    config,
    division,
    runtime: { host: `Node ${process.versions.node}`, weft: version, commit: commit() },
    command: () => ['npm run train --', ...process.argv.slice(2)].join(' '),
    notes,
    control: interrupt.control,
    tuning: {
      store: tuningFiles(tuningFolder(process.env), warn),
      now: () => performance.now(),
      onDropped: warn,
      onChoice: ({ op, shape }) => say([palette.dim(`timed ${op}: ${shape}`)]),
    },
    onTuned: (choices) => say(story.kernels(choices, page)),
    onReady({ warmUpMs, model }) {
      say(story.model(config, model.summary(), page));
      say(story.trainingPlan(config, division.train.length, warmUpMs, page));
    },
    onProgress(p) {
      if (!silent) progress.update({ ...p, epochs: config.epochs });
    },
    onEpoch: (epoch) => say([story.epochLine(epoch, config.epochs)]),
    now: () => performance.now(),
    date: () => new Date(),
  });
  progress.clear();
  const { record, evaluation, divergedAt } = verdict;
  if (divergedAt !== undefined) warn(story.divergence(divergedAt, record.config));

  const paragraphs = discuss(record, evaluation);
  say(story.evaluation({ record, judged: evaluation, data: set }, page));
  say(story.discussion(paragraphs, page));
  const folder = await makeRunFolder(parent, new Date(), config.seed);
  const report = reportHtml({ record, evaluation, exploration, data: set, discussion: paragraphs });
  await saveRun(folder, verdict, report);
  const shown = relative('', folder);
  if (options.json) out.write(toJson(record));
  else if (options.quiet) {
    out.write(
      `test accuracy ${percent(evaluation.accuracy, 2)}, digest ${record.digest}, ${shown}\n`,
    );
  }
  say([
    `Saved in ${palette.bold(shown)}: report.html (open it in a browser), run.json, model.safetensors`,
  ]);
  interrupt.release();
  close();
  if (record.stopped === 'diverged') return DIVERGED;
  return record.stopped === 'interrupted' ? INTERRUPTED : 0;
}

/** The first Ctrl-C asks the training to end; the second ends the process. */
function stopOnInterrupt(say: (text: string) => void) {
  const control = new RunControl();
  const onInterrupt = () => {
    if (control.isStopped) process.exit(INTERRUPTED);
    control.stop();
    say(
      'Stopping: this epoch ends here, then comes the test, and all is saved. Ctrl-C again stops at once.',
    );
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  return {
    control,
    release() {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onInterrupt);
    },
  };
}

/** The commit of this checkout, where there is one. */
function commit(): string | null {
  try {
    const hash = execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return hash.trim();
  } catch {
    return null;
  }
}

/** An option that cannot be followed. */
class OptionError extends Error {}

/** What is out of range in f is an option's value: a person can mend it. */
async function mendable<T>(f: () => T | Promise<T>): Promise<T> {
  try {
    return await f();
  } catch (error) {
    throw error instanceof RangeError ? new OptionError(error.message, { cause: error }) : error;
  }
}

/** Errors that a person can mend are told in a sentence; the rest is a bug and shows its stack. */
function explain(error: unknown): string {
  if (error instanceof DeviceLost) {
    return `weft: ${error.message}. What was trained since the start is lost with it; run the command again.`;
  }
  const isOurs =
    error instanceof NoAdapter || error instanceof DataError || error instanceof OptionError;
  if (isOurs) return `weft: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  process.exitCode = await main(readOptions(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}
