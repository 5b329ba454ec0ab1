// What a sweep found, as tables for the page and for sweep.html: a row a setting, the best first, and a row a run.
import { type Flag, rowOf } from '../settings/table.ts';
import { Table } from '../table.tsx';
import { duration, percent } from '../wording.ts';
import { type Group, type Spread, type SweepRun, bestOf, groupsOf } from './results.ts';

interface TableProps {
  /** The settings that are varied, a column each. */
  readonly flags: readonly Flag[];
  readonly runs: readonly SweepRun[];
}

/** What is said of a setting. */
interface Column {
  readonly title: string;
  /** Where there is little room. */
  readonly short: string;
  readonly isNumber?: true;
  /** By which settings are ranked. */
  readonly isRank?: true;
  readonly text: (group: Group) => string;
}

/** The columns of what a sweep found; that of the test is there once a setting is chosen. */
export function columnsOf(flags: readonly Flag[], groups: readonly Group[]): readonly Column[] {
  const settings = flags.map((flag) => ({
    ...{ title: rowOf(flag).title, short: flag },
    text: ({ settings }: Group) => settings[flag] ?? '',
  }));
  const usual = { title: 'Settings', short: 'settings', text: () => 'as usual' };
  const number = (title: string, short: string, text: Column['text']): Column => ({
    ...{ title, short, text, isNumber: true },
  });
  const hasTest = groups.some(({ testAccuracy }) => testAccuracy);
  return [
    ...(flags.length === 0 ? [usual] : settings),
    {
      ...number('Validation accuracy', 'Validation', (g) => shareText(g.validationAccuracy)),
      isRank: true,
    },
    number('Validation loss', 'Loss', (g) => lossText(g.validationLoss)),
    ...(hasTest ? [number('Test accuracy', 'Test', (g) => shareText(g.testAccuracy))] : []),
    number('Runs', 'Runs', runsText),
    number('Time a run', 'Time a run', (g) => (g.timeMs ? duration(g.timeMs.mean) : '–')),
  ];
}

/** A mean and its deviation over the seeds: '87.21% ± 0.14'. */
export function shareText(spread: Spread | null): string {
  if (!spread) return '–';
  const { mean, deviation } = spread;
  return deviation === null
    ? percent(mean, 2)
    : `${percent(mean, 2)} ± ${(100 * deviation).toFixed(2)}`;
}

function lossText(spread: Spread | null): string {
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

export function SettingsTable({ flags, runs }: TableProps) {
  const groups = groupsOf(runs);
  const best = bestOf(runs);
  const columns = columnsOf(flags, groups);
  return (
    <Table
      label="Settings, the best first"
      columns={columns.map(({ title, isNumber }) => (isNumber ? `#${title}` : title))}
      rows={groups.map((group) =>
        columns.map(({ text, isRank }) =>
          isRank && group.settings === best?.settings ? (
            <strong>{text(group)}</strong>
          ) : (
            text(group)
          ),
        ),
      )}
    />
  );
}

export function RunsTable({ flags, runs }: TableProps) {
  const share = (value: number | null | undefined) =>
    typeof value === 'number' ? percent(value, 2) : '–';
  const best = (result: SweepRun['result']) =>
    result?.bestEpoch ? `${result.bestEpoch} (${share(result.bestAccuracy)})` : '–';
  const state = ({ state, problem }: SweepRun) =>
    [STATES[state], ...(problem === undefined ? [] : [problem])].join(': ');
  const hasState = runs.some((run) => state(run) !== '');
  return (
    <Table
      label="Every run"
      columns={[
        'Run',
        ...flags.map((flag) => rowOf(flag).title),
        ...['#Seed', '#Validation accuracy', '#Best epoch', '#Time', 'Digest'],
        ...(hasState ? ['State'] : []),
      ]}
      rows={runs.map((run) => {
        const { number, settings, seed, result } = run;
        return [
          number,
          ...flags.map((flag) => settings[flag]),
          seed,
          run.state === 'completed' ? share(result?.validationAccuracy) : '–',
          best(result),
          result ? duration(result.timeMs) : '–',
          result && <code>{result.digest.slice(0, 8)}</code>,
          ...(hasState ? [state(run)] : []),
        ];
      })}
    />
  );
}
