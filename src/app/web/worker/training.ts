// A training in the worker, from the settings or a checkpoint to the verdict. It outlives its device: a lost
// one is replaced, and the run goes on from its last checkpoint. Its network stays, to be looked into.
import { version } from '../../../../package.json';
import type { Device } from '../../../tensor/index.ts';
import type { DataSet } from '../../data/dataset.ts';
import type { RunCheckpoint } from '../../checkpoint.ts';
import { RunControl } from '../../control.ts';
import { type Division, divide } from '../../division.ts';
import { type Verdict, runExperiment } from '../../experiment.ts';
import type { FitProgress } from '../../fit.ts';
import type { RunConfig } from '../../record.ts';
import { hostOf } from '../advice.ts';
import { type Run, type RunEvent, freshRun, reduceRun } from '../runState.ts';
import { trainCommand } from '../../settings/command.ts';
import type { SplitCounts } from '../../settings/read.ts';
import { beginReplay, changesAt, keepEpoch, keptAnswers, presentReplay } from './epochs.ts';
import { faceFrom, faceOf } from './face.ts';
import { keepEnded } from './finishedRuns.ts';
import { gpuBytes, openGpu } from './gpu.ts';
import { breathe, held, send, textOf } from './held.ts';
import { finished, pageVerdict } from './judgement.ts';
import { forgetRun, keepRun, keptRun, showOffer, standingOf } from './kept.ts';
import { fetchData } from './data.ts';
import { alone, tellTabs, watchIfBusy } from './tabs.ts';
import { tuningTables } from './tuningTables.ts';

/** How often in a row, without a checkpoint between, a lost device is replaced. */
const MOST_LOSSES = 3;
/** After the GPU process has died it takes a moment until there is an adapter again. */
const WAITS_MS = [0, 500, 1500, 4000];
/** A submit of a page that is seen takes about a frame, so that the screen is drawn between two. */
const SUBMIT_MS = { visible: 16, hidden: 200 };
/** Besides those that fit makes: a run that is left in its first seconds goes on as well. */
const EARLY_KEEPS_MS = [2000, 5000, 10_000];
/** Between two reports of progress: more often nobody can read it. */
const REPORT_MS = 100;

let isVisible = true;
const submitMs = () => (isVisible ? SUBMIT_MS.visible : SUBMIT_MS.hidden);

export async function train(config: RunConfig): Promise<void> {
  if (held.control || !held.data) return;
  if (!(await alone(() => live(config)))) await watchIfBusy();
}

/** Goes on with the run that is kept. */
export async function resume(factor?: number): Promise<void> {
  if (held.control) return;
  const isMine = await alone(async () => {
    try {
      const checkpoint = await keptRun();
      if (!checkpoint) return await showOffer('There is no run to go on with any more.');
      await fetchData(checkpoint.data);
      await live(checkpoint.config, checkpoint, factor);
    } catch (error) {
      await showOffer(textOf(error));
    }
  });
  if (!isMine) await watchIfBusy();
}

/** A page that is hidden may not come back: then the run is kept. */
export function setVisible(is: boolean): void {
  isVisible = is;
  if (!held.control) return;
  held.control.submitMs = submitMs();
  if (!is) held.control.keep();
}

export function tell(event: RunEvent): void {
  if (event.kind === 'run') held.run = event.run;
  else if (held.run) held.run = reduceRun(held.run, event);
  send(event);
  tellTabs(event);
}

async function live(config: RunConfig, from?: RunCheckpoint, factor?: number): Promise<void> {
  const { data, exploration } = held;
  if (!data || !exploration) return;
  const control = new RunControl({ submitMs: submitMs() });
  if (factor !== undefined) control.changeRate(factor);
  held.control = control;
  try {
    const division = divide(data.train, config);
    const verdict = await survive(data, config, division, control, from);
    const { stopped } = verdict.record;
    const ended: RunEvent = { kind: 'ended', stopped, divergedAt: verdict.divergedAt };
    const run = reduceRun(held.run as Run, ended);
    held.run = run;
    held.last = finished(verdict, data, exploration, { run, replay: presentReplay() });
    send({ kind: 'verdict', verdict: pageVerdict(held.last), run });
    tellTabs(ended);
    const isKept = await keepEnded(held.last);
    if (stopped === 'completed' && isKept) await forgetRun();
  } catch (error) {
    // Its network goes with it: what is looked into is that of the verdict which still stands.
    held.network = undefined;
    held.step = undefined;
    tell({ kind: 'failed', message: textOf(error) });
  } finally {
    held.control = undefined;
    await showOffer();
  }
}

/** Runs to the verdict over lost devices. @throws what ends a run for good */
async function survive(
  data: DataSet,
  config: RunConfig,
  division: Division,
  control: RunControl,
  from: RunCheckpoint | undefined,
): Promise<Verdict> {
  const counts = countsOf(division);
  let latest = from;
  for (let losses = 0; ;) {
    const begin = latest;
    const before = begin && faceOf(begin).answers;
    const confusions = beginReplay(data, division.validation, before);
    tell({ kind: 'run', run: { ...runFrom(config, counts, begin), confusions } });
    if (losses > 0) tell({ kind: 'recovering', attempt: losses, of: MOST_LOSSES });
    // All that the run before put on the GPU goes with its device; its results are on this side.
    held.network = undefined;
    held.step = undefined;
    held.device?.destroy();
    const device = await openPatiently();
    const early = latest ? [] : EARLY_KEEPS_MS.map((ms) => setTimeout(() => control.keep(), ms));
    if (!latest) control.keep();
    try {
      return await attempt(device, data, config, division, control, begin, async (checkpoint) => {
        latest = checkpoint;
        tell(await keepRun(checkpoint));
      });
    } catch (error) {
      losses = latest === begin ? losses + 1 : 1;
      if (losses > MOST_LOSSES || !(await isGone(device))) throw error;
    } finally {
      for (const timer of early) clearTimeout(timer);
    }
  }
}

function attempt(
  device: Device,
  data: DataSet,
  config: RunConfig,
  division: Division,
  control: RunControl,
  resume: RunCheckpoint | undefined,
  onKeep: (checkpoint: RunCheckpoint) => Promise<void>,
): Promise<Verdict> {
  const report = new Reporter();
  return runExperiment({
    device,
    data,
    config,
    division,
    runtime: { host: hostOf(navigator.userAgent), weft: version, commit: null },
    command: trainCommand,
    notes: [],
    control,
    tuning: {
      store: tuningTables,
      host: hostOf(navigator.userAgent),
      now: () => performance.now(),
      onProgress: (done, of) => tell({ kind: 'tuning', done, of }),
      isStopped: () => control.isStopped,
    },
    resume,
    onReady: ({ warmUpMs, memory, model, step }) => {
      held.network = model;
      held.step = step;
      tell({ kind: 'training', warmUpMs, gpuBytes: memory.bytes });
    },
    onProgress: (progress) => report.add(progress, control.isPaused),
    onEpoch: (epoch, judged) => {
      report.flush();
      const confusion = keepEpoch(epoch.epoch, judged);
      tell({ kind: 'epoch', epoch, confusion, changes: changesAt(epoch.epoch) });
    },
    onPause: (isPaused) => {
      report.flush();
      tell({ kind: 'paused', isPaused });
    },
    onRateChange: (turns, learningRate) => tell({ kind: 'rateChanged', turns, learningRate }),
    onKeep: (checkpoint) => {
      report.flush();
      return onKeep({ ...checkpoint, face: faceFrom(held.run as Run, keptAnswers()) });
    },
    now: () => performance.now(),
    date: () => new Date(),
  });
}

/** Progress as often as it can be read; the last before anything else happens is never left out. */
class Reporter {
  #at = -Infinity;
  #waiting: FitProgress | undefined;

  add(progress: FitProgress, isUrgent: boolean): void {
    this.#waiting = progress;
    if (isUrgent || performance.now() - this.#at >= REPORT_MS) this.flush();
  }

  flush(): void {
    if (this.#waiting) tell({ kind: 'progress', progress: this.#waiting, gpuBytes: gpuBytes() });
    this.#waiting = undefined;
    this.#at = performance.now();
  }
}

async function openPatiently(): Promise<Device> {
  for (const waitMs of WAITS_MS.slice(0, -1)) {
    await new Promise((done) => setTimeout(done, waitMs));
    try {
      return await openGpu();
    } catch {
      // Perhaps in a moment; what the last attempt says is said.
    }
  }
  await new Promise((done) => setTimeout(done, WAITS_MS.at(-1)));
  return openGpu();
}

/** The news of a loss may come a moment after the failure that it caused. */
async function isGone(device: Device): Promise<boolean> {
  const soon = new Promise<false>((done) => setTimeout(done, 250, false));
  const isGone = await Promise.race([device.lost.then(() => true), soon]);
  await breathe(); // whoever else waits for the news has it now
  return isGone;
}

function runFrom(config: RunConfig, counts: SplitCounts, from: RunCheckpoint | undefined): Run {
  const fresh = freshRun(config, counts);
  if (!from) return fresh;
  const { points, progress } = faceOf(from);
  const { epochs, turns } = from.position;
  return { ...fresh, points, progress, epochs, turns, ...standingOf(from) };
}

function countsOf({ train, validation }: Division): SplitCounts {
  const available = held.data?.train.count ?? 0;
  return {
    train: train.length,
    validation: validation.length,
    unused: available - train.length - validation.length,
  };
}
