// From a kernel and its tensors to one dispatch: names checked, memory bound.
import type { Bound, Dispatch, Grid } from './commands.ts';
import { TensorError } from './errors.ts';
import { MOST_GROUPS } from './grid.ts';
import type { Kernel, Program } from './kernel.ts';
import type { Part } from './part.ts';
import type { Tensor } from './tensor.ts';

/**
 * Binds tensors by the names that the kernel's WGSL declares.
 * @throws TensorError on a name too few or too many, and on what the GPU would refuse without naming the kernel
 */
export function makeDispatch(
  gpu: GPUDevice,
  kernel: Kernel,
  program: Program,
  tensors: Readonly<Record<string, Tensor>>,
  grid: Grid,
  part: Part | undefined,
): Dispatch {
  const { name, bindings } = kernel;
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
  const memory = named.map(({ tensor, ...binding }): Bound => {
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
  const storages = named.map(({ tensor }) => tensor.storage);
  return { kind: 'dispatch', label: name, program, bindGroup, grid, bound: memory, part, storages };
}
