// What one does to a run: start and stop it, hold it, take a single step, change its learning rate.
import { useEffect, useId, useState } from 'preact/hooks';
import { factorAt } from '../../rateChanges.ts';
import { setting } from '../../wording.ts';
import type { Lever } from '../protocol.ts';
import { isRunning, type Run } from '../state.ts';

interface ControlsProps {
  readonly run: Run | undefined;
  readonly isReady: boolean;
  readonly hint: string;
  readonly onStart: () => void;
  readonly onPull: (lever: Lever) => void;
}

/** One button starts and stops, one pauses and continues, so that the focus stays where it is. */
export function Controls({ run, isReady, hint, onStart, onPull }: ControlsProps) {
  const runs = isRunning(run);
  const isEnding = run?.phase === 'stopping' || run?.phase === 'judging';
  const isPaused = run?.phase === 'paused';
  const isHeldOrGoing = isPaused || run?.phase === 'training';
  // The steps under way end first; until then the button says that it was heard.
  const [asked, setAsked] = useState(false);
  useEffect(() => setAsked(false), [run?.phase]);

  const startOrStop = () => (runs ? onPull({ kind: 'stop' }) : onStart());
  const pauseOrContinue = () => {
    if (!isHeldOrGoing || asked) return;
    setAsked(true);
    onPull({ kind: isPaused ? 'continue' : 'pause' });
  };
  return (
    <>
      <div class="actions">
        <button
          type="button"
          class="primary"
          aria-disabled={runs ? isEnding : !isReady}
          onClick={startOrStop}
        >
          {runs ? (isEnding ? 'Stopping' : 'Stop') : run ? 'Train again' : 'Start training'}
        </button>
        {runs && (
          <>
            <button
              type="button"
              class="pause"
              aria-disabled={!isHeldOrGoing || asked}
              onClick={pauseOrContinue}
            >
              {isPaused ? 'Continue' : asked ? 'Pausing' : 'Pause'}
            </button>
            <button
              type="button"
              aria-disabled={!isPaused}
              title={isPaused ? undefined : 'Pause first'}
              onClick={() => isPaused && onPull({ kind: 'step' })}
            >
              Single step
            </button>
          </>
        )}
        <p class="soft">{hint}</p>
      </div>
      {run && isHeldOrGoing && <Rate run={run} onPull={onPull} />}
    </>
  );
}

/** Of the slider, in powers of ten. */
const [LEAST, MOST, STEP] = [-2, 1, 0.1];

/** The learning rate as a factor on its schedule, from a hundredth to ten times. */
function Rate({ run, onPull }: { readonly run: Run; readonly onPull: (lever: Lever) => void }) {
  const id = useId();
  const factor = factorAt(run.turns, Infinity);
  const [held, setHeld] = useState<number>();
  const shown = held ?? factor;
  const { progress } = run;
  const scheduled =
    progress && progress.latest.learningRate / factorAt(run.turns, progress.stepsDone - 1);
  const now =
    scheduled === undefined ? '' : `${setting(Number((scheduled * shown).toPrecision(2)))} now`;
  const factorOf = (power: string) => Number((10 ** Number(power)).toPrecision(2));
  return (
    <div class="rate">
      <label for={id}>Learning rate</label>
      <input
        id={id}
        type="range"
        min={LEAST}
        max={MOST}
        step={STEP}
        value={Math.log10(shown)}
        aria-valuetext={`${shown} times the schedule, ${now}`}
        onInput={(event) => setHeld(factorOf(event.currentTarget.value))}
        onChange={(event) => {
          onPull({ kind: 'changeRate', factor: factorOf(event.currentTarget.value) });
          setHeld(undefined);
        }}
      />
      <output for={id}>
        × {shown} <span class="soft">{now}</span>
      </output>
      <p class="soft">
        A factor on the schedule from the next step on. It is written into the record of the run, so
        that the run can be repeated.
      </p>
    </div>
  );
}
