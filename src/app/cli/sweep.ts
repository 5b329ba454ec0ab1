// `weft sweep`: trainings one after another over named settings, a process each, and what they found.
import { constants } from 'node:os';
import { DataError } from '../data/dataset.ts';
import { commandLine } from '../settings/command.ts';
import type { RunRecord } from '../record.ts';
import type { Typed } from '../settings/table.ts';
import { planOf } from '../sweep/plan.ts';
import {
  type SweepRun,
  bestOf,
  isSettled,
  resultOf,
  runsOf,
  settingsKey,
} from '../sweep/results.ts';
import { SWEEP_FORMAT, type Sweep, sweepJson } from '../sweep/sweep.ts';
import { leaveNothingHalf } from './files.ts';
import { isBehindBanner, outliveReaders, withNpmsOwn } from './output.ts';
import { pathFrom, shownFrom, standingIn } from './place.ts';
import { banner } from './story.ts';
import { SweepFolder } from './sweepFolder.ts';
import { type SweepOptions, readSweepOptions } from './sweepOptions.ts';
import * as story from './sweepStory.ts';
import { type Training, train } from './sweepTrain.ts';
import { Palette, colorDepth } from './terminal/index.ts';

/** Exit code of a sweep without a single run that is complete. */
const NONE_COMPLETE = 3;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** As a person calls this program. */
const NAME = process.env['npm_lifecycle_event'] === 'sweep' ? 'npm run sweep --' : 'weft sweep';

/** An option that cannot be followed. */
class OptionError extends Error {}

/** The run under way, and the signal that ends the sweep. */
let training: Training | undefined;
let stopped: NodeJS.Signals | undefined;

async function main(options: SweepOptions): Promise<number> {
  const silent = options.quiet === true || options.json === true;
  const out = process.stdout;
  const palette = new Palette(colorDepth({ isTTY: out.isTTY, env: process.env }));
  const page = { width: Math.min(100, Math.max(40, (out.columns ?? 81) - 1)), palette };
  const status = new story.StatusLine(out);
  const say = (...lines: readonly string[]) => {
    if (!silent) for (const line of lines) status.print(line);
  };
  const warn = (text: string) => (silent ? process.stderr.write(`${text}\n`) : status.print(text));
  if (options.json && !out.isTTY && isBehindBanner()) warn(banner('sweep'));

  const here = standingIn();
  const { folder, sweep: begun } = await mendable(() => openOrMake(options, here));
  let sweep = begun;
  const shown = shownFrom(here, folder.path);
  stopOnSignals((signal) => {
    warn('Stopping: the run under way ends and is saved, then the sweep ends. Ctrl-C again stops at once.'); // prettier-ignore
    training?.kill(signal);
  });
  say(...story.planned(sweep, page));

  const beganAt = performance.now();
  let ended = 0;
  for (const { number } of sweep.runs) {
    const run = sweep.runs[number - 1] as SweepRun;
    if (isSettled(run)) continue;
    if (stopped) break;
    const title = story.runTitle(run, sweep);
    const meanMs = ended === 0 ? NaN : (performance.now() - beganAt) / ended;
    const update = (epoch: string) => {
      if (silent) return;
      const rest = story.bestSoFar(sweep) + story.timeLeft(sweep, meanMs);
      status.update(`${title}  ${epoch}${rest}`);
    };
    update('');
    const { run: now, record } = await trainOne(folder, run, sweep, update);
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
  if (!isThrough || hasFailed) warn(story.wayOn(NAME, shown));
  if (stopped && !isThrough) return 128 + constants.signals[stopped];
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
    const plan = planOf({ base: fromHere(base, here), over, random: random ?? null, seeds });
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
  return SweepFolder.open(pathFrom(here, resume));
}

/** A sweep may go on from another folder: its data are named by their whole path. */
const fromHere = (base: Typed, here: string): Typed =>
  base.data === undefined || base.data === 'builtin'
    ? base
    : { ...base, data: pathFrom(here, base.data) };

/** Trains a run, or goes on with it, unless it was completed when the sweep was cut off; says what it came to. */
async function trainOne(
  folder: SweepFolder,
  { number, settings, seed }: SweepRun,
  { plan, test }: Sweep,
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
      training = train(args, onLine);
      if (stopped) training.kill(stopped);
      ({ code, problem } = await training.ended);
      training = undefined;
    }
    const { record, resume } = isDone ? before : await folder.left(number);
    if (record && record.stopped !== 'interrupted')
      return { record, run: { ...run, state: record.stopped, result: resultOf(record, test) } };
    // Stopped before its first checkpoint there is nothing of it.
    if (stopped)
      return { run: { ...run, state: resume === undefined ? 'waiting' : 'interrupted' } };
    problem ||= `train ended with ${code ?? 'a signal'}`;
    return { run: { ...run, state: 'failed', problem } };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { run: { ...run, state: 'failed', problem: error.message } };
  }
}

/** The test images are looked at once the setting is chosen: the figures of its runs, and of no others. */
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

/** The first signal asks the run under way to end, the second ends the process. */
function stopOnSignals(onFirst: (signal: NodeJS.Signals) => void): void {
  for (const signal of SIGNALS)
    process.on(signal, () => {
      if (stopped) {
        training?.kill(signal);
        process.exit(128 + constants.signals[signal]);
      }
      stopped = signal;
      onFirst(signal);
    });
}

/** What is out of range in f is an option's value: a person can mend it. */
async function mendable<T>(f: () => Promise<T>): Promise<T> {
  try {
    return await f();
  } catch (error) {
    throw error instanceof RangeError ? new OptionError(error.message, { cause: error }) : error;
  }
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
