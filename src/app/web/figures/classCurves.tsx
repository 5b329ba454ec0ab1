// The accuracy of each class on the validation images, growing epoch by epoch: ten small charts on one scale.
import type { Run } from '../state.ts';
import { endOf } from '../../extent.ts';
import { mostConfusedClasses, shownText } from '../../readable.ts';
import { percent } from '../../wording.ts';
import { Opens } from './opens.tsx';

interface ClassCurvesProps {
  readonly run: Run;
  readonly classes: readonly string[];
}

const [WIDTH, HEIGHT] = [120, 40];

export function ClassCurves({ run, classes }: ClassCurvesProps) {
  const epochs = [...run.confusions.keys()].sort((a, b) => a - b);
  const last = epochs.at(-1);
  if (last === undefined) return null;
  const shown = mostConfusedClasses(run.confusions.get(last) ?? []);
  const ends = new Map(run.epochs.map((record) => [record.epoch, endOf(record)]));
  const x = (epoch: number) => ((ends.get(epoch) ?? epoch) / run.config.epochs) * WIDTH;
  const y = (share: number) => HEIGHT * (1 - share);
  return (
    <div class="classCurves">
      <h3>Class by class</h3>
      <p class="soft">
        Share of the validation images of each class that are named rightly after each epoch, from 0
        to 100%. A click shows those that are not. {shownText(shown.length, classes.length)}
      </p>
      <ul>
        {shown.map((label) => {
          const name = classes[label] ?? '';
          const shares = epochs.map((epoch) =>
            recall(run.confusions.get(epoch)?.[label] ?? [], label),
          );
          const now = shares.at(-1) ?? NaN;
          const before = shares.at(-2);
          return (
            <li>
              <Opens
                query={{
                  title: `${name}, not named so after epoch ${last}`,
                  split: 'train',
                  epoch: last,
                  label,
                  correct: false,
                }}
              >
                <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
                  <line class="floor" x1="0" y1={HEIGHT} x2={WIDTH} y2={HEIGHT} />
                  <line class="floor" x1="0" y1="0" x2={WIDTH} y2="0" />
                  <polyline
                    points={shares.map((share, i) => `${x(epochs[i] ?? 0)},${y(share)}`).join(' ')}
                  />
                  <circle cx={x(last)} cy={y(now)} r="2.5" />
                </svg>
                <b>{name}</b>
                <span>
                  {percent(now)}
                  <small>{changeText(now, before)}</small>
                  <span class="unseen">right after epoch {last}; show the others</span>
                </span>
              </Opens>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function recall(row: readonly number[], label: number): number {
  const support = row.reduce((sum, count) => sum + count, 0);
  return support === 0 ? NaN : (row[label] ?? 0) / support;
}

/** In points since the epoch before: ', +1.2'. */
function changeText(now: number, before: number | undefined): string {
  if (before === undefined) return '';
  const points = (now - before) * 100;
  const text = Math.abs(points).toFixed(1);
  return `, ${text === '0.0' ? '±' : points > 0 ? '+' : '\u2212'}${text}`;
}
