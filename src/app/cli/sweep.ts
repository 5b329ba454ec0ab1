// `weft sweep`: trainings one after another over named settings, a process each, and what they found.
import { DataError } from '../data/dataset.ts';
import { commandLine, resumeCommand } from '../settings/command.ts';
import type { RunRecord } from '../record.ts';
import {
  type SweepRun,
  bestOf,
  isSettled,
  resultOf,
  runsOf,
  settingsKey,
} from '../sweep/results.ts';
import { SWEEP_FORMAT, type Sweep, sweepJson, unseen } from '../sweep/sweep.ts';
import { OptionError, mendable } from './errors.ts';
import { leaveNothingHalf } from './files.ts';
import { isBehindBanner, outliveReaders, programName, withNpmsOwn } from './output.ts';
import { pathFrom, shownFrom, standingIn } from './place.ts';
import { type Stop, exitCodeOf, stopOnSignals } from './signals.ts';
import { banner } from './story.ts';
import { SweepFolder } from './sweepFolder.ts';
import { type SweepOptions, planFrom, readSweepOptions } from './sweepOptions.ts';
import * as story from './sweepStory.ts';
import { type Training, train } from './sweepTrain.ts';
import { Palette, StatusLine, colorDepth } from './terminal/index.ts';

/** Exit code of a sweep without a single run that is complete. */
const NONE_COMPLETE = 3;
const NAME = programName('sweep');

/** Without a terminal: the least time between two lines about the run under way. */
const PLAIN_MS = 15_000;

interface UnderWay {
  readonly stop: Stop;
  /** The run that is being trained. */
  training?: Training | undefined;
}

async function main(options: SweepOptions): Promise<number> {
  const silent = options.quiet === true || options.json === true;
  const out = process.stdout;
  const palette = new Palette(colorDepth({ isTTY: out.isTTY, env: process.env }));
  const page = { width: Math.min(100, Math.max(40, (out.columns ?? 81) - 1)), palette };
  const status = new StatusLine(out, { plainMs: PLAIN_MS });
  const say = (...lines: readonly string[]) => {
    if (!silent) for (const line of lines) status.print(line);
  };
  const warn = (text: string) => (silent ? process.stderr.write(`${text}\n`) : status.print(text));
  if (options.json && !out.isTTY && isBehindBanner()) warn(banner('sweep'));

  const here = standingIn();
  const { folder, sweep: begun } = await mendable(() => openOrMake(options, here));
  let sweep = begun;
  const shown = shownFrom(here, folder.path);
  const under: UnderWay = {
    stop: stopOnSignals(
      (signal) => {
        warn('Stopping: the run under way ends and is saved, then the sweep ends. Ctrl-C again stops at once.'); // prettier-ignore
        under.training?.kill(signal);
      },
      (signal) => under.training?.kill(signal),
    ),
  };
  say(...story.planned(sweep, page));

  const beganAt = performance.now();
  let ended = 0;
  for (const { number } of sweep.runs) {
    const run = sweep.runs[number - 1] as SweepRun;
    if (isSettled(run)) continue;
    if (under.stop.signal()) break;
    const title = story.runTitle(run, sweep);
    const meanMs = ended === 0 ? NaN : (performance.now() - beganAt) / ended;
    const update = (epoch: string) => {
      if (silent) return;
      const rest = story.bestSoFar(sweep) + story.timeLeft(sweep, meanMs);
      status.draw(`${title}  ${epoch}${rest}`);
    };
    update('');
    const { run: now, record } = await trainOne(folder, run, sweep, under, update);
    ended++;
    sweep = withRun(sweep, now, record);
    await mendable(() => folder.save(sweep));
    if (now.state !== 'waiting') say(story.runEnd(now, sweep));
    if (ended === 1 && record) for (const note of record.notes) warn(note);
  }

  const isThrough = sweep.runs.every((run) => isSettled(run) || run.state === 'failed');
  if (isThrough) sweep = await withTestOfChosen(folder, sweep);
  await mendable(() => folder.save(sweep));
  if (options.json) out.write(sweepJson(sweep));
  else if (options.quiet) for (const line of story.verdict(sweep, palette)) out.write(`${line}\n`);
  say(
    ...story.found(sweep, page),
    `Saved in ${palette.bold(shown)}: sweep.html (open it in a browser), sweep.csv, sweep.json`,
  );
  const hasFailed = sweep.runs.some(({ state }) => state === 'failed');
  if (!isThrough || hasFailed) warn(`To go on: ${resumeCommand(NAME, shown)}`);
  const signal = under.stop.signal();
  if (signal && !isThrough) return exitCodeOf(signal);
  return bestOf(sweep.runs) ? 0 : NONE_COMPLETE;
}

const withRun = (sweep: Sweep, run: SweepRun, record: RunRecord | undefined): Sweep => ({
  ...sweep,
  data: sweep.data ?? record?.dataset.title ?? null,
  runs: sweep.runs.map((one) => (one.number === run.number ? run : one)),
});

async function openOrMake(options: SweepOptions, here: string) {
  const { over, seeds, random, base, resume, out, test = false } = options;
  if (resume === undefined) {
    const plan = planFrom(options, here);
    const folder = await SweepFolder.make(pathFrom(here, out ?? 'sweeps'), new Date());
    const sweep: Sweep = {
      format: SWEEP_FORMAT,
      startedAt: new Date().toISOString(),
      command: commandLine(typed, 'sweep'),
      plan,
      data: null,
      test,
      runs: runsOf(plan),
    };
    await folder.save(sweep);
    return { folder, sweep };
  }
  const given = [
    ...Object.keys(base),
    ...(over.length > 0 ? ['over'] : []),
    ...Object.entries({ seeds, random, out, test: options.test }).flatMap(([name, value]) => (value === undefined ? [] : [name])),
  ]; // prettier-ignore
  if (given.length > 0)
    throw new RangeError(
      `--${given[0]}: the sweep in ${resume} keeps its settings. Leave --${given[0]} out, or begin a new sweep without --resume`,
    );
  const { folder, sweep } = await SweepFolder.open(pathFrom(here, resume));
  return { folder, sweep: unseen(sweep) };
}

/** Trains a run, or goes on with it, unless it was completed when the sweep was cut off; says what it came to. */
async function trainOne(
  folder: SweepFolder,
  { number, settings, seed }: SweepRun,
  { plan, test }: Sweep,
  under: UnderWay,
  onLine: (line: string) => void,
): Promise<{ readonly run: SweepRun; readonly record?: RunRecord }> {
  const run = { number, settings, seed };
  try {
    const before = await folder.left(number);
    const isDone = before.record && before.record.stopped !== 'interrupted';
    let [code, problem]: [number | null, string] = [0, ''];
    if (!isDone) {
      const words = Object.entries({ ...plan.base, ...settings, seed: String(seed) });
      const args =
        before.resume === undefined
          ? [`--out=${folder.runs(number)}`, ...words.map(([flag, text]) => `--${flag}=${text}`)]
          : ['--resume', before.resume];
      const training = train(args, onLine);
      under.training = training;
      const signal = under.stop.signal();
      if (signal) training.kill(signal);
      ({ code, problem } = await training.ended);
      under.training = undefined;
    }
    const { record, resume } = isDone ? before : await folder.left(number);
    if (record && record.stopped !== 'interrupted')
      return { record, run: { ...run, state: record.stopped, result: resultOf(record, test) } };
    // Stopped before its first checkpoint there is nothing of it.
    if (under.stop.signal())
      return { run: { ...run, state: resume === undefined ? 'waiting' : 'interrupted' } };
    problem ||= `train ended with ${code ?? 'a signal'}`;
    return { run: { ...run, state: 'failed', problem } };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { run: { ...run, state: 'failed', problem: error.message } };
  }
}

/** The test's figures are shown once the setting is chosen: those of its runs, and of no others. */
async function withTestOfChosen(folder: SweepFolder, sweep: Sweep): Promise<Sweep> {
  const chosen = bestOf(sweep.runs);
  const key = chosen && settingsKey(chosen.settings);
  const runs: SweepRun[] = [];
  for (const run of sweep.runs) {
    const isChosen = run.state === 'completed' && settingsKey(run.settings) === key;
    const { record } = isChosen ? await folder.left(run.number) : {};
    runs.push(record ? { ...run, result: resultOf(record, true) } : run);
  }
  return { ...sweep, runs };
}

leaveNothingHalf();
outliveReaders();
const typed = withNpmsOwn(process.argv.slice(2));
try {
  process.exitCode = await main(readSweepOptions(typed, NAME));
} catch (error) {
  const isOurs = error instanceof OptionError || error instanceof DataError;
  const text = isOurs ? `weft: ${error.message}` : error instanceof Error ? error.stack : error;
  process.stderr.write(`${String(text)}\n`);
  process.exit(1);
}
