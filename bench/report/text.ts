// Tables for a terminal, for a document, and every number for a spreadsheet.
import type { Result } from '../result.ts';
import { type Table, tablesOf } from './tables.ts';

export const headline = ({ adapter, batch, commit, date, runtime, versions, machine }: Result) =>
  [
    `${adapter.name}, batch ${batch}`,
    `${machine}; ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}; in ${runtime === 'node' ? 'Node' : 'Chromium'}`,
    `${date.slice(0, 10)}, commit ${commit}`,
  ] as const;

const isNumber = (column: string) => column.startsWith('#');
const titleOf = (column: string) => column.replace(/^#/, '');

export function textTable({ title, columns, rows, note }: Table): string {
  const titles = columns.map(titleOf);
  const widths = columns.map((_, i) =>
    Math.max(...[titles, ...rows].map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) =>
        isNumber(columns[i] ?? '') ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const hasTitles = titles.some(Boolean);
  return [
    title,
    ...(hasTitles ? [line(titles)] : []),
    ...rows.map(line),
    ...(note ? [note] : []),
  ].join('\n');
}

export const asText = (result: Result): string =>
  [headline(result).join('\n'), ...tablesOf(result).map(textTable)].join('\n\n');

export function markdownTable({ title, columns, rows, note }: Table): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  const rule = columns.map((column) => (isNumber(column) ? '--:' : '---'));
  const table = [line(columns.map(titleOf)), line(rule), ...rows.map(line)].join('\n');
  return [`## ${title}`, table, ...(note ? [note] : [])].join('\n\n');
}

export const asMarkdown = (result: Result): string =>
  [headline(result).join('  \n'), ...tablesOf(result).map(markdownTable)].join('\n\n');

const CSV = [
  'part',
  'name',
  'kernels',
  'flops',
  'bytes',
  'gpuMedianMs',
  'gpuLowMs',
  'gpuHighMs',
  'wallMedianMs',
  'wallLowMs',
  'wallHighMs',
  'gflopsPerSecond',
  'gigabytesPerSecond',
  'roofShare',
  'bound',
];

/** A line a kernel, unrounded (RFC 4180). */
export function asCsv({ step, shapes = [] }: Result): string {
  const quoted = (value: string | number | undefined) => {
    const text = value === undefined ? '' : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const parts = [
    ...(step?.kernels ?? []).map((row) => ['step', row] as const),
    ...shapes.map((row) => ['shape', row] as const),
  ];
  const lines = parts.map(([part, row]) => [
    part,
    row.name,
    row.kernels.join(' '),
    row.flops,
    row.bytes,
    row.gpuMs?.median,
    row.gpuMs?.low,
    row.gpuMs?.high,
    row.wallMs.median,
    row.wallMs.low,
    row.wallMs.high,
    row.gflopsPerSecond,
    row.gigabytesPerSecond,
    row.roofShare,
    row.bound,
  ]);
  return [CSV, ...lines].map((line) => line.map(quoted).join(',')).join('\r\n');
}
