// The kernels behind what is seen: for each layer the WGSL that ran, its constants filled in, and its time.
import type { Command, Device, Recording } from '../../tensor/index.ts';
import type { Flow } from './flow.ts';

export interface KernelRun {
  /** Stem of the kernel's file. */
  readonly label: string;
  /** Workgroups, like `26 × 4`. */
  readonly grid: string;
  readonly wgsl: string;
  /** GPU time by timestamp queries; undefined where there are none. */
  readonly timeMs: number | undefined;
}

export interface LayerCode {
  readonly name: string;
  readonly kind: string;
  /** Of one image; products of matrices and convolutions only. */
  readonly flops: number;
  readonly kernels: readonly KernelRun[];
  /** Of all its kernels, by `timing`; undefined where it was not timed. */
  readonly timeMs: number | undefined;
}

/**
 * - `timestamps`: by the GPU, around every kernel
 * - `wallClock`: many runs in one submit, divided by their number
 * - `none`: a training has the GPU
 */
export type Timing = 'timestamps' | 'wallClock' | 'none';

export interface Code {
  readonly timing: Timing;
  readonly layers: readonly LayerCode[];
}

interface CodeOptions {
  /** A training is under way: without timestamps its steps and these kernels could not be told apart. */
  readonly busy: boolean;
  /** Milliseconds since any fixed time. */
  readonly now: () => number;
}

/** The kernels of each layer of a flow, timed. */
export async function codeOf(flow: Flow, { busy, now }: CodeOptions): Promise<Code> {
  const { device } = flow.model;
  const timing: Timing = device.gpu.features.has('timestamp-query')
    ? 'timestamps'
    : busy
      ? 'none'
      : 'wallClock';
  const flops = new Map(flow.model.summary().rows.map((row) => [row.name, row.flops]));
  const layers: LayerCode[] = [];
  for (const { layer, recording } of flow.steps) {
    const kernels = kernelsOf(recording.commands);
    const times = kernels.length > 0 ? await timesOf(recording, timing, { device, now }) : [];
    const isSplit = times.length === kernels.length && timing === 'timestamps';
    layers.push({
      name: layer.name,
      kind: layer.kind,
      flops: flops.get(layer.name) ?? 0,
      kernels: kernels.map((kernel, i) => ({ ...kernel, timeMs: isSplit ? times[i] : undefined })),
      timeMs: times.length > 0 ? times.reduce((sum, time) => sum + time, 0) : undefined,
    });
  }
  return { timing, layers };
}

/** The dispatches among some commands. */
export function kernelsOf(commands: readonly Command[]): KernelRun[] {
  return commands.flatMap((command) =>
    command.kind === 'dispatch'
      ? {
          label: command.label,
          grid: command.grid.filter((groups, i) => i === 0 || groups !== 1).join(' × '),
          wgsl: command.program.wgsl,
          timeMs: undefined,
        }
      : [],
  );
}

const PROFILES = 5;
const RUNS = 50;

/** One time a kernel with timestamps, one for all of them by the wall clock. */
async function timesOf(
  recording: Recording<unknown>,
  timing: Timing,
  { device, now }: { readonly device: Device; readonly now: () => number },
): Promise<number[]> {
  if (timing === 'none') return [];
  if (timing === 'timestamps') {
    // Queued at once: one by one, each would wait for a step of the training.
    const profiles = await Promise.all(Array.from({ length: PROFILES }, () => recording.profile()));
    const [first = []] = profiles;
    return first.map((_, k) => median(profiles.map((times) => times[k]?.timeMs ?? 0)));
  }
  await device.finish();
  const from = now();
  recording.replay(RUNS);
  await device.finish();
  return [(now() - from) / RUNS];
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
