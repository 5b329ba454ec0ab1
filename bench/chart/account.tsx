// The step's time as one strip: each dispatch a piece, in order, shaded by what it is for, and the gap that none accounts for.
import { figure, share } from '../report/tables.ts';
import type { StepResult } from '../result.ts';
import { type Phase, segmentsOf } from './points.ts';

const PHASES: Readonly<Record<Phase, string>> = {
  forward: 'forward, the batch drawn and the loss included',
  backward: 'backward',
  update: 'update',
  gap: 'gap: launches and waits',
};

export function Account({ step }: { step: StepResult }) {
  const segments = segmentsOf(step);
  const total = segments.reduce((sum, { timeMs }) => sum + timeMs, 0);
  const phases = Object.entries(PHASES).flatMap(([phase, words]) => {
    const timeMs = segments.filter((s) => s.phase === phase).reduce((sum, s) => sum + s.timeMs, 0);
    return timeMs > 0 ? [{ phase, words, timeMs }] : [];
  });
  return (
    <figure>
      <div class="strip" aria-hidden="true">
        {segments.map(({ name, phase, timeMs }) => (
          <span
            class={phase}
            style={{ flexGrow: timeMs }}
            title={`${name}: ${figure(timeMs)} ms, ${share(timeMs / total)}`}
          />
        ))}
      </div>
      <ul class="key">
        {phases.map(({ phase, words, timeMs }) => (
          <li>
            <i class={phase} />
            {words} <b>{figure(timeMs)} ms</b> {share(timeMs / total)}
          </li>
        ))}
      </ul>
      <figcaption>
        A piece is one of the {step.dispatches} dispatches, timed by itself; together they take{' '}
        {figure(step.kernelsMs)} ms of the {figure(step.wallMs.median)} ms that a step takes by the
        clock.
        {step.gapMs < 0 &&
          ` Timed alone they take ${figure(-step.gapMs)} ms more than together: there the adapter overlaps them, or other work disturbed.`}
      </figcaption>
    </figure>
  );
}
