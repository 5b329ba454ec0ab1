// Which kernel serves an op: several variants with the same bindings, one place that chooses.
import type { Device } from './device.ts';
import type { Grid } from './commands.ts';
import { TensorError } from './errors.ts';
import { MOST_GROUPS } from './grid.ts';
import type { Kernel } from './kernel.ts';
import type { Constants } from './wgsl.ts';

/**
 * - `subgroup`: wide register blocks, operands passed around by subgroup broadcast, no workgroup memory
 * - `register`: register blocks alone, no workgroup memory, no subgroups
 * - `tiled`: tiles in workgroup memory, register blocks, for GPUs
 */
export const variantNames = ['subgroup', 'register', 'tiled'] as const;
export type VariantName = (typeof variantNames)[number];

/** One way to compute an op whose shapes and attributes are S. */
export interface Variant<S> {
  readonly name: VariantName;
  readonly kernel: Kernel;
  /** Can it serve this shape on this device? */
  readonly fits: (shape: S, device: Device) => boolean;
  readonly plan: (
    shape: S,
    device: Device,
  ) => { readonly constants: Constants; readonly grid: Grid };
}

/** Best first. Software adapters pay for barriers, GPUs for unshared loads. */
const ORDER: Record<'software' | 'gpu', readonly VariantName[]> = {
  software: ['subgroup', 'register', 'tiled'],
  gpu: ['tiled', 'subgroup', 'register'],
};

/** A variant's kernel with the constants and the grid for one shape. */
export interface Plan {
  readonly kernel: Kernel;
  readonly constants: Constants;
  readonly grid: Grid;
}

/** What to launch: the variant that `device.variant` names if it fits, else the best that fits. */
export function choose<S>(device: Device, variants: readonly Variant<S>[], shape: S): Plan {
  const order = ORDER[device.info.software ? 'software' : 'gpu'];
  const names = device.variant ? [device.variant, ...order] : order;
  for (const name of names) {
    const variant = variants.find((v) => v.name === name && v.fits(shape, device));
    if (!variant) continue;
    const { constants, grid } = variant.plan(shape, device);
    if (grid.every((groups) => (groups ?? 1) <= MOST_GROUPS)) {
      return { kernel: variant.kernel, constants, grid };
    }
  }
  throw new TensorError(`no kernel variant fits ${JSON.stringify(shape)}`);
}

/** Runs f with one variant forced wherever it fits. */
export function withVariant<T>(device: Device, name: VariantName, f: () => T): T {
  const before = device.variant;
  device.variant = name;
  try {
    return f();
  } finally {
    device.variant = before;
  }
}
