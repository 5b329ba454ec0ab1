// A run under way: how far it is, how fast, how long still; and how it ended.
import { bytes, clock, counted, duration, grouped, percent, setting } from '../../wording.ts';
import { lossText } from '../figures/curves.tsx';
import { OPTIMIZERS } from '../settings.ts';
import { isRunning, type Run } from '../state.ts';

export function Progress({ run, adapter }: { run: Run; adapter: string }) {
  const { config, counts, progress } = run;
  const done = progress ? (progress.epoch - 1 + progress.share) / config.epochs : 0;
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
      <progress max={1} value={done} aria-label="Training done">
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
        {grouped(config.batchSize)}, {OPTIMIZERS[config.optimizer]} at{' '}
        {setting(config.learningRate)}, seed {config.seed}, on {adapter}.
      </p>
    </div>
  );
}

function phaseText({ phase, message, epochs, progress, config }: Run): string {
  switch (phase) {
    case 'preparing':
      return 'Compiling the kernels and uploading the images.';
    case 'training':
      return progress?.share === 1 && epochs.length < progress.epoch
        ? 'Looking at the images held back.'
        : 'Training.';
    case 'stopping':
      return 'Stopping: the step under way ends, then the network is judged as it stands.';
    case 'judging':
      return 'Judging: every test image is shown to the network once.';
    case 'done':
      return epochs.length < config.epochs ? 'Stopped before the end.' : 'Done.';
    case 'failed':
      return `The run ended early: ${message?.replace(/\.$/, '') ?? 'no reason was given'}. Start it again; nothing else was lost.`;
    default:
      return phase satisfies never;
  }
}
