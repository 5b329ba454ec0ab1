// A recording as text: its ops as they were called, what the rewrites made of them, and the dispatches with their memory.
import type { Bound, Command } from './commands.ts';
import type { Node } from './node.ts';
import type { MemoryPlan } from './plan.ts';
import type { Tensor } from './tensor.ts';

/** `conv2d(x: %1, w: f32[3,3,1,32]) → y: %2 f32[8,26,26,32]`, a line a node; what comes from outside shows its shape. */
export function printNodes(nodes: readonly Node[]): string {
  const names = new Map<unknown, string>();
  const nameOf = (tensor: Tensor) => names.get(tensor.storage) ?? tensor.type;
  return nodes
    .map(({ op, inputs, outputs }) => {
      const read = Object.entries(inputs).flatMap(([name, t]) =>
        t ? [`${name}: ${nameOf(t)}`] : [],
      );
      const made = Object.entries(outputs).map(([name, t]) => {
        if (!t.storage.pool && !names.has(t.storage)) names.set(t.storage, `%${names.size}`);
        const known = names.get(t.storage);
        return `${name}: ${known ? `${known} ` : ''}${t.type}`;
      });
      return `${op}(${read.join(', ')}) → ${made.join(', ')}`;
    })
    .join('\n');
}

/**
 * `  2 conv2dThin <2704>  x: #0 392 KiB, w: 1.1 KiB → y: #1 2.6 MiB`, a line a dispatch or copy: the kernel, its workgroups,
 * what it reads and writes. `#1` is a buffer of the recording's own; what has no number lies outside. The last line says
 * what the recording's own buffers hold together.
 */
export function printCommands(
  commands: readonly Command[],
  buffers: readonly GPUBuffer[],
  { bytes }: MemoryPlan,
): string {
  const memory = (buffer: GPUBuffer, size: number) => {
    const place = buffers.indexOf(buffer);
    return `${place < 0 ? '' : `#${place} `}${inBinary(size)}`;
  };
  const listed = (bound: readonly Bound[], access: Bound['access']) =>
    bound
      .filter((one) => one.access === access)
      .map((one) => `${one.name}: ${memory(one.buffer, one.bytes)}`)
      .join(', ');
  const lines = commands.map((c) => {
    if (c.kind === 'dispatch') {
      const what = `${c.label} <${c.grid.join('x')}>`;
      return `${what}  ${listed(c.bound, 'read')} → ${listed(c.bound, 'read_write')}`;
    }
    if (c.kind === 'copy') return `copy  ${memory(c.from, c.bytes)} → ${memory(c.to, c.bytes)}`;
    return `write  → ${memory(c.to, c.data.byteLength)}`;
  });
  return [
    ...lines.map((line, i) => `${String(i + 1).padStart(3)} ${line}`),
    `${inBinary(bytes)} in ${buffers.length} ${buffers.length === 1 ? 'buffer' : 'buffers'}`,
  ].join('\n');
}

function inBinary(bytes: number): string {
  const exponent = Math.min(3, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** exponent;
  const digits = exponent > 0 && value < 10 ? 1 : 0;
  return `${value.toFixed(digits)} ${['B', 'KiB', 'MiB', 'GiB'][exponent]}`;
}
