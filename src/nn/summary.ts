// A network as a table: what each layer puts out, and what it costs.
import type { Shape } from '../tensor/index.ts';

/** What one layer costs. */
export interface SummaryRow {
  readonly name: string;
  readonly kind: string;
  /** Of one sample. */
  readonly outputShape: Shape;
  readonly parameters: number;
  /** Floating-point operations of one sample's forward pass, multiplication and addition counted as two. */
  readonly flops: number;
  /** f32 bytes of one sample's output. */
  readonly activationBytes: number;
}

/** A network layer by layer, and its sums. */
export interface Summary {
  readonly rows: readonly SummaryRow[];
  readonly parameters: number;
  readonly flops: number;
  readonly activationBytes: number;
}

/** Totals over the rows. */
export function summarize(rows: readonly SummaryRow[]): Summary {
  const total = (of: (row: SummaryRow) => number) => rows.reduce((sum, row) => sum + of(row), 0);
  return {
    rows,
    parameters: total((r) => r.parameters),
    flops: total((r) => r.flops),
    activationBytes: total((r) => r.activationBytes),
  };
}

/** The table as Keras prints it, without a final newline. */
export function formatSummary({ rows, parameters, flops, activationBytes }: Summary): string {
  const head = ['Layer (kind)', 'Output shape', 'Parameters', 'MFLOP', 'KiB'];
  const cells = rows.map((r) => [
    `${r.name} (${r.kind})`,
    `[N, ${r.outputShape.join(', ')}]`,
    grouped(r.parameters),
    (r.flops / 1e6).toFixed(3),
    (r.activationBytes / 1024).toFixed(1),
  ]);
  const widths = head.map((title, i) =>
    Math.max(...[title, ...cells.map((row) => row[i] as string)].map((text) => text.length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((text, i) =>
        i < 2 ? text.padEnd(widths[i] as number) : text.padStart(widths[i] as number),
      )
      .join('  ')
      .trimEnd();
  const rule = '─'.repeat(widths.reduce((sum, w) => sum + w + 2, -2));
  return [
    line(head),
    rule,
    ...cells.map(line),
    rule,
    `Parameters: ${grouped(parameters)} (${(parameters / 2 ** 18).toFixed(2)} MiB)`,
    `Forward, one sample: ${(flops / 1e6).toFixed(2)} MFLOP, ${(activationBytes / 1024).toFixed(1)} KiB of activations`,
  ].join('\n');
}

const grouped = (n: number) => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
