// What a sweep found, as tables for the page and for sweep.html: a row a setting, the best first, and a row a run.
import type { ComponentChildren } from 'preact';
import { type Flag, rowOf } from '../settings/table.ts';
import { duration, percent } from '../wording.ts';
import { type Group, type Spread, type SweepRun, bestOf, groupsOf } from './results.ts';

interface TableProps {
  /** The settings that are varied, a column each. */
  readonly flags: readonly Flag[];
  readonly runs: readonly SweepRun[];
  /** A last cell, on the page: what one can do with it. */
  readonly act?: (group: Group) => ComponentChildren;
}

/** A mean and its deviation over the seeds: '87.21% ± 0.14'. */
export function shareText(spread: Spread | null): string {
  if (!spread) return '–';
  const { mean, deviation } = spread;
  return deviation === null
    ? percent(mean, 2)
    : `${percent(mean, 2)} ± ${(100 * deviation).toFixed(2)}`;
}

export function lossText(spread: Spread | null): string {
  if (!spread) return '–';
  const { mean, deviation } = spread;
  return deviation === null ? mean.toFixed(4) : `${mean.toFixed(4)} ± ${deviation.toFixed(4)}`;
}

const STATES = {
  waiting: 'not yet trained',
  completed: '',
  interrupted: 'interrupted',
  diverged: 'diverged',
  failed: 'failed',
} as const satisfies Readonly<Record<SweepRun['state'], string>>;

/** '3 of 3', and what became of the others. */
function runsText({ runs, validationAccuracy }: Group): string {
  const lost = (['diverged', 'failed'] as const).flatMap((state) => {
    const count = runs.filter((run) => run.state === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  return [`${validationAccuracy?.count ?? 0} of ${runs.length}`, ...lost].join(', ');
}

export function SettingsTable({ flags, runs, act }: TableProps) {
  const groups = groupsOf(runs);
  const best = bestOf(runs);
  const hasTest = groups.some(({ testAccuracy }) => testAccuracy);
  return (
    <div class="scroll" role="region" aria-label="Settings, the best first" tabIndex={0}>
      <table class="wide">
        <thead>
          <tr>
            {flags.map((flag) => (
              <th key={flag} scope="col">
                {rowOf(flag).title}
              </th>
            ))}
            <th scope="col" class="n">
              Validation accuracy
            </th>
            <th scope="col" class="n">
              Validation loss
            </th>
            {hasTest && (
              <th scope="col" class="n">
                Test accuracy
              </th>
            )}
            <th scope="col" class="n">
              Runs
            </th>
            <th scope="col" class="n">
              Time a run
            </th>
            {act && <td />}
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => {
            const figure = shareText(group.validationAccuracy);
            return (
              <tr key={JSON.stringify(group.settings)}>
                {flags.map((flag, i) =>
                  i === 0 ? (
                    <th key={flag} scope="row">
                      {group.settings[flag]}
                    </th>
                  ) : (
                    <td key={flag}>{group.settings[flag]}</td>
                  ),
                )}
                <td class="n">
                  {group.settings === best?.settings ? <strong>{figure}</strong> : figure}
                </td>
                <td class="n">{lossText(group.validationLoss)}</td>
                {hasTest && <td class="n">{shareText(group.testAccuracy)}</td>}
                <td class="n">{runsText(group)}</td>
                <td class="n">{group.timeMs ? duration(group.timeMs.mean) : '–'}</td>
                {act && <td class="acts">{act(group)}</td>}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

export function RunsTable({ flags, runs }: TableProps) {
  const share = (value: number | null | undefined) =>
    typeof value === 'number' ? percent(value, 2) : '–';
  return (
    <div class="scroll" role="region" aria-label="Every run" tabIndex={0}>
      <table class="wide">
        <thead>
          <tr>
            <th scope="col">Run</th>
            {flags.map((flag) => (
              <th key={flag} scope="col">
                {rowOf(flag).title}
              </th>
            ))}
            <th scope="col" class="n">
              Seed
            </th>
            <th scope="col" class="n">
              Validation accuracy
            </th>
            <th scope="col" class="n">
              Best epoch
            </th>
            <th scope="col" class="n">
              Time
            </th>
            <th scope="col">Digest</th>
          </tr>
        </thead>
        <tbody>
          {runs.map(({ number, settings, seed, state, problem, result }) => (
            <tr key={number}>
              <th scope="row">{number}</th>
              {flags.map((flag) => (
                <td key={flag}>{settings[flag]}</td>
              ))}
              <td class="n">{seed}</td>
              {problem === undefined ? (
                <>
                  <td class="n">{STATES[state] || share(result?.validationAccuracy)}</td>
                  <td class="n">
                    {result?.bestEpoch ?? '–'}
                    {result?.bestAccuracy === null || result === undefined
                      ? ''
                      : ` (${share(result.bestAccuracy)})`}
                  </td>
                  <td class="n">{result ? duration(result.timeMs) : '–'}</td>
                  <td>{result && <code>{result.digest.slice(0, 8)}</code>}</td>
                </>
              ) : (
                <td colSpan={4}>
                  {STATES[state]}: {problem}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
