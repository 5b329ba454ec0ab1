// Timing dispatches: repeated inside one pass, by the GPU's timestamps and by the wall clock beside them.
import type { Device, Dispatch } from '../src/tensor/index.ts';
import type { Spread } from './result.ts';
import { affordable, scaled, spread } from './statistics.ts';

export interface Timed {
  /** Of one repeat. Absent where the adapter has no timestamps. */
  readonly gpuMs?: Spread;
  /** Of one repeat: from submit to the end of the work, less what a submit costs by itself. */
  readonly wallMs: Spread;
  readonly repeats: number;
}

export interface Effort {
  /** Samples, each a pass of its own. */
  readonly runs: number;
  /** How long a pass should last at least: timestamps may be rounded to 0.1 ms, waiting to 1 ms. */
  readonly passMs: number;
  /** Taken off the wall clock of every sample. */
  readonly submitMs: number;
}

const MOST_REPEATS = 4096;

/** What GPU time there is says most; without timestamps the wall clock has to do. */
export const bestOf = ({ gpuMs, wallMs }: Pick<Timed, 'gpuMs' | 'wallMs'>): Spread =>
  gpuMs ?? wallMs;

/** Times the dispatches, one after another, as often as fills a pass. They run warm: once before. */
export async function timeDispatches(
  { gpu }: Device,
  dispatches: readonly Dispatch[],
  { runs, passMs, submitMs }: Effort,
): Promise<Timed> {
  const hasTimestamps = gpu.features.has('timestamp-query');
  const querySet = hasTimestamps
    ? gpu.createQuerySet({ type: 'timestamp', count: 2 * runs, label: 'bench' })
    : undefined;

  const pass = async (repeats: number, sample?: number): Promise<number> => {
    const start = performance.now();
    const encoder = gpu.createCommandEncoder({ label: 'bench' });
    const timestampWrites = querySet &&
      sample !== undefined && {
        querySet,
        beginningOfPassWriteIndex: 2 * sample,
        endOfPassWriteIndex: 2 * sample + 1,
      };
    const pass = encoder.beginComputePass(timestampWrites ? { timestampWrites } : {});
    for (let i = 0; i < repeats; i++) {
      for (const { program, bindGroup, grid } of dispatches) {
        pass.setPipeline(program.pipeline as GPUComputePipeline);
        pass.setBindGroup(0, bindGroup);
        pass.dispatchWorkgroups(grid[0], grid[1], grid[2]);
      }
    }
    pass.end();
    gpu.queue.submit([encoder.finish()]);
    await gpu.queue.onSubmittedWorkDone();
    return performance.now() - start;
  };

  await pass(1);
  let repeats = 1;
  let taken = 0;
  while (repeats < MOST_REPEATS) {
    taken = Math.max(0.01, (await pass(repeats)) - submitMs);
    if (taken >= passMs) break;
    const wanted = Math.ceil((1.1 * repeats * passMs) / taken);
    repeats = Math.min(MOST_REPEATS, Math.max(repeats + 1, Math.min(wanted, 10 * repeats)));
  }
  const wall: number[] = [];
  for (let i = 0; i < affordable(runs, taken); i++) {
    wall.push(Math.max(0, (await pass(repeats, i)) - submitMs) / repeats);
  }
  const stamps = querySet && (await readStamps(gpu, querySet, 2 * wall.length));
  return {
    repeats,
    wallMs: spread(wall),
    ...(stamps && {
      gpuMs: scaled(
        spread(wall.map((_, i) => Number(stamps[2 * i + 1]! - stamps[2 * i]!))),
        1e-6 / repeats,
      ),
    }),
  };
}

/** Nanoseconds. Ends the query set. */
async function readStamps(gpu: GPUDevice, querySet: GPUQuerySet, count: number) {
  const size = 8 * count;
  const resolved = gpu.createBuffer({ size, usage: 0x200 | 0x4, label: 'bench' }); // QUERY_RESOLVE | COPY_SRC
  const staging = gpu.createBuffer({ size, usage: 0x1 | 0x8, label: 'bench' }); // MAP_READ | COPY_DST
  const encoder = gpu.createCommandEncoder({ label: 'bench' });
  encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
  encoder.copyBufferToBuffer(resolved, 0, staging, 0, size);
  gpu.queue.submit([encoder.finish()]);
  await staging.mapAsync(0x1);
  const stamps = new BigUint64Array(staging.getMappedRange().slice(0));
  for (const made of [querySet, resolved, staging]) made.destroy();
  return stamps;
}
