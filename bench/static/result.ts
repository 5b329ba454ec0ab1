// What `npm run bench -- --static amd` leaves behind: what a card's compiler makes of our kernels. README.md one folder up
// says what each number means; bump STATIC_SCHEMA when a field changes its meaning.
import type { Origin } from '../run.ts';

export const STATIC_SCHEMA = 1;

/** A card's chip, and the card whose cores are counted. */
export interface Family {
  /** As the driver names it. */
  readonly name: FamilyName;
  readonly card: string;
  /** Compute units: what a GPU's maker calls a core. */
  readonly cores: number;
}

export type FamilyName = 'navi31' | 'navi21' | 'vega10';

/** The innermost loop with the most multiply-adds; all where no loop has any; where nothing has, the longest. */
export interface Hot {
  readonly isLoop: boolean;
  /** Two that are issued as one (`v_dual_…`) count as two. */
  readonly instructions: number;
  readonly multiplyAdds: number;
  /** Loads, stores and atomics of memory, each of up to 16 bytes a lane. */
  readonly loads: number;
  /** The same of workgroup memory. */
  readonly workgroupLoads: number;
  readonly barriers: number;
}

/** What the compiler says of one kernel. */
export interface Compiled {
  /** Lanes of a wave (subgroup), as the driver chose. */
  readonly lanes: number;
  /** Vector registers a lane. */
  readonly registers: number;
  /** Registers that went to memory. */
  readonly spills: number;
  /** Bytes a wave that went to memory: arrays with a running index, and spills. */
  readonly scratchBytes: number;
  /** Of workgroup memory, a workgroup. */
  readonly workgroupBytes: number;
  /** Waves that a SIMD unit holds at once, as the driver counts: on RDNA a wave of 64 lanes is two of 32. */
  readonly wavesPerSimd: number;
  readonly instructions: number;
  readonly hot: Hot;
  /** The compiler's estimate in cycles of a wave: what it keeps a SIMD unit from others, and how long it takes itself. */
  readonly throughputCycles: number;
  readonly latencyCycles: number;
}

/** A dispatch, and what each family's compiler makes of its kernel. */
export interface StaticRow<F extends FamilyName = FamilyName> {
  /** What is computed, e.g. `conv 3x3 32→64 of 13x13, forward`. */
  readonly name: string;
  /** Stem of the kernel's file. */
  readonly kernel: string;
  /** Of the formula. */
  readonly flops: number;
  readonly workgroups: number;
  /** Invocations of a workgroup. */
  readonly invocations: number;
  readonly compiled: Readonly<Record<F, Compiled>>;
}

export interface StaticStep {
  readonly batch: number;
  /** In the order of the step. */
  readonly rows: readonly StaticRow[];
}

export interface StaticResult extends Origin {
  readonly schema: typeof STATIC_SCHEMA;
  readonly kind: 'static';
  /** The cards as the driver names them, its own name and version among it. */
  readonly devices: Readonly<Record<FamilyName, string>>;
  readonly families: readonly Family[];
  readonly steps: readonly StaticStep[];
  readonly shapes: readonly StaticRow[];
}

/** Waves that a dispatch starts. */
export const wavesOf = (row: StaticRow, family: FamilyName): number =>
  row.workgroups * Math.ceil(row.invocations / row.compiled[family].lanes);

/** The compiler's estimate for all waves of all dispatches, in cycles of one SIMD unit. */
export const throughputOf = (rows: readonly StaticRow[], family: FamilyName): number =>
  rows.reduce((sum, row) => sum + wavesOf(row, family) * row.compiled[family].throughputCycles, 0);

/** Share of multiply-adds in the hot loop. */
export const shareOf = ({ hot }: Compiled): number => hot.multiplyAdds / hot.instructions;

/**
 * Instructions that the contractions' waves issue in their hot loops, by the formula: FLOPs / 2 / lanes / share. Unlike the compiler's
 * estimate it knows how often a loop turns; what a tile computes beyond the edge is not counted.
 */
export const issuedOf = (rows: readonly StaticRow[], family: FamilyName): number =>
  rows
    .map(({ flops, compiled }) => ({ flops, ...compiled[family] }))
    .filter(({ flops, hot }) => flops > 0 && hot.multiplyAdds > 0)
    .reduce((sum, row) => sum + row.flops / 2 / row.lanes / shareOf(row), 0);
