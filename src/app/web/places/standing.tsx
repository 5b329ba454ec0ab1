// How the training stands, wherever one is on the page: a line in the navigation, and the tab's title.
import { useEffect } from 'preact/hooks';
import { clock, percent } from '../../wording.ts';
import type { Lever } from '../protocol.ts';
import { isRunning, type Run, type State } from '../state.ts';

interface StandingProps {
  readonly state: State;
  readonly onPull: (lever: Lever) => void;
}

const TITLE = document.title;

/** The figures of a run under way, the latest first known; the accuracy says which one it is. */
function figuresOf({ config, progress, epochs }: Run): readonly string[] {
  const last = epochs.at(-1);
  const accuracy = last?.validationAccuracy ?? progress?.accuracy;
  const which = last?.validationAccuracy === undefined ? 'training' : 'validation';
  return [
    `epoch ${Math.min(progress?.epoch ?? 1, config.epochs)}/${config.epochs}`,
    ...(accuracy === undefined ? [] : [`${which} ${percent(accuracy)}`]),
    ...(progress ? [`${clock(progress.etaMs)} left`] : []),
  ];
}

const WORDS: Readonly<Partial<Record<Run['phase'], string>>> = {
  preparing: 'Preparing',
  paused: 'Paused',
  stopping: 'Stopping',
  judging: 'Evaluating',
};

export function Standing({ state: { run, offer, isElsewhere }, onPull }: StandingProps) {
  const runs = isRunning(run);
  const figures = run && runs ? figuresOf(run) : [];
  const word = run && WORDS[run.phase];
  const title = runs ? [...(word ? [word] : []), ...figures, 'weft'].join(' · ') : TITLE;
  useEffect(() => {
    document.title = title;
  }, [title]);
  if (run && runs) {
    const isPaused = run.phase === 'paused';
    const canPause = !isElsewhere && (isPaused || run.phase === 'training');
    return (
      <div class="standing" role="group" aria-label="The training under way">
        <p>
          <a href="#training">{word ?? 'Training'}</a>
          {figures.map((figure) => (
            <span>{figure}</span>
          ))}
        </p>
        {canPause && (
          <p>
            <button
              type="button"
              class="link"
              onClick={() => onPull({ kind: isPaused ? 'continue' : 'pause' })}
            >
              {isPaused ? 'Continue' : 'Pause'} <span class="unseen">the training</span>
            </button>
            <button type="button" class="link" onClick={() => onPull({ kind: 'stop' })}>
              Stop <span class="unseen">the training</span>
            </button>
          </p>
        )}
      </div>
    );
  }
  if (!offer || isElsewhere) return null;
  return (
    <div class="standing">
      <p>
        <a href="#training">A run can go on</a>
        <span>
          epoch {offer.epoch} of {offer.config.epochs}
        </span>
      </p>
    </div>
  );
}
