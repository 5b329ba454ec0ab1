// What a card's compiler says, as tables.
import { type Table, share } from '../report/tables.ts';
import { markdownTable, textTable } from '../report/text.ts';
import {
  type Family,
  type StaticResult,
  type StaticRow,
  issuedOf,
  shareOf,
  throughputOf,
  wavesOf,
} from './result.ts';

const COLUMNS = [
  'what',
  'kernel',
  '#registers',
  '#spills',
  '#scratch',
  '#LDS, B',
  '#waves a SIMD',
  '#loop',
  '#multiply-adds',
  '#loads',
  '#workgroups',
  '#lanes',
  '#waves a core',
  '#cycles a wave',
  '#of the sum',
] as const;

export const staticAsText = (result: StaticResult): string =>
  [headline(result).join('\n'), ...tablesOf(result).map(textTable)].join('\n\n');

export const staticAsMarkdown = (result: StaticResult): string =>
  [headline(result).join('  \n'), ...tablesOf(result).map(markdownTable)].join('\n\n');

const headline = ({ devices, date, commit, versions }: StaticResult) => [
  `${Object.values(devices).join('; ')}; compiled, not run`,
  Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', '),
  `${date.slice(0, 10)}, commit ${commit}`,
];

function tablesOf({ families, steps, shapes }: StaticResult): Table[] {
  return families.flatMap((family) => [
    ...steps.map(({ batch, rows }) => table(`The step at batch ${batch}`, rows, family)),
    table('The usual shapes', shapes, family),
  ]);
}

function table(title: string, rows: readonly StaticRow[], family: Family): Table {
  const { name, card, cores } = family;
  const total = throughputOf(rows, name);
  return {
    title: `${title}, ${name} (${card}, ${cores} cores)`,
    columns: COLUMNS,
    rows: rows.map((row) => cells(row, family, total)),
    note:
      `${rows.length} dispatches; ${(total / 1e6).toFixed(2)} million cycles of a SIMD unit by the compiler's estimate; ` +
      `${(issuedOf(rows, name) / 1e6).toFixed(2)} million instructions in the loops of the contractions by their FLOPs.`,
  };
}

function cells(row: StaticRow, { name, cores }: Family, total: number): string[] {
  const compiled = row.compiled[name];
  const { hot } = compiled;
  return [
    row.name === row.kernel ? '' : row.name,
    row.kernel,
    String(compiled.registers),
    String(compiled.spills),
    String(compiled.scratchBytes),
    String(compiled.workgroupBytes),
    String(compiled.wavesPerSimd),
    `${hot.instructions}${hot.isLoop ? '' : ' in all'}`,
    hot.multiplyAdds > 0 ? share(shareOf(compiled)) : '',
    String(hot.loads),
    row.workgroups.toLocaleString('en'),
    String(compiled.lanes),
    (wavesOf(row, name) / cores).toFixed(1),
    compiled.throughputCycles.toLocaleString('en'),
    share((wavesOf(row, name) * compiled.throughputCycles) / total),
  ];
}
