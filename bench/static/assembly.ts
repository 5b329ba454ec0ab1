// What compile.c prints, read: the compiler's statistics, and the loops of AMD's machine code.
import type { Compiled, Hot } from './result.ts';

/** @throws Error when a statistic is missing: another version of the driver may name it otherwise */
export function readCompiled(text: string): {
  readonly device: string;
  readonly compiled: Compiled;
} {
  const at = text.indexOf('\n\n');
  const [head, assembly] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
  const values = new Map(
    [...head.matchAll(/^(.+?): (.+)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  const number = (name: string) => {
    const value = Number(values.get(name));
    if (Number.isNaN(value)) throw new Error(`the driver says nothing of "${name}"`);
    return value;
  };
  return {
    device: values.get('Device') ?? '',
    compiled: {
      lanes: number('Lanes'),
      registers: number('VGPRs'),
      spills: number('Spilled VGPRs') + number('Spilled SGPRs'),
      scratchBytes: number('Scratch size'),
      workgroupBytes: number('LDS size'),
      wavesPerSimd: number('Subgroups per SIMD'),
      instructions: number('Instructions'),
      hot: hotIn(assembly),
      throughputCycles: number('Inverse Throughput'),
      latencyCycles: number('Latency'),
    },
  };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The innermost loop that has the most multiply-adds, all where no loop has any; where nothing has, the longest. */
export function hotIn(assembly: string): Hot {
  const lines = assembly.split('\n');
  const all = counted(lines);
  const [loop] = innermost(lines)
    .map(({ start, end }) => counted(lines.slice(start, end + 1)))
    .toSorted((a, b) => b.multiplyAdds - a.multiplyAdds || b.instructions - a.instructions);
  const isLoop = loop !== undefined && (loop.multiplyAdds > 0 || all.multiplyAdds === 0);
  return { isLoop, ...(isLoop ? loop : all) };
}

/** A loop goes from the target of a backward branch to that branch. */
function innermost(lines: readonly string[]): Span[] {
  const labels = new Map(
    lines.flatMap((line, i) => {
      const label = /^(BB\d+):/.exec(line)?.[1];
      return label === undefined ? [] : [[label, i] as const];
    }),
  );
  const loops = lines.flatMap((line, end) => {
    const start = labels.get(/\bs_c?branch\w* (BB\d+)/.exec(line)?.[1] ?? '');
    return start !== undefined && start < end ? [{ start, end }] : [];
  });
  const holds = (a: Span, b: Span) => a !== b && a.start <= b.start && b.end <= a.end;
  return loops.filter((loop) => !loops.some((other) => holds(loop, other)));
}

const INSTRUCTION = /\b(?:v|s|ds|buffer|global|flat|scratch)_\w+/;
const MULTIPLY_ADD = /\bv_(?:pk_|dual_)?(?:fmac|fma|fmamk|fmaak|mac|mad|madmk|madak)_f(?:32|16)/;

function counted(lines: readonly string[]): Omit<Hot, 'isLoop'> {
  // `v_dual_a … :: v_dual_b …` is two.
  const all = lines
    .flatMap((line) => line.replace(/;.*/, '').split('::'))
    .flatMap((text) => INSTRUCTION.exec(text)?.[0] ?? []);
  const count = (of: RegExp) => all.filter((name) => of.test(name)).length;
  return {
    instructions: all.length,
    multiplyAdds: count(MULTIPLY_ADD),
    loads: count(/^(?:buffer|global|flat|scratch)_(?:load|store|atomic)/),
    workgroupLoads: count(/^ds_(?:load|store|read|write)/),
    barriers: count(/^s_barrier/),
  };
}
