// A loss that is no number any more: where it happened, what stands, and what to change.
import { divergenceCauses } from '../../divergence.ts';
import { factorAt } from '../../rateChanges.ts';
import { grouped } from '../../wording.ts';
import type { Lever } from '../protocol.ts';
import { typedFromChanges } from '../../settings/read.ts';
import type { Typed } from '../../settings/table.ts';
import type { KeptMark } from '../runState.ts';
import type { Run } from '../state.ts';

interface DivergenceProps {
  readonly run: Run;
  /** The run as it was before, where it was kept. */
  readonly kept: KeptMark | undefined;
  readonly onTry: (typed: Typed) => void;
  readonly onPull: (lever: Lever) => void;
}

export function Divergence({ run, kept, onTry, onPull }: DivergenceProps) {
  const { config, turns, ending } = run;
  const step = ending?.divergedAt ?? 0;
  return (
    <div class="notice" role="alert">
      <p>
        In step {grouped(step + 1)} the loss was no finite number any more, or its weights were not,
        and the training stopped. The last good weights are back; the figures below are theirs. What
        may be the cause:
      </p>
      <ol>
        {divergenceCauses({ ...config, turns }, step).map(({ text, options }) => {
          const typed = options && typedFromChanges(options);
          return (
            <li>
              {text}{' '}
              {typed && (
                <button type="button" class="link" onClick={() => onTry(typed)}>
                  Set it
                </button>
              )}
            </li>
          );
        })}
      </ol>
      {kept && (
        <p>
          <button
            type="button"
            onClick={() => onPull({ kind: 'resume', factor: factorAt(turns, step) / 10 })}
          >
            Go on from step {grouped(kept.step)} at a tenth of the rate
          </button>
        </p>
      )}
    </div>
  );
}
