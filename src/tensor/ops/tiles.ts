// The tiles of the kernels made with parts/tile: how large, and in how many slices of the depth.
import type { Grid } from '../commands.ts';
import type { Device } from '../device.ts';
import { ceilDiv } from '../grid.ts';
import { kernel } from '../kernel.ts';
import type { Variant } from '../variants.ts';
import type { Constants } from '../wgsl.ts';
import type { ConvShape } from './convShape.ts';
import { split } from './splits.ts';

interface Tile {
  /** Rows and columns that a workgroup computes. */
  readonly m: number;
  readonly n: number;
  /** 4x4 blocks of them that an invocation keeps, down and across. */
  readonly quads: readonly [number, number];
  readonly step: number;
  readonly slices: number;
}

/** Largest first. An invocation fetches at most two blocks. */
const TILES: readonly Tile[] = [
  { m: 128, n: 128, quads: [2, 2], step: 8, slices: 1 },
  { m: 64, n: 64, quads: [2, 2], step: 16, slices: 1 },
  { m: 64, n: 64, quads: [2, 2], step: 8, slices: 4 },
  { m: 64, n: 32, quads: [2, 2], step: 8, slices: 4 },
  { m: 64, n: 32, quads: [2, 2], step: 8, slices: 8 },
  { m: 32, n: 32, quads: [2, 2], step: 8, slices: 8 },
  { m: 32, n: 32, quads: [2, 1], step: 8, slices: 8 },
  { m: 16, n: 16, quads: [1, 1], step: 4, slices: 16 },
  { m: 16, n: 16, quads: [1, 1], step: 8, slices: 16 },
];

/** Bytes of workgroup memory that a tile takes: `room` in parts/tile. */
const roomOf = ({ m, n, step, slices }: Tile) => 16 * slices * step * (m / 4 + n / 4 + 2);

/** Workgroups that a large GPU works at side by side. */
const ENOUGH_GROUPS = 256;

/** What a kernel makes of a shape: its matrices, and the constants beside those of the tile. */
interface Matrices {
  readonly rows: number;
  readonly columns: number;
  readonly constants: Constants;
  /** Partial sums to which the depth may be dealt. */
  readonly splits?: number;
}

/** Four channels at a time, where there are whole fours. */
export const valueOf = (channels: number) => (channels % 4 === 0 ? 'vec4f' : 'f32');

/** A variant for each tile, of the kernel `source` and of the same that stores four numbers at a time. */
export function tiled(
  name: string,
  source: string,
  matricesOf: (s: ConvShape) => Matrices,
): Variant<ConvShape>[] {
  const narrow = kernel(name, source);
  const wide = kernel(name, source.replace('stored1', 'stored4'));
  return TILES.flatMap((tile) =>
    [narrow, wide].map((of): Variant<ConvShape> => ({
      name: 'tiled',
      kernel: of,
      label: labelOf(tile),
      fits: (s, device) =>
        (matricesOf(s).columns % 4 === 0) === (of === wide) &&
        roomOf(tile) <= device.gpu.limits.maxComputeWorkgroupStorageSize,
      cost: (s) => costOf(tile, matricesOf(s)),
      plan: (s, device) => planned(tile, matricesOf(s), s, device),
    })),
  );
}

/** Such as 64x32x4: rows, columns, slices; with the invocations where others of that size have fewer. */
const labelOf = ({ m, n, slices, quads, step }: Tile) =>
  [m, n, slices, `${quads.join('')}${step}`].join('x');

/** The labels of all tiles. */
export const tileLabels: readonly string[] = TILES.map(labelOf);

/** Rounds in which a large GPU gets through the grid, times the work of a workgroup. */
function costOf({ m, n }: Tile, { rows, columns, splits = 0 }: Matrices): number {
  const groups = ceilDiv(rows, m) * ceilDiv(columns, n);
  const shares = splits === 0 ? 1 : Math.max(1, Math.min(splits, ENOUGH_GROUPS / groups));
  return (Math.ceil((groups * shares) / ENOUGH_GROUPS) / shares) * (m * n + 16 * (m + n));
}

function planned(tile: Tile, matrices: Matrices, s: ConvShape, device: Device) {
  const { rows, columns, constants, splits } = matrices;
  const grid: Grid = [ceilDiv(rows, tile.m), ceilDiv(columns, tile.n)];
  const of = {
    ...{ TILE_M: tile.m, TILE_N: tile.n, STEP: tile.step, SLICES: tile.slices },
    ...{ QUADS_M: tile.quads[0], QUADS_N: tile.quads[1] },
  };
  if (splits !== undefined) return split(s, device, { ...constants, ...of }, grid);
  return { constants: { ...constants, ...of }, grid };
}
