// A node: one op at work on its tensors. Eagerly it is lowered at once; inside `capture` nodes are collected first.
import type { Device } from './device.ts';
import type { Launch } from './launch.ts';
import { type Part, within } from './part.ts';
import type { Tensor } from './tensor.ts';
import { type VariantName, underVariant } from './variants.ts';

/** The tensors of a node by the op's names; an optional one may be absent. */
export type Tensors = Readonly<Record<string, Tensor | undefined>>;

export interface Node {
  /** The op's name; for a kernel that was launched by itself, its kernel's. */
  readonly op: string;
  readonly inputs: Tensors;
  /** What it makes, or overwrites, by the op's names. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly attributes: object;
  /** Whose work it is; see part.ts. */
  readonly part: Part | undefined;
  /** The variant that was forced when the op was called; see variants.ts. */
  readonly variant: VariantName | undefined;
  /** Queues the kernels that fill the outputs. */
  readonly run: (tensors: never, attributes: never) => void;
}

/** Queues a node's kernels. */
export function lower(device: Device, node: Node): void {
  const { inputs, outputs, attributes, part, variant, run } = node;
  within(device, part, () =>
    underVariant(device, variant, () =>
      run({ ...inputs, ...outputs } as never, attributes as never),
    ),
  );
}

/** A kernel that was launched by itself. What it may write counts as its outputs. */
export function launchNode({ kernel, constants, bindings, grid, part }: Launch): Node {
  const bound = (access: 'read' | 'read_write') =>
    Object.fromEntries(bindings.flatMap((b) => (b.access === access ? [[b.name, b.tensor]] : [])));
  const { device } = (bindings[0] as Launch['bindings'][number]).tensor;
  return {
    op: kernel.name,
    inputs: bound('read'),
    outputs: bound('read_write'),
    attributes: constants,
    part,
    variant: undefined,
    run: (tensors: Record<string, Tensor>) => device.launch(kernel, constants, tensors, grid),
  };
}

/** A copy that was asked for by itself. */
export const copyNode = (from: Tensor, to: Tensor): Node => ({
  op: 'copy',
  inputs: { from },
  outputs: { to },
  attributes: {},
  part: to.device.part,
  variant: undefined,
  run: (tensors: { from: Tensor; to: Tensor }) => to.device.copy(tensors.from, tensors.to),
});
