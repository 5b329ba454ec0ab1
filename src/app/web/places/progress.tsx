// A run under way: how far it is, how fast, how long still; and how it ended.
import { bytes, clock, counted, duration, grouped, percent, setting } from '../../wording.ts';
import { lossText } from '../../numerals.ts';
import { networkTitle } from '../../network.ts';
import { epochsDone, extent } from '../../extent.ts';
import { saidMore } from '../../settings/said.ts';
import { OPTIMIZER_TITLES } from '../../settings/optimizers.ts';
import { isRunning, type Run } from '../state.ts';
import type { Lever } from '../protocol.ts';
import type { FitProgress } from '../../fit.ts';

interface ProgressProps {
  readonly run: Run;
  readonly adapter: string;
  readonly onPull: (lever: Lever) => void;
}

export function Progress({ run, adapter, onPull }: ProgressProps) {
  const { config, counts, progress } = run;
  const more = saidMore(config);
  const isTuning = run.phase === 'preparing' && run.tuning !== undefined;
  const done =
    run.tuning && isTuning
      ? run.tuning.done / run.tuning.of
      : progress
        ? (progress.epoch - 1 + progress.share) / config.epochs
        : 0;
  const facts: readonly (readonly [string, string])[] = [
    ['Epoch', `${Math.min(progress?.epoch ?? 1, config.epochs)} of ${config.epochs}`],
    ['Loss', progress ? lossText(progress.loss) : '–'],
    ['Accuracy', progress ? percent(progress.accuracy) : '–'],
    ['Images/s', progress ? grouped(progress.imagesPerSecond) : '–'],
    ['GPU memory', run.gpuBytes > 0 ? bytes(run.gpuBytes) : '–'],
    isRunning(run)
      ? ['Time left', progress ? clock(progress.etaMs) : '–']
      : [
          'Took',
          run.epochs.length > 0 ? duration(run.epochs.reduce((sum, e) => sum + e.timeMs, 0)) : '–',
        ],
  ];
  return (
    <div class="progress">
      <p class={run.phase === 'failed' ? 'notice' : 'phase'}>
        {phaseText(run)} {run.phase === 'done' && <a href="#evaluation">See how good it is</a>}
      </p>
      <progress max={1} value={done} aria-label={isTuning ? 'Kernels measured' : 'Training done'}>
        {percent(done, 0)}
      </progress>
      <dl class="facts narrow">
        {facts.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="soft">
        {counted(config.epochs, 'epoch')} over {counted(counts.train, 'image')}, batches of{' '}
        {grouped(config.batchSize)}, {OPTIMIZER_TITLES[config.optimizer]} at{' '}
        {setting(config.learningRate)}, seed {config.seed}, on {adapter}. Network:{' '}
        {networkTitle(config.network)}.{more && ` Also set: ${more}.`}
      </p>
      {isRunning(run) && (run.kept || run.notKept) && (
        <p class={run.notKept ? 'notice' : 'soft'} role={run.notKept ? 'alert' : undefined}>
          {keptText(run)}
          {run.notKept && (
            <button type="button" class="link" onClick={() => onPull({ kind: 'giveCheckpoint' })}>
              Download the last one
            </button>
          )}
        </p>
      )}
    </div>
  );
}

function phaseText(run: Run): string {
  const { phase, message, epochs, progress, config, recovery, ending, tuning } = run;
  switch (phase) {
    case 'preparing':
      if (recovery)
        return `The GPU was lost. Another device is being opened, attempt ${recovery.attempt} of ${recovery.of}; the run goes on from its last checkpoint.`;
      if (tuning)
        return `Measuring which kernels are the fastest here, once for this machine: ${tuning.done} of ${tuning.of} operations are done.`;
      return 'Compiling the kernels and uploading the images.';
    case 'training':
      return progress?.share === 1 && epochs.length < progress.epoch
        ? 'Looking at the images held back.'
        : 'Training.';
    case 'paused':
      return progress
        ? `Paused after step ${grouped(progress.stepsDone)}. ${latestText(progress, config.batchSize)}`
        : 'Paused before the first step.';
    case 'stopping':
      return 'Stopping: the step under way ends, then the network is judged as it stands.';
    case 'judging':
      return 'Judging: every test image is shown to the network once.';
    case 'done':
      if (ending?.stopped === 'diverged') return 'Stopped by itself.';
      if (ending?.stopped === 'completed' && epochsDone(epochs) < config.epochs)
        return `Stopped early, after ${extent(epochs, config.epochs)}: the validation loss had not fallen for ${counted(config.patience, 'epoch')}.`;
      return ending?.stopped === 'interrupted' || epochsDone(epochs) < config.epochs
        ? `Stopped before the end, after ${extent(epochs, config.epochs)}.`
        : 'Done.';
    case 'failed':
      return `The run ended early: ${message?.replace(/\.$/, '') ?? 'no reason was given'}. What was kept can be gone on with; nothing else was lost.`;
    default:
      return phase satisfies never;
  }
}

/** The batch of the last step alone, as a single step shows it. */
const latestText = ({ latest }: FitProgress, batch: number) =>
  `Its batch had a loss of ${lossText(latest.loss)}, ${grouped(latest.hits)} of ${grouped(batch)} right; the learning rate was ${setting(Number(latest.learningRate.toPrecision(3)))}.`;

/** What is safe should the page or the browser go away now. */
function keptText({ kept, notKept }: Run): string {
  if (notKept)
    return `The last checkpoint could not be stored, because ${notKept}. ${kept ? `The one after step ${grouped(kept.step)} stays.` : 'None is stored yet.'} `;
  return kept ? `Kept in this browser after step ${grouped(kept.step)}.` : '';
}
