// A sweep told in a terminal: which run is under way, what it varies, the best so far, and what was found.
import { variedText } from '../sweep/plan.ts';
import { type SweepRun, bestOf, groupsOf, isSettled, settingsText } from '../sweep/results.ts';
import type { Sweep } from '../sweep/sweep.ts';
import { columnsOf, shareText } from '../sweep/table.tsx';
import { counted, duration, percent } from '../wording.ts';
import type { Page } from './story.ts';
import { type Palette, facts, heading, table } from './terminal/index.ts';

export function planned({ plan, runs }: Sweep, { width, palette }: Page): string[] {
  const settings = groupsOf(runs).length;
  const how = plan.random === null ? 'every combination' : 'random draws';
  return [
    heading('Sweep', width, palette),
    ...facts(
      [
        ['varied', plan.over.map(variedText).join('  ') || 'the seed alone'],
        ['runs', `${runs.length}: ${counted(settings, 'setting')} (${how}), ${counted(plan.seeds.length, 'seed')} each`],
        ['shared', settingsText(plan.base)],
      ],
      width,
      palette,
    ),
    '',
  ]; // prettier-ignore
}

/** 'run 3 of 12  lr 0.002, optimizer adam, seed 1'. */
export const runTitle = ({ number, settings, seed }: SweepRun, { runs }: Sweep): string =>
  `run ${String(number).padStart(String(runs.length).length)} of ${runs.length}  ${settingsText(settings)}, seed ${seed}`;

/** What a run came to, and the best so far. */
export function runEnd(run: SweepRun, sweep: Sweep): string {
  const { state, problem, result } = run;
  const accuracy = result?.validationAccuracy;
  const said =
    state === 'completed' && typeof accuracy === 'number'
      ? `${percent(accuracy, 2)} of the validation images, ${duration(result?.timeMs ?? 0)}`
      : [state, ...(problem === undefined ? [] : [problem])].join(': ');
  return `${runTitle(run, sweep)}: ${said}${bestSoFar(sweep)}`;
}

export function bestSoFar({ runs }: Sweep): string {
  const best = bestOf(runs);
  return best
    ? `; best so far ${shareText(best.validationAccuracy)} with ${settingsText(best.settings)}`
    : '';
}

/** @param meanMs what a run took, its process and all; NaN before one has ended */
export function timeLeft({ runs }: Sweep, meanMs: number): string {
  const open = runs.filter((run) => !isSettled(run) && run.state !== 'failed').length;
  return Number.isNaN(meanMs) ? '' : `, about ${duration(meanMs * open)} to go`;
}

export function found(sweep: Sweep, { width, palette }: Page): string[] {
  const flags = sweep.plan.over.map(({ flag }) => flag);
  const groups = groupsOf(sweep.runs);
  const columns = columnsOf(flags, groups);
  const heads = columns.map(({ short, isNumber }) => ({
    title: short,
    ...(isNumber && { align: 'right' as const }),
  }));
  const rows = groups.map((group) => columns.map(({ text }) => text(group)));
  return [
    '',
    heading(sweep.data === null ? 'Found' : `Found on ${sweep.data}`, width, palette),
    ...table(heads, rows, width, palette),
    '',
    ...verdict(sweep, palette),
  ];
}

/** The setting that was chosen, in a line or two. */
export function verdict({ runs }: Sweep, palette: Palette): string[] {
  const best = bestOf(runs);
  if (!best) return ['No run was completed.'];
  const test = best.testAccuracy ? `; test accuracy ${shareText(best.testAccuracy)}` : '';
  return [
    `Best: ${palette.bold(settingsText(best.settings))}, validation accuracy ${shareText(best.validationAccuracy)}` +
      `${test} (${counted(best.validationAccuracy?.count ?? 0, 'seed')})`,
  ]; // prettier-ignore
}
