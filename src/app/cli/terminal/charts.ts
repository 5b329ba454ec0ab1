// Charts out of block characters: horizontal bars, column histograms, sparklines, the confusion
// matrix as a shaded table.

import { mostConfusedClasses, shownText } from '../../readable.ts';
import { grouped, percent } from '../../wording.ts';
import { type Palette, type Rgb } from './palette.ts';
import { cut, pad } from './text.ts';

const EIGHTHS_RIGHT = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const EIGHTHS_UP = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** A bar of `share` (0 to 1) of `width` columns, to an eighth of a column. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS_RIGHT[eighths % 8] ?? '');
}

/** One bar a row: name, bar, value. The longest bar is that of the largest value. */
export function barChart(
  rows: readonly { readonly name: string; readonly value: number; readonly text?: string }[],
  width: number,
  palette: Palette,
): string[] {
  const most = Math.max(0, ...rows.map((row) => row.value));
  const names = Math.min(18, Math.max(0, ...rows.map((row) => row.name.length)));
  const texts = rows.map((row) => row.text ?? grouped(row.value));
  const values = Math.max(0, ...texts.map((text) => text.length));
  const room = Math.max(4, Math.min(60, width - names - values - 4));
  return rows.map((row, i) => {
    const drawn = most === 0 ? '' : bar(row.value / most, room);
    const filled = palette.accent(drawn) + ' '.repeat(room - [...drawn].length);
    return `${pad(cut(row.name, names), names)}  ${filled}  ${pad(texts[i] ?? '', values, 'right')}`;
  });
}

/**
 * Columns over an axis, `height` lines high, one column of the screen for each value (values are
 * added up where there are more of them than columns).
 */
export function columnChart(
  values: readonly number[],
  width: number,
  height: number,
  palette: Palette,
): string[] {
  const perColumn = Math.max(1, Math.ceil(values.length / Math.max(1, width)));
  const columns: number[] = [];
  for (let i = 0; i < values.length; i += perColumn)
    columns.push(values.slice(i, i + perColumn).reduce((a, b) => a + b, 0));
  const most = Math.max(...columns, 0);
  return Array.from({ length: height }, (_, y) => {
    const line = columns
      .map((value) => {
        // Something above nothing is always seen.
        const least = value > 0 ? 1 : 0;
        const eighths = most === 0 ? 0 : Math.max(least, Math.round((value / most) * height * 8));
        const here = Math.min(8, Math.max(0, eighths - (height - 1 - y) * 8));
        return here === 0 ? ' ' : (EIGHTHS_UP[here - 1] ?? ' ');
      })
      .join('');
    return palette.accent(line.trimEnd());
  });
}

/** A curve in one line; its lowest value is '▁', its highest '█', a value that is not finite a gap. */
export function sparkline(values: readonly number[]): string {
  const finite = values.filter((value) => Number.isFinite(value));
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low;
  return values
    .map((value) => {
      if (!Number.isFinite(value)) return ' ';
      const level = span === 0 ? 3 : Math.round(((value - low) / span) * 7);
      return EIGHTHS_UP[level] ?? ' ';
    })
    .join('');
}

const HIT: Rgb = [38, 84, 72];
const ERROR_LOW: Rgb = [58, 44, 28];
const ERROR_HIGH: Rgb = [214, 116, 32];

/**
 * The confusion matrix: a row for each true class, a numbered column for each predicted one, the
 * share recognized at the end; where not all classes fit, those with the most errors. Errors are shaded by their share of the row, hits in one color.
 */
export function confusionTable(
  confusion: readonly (readonly number[])[],
  names: readonly string[],
  width: number,
  palette: Palette,
): string[] {
  // Numbers take four columns, names and recall the rest.
  const room = Math.max(2, Math.floor((width - 22) / 4));
  const classes = mostConfusedClasses(confusion, room);
  const longest = confusion.reduce(
    (most, row) => row.reduce((high, count) => Math.max(high, grouped(count).length), most),
    2,
  );
  const longestName = Math.max(...names.map((name) => name.length)) + 3;
  // Narrow terminals lose the thousands' air first, then letters of the names.
  const cell = Math.max(4, Math.min(longest + 2, Math.floor((width - 14 - 8) / classes.length)));
  const nameRoom = Math.max(8, Math.min(longestName, width - cell * classes.length - 8));
  const shares = confusion.map((row) => {
    const support = row.reduce((total, count) => total + count, 0);
    return row.map((count) => (support === 0 ? 0 : count / support));
  });
  const worst = shares.reduce(
    (most, row, t) =>
      row.reduce((high, share, p) => (p === t ? high : Math.max(high, share)), most),
    1e-9,
  );
  const head = classes.map((p) => pad(String(p), cell - 1, 'right')).join(' ');
  const lines = [
    palette.dim(`${pad(nameRoom < 13 ? 'true ↓' : 'true ↓ said →', nameRoom)} ${head}  recall`),
  ];
  classes.forEach((t) => {
    const cells = classes.map((p) => {
      const count = confusion[t]?.[p] ?? 0;
      const share = shares[t]?.[p] ?? 0;
      const text = count === 0 ? '·' : count > 9999 ? compactCount(count) : String(count);
      const shown = `${pad(text, cell - 1, 'right')} `;
      if (count === 0) return palette.dim(shown);
      if (t === p) return palette.onGround(HIT, shown);
      // Below a fiftieth of the worst an error is a number without a ground.
      return share < worst / 50
        ? shown
        : palette.onGround(mix(ERROR_LOW, ERROR_HIGH, share / worst), shown);
    });
    const name = cut(`${t} ${names[t] ?? ''}`, nameRoom);
    lines.push(`${pad(name, nameRoom)} ${cells.join('')} ${percent(shares[t]?.[t] ?? 0)}`);
  });
  const some = shownText(classes.length, names.length);
  if (some) lines.push(palette.dim(some));
  return lines;
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const channel = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * share);
  return [channel(0), channel(1), channel(2)];
}

function compactCount(count: number): string {
  return `${Math.round(count / 1000)}k`;
}
