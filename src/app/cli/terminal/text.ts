// Text in columns: widths that ignore escape sequences, wrapping, padding, tables, headings.

import { type Palette } from './palette.ts';

// oxlint-disable-next-line no-control-regex -- escape sequences are control characters
const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]/g;

/** Columns that a line takes on the screen. */
export function visibleWidth(text: string): number {
  return [...text.replace(ESCAPES, '')].length;
}

/** Pads to a width on the screen; never cuts. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - visibleWidth(text)));
  return align === 'left' ? text + space : space + text;
}

/** Cuts plain text to a width, with '…' as its last column where something was cut. */
export function cut(text: string, width: number): string {
  const letters = [...text];
  if (letters.length <= width) return text;
  return width <= 0 ? '' : `${letters.slice(0, width - 1).join('')}…`;
}

/** Breaks plain text at spaces into lines of at most `width` columns; a longer word stands alone. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/\s+/).filter((w) => w !== '')) {
    const empty = line === indent;
    if (!empty && visibleWidth(line) + 1 + visibleWidth(word) > width) {
      lines.push(line);
      line = indent + word;
    } else line += empty ? word : ` ${word}`;
  }
  if (line !== indent) lines.push(line);
  return lines;
}

/** A section's heading with a rule to the right edge. */
export function heading(title: string, width: number, palette: Palette): string {
  const rule = '─'.repeat(Math.max(0, width - visibleWidth(title) - 1));
  return `${palette.bold(palette.accent(title))} ${palette.dim(rule)}`.trimEnd();
}

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/**
 * Lines of a table: titles, a rule, rows; two spaces between columns. When it is wider than
 * `width`, its first column is cut, down to eight letters.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
  palette: Palette,
): string[] {
  const widths = columns.map(({ title }, i) =>
    Math.max(visibleWidth(title), ...rows.map((row) => visibleWidth(row[i] ?? ''))),
  );
  const excess = sum(widths) + 2 * (columns.length - 1) - width;
  if (excess > 0) widths[0] = Math.max(8, (widths[0] ?? 0) - excess);
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => {
        const room = widths[i] ?? 0;
        const shown = i === 0 && visibleWidth(cell) > room ? cut(cell, room) : cell;
        return pad(shown, room, columns[i]?.align ?? 'left');
      })
      .join('  ')
      .trimEnd();
  return [
    palette.bold(line(columns.map((c) => c.title))),
    palette.dim('─'.repeat(Math.min(width, sum(widths) + 2 * (columns.length - 1)))),
    ...rows.map(line),
  ];
}

/** 'name  value' lines, the values below each other and wrapped under themselves. */
export function facts(
  entries: readonly (readonly [name: string, value: string])[],
  width: number,
  palette: Palette,
): string[] {
  const room = Math.max(...entries.map(([name]) => name.length)) + 2;
  return entries.flatMap(([name, value]) => {
    const lines = wrap(value, Math.max(20, width - room));
    return lines.map((line, i) => palette.dim(pad(i === 0 ? name : '', room)) + line);
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
