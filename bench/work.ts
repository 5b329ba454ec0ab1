// What a dispatch has to do: its FLOPs and bytes, read from the constants and bindings of its specialized WGSL.
import { type Dispatch, readConstants } from '../src/tensor/index.ts';
import type { Work } from './roofline.ts';

/** Bindings of which a dispatch touches a part only, in bytes, by the constants of the kernel. */
const PARTS: Readonly<
  Record<string, (name: string, c: Readonly<Record<string, number>>) => number | undefined>
> = {
  drawBatch: (name, { N = 0, PIXELS = 0 }) =>
    ({ images: N * PIXELS, labels: N, indices: 4 * N })[name],
  record: (name) => (name === 'ring' ? 8 : undefined),
  adam: (name) => (name === 'schedule' ? 16 : undefined),
};

const WINDOW = ['N', 'P', 'Q', 'K', 'R', 'S', 'C'] as const;

/**
 * FLOPs of the formula: 2·N·P·Q·K·R·S·C for a contraction and its gradients; what is done element by element
 * counts as none, as in a network's summary. Bytes: every binding once if read and once if written.
 */
export function workOf({ label, program, bound }: Dispatch): Work {
  const constants = readConstants(program.wgsl);
  const isContraction = WINDOW.every((name) => name in constants) && label.startsWith('conv2d');
  const flops = isContraction
    ? 2 * WINDOW.reduce((product, name) => product * (constants[name] as number), 1)
    : 0;
  // A kernel without a bias has something else bound in its place: the same memory counts once.
  const distinct = bound.filter(
    (b, i) => bound.findIndex((a) => a.buffer === b.buffer && a.offset === b.offset) === i,
  );
  const bytes = distinct.reduce((sum, { name, bytes: whole }) => {
    const { isRead, isWritten } = usesOf(program.wgsl, name);
    const part = PARTS[label]?.(name, constants) ?? whole;
    return sum + (Number(isRead) + Number(isWritten)) * part;
  }, 0);
  return { flops, bytes };
}

/** Is an element of this binding read, is one written, by anything in the source? */
export function usesOf(wgsl: string, name: string): { isRead: boolean; isWritten: boolean } {
  const code = wgsl.replace(/\/\/.*$/gm, '');
  const uses = { isRead: false, isWritten: false };
  for (const { index } of code.matchAll(new RegExp(`\\b${name}\\[`, 'g'))) {
    let at = index + name.length;
    let depth = 0;
    do {
      if (code[at] === '[') depth++;
      if (code[at] === ']') depth--;
      at++;
    } while (depth > 0 && at < code.length);
    const [, operator] = /^(?:\.\w+)?\s*([-+*/|&^]?)=(?!=)/.exec(code.slice(at)) ?? [];
    uses.isWritten ||= operator !== undefined;
    uses.isRead ||= operator !== '';
  }
  return uses;
}
