// Does cost grow straight? The step at several batch sizes and the line through them; and what many steps leave behind.
import type { Device } from '../src/tensor/index.ts';
import type { Memory, Scaling, Verified } from './result.ts';
import { lineThrough } from './statistics.ts';
import { timeSteps, verified } from './step.ts';
import { openTraining } from './training.ts';

export const BATCHES = [64, 128, 256, 512] as const;

export async function measureScaling(
  device: Device,
  runs: number,
  tell: (line: string) => void,
): Promise<{ scaling: Scaling; agreed: Verified[] }> {
  const steps = [];
  const agreed: Verified[] = [];
  for (const batch of BATCHES) {
    agreed.push(...(await verified((seed) => openTraining(device, batch, seed))));
    const stepMs = await timeSteps(await openTraining(device, batch), runs);
    steps.push({ batch, stepMs });
    tell(`batch ${batch}`);
  }
  const line = lineThrough(steps.map(({ batch, stepMs }) => [batch, stepMs.median]));
  const { intercept: fixedMs, slope: perImageMs, deviation } = line;
  return { agreed, scaling: { steps, fixedMs, perImageMs, deviation } };
}

/** Steps in flight before they are waited for. */
const IN_FLIGHT = 8;

const MOST_STEPS = 1000;
const MOST_MS = 60_000;

/** What a fresh device holds before and after many steps of a training, and the process where `residentBytes` can tell. */
export async function measureMemory(
  device: Device,
  batch: number,
  residentBytes: () => number | undefined,
  wanted?: number,
) {
  const { step } = await openTraining(device, batch);
  const run = async (count: number) => {
    for (let done = 0; done < count; done += IN_FLIGHT) {
      step.run(Math.min(IN_FLIGHT, count - done));
      await device.finish();
    }
  };
  await run(IN_FLIGHT);
  const start = performance.now();
  await run(IN_FLIGHT);
  const stepMs = (performance.now() - start) / IN_FLIGHT;
  const steps = wanted ?? Math.min(MOST_STEPS, Math.ceil(MOST_MS / stepMs));
  const before = memoryOf(device, residentBytes());
  await run(steps);
  const after = memoryOf(device, residentBytes());
  device.destroy();
  return { steps, before, after };
}

function memoryOf({ meter }: Device, processBytes: number | undefined): Memory {
  return {
    gpuBytes: meter.liveBytes + meter.pooledBytes,
    buffersCreated: meter.buffersCreated,
    bindGroupsCreated: meter.bindGroupsCreated,
    ...(processBytes !== undefined && { processBytes }),
  };
}
