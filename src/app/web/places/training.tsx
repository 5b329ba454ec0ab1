// Training: the settings, the levers of the run, and what one watches while it goes on.
import type { ComponentChildren } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { readNumber } from '../../readNumber.ts';
import { Changed } from '../figures/changed.tsx';
import { ClassCurves } from '../figures/classCurves.tsx';
import { Curves, EpochTable } from '../figures/curves.tsx';
import type { Lever } from '../protocol.ts';
import type { RunConfig } from '../../record.ts';
import type { Problems, Values } from '../../settings/read.ts';
import { type Flag, ROWS, type Typed, rowOf } from '../../settings/table.ts';
import { isRunning, type State } from '../state.ts';
import { Controls } from './controls.tsx';
import { Divergence } from './divergence.tsx';
import { Fields } from './field.tsx';
import { Offer } from './offer.tsx';
import { Place } from './place.tsx';
import { Progress } from './progress.tsx';
import { SchedulePlot } from './schedulePlot.tsx';

interface TrainingProps {
  readonly state: State;
  readonly values: Values;
  readonly problems: Problems;
  /** What would be trained; absent while a setting is wrong. */
  readonly plan: { readonly config: RunConfig; readonly samples: number } | undefined;
  readonly onChange: (flag: Flag, text: string) => void;
  readonly onStart: () => void;
  /** Below the curves of the run: the runs before it. */
  readonly children?: ComponentChildren;
  readonly onTry: (typed: Typed) => void;
  readonly onPull: (lever: Lever) => void;
}

export function Training(props: TrainingProps) {
  const { state, values, problems, plan, onChange, onStart, onTry, onPull, children } = props;
  const { run, device, data, offer, isElsewhere } = state;
  const classes = data?.exploration.classes;
  const watched = useMemo(
    () =>
      run &&
      classes && (
        <>
          <ClassCurves run={run} classes={classes} />
          {run.changes && <Changed changes={run.changes} classes={classes} />}
        </>
      ),
    [run?.confusions, run?.changes, classes],
  );
  const form = useRef<HTMLFormElement>(null);
  const ready = device.status === 'ready' && data !== undefined;
  const isFree = !isRunning(run) && !isElsewhere;

  const start = () => {
    if (!ready || !isFree) return;
    onStart();
  };
  // Enter in a field starts and never stops.
  const onEnter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    start();
  };

  // What offers a run goes away with the answer; the focus stays with the levers.
  const answer = (lever: Lever) => {
    onPull(lever);
    if (lever.kind === 'resume' || lever.kind === 'forget')
      form.current?.querySelector<HTMLElement>('button.primary')?.focus();
  };

  return (
    <Place
      id="training"
      lead="Start it and watch it learn. It runs in a worker: the page stays free, and training goes on in a hidden tab."
    >
      <form ref={form} onSubmit={(event) => event.preventDefault()} onKeyDown={onEnter} noValidate>
        <Fields group="main" values={values} problems={problems} onChange={onChange} />
        <details class="more">
          <summary>More settings</summary>
          <Fields group="more" values={values} problems={problems} onChange={onChange} />
        </details>
        {!run && plan && <SchedulePlot config={plan.config} samples={plan.samples} />}
        {isElsewhere ? (
          <p class="notice" role="status">
            A training goes on in another tab of this page, and here one only looks on. When it
            ends, or that tab is closed, this tab can train, and go on with what was left.
          </p>
        ) : (
          <Controls
            run={run}
            isReady={ready}
            hint={hint(state, problems)}
            onStart={start}
            onPull={onPull}
          />
        )}
      </form>
      {isFree && (
        <Offer offer={offer} refused={state.offerRefused} isReady={ready} onPull={answer} />
      )}
      {run && (
        <Progress
          run={run}
          adapter={device.status === 'ready' ? device.adapter.name : ''}
          onPull={onPull}
        />
      )}
      {run?.ending?.stopped === 'diverged' && (
        <Divergence
          run={run}
          kept={run.kept || run.notKept ? offer : undefined} // another run's would not help
          onTry={onTry}
          onPull={answer}
        />
      )}
      <Curves
        run={run}
        epochs={run?.config.epochs ?? (problems.epochs ? 1 : readNumber(values.epochs) || 1)}
      />
      {run && run.epochs.length > 0 && <EpochTable run={run} />}
      {watched}
      {children}
    </Place>
  );
}

function hint({ device, data, run, worker }: State, problems: Problems): string {
  if (worker === 'gone') return 'The part of the page that trains could not be started.';
  if (device.status === 'missing') return 'Training needs WebGPU; “Problem” above says what to do.';
  if (device.status === 'opening') return 'WebGPU is being opened.';
  if (!data) return 'The data is not there yet.';
  if (isRunning(run)) return 'What you change now counts for the next run.';
  if (problems.model) return `The model is not right yet: ${problems.model}`;
  const wrong = ROWS.find(([flag]) => problems[flag])?.[0];
  if (wrong) return `${rowOf(wrong).title} is not right yet: ${problems[wrong]}`;
  return 'The settings stand in the address of this page: to share them, share the link.';
}
