// The tiles of the kernels made with parts/tile: how large, and in how many slices of the depth.
import type { Grid } from '../commands.ts';
import type { Device } from '../device.ts';
import { ceilDiv } from '../grid.ts';
import { kernel } from '../kernel.ts';
import { type Variant, isForGpus } from '../variants.ts';
import type { Constants } from '../wgsl.ts';
import type { ConvShape } from './convShape.ts';
import { ENOUGH, split } from './splits.ts';

interface Tile {
  /** Rows and columns that a workgroup computes. */
  readonly m: number;
  readonly n: number;
  /** 4x4 blocks of them that an invocation keeps, down and across. */
  readonly quads: readonly [number, number];
  /** Groups of invocations that share the depth, and how much of it each takes at a time. */
  readonly slices: number;
  readonly step: number;
  /**
   * Nanoseconds that a workgroup takes for one unit of depth, alone on a core and among many: fitted to the tuner's
   * times of the reference network's layers and of square products (NVIDIA H200, November 2026).
   */
  readonly alone: number;
  readonly among: number;
}

/** Each fits into the 16 KiB of workgroup memory that WebGPU promises, and has an invocation load one, two or four vec4 of each matrix a step. */
const TILES: readonly Tile[] = [
  { m: 128, n: 128, quads: [2, 2], slices: 1, step: 8, alone: 130, among: 115 },
  { m: 64, n: 64, quads: [2, 2], slices: 1, step: 16, alone: 76, among: 45 },
  { m: 64, n: 32, quads: [2, 2], slices: 4, step: 8, alone: 44, among: 38 },
  { m: 32, n: 32, quads: [2, 1], slices: 4, step: 8, alone: 27, among: 26 },
  { m: 16, n: 16, quads: [1, 1], slices: 16, step: 4, alone: 18, among: 10 },
];

/** Cores of a large GPU: 132 on the one that the tiles' times are of. */
const CORES = 128;

/** Rows, columns, and the slices where there are several: 64x32x4. */
const labelOf = ({ m, n, slices }: Tile) => [m, n, ...(slices > 1 ? [slices] : [])].join('x');

/** The labels of all tiles. */
export const tileLabels: readonly string[] = TILES.map(labelOf);

/** What a kernel makes of a shape: its matrices, and the constants beside those of the tile. */
interface Matrices {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly constants: Constants;
  /** Partial sums to which the depth may be dealt. */
  readonly splits?: number;
}

/** Four channels at a time, where there are whole fours. */
export const valueOf = (channels: number) => (channels % 4 === 0 ? 'vec4f' : 'f32');

/** Where columns come in whole fours. */
const WIDE = { instead: 'stored1', parts: 'stored4' } as const;

/** A variant for each tile, of the kernel `source` and of the same that stores four numbers at a time. */
export function tiled(
  name: string,
  source: string,
  matricesOf: (s: ConvShape) => Matrices,
): Variant<ConvShape>[] {
  const narrow = kernel(name, source);
  const wide = kernel(name, source.replace(WIDE.instead, WIDE.parts));
  return TILES.flatMap((tile) =>
    [narrow, wide].map((of): Variant<ConvShape> => ({
      name: 'tiled',
      kernel: of,
      label: labelOf(tile),
      fits: (s, device) => isForGpus(device) && (matricesOf(s).columns % 4 === 0) === (of === wide),
      cost: (s) => costOf(tile, matricesOf(s)),
      plan: (s, device) => planned(tile, matricesOf(s), s, device),
    })),
  );
}

/** About how many nanoseconds a large GPU takes. */
function costOf({ m, n, alone, among }: Tile, matrices: Matrices): number {
  const { rows, columns, depth, splits = 1 } = matrices;
  const tiles = ceilDiv(rows, m) * ceilDiv(columns, n);
  const shares = Math.max(1, Math.min(splits, ENOUGH.gpu / tiles));
  return (depth / shares) * Math.max(alone, (among * tiles * shares) / CORES);
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
