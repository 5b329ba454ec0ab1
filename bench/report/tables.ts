// A result as tables of words: what text and markdown print.
import type { Choice } from '../../src/tensor/index.ts';
import type { KernelRow, Peer, Result, Spread } from '../result.ts';
import { bestOf } from '../timing.ts';

export interface Table {
  readonly title: string;
  /** A leading `#` marks a column of numbers. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What one sees in it. */
  readonly note?: string;
}

/** Three figures that mean something: 0.0123, 4.56, 78.9, 1,234. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en', {
    minimumFractionDigits: Math.min(digits, 6),
    maximumFractionDigits: Math.min(digits, 6),
  });
}

export const share = (value: number) => `${(100 * value).toFixed(value < 0.0995 ? 1 : 0)} %`;
export const range = ({ low, high }: Spread) => `${figure(low)}–${figure(high)}`;
const mebibytes = (bytes: number) => figure(bytes / 2 ** 20);

const KERNEL_COLUMNS = [
  '#ms',
  '#p5–p95',
  '#wall ms',
  '#GFLOP/s',
  '#GB/s',
  '#of the roof',
  'bound by',
] as const;

function kernelCells(row: KernelRow): string[] {
  const best = bestOf(row);
  return [
    figure(best.median),
    range(best),
    figure(row.wallMs.median),
    row.flops > 0 ? figure(row.gflopsPerSecond) : '',
    figure(row.gigabytesPerSecond),
    share(row.roofShare),
    row.bound,
  ];
}

export function tablesOf(result: Result): Table[] {
  const { tuned, step, shapes, skipped, scaling, memory, cold, peers } = result;
  return [
    ceilings(result),
    ...(tuned ? [tunedTable(tuned)] : []),
    ...(step ? [account(step), stepTable(result)] : []),
    ...(shapes ? [shapesTable(shapes, skipped ?? [])] : []),
    ...(scaling ? [scalingTable(scaling)] : []),
    ...(memory ? [memoryTable(memory)] : []),
    ...(cold ? [coldTable(cold)] : []),
    ...(peers?.length ? [peersTable(peers)] : []),
  ];
}

const tunedTable = (choices: readonly Choice[]): Table => ({
  title: 'Tuned',
  columns: ['', 'op', 'shape', 'variant', '#ms'],
  rows: choices.flatMap(({ op, shape, winner, timesMs }) =>
    Object.entries(timesMs)
      .toSorted(([, a], [, b]) => a - b)
      .map(([id, ms]) => [id === winner ? '→' : '', op, shape, id, figure(ms)]),
  ),
  note: 'The arrow marks the variant that the step was measured with.',
});

function ceilings({ ceilings, noise, verified }: Result): Table {
  const worst = Math.max(0, ...verified.map(({ error, tolerance }) => error / tolerance));
  return {
    title: 'Ceilings of this adapter',
    columns: ['', '#'],
    rows: [
      ['multiply-adds in registers', `${figure(ceilings.flopsPerSecond / 1e9)} GFLOP/s`],
      ['a copy of 64 MiB, read and written', `${figure(ceilings.bytesPerSecond / 1e9)} GB/s`],
      ['one more empty dispatch', `${figure(1000 * ceilings.dispatchMs)} µs`],
      ['a submit, and the wait for it', `${figure(ceilings.submitMs)} ms`],
      [
        'the machine',
        `${noise.verdict}, samples within ${share(noise.spread)}, drift ${share(noise.drift)}${othersOf(noise)}`,
      ],
    ],
    note: `Held against float64 first: ${verified.length} comparisons, the worst at ${share(worst)} of what is allowed.`,
  };
}

const othersOf = ({ others }: Result['noise']) =>
  others === undefined ? '' : `, ${share(others)} of its cores taken by others`;

function account(step: NonNullable<Result['step']>): Table {
  return {
    title: 'The training step',
    columns: ['', '#'],
    rows: [
      ['wall', `${figure(step.wallMs.median)} ms (${range(step.wallMs)})`],
      ['images a second', figure(step.imagesPerSecond)],
      ['dispatches', String(step.dispatches)],
      ['sum of its kernels', `${figure(step.kernelsMs)} ms`],
      [
        'gap between sum and wall',
        `${figure(step.gapMs)} ms, ${share(step.gapMs / step.wallMs.median)}`,
      ],
      ['of the roof', share(step.roofShare)],
      ['JavaScript a step', `${figure(step.javaScriptMs.median)} ms (${range(step.javaScriptMs)})`],
    ],
  };
}

function stepTable({ step }: Result): Table {
  const kernels = step?.kernels ?? [];
  const total = step?.kernelsMs ?? NaN;
  return {
    title: 'Its kernels, in order',
    columns: ['what', 'kernel', '#share', ...KERNEL_COLUMNS],
    rows: kernels.map((row) => [
      row.name === row.kernels[0] ? '' : row.name,
      row.kernels.join(', '),
      share(bestOf(row).median / total),
      ...kernelCells(row),
    ]),
  };
}

function shapesTable(shapes: readonly KernelRow[], skipped: NonNullable<Result['skipped']>): Table {
  const left = skipped.map(({ name, why }) => `${name} was left out: ${why}.`).join(' ');
  return {
    title: 'The usual shapes',
    columns: ['what', 'kernels', ...KERNEL_COLUMNS],
    rows: shapes.map((row) => [row.name, row.kernels.join(', '), ...kernelCells(row)]),
    ...(left && { note: left }),
  };
}

function scalingTable({
  steps,
  fixedMs,
  perImageMs,
  deviation,
}: NonNullable<Result['scaling']>): Table {
  return {
    title: 'Scaling',
    columns: ['#batch', '#ms a step', '#p5–p95', '#on the line', '#off by'],
    rows: steps.map(({ batch, stepMs }) => {
      const line = fixedMs + perImageMs * batch;
      return [
        String(batch),
        figure(stepMs.median),
        range(stepMs),
        figure(line),
        share(stepMs.median / line - 1),
      ];
    }),
    note: `${figure(fixedMs)} ms + ${figure(1000 * perImageMs)} µs an image; off by ${share(deviation)} at most.`,
  };
}

function memoryTable({ steps, before, after }: NonNullable<Result['memory']>): Table {
  const row = (name: string, of: (m: typeof before) => string) => [name, of(before), of(after)];
  return {
    title: `Memory over ${steps.toLocaleString('en')} steps`,
    columns: ['', '#before', '#after'],
    rows: [
      row('GPU buffers, MiB', (m) => mebibytes(m.gpuBytes)),
      row('buffers made', (m) => String(m.buffersCreated)),
      row('bind groups made', (m) => String(m.bindGroupsCreated)),
      ...(before.processBytes === undefined
        ? []
        : [row('process, MiB', (m) => mebibytes(m.processBytes ?? NaN))]),
    ],
  };
}

function coldTable({ firstStepMs, kernels }: NonNullable<Result['cold']>): Table {
  return {
    title: 'Cold start',
    columns: ['kernel', '#compiled, ms', '#first dispatch, ms'],
    rows: kernels.map((k) => [k.kernel, figure(k.compileMs), figure(k.firstMs)]),
    note: `First step, from nothing: ${figure(firstStepMs)} ms. Each kernel by itself, one after another, below.`,
  };
}

function peersTable(peers: readonly Peer[]): Table {
  const counts = [...new Set(peers.flatMap((p) => Object.keys(p.inferenceMs)))];
  return {
    title: 'Side by side',
    columns: [
      'library',
      'backend',
      'in',
      '#batch',
      '#ms a step',
      '#p5–p95',
      '#times weft',
      '#first step, ms',
      ...counts.map((count) => `#infer ${count}, ms`),
      '#dispatches',
      '#passes',
      '#submits',
      '#buffers',
      '#bytes written',
      '#live MiB',
    ],
    rows: peers.map((p) => [
      `${p.name} ${p.version}`,
      p.backend,
      p.runtime,
      String(p.batch),
      figure(p.stepMs.median),
      range(p.stepMs),
      figure(p.stepMs.median / (peers[0]?.stepMs.median ?? NaN)),
      figure(p.firstStepMs),
      ...counts.map((count) => figure(p.inferenceMs[count] ?? NaN)),
      figure(p.dispatches),
      figure(p.passes),
      figure(p.submits),
      figure(p.buffersCreated),
      p.bytesWritten.toLocaleString('en'),
      mebibytes(p.liveBytes),
    ]),
    note: [
      'The same network from the same weights on the same batches, in turns; the losses agreed before times counted.',
      ...peers.flatMap((p) => p.notes.map((note) => `${p.name}, ${p.backend}: ${note}.`)),
    ].join('\n'),
  };
}
