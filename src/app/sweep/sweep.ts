// A sweep as a whole, as a file holds it, and as comma-separated values.
import * as v from 'valibot';
import { type Format, type Schema, formatIn, readFormat, readJson } from '../schema/format.ts';
import {
  agreeing,
  amount,
  count,
  flag,
  listOf,
  name,
  numberOrNull,
  object,
  oneOf,
  shareOrNull,
  text,
  time,
  whole,
} from '../schema/values.ts';
import { ROWS, type Typed } from '../settings/table.ts';
import { type Plan, type Varied, trialsOf } from './plan.ts';
import { type SweepRun, bestOf, groupsOf, settingsKey } from './results.ts';

export const SWEEP_FORMAT = 'weft-sweep/1';

export interface Sweep {
  readonly format: typeof SWEEP_FORMAT;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** The command line that repeats it. */
  readonly command: string;
  readonly plan: Plan;
  /** The data set's title; null before the first run is complete. */
  readonly data: string | null;
  /** Whether the test's figure of every run is shown, not only of the chosen setting. */
  readonly test: boolean;
  readonly runs: readonly SweepRun[];
}

const FLAGS = ROWS.map(([name]) => name);
const FLAG = v.picklist(FLAGS, `one of ${FLAGS.join(', ')} belongs there`);
const TYPED = v.record(FLAG, text, 'an object belongs there') as Schema<Typed>;

const VARIED: Schema<Varied> = v.union([
  object({ flag: FLAG, values: listOf(text) }),
  object({ flag: FLAG, low: name, high: name }),
]);

const seed = whole(0, 2 ** 32 - 1);

const RUN: Schema<SweepRun> = object({
  number: whole(1),
  settings: TYPED,
  seed,
  state: oneOf(['waiting', 'completed', 'interrupted', 'diverged', 'failed']),
  problem: v.exactOptional(text),
  result: v.exactOptional(
    object({
      validationAccuracy: shareOrNull,
      validationLoss: numberOrNull,
      bestEpoch: v.nullable(count),
      bestAccuracy: shareOrNull,
      testAccuracy: shareOrNull,
      timeMs: amount,
      digest: name,
    }),
  ),
});

/** sweep.json. */
const SWEEP: Format<Sweep> = {
  name: 'weft-sweep',
  version: 1,
  title: 'a sweep',
  schema: agreeing(
    object({
      format: v.literal(SWEEP_FORMAT),
      startedAt: time,
      command: text,
      plan: object({
        base: TYPED,
        over: listOf(VARIED),
        random: v.nullable(whole(1)),
        seeds: listOf(seed),
      }),
      data: v.nullable(text),
      test: flag,
      runs: listOf(RUN),
    }),
    problemOfRuns,
  ),
  up: new Map(),
};

/** The runs are those of the plan. */
function problemOfRuns({ plan, runs }: Sweep): string | undefined {
  const trials = trialsOf(plan);
  if (trials.length !== runs.length)
    return `runs has ${runs.length} entries, its plan has ${trials.length}`;
  const wrong = runs.findIndex((run, i) => {
    const trial = trials[i];
    return (
      run.number !== i + 1 ||
      run.seed !== trial?.seed ||
      settingsKey(run.settings) !== settingsKey(trial.settings)
    );
  });
  return wrong < 0 ? undefined : `run ${wrong + 1} is not as the plan has it`;
}

/** @throws DataError that names what is not as it should be */
export function readSweep(file: string, text: string): Sweep {
  const value = readJson(file, text);
  return readFormat(file, SWEEP, formatIn(value), value);
}

/** A sweep that goes on: which setting is chosen is open again, so the test's figures are not shown, unless all are. */
export const unseen = (sweep: Sweep): Sweep =>
  sweep.test
    ? sweep
    : {
        ...sweep,
        runs: sweep.runs.map((run) =>
          run.result ? { ...run, result: { ...run.result, testAccuracy: null } } : run,
        ),
      };

/** JSON text: what is read back, and the figures by setting for whoever reads it; a run or a setting a line. */
export function sweepJson(sweep: Sweep): string {
  const groups = groupsOf(sweep.runs).map(({ runs, ...group }) => ({
    ...group,
    runs: runs.map(({ number }) => number),
  }));
  const all = { ...sweep, chosen: bestOf(sweep.runs)?.settings ?? null, groups };
  const lines = Object.entries(all).map(([name, value]: [string, unknown]) => {
    const text = Array.isArray(value)
      ? `[\n    ${value.map((item) => JSON.stringify(item)).join(',\n    ')}\n  ]`
      : JSON.stringify(value);
    return `  ${JSON.stringify(name)}: ${text}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}

const FIGURES = [
  ['validation_accuracy', 'validationAccuracy'],
  ['validation_loss', 'validationLoss'],
  ['best_epoch', 'bestEpoch'],
  ['best_validation_accuracy', 'bestAccuracy'],
  ['test_accuracy', 'testAccuracy'],
  ['time_ms', 'timeMs'],
  ['digest', 'digest'],
] as const;

/** Comma-separated values (RFC 4180): a line a run, its settings as they are typed, empty where there is no figure. */
export function sweepCsv({ plan, runs }: Sweep): string {
  const flags = plan.over.map(({ flag }) => flag);
  const head = ['run', ...flags, 'seed', 'state', ...FIGURES.map(([title]) => title)];
  const rows = runs.map(({ number, settings, seed, state, result }) => [
    number,
    ...flags.map((flag) => settings[flag] ?? ''),
    seed,
    state,
    ...FIGURES.map(([, key]) => result?.[key] ?? ''),
  ]);
  return [head, ...rows].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

function cell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
