// Parallel coordinates as numbers: an axis a setting that is varied, the validation accuracy last, a line a run.
import { readNumber } from '../readNumber.ts';
import { roundScale, rounded } from '../report/scale.ts';
import { type Flag, rowOf } from '../settings/table.ts';
import { duration, percent } from '../wording.ts';
import { type SweepRun, bestOf, settingsText } from './results.ts';

interface Tick {
  readonly y: number;
  readonly text: string;
}

export interface Axis {
  readonly x: number;
  readonly title: string;
  readonly ticks: readonly Tick[];
}

interface RunLine {
  readonly number: number;
  /** Of an SVG path. */
  readonly d: string;
  readonly end: { readonly x: number; readonly y: number };
  readonly isBest: boolean;
  /** It has no figure: it diverged or failed, and ends below the axis. */
  readonly isLost: boolean;
  /** From 0 for the worst to 1 for the best. */
  readonly rank: number;
  /** The run in words. */
  readonly text: string;
}

export interface Parallel {
  readonly width: number;
  readonly height: number;
  readonly top: number;
  readonly foot: number;
  readonly axes: readonly Axis[];
  readonly lines: readonly RunLine[];
}

const [LEFT, RIGHT, TOP, BOTTOM, HEIGHT] = [72, 64, 34, 40, 320];
const APART = 150;
/** Numbers that lie further apart than this are drawn by their logarithms. */
const LOG_FROM = 5;
const MOST_LETTERS = 16;
/** Height of a tick's words. */
const LETTER = 16;

/** Place of each text on an axis, 0 below to 1 above: numbers to scale, words evenly, in the order given. */
export function placesOf(flag: Flag, texts: readonly string[]): ReadonlyMap<string, number> {
  const distinct = [...new Set(texts)];
  const numbers = distinct.map(readNumber);
  const isNumeric = !rowOf(flag).kind.choices && !numbers.some(Number.isNaN);
  if (!isNumeric)
    return new Map(
      distinct.map((text, i) => [text, distinct.length < 2 ? 0.5 : i / (distinct.length - 1)]),
    );
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const scale = least > 0 && most / least >= LOG_FROM ? Math.log : (value: number) => value;
  const span = scale(most) - scale(least);
  return new Map(
    distinct.map((text, i) => [
      text,
      span === 0 ? 0.5 : (scale(numbers[i] as number) - scale(least)) / span,
    ]),
  );
}

/** @param flags the settings that are varied */
export function parallel(flags: readonly Flag[], runs: readonly SweepRun[]): Parallel {
  const height = HEIGHT - TOP - BOTTOM;
  const foot = TOP + height;
  const y = (place: number) => rounded(foot - place * height);
  const x = (axis: number) => LEFT + axis * APART;
  const shown = runs.filter(({ state, result }) => result || state === 'failed');
  const settings = flags.map((flag, axis) => {
    const places = placesOf(
      flag,
      runs.map((run) => run.settings[flag] ?? ''),
    );
    const ticks = [...places].map(([text, place]) => ({ y: y(place), text: cut(text) }));
    return { x: x(axis), title: rowOf(flag).title, ticks: apart(ticks), flag, places };
  });
  const figures = shown.flatMap(accuracyOf).sort((a, b) => a - b);
  const accuracy = roundScale(figures[0] ?? 0, Math.min(figures.at(-1) ?? 1, 1), height);
  const right = x(flags.length);
  const best = new Set(bestOf(runs)?.runs.map(({ number }) => number));
  const lines = shown.map((run) => {
    const [figure] = accuracyOf(run);
    const end = {
      x: right,
      y: figure === undefined ? foot + 16 : rounded(foot - accuracy.at(figure)),
    };
    const points = settings.map(
      ({ x, flag, places }) => `${x} ${y(places.get(run.settings[flag] ?? '') ?? 0)}`,
    );
    return {
      number: run.number,
      d: `M${[...points, `${end.x} ${end.y}`].join('L')}`,
      end,
      isBest: best.has(run.number) && figure !== undefined,
      isLost: figure === undefined,
      rank: figure === undefined ? 0 : figures.indexOf(figure) / Math.max(1, figures.length - 1),
      text: runText(run),
    };
  });
  return {
    width: right + RIGHT,
    height: HEIGHT,
    top: TOP,
    foot,
    axes: [
      ...settings.map(({ x, title, ticks }) => ({ x, title, ticks })),
      {
        x: right,
        title: 'Validation accuracy',
        ticks: accuracy.ticks.map((tick) => ({
          y: rounded(foot - accuracy.at(tick)),
          text: percent(tick, Math.max(0, accuracy.digits - 2)),
        })),
      },
    ],
    // The best is drawn last, above the others.
    lines: lines.sort((a, b) => Number(a.isBest) - Number(b.isBest) || a.rank - b.rank),
  };
}

/** Only that of a run which is complete counts. */
const accuracyOf = ({ state, result }: SweepRun): readonly number[] =>
  state === 'completed' && typeof result?.validationAccuracy === 'number'
    ? [result.validationAccuracy]
    : [];

/** 'run 3: lr 0.002, seed 0: 87.20% of the validation images, 1 min 4 s'. */
function runText(run: SweepRun): string {
  const { number, settings, seed, state, problem, result } = run;
  const [figure] = accuracyOf(run);
  const said =
    figure === undefined
      ? (problem ?? state)
      : `${percent(figure, 2)} of the validation images, ${duration(result?.timeMs ?? 0)}`;
  return `run ${number}: ${settingsText(settings)}, seed ${seed}: ${said}`;
}

/** The ticks whose words do not stand on each other: the first, the last, and from the first on whatever has room. */
export function apart(ticks: readonly Tick[]): readonly Tick[] {
  const sorted = ticks.toSorted((a, b) => a.y - b.y);
  const last = sorted.at(-1);
  const kept: Tick[] = [];
  for (const tick of sorted) {
    const before = kept.at(-1);
    const hasRoom = (a: Tick | undefined, b: Tick | undefined) => !a || !b || b.y - a.y >= LETTER;
    if (hasRoom(before, tick) && (tick === last || !before || hasRoom(tick, last))) kept.push(tick);
  }
  return kept;
}

const cut = (text: string) =>
  text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS - 1)}…` : text;
