// Every op of the engine, one row each. A new op is a row in one of these families.
import { elementwiseRows } from './elementwise.ts';
import { indexingRows } from './indexing.ts';
import { matmulRows } from './matmul.ts';
import { normalizationRows } from './normalization.ts';
import { reduceRows } from './reduce.ts';
import type { Row } from './row.ts';
import { shapeRows } from './shape.ts';
import { windowRows } from './windows.ts';

export const table: readonly Row[] = [
  ...elementwiseRows,
  ...reduceRows,
  ...matmulRows,
  ...windowRows,
  ...normalizationRows,
  ...shapeRows,
  ...indexingRows,
];
