// `npm run train`: the whole notebook in a terminal, from the first look at the data to a saved run.
import { execFileSync } from 'node:child_process';
import { version } from '../../../package.json';
import { DeviceLost, NoAdapter } from '../../tensor/index.ts';
import type { RunCheckpoint } from '../checkpoint.ts';
import { commandLine, resumeCommand, trainCommand } from '../settings/command.ts';
import { FileError } from '../../nn/index.ts';
import { RunControl } from '../control.ts';
import { DataError, taskOf } from '../data/dataset.ts';
import { explore } from '../data/eda.ts';
import { discuss } from '../discussion.ts';
import { divide } from '../division.ts';
import { requireSameRun, runExperiment } from '../experiment.ts';
import { NoRoom } from '../memory.ts';
import { layersOf } from '../network/layers.ts';
import { reportHtml } from '../report/report.ts';
import { toJson } from '../record.ts';
import { accuracyTitle } from '../settings/said.ts';
import { percent } from '../wording.ts';
import { tuningFiles, tuningFolder } from './cache.ts';
import { loadDataSet } from './dataset.ts';
import { OptionError, mendable } from './errors.ts';
import { diskReason, leaveNothingHalf } from './files.ts';
import { openGpu } from './gpu.ts';
import { type TrainOptions, configure, readOptions } from './options.ts';
import { isBehindBanner, outliveReaders, programName, withNpmsOwn } from './output.ts';
import { pathFrom, shownFrom, standingIn, withWholePaths } from './place.ts';
import { requireSameSettings } from './resume.ts';
import { RunFolder, checkRunParent } from './runFolder.ts';
import { exitCodeOf, stopOnSignals } from './signals.ts';
import * as story from './story.ts';
import { dataChapter } from './storyData.ts';
import { Palette, ProgressLine, colorDepth, wrap } from './terminal/index.ts';

/** Exit code of a run that ended because its loss was no longer finite. */
const DIVERGED = 3;
const NAME = programName('train');

async function main(options: TrainOptions): Promise<number> {
  const silent = options.quiet === true || options.json === true;
  const out = process.stdout;
  const palette = new Palette(colorDepth({ isTTY: out.isTTY, env: process.env }));
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

  if (options.json && !out.isTTY && isBehindBanner()) warn(story.banner('train'));
  const here = standingIn();
  const parent = pathFrom(here, options.out ?? 'runs');
  const left =
    options.resume === undefined
      ? undefined
      : await mendable(() => RunFolder.open(pathFrom(here, options.resume ?? '')));
  const resume = left?.checkpoint;
  if (resume) await mendable(() => requireSameSettings(options, resume.config));
  else await mendable(() => checkRunParent(parent));
  const origin = options.typed.data || resume?.config.data || undefined;
  const data = await loadDataSet({
    ...(origin !== undefined && { data: origin }),
    pictures: options.typed.pictures ?? resume?.config.pictures ?? '',
    onReading(share) {
      if (!silent && out.isTTY)
        out.write(`\rreading ${percent(share, 0)}\u001b[K${share === 1 ? '\n' : ''}`);
    },
    onProgress(p) {
      if (!silent && out.isTTY)
        out.write(`\r${story.loading(p)}\u001b[K${p.doneBytes === p.ofBytes ? '\n' : ''}`);
    },
  });
  const { device, close } = await openGpu(
    options.typed.adapter ?? resume?.config.adapter ?? undefined,
  );
  const control = new RunControl();
  const stop = stopOnSignals(() => {
    control.stop();
    warn(story.STOPPING);
  });
  const notes = [...(data.notice === undefined ? [] : [data.notice]), ...(data.set.notes ?? [])];
  say([`${palette.bold('weft')} ${version} on ${device.info.name}`, '']);
  for (const note of notes) {
    warn(note);
    say(['']);
  }

  const { set } = data;
  const config =
    resume?.config ??
    (await mendable(() =>
      configure({ ...options, typed: withWholePaths(options.typed, here) }, device.info, set),
    ));
  await mendable(() => layersOf(config.network, taskOf(set), config.batchSize));
  const division = await mendable(() => divide(set.train, config));
  if (resume) await mendable(() => requireSameRun(resume, set, division));
  const folder =
    left?.folder ?? (await mendable(() => RunFolder.make(parent, new Date(), config, taskOf(set))));
  const shown = shownFrom(here, folder.path);
  const keep = keeper(folder, shown, warn);
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
    command: (asRun) => (resume ? trainCommand(asRun) : commandLine(typed)),
    notes,
    resume,
    control,
    tuning: {
      store: tuningFiles(tuningFolder(process.env), warn),
      now: () => performance.now(),
      onDropped: warn,
      onChoice: ({ op, shape }) => say([palette.dim(`timed ${op}: ${shape}`)]),
    },
    onTuned: (choices) => say(story.kernels(choices, page)),
    onReady({ warmUpMs, memory, model }) {
      say(story.model(config, model.summary(), page));
      say(story.trainingPlan(config, division.train.length, { warmUpMs, memory }, page));
      if (resume) say([story.resumed(resume)]);
      control.keep(); // from the first second on there is something to go on from
    },
    onKeep: keep,
    onProgress(p) {
      if (!silent) progress.update({ ...p, epochs: config.epochs });
    },
    onEpoch: (epoch) => say([story.epochLine(epoch, config.epochs)]),
    now: () => performance.now(),
    date: () => new Date(),
  });
  progress.clear();
  const { record, evaluation, divergedAt } = verdict;
  if (divergedAt !== undefined)
    for (const { text, command } of story.divergence(divergedAt, record.config)) {
      warn(text);
      if (command !== undefined) (silent ? warn : progress.print.bind(progress))(`  ${command}`);
    }

  const paragraphs = discuss(record, evaluation);
  say(story.evaluation({ record, judged: evaluation, data: set }, page));
  say(story.discussion(paragraphs, record.config, page));
  const report = reportHtml({ record, evaluation, exploration, data: set, discussion: paragraphs });
  await mendable(() => folder.save(verdict, report));
  if (options.json) out.write(toJson(record));
  else if (options.quiet) {
    out.write(
      `${accuracyTitle(config)} ${percent(evaluation.accuracy, 2)}, digest ${record.digest}, ${shown}\n`,
    );
  }
  say([
    `Saved in ${palette.bold(shown)}: report.html (open it in a browser), run.json, model.safetensors`,
  ]);
  if (record.stopped === 'interrupted')
    say([`To go on where it was stopped: ${resumeCommand(NAME, shown)}`]);
  stop.release();
  close();
  if (record.stopped === 'diverged') return DIVERGED;
  return record.stopped === 'interrupted' ? exitCodeOf(stop.signal() ?? 'SIGINT') : 0;
}

/** Keeps checkpoints. The first that fails ends the run, which could not be saved; a later one is told, once, and the run goes on. */
function keeper(folder: RunFolder, shown: string, warn: (text: string) => void) {
  let hasKept = false;
  let isTold = false;
  return async (checkpoint: RunCheckpoint) => {
    try {
      await folder.keep(checkpoint);
      [hasKept, isTold] = [true, false];
      goOn = resumeCommand(NAME, shown);
    } catch (error) {
      const reason = diskReason(error);
      if (!hasKept) throw new OptionError(`${shown}: a run cannot be saved there, ${reason}`);
      if (!isTold) warn(story.notKept(checkpoint.state.stepsDone, reason));
      isTold = true;
    }
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

/** Errors that a person can mend are told in a sentence; the rest is a bug and shows its stack. */
function explain(error: unknown): string {
  if (error instanceof DeviceLost) {
    return goOn === undefined
      ? `weft: ${error.message}. Nothing was trained yet; run the command again.`
      : `weft: ${error.message}. Go on from the last checkpoint: ${goOn}`;
  }
  const isOurs =
    error instanceof NoAdapter ||
    error instanceof DataError ||
    error instanceof FileError ||
    error instanceof NoRoom ||
    error instanceof OptionError;
  const wayOn = goOn === undefined ? '' : `. Go on from the last checkpoint: ${goOn}`;
  if (isOurs) return `weft: ${error.message}${wayOn}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The command that goes on with the run of this process, once it has a checkpoint. */
let goOn: string | undefined;

leaveNothingHalf();
outliveReaders();
/** What was asked for, of npm too where the `--` was forgotten. */
const typed = withNpmsOwn(process.argv.slice(2));
try {
  process.exitCode = await main(readOptions(typed, NAME));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}
