// Which kernel serves an op: several variants with the same bindings, one place that chooses.
import type { Device } from './device.ts';
import type { Grid } from './commands.ts';
import { TensorError } from './errors.ts';
import { MOST_GROUPS } from './grid.ts';
import type { Kernel } from './kernel.ts';
import { checkOptions, oneOf, required } from './options.ts';
import type { Constants } from './wgsl.ts';

/**
 * - `subgroup`: wide register blocks, operands passed around by subgroup broadcast, no workgroup memory
 * - `register`: register blocks alone, no workgroup memory, no subgroups
 * - `tiled`: tiles in workgroup memory, register blocks, for GPUs
 */
export const variantNames = ['subgroup', 'register', 'tiled'] as const;
/** One of the kernels of a contraction. */
export type VariantName = (typeof variantNames)[number];

/** One way to compute an op whose shapes and attributes are S. */
export interface Variant<S> {
  readonly name: VariantName;
  readonly kernel: Kernel;
  /** Tells it from another variant of the same kernel, such as its tile: `128x64`. */
  readonly label?: string;
  /** Can it serve this shape on this device? */
  readonly fits: (shape: S, device: Device) => boolean;
  /** Of variants of one name the one with the lowest comes first; 0 where it says nothing. */
  readonly cost?: (shape: S) => number;
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

/** An op with variants, as `choose` and the tuner see it. */
export interface Family<S> {
  readonly op: string;
  readonly variants: readonly Variant<S>[];
  /** A shape in a line, unlike every other shape's. */
  readonly show: (shape: S) => string;
  /** Makes inputs of this shape and gives what queues the op once over them: the tuner times it. */
  readonly trial: (device: Device, shape: S) => () => void;
}

/** Which plan an op should take for a shape; see tuner.ts. */
export interface Tuning {
  /** The id of a plan, or undefined where nobody measured. */
  readonly choice: <S>(family: Family<S>, shape: S) => string | undefined;
}

/** A variant's kernel with the constants and the grid for one shape. */
export interface Plan {
  readonly variant: VariantName;
  /** Tells it from the others of its family. */
  readonly id: string;
  readonly kernel: Kernel;
  readonly constants: Constants;
  readonly grid: Grid;
}

export const idOf = ({ kernel, label }: Pick<Variant<never>, 'kernel' | 'label'>): string =>
  label ? `${kernel.name} ${label}` : kernel.name;

/** All that fit, in the order of preference that holds where nobody measured. */
export function plansFor<S>(device: Device, { variants }: Family<S>, shape: S): Plan[] {
  const order = ORDER[device.info.software ? 'software' : 'gpu'];
  return order
    .flatMap((name) =>
      variants
        .filter((v) => v.name === name && v.fits(shape, device))
        .toSorted((a, b) => (a.cost?.(shape) ?? 0) - (b.cost?.(shape) ?? 0)),
    )
    .map((v) => ({ variant: v.name, id: idOf(v), kernel: v.kernel, ...v.plan(shape, device) }))
    .filter(({ grid }) => grid.every((groups) => (groups ?? 1) <= MOST_GROUPS));
}

/**
 * Are kernels for GPUs to be had? A software adapter compiles one for seconds (SwiftShader took 257 s for the cases of
 * test/tiles.test.ts, two cores beside other work, November 2026), so there only where the variant was asked for.
 */
export const isForGpus = ({ info, variant }: Device): boolean =>
  !info.software || variant === 'tiled';

/**
 * What to launch, of the variant that `device.variant` names if it fits, else of all: what `device.tuning` found
 * fastest, else the first in the order.
 */
export function choose<S>(device: Device, family: Family<S>, shape: S): Plan {
  const all = plansFor(device, family, shape);
  const forced = all.filter(({ variant }) => variant === device.variant);
  const plans = forced.length > 0 ? forced : all;
  const tuned = device.tuning?.choice(family, shape);
  const plan = plans.find(({ id }) => id === tuned) ?? plans[0];
  if (!plan) throw new TensorError(`${family.op}: no kernel variant fits ${family.show(shape)}`);
  return plan;
}

/** Runs f with one variant forced wherever it fits. @throws TensorError on a name that is none */
export function withVariant<T>(device: Device, name: VariantName, f: () => T): T {
  checkOptions('withVariant', { name }, { name: required(oneOf(...variantNames)) });
  return underVariant(device, name, f);
}

/** The same; with undefined none is forced. */
export function underVariant<T>(device: Device, name: VariantName | undefined, f: () => T): T {
  const before = device.variant;
  device.variant = name;
  try {
    return f();
  } finally {
    device.variant = before;
  }
}
