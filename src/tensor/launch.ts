// From a kernel and its tensors to one dispatch: names checked, then memory bound.
import type { Bound, Dispatch, Grid } from './commands.ts';
import { TensorError } from './errors.ts';
import { MOST_GROUPS } from './grid.ts';
import type { Kernel, Program } from './kernel.ts';
import type { Part } from './part.ts';
import type { Tensor } from './tensor.ts';
import type { Binding, Constants } from './wgsl.ts';

/** A kernel with what it is launched over. */
export interface Launch {
  readonly kernel: Kernel;
  readonly constants: Constants;
  readonly program: Program;
  /** Each binding of the kernel with its tensor. */
  readonly bindings: readonly BoundTensor[];
  readonly grid: Grid;
  readonly part: Part | undefined;
}

interface BoundTensor extends Binding {
  readonly tensor: Tensor;
}

/**
 * Finds the tensor of each binding by the name that the kernel's WGSL declares.
 * @throws TensorError on a name too few or too many, and on what the GPU would refuse without naming the kernel
 */
export function bindingsOf(
  { name, bindings }: Kernel,
  tensors: Readonly<Record<string, Tensor>>,
  grid: Grid,
): BoundTensor[] {
  const named = bindings.map((binding) => {
    const tensor = Object.hasOwn(tensors, binding.name) ? tensors[binding.name] : undefined;
    if (!tensor) throw new TensorError(`kernel ${name} binds ${binding.name}, which nobody gave`);
    return { ...binding, tensor };
  });
  if (Object.keys(tensors).length !== named.length) {
    const known = bindings.map((b) => b.name).join(', ');
    const given = Object.keys(tensors).join(', ');
    throw new TensorError(`kernel ${name} binds ${known}; given were ${given}`);
  }
  if (grid.some((groups) => (groups ?? 1) > MOST_GROUPS)) {
    throw new TensorError(`kernel ${name}: a grid of ${grid.join('x')} passes ${MOST_GROUPS}`);
  }
  const read = new Set(named.flatMap((b) => (b.access === 'read' ? [b.tensor.storage] : [])));
  const clash = named.find((b) => b.access === 'read_write' && read.has(b.tensor.storage));
  if (clash) {
    throw new TensorError(`kernel ${name}: writes ${clash.name}, whose memory it also reads`);
  }
  return named;
}

/** Binds the memory of a launch. */
export function makeDispatch(
  gpu: GPUDevice,
  { kernel, program, bindings, grid, part }: Launch,
): Dispatch {
  const memory = bindings.map(({ tensor, ...binding }): Bound => {
    const { storage, offset, paddedBytes } = tensor;
    return { ...binding, buffer: storage.buffer, offset, bytes: paddedBytes };
  });
  const bindGroup = gpu.createBindGroup({
    label: program.id,
    layout: program.layout,
    entries: memory.map(({ index, buffer, offset, bytes }) => ({
      binding: index,
      resource: { buffer, offset, size: bytes },
    })),
  });
  const storages = bindings.map(({ tensor }) => tensor.storage);
  return {
    kind: 'dispatch',
    label: kernel.name,
    program,
    bindGroup,
    grid,
    bound: memory,
    part,
    storages,
  };
}
