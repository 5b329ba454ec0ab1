// The training step of the reference network at one batch size: how its loss falls, and what it costs.
import {
  Sequential,
  TrainStep,
  adam,
  countCorrect,
  referenceNetwork,
  softmaxCrossEntropy,
  type SampleSet,
  type Weights,
  type Module,
  REFERENCE_INPUT,
} from '../../src/nn/index.ts';
import {
  type Choice,
  type Device,
  type TuningStore,
  type VariantName,
  matmul,
  tune,
  withVariant,
} from '../../src/tensor/index.ts';
import { uniform } from '../random.ts';

/** Images and labels that anyone can draw again: noise, its class a brighter band. The first ones are the same for any count. */
export function drawData(count: number) {
  const [forLabels, forImages] = [uniform(2), uniform(3)];
  const labels = Uint8Array.from({ length: count }, () => 10 * forLabels());
  const images = Uint8Array.from({ length: count * 784 }, (_, i) => {
    const band = Math.floor((i % 784) / 79);
    return 255 * forImages() * (band === labels[Math.floor(i / 784)] ? 1 : 0.5);
  });
  return { images, labels };
}

export interface Timing {
  readonly medianMs: number;
  /** 5th and 95th percentile of the runs. */
  readonly lowMs: number;
  readonly highMs: number;
  readonly stepsARun: number;
  readonly runs: number;
}

const SEED = 1;
export const CURVE_STEPS = 8;

/** Without dropout, and over as many images as the batch takes, a run holds no random choice. */
const plain = (): Module[] => referenceNetwork().filter(({ kind }) => kind !== 'dropout');

const forced = <T>(device: Device, variant: VariantName | undefined, f: () => T): T =>
  variant ? withVariant(device, variant, f) : f();

function upload(device: Device, count: number) {
  const { images, labels } = drawData(count);
  return {
    images: device.tensor(images, [count, ...REFERENCE_INPUT], 'u8'),
    labels: device.tensor(labels, [count], 'u8'),
  };
}

/** The step as it is timed. */
const record = (model: Sequential, data: SampleSet, batch: number): TrainStep =>
  TrainStep.create(model, {
    loss: softmaxCrossEntropy,
    optimizer: adam(),
    data,
    metrics: { correct: countCorrect },
    batch,
    seed: SEED,
  });

/** The initial weights of the network, the same with and without its dropout. */
export function initialWeights(device: Device): Promise<ReadonlyMap<string, Weights>> {
  return new Sequential(device, REFERENCE_INPUT, plain(), { seed: SEED }).arena.read();
}

/** The losses of the first steps by Adam at 0.001, dropout left out: what a float64 run must show too. */
export async function curve(
  device: Device,
  batch: number,
  variant?: VariantName,
): Promise<number[]> {
  const model = new Sequential(device, REFERENCE_INPUT, plain(), { seed: SEED });
  const samples = upload(device, batch);
  const step = forced(device, variant, () => record(model, samples, batch));
  step.run(CURVE_STEPS);
  const { loss } = await step.metrics(0);
  return [...loss];
}

const noStore: TuningStore = {
  read: () => Promise.resolve(undefined),
  write: () => Promise.resolve(),
};
const measured = (device: Device, work: () => unknown) =>
  tune(device, work, { store: noStore, now: () => performance.now() });

/** Measures the kernels of the step and puts the fastest in force. */
export function tuned(device: Device, batch: number): Promise<readonly Choice[]> {
  return measured(device, () => {
    const model = new Sequential(device, REFERENCE_INPUT, referenceNetwork(), { seed: SEED });
    return record(model, upload(device, batch), batch);
  });
}

/** What each kernel takes for square products of these sizes. */
export function products(device: Device, sizes: readonly number[]): Promise<readonly Choice[]> {
  const multiply = (size: number) => matmul(device.zeros([size, size]), device.zeros([size, size]));
  return measured(device, () => device.scope(() => sizes.forEach(multiply)));
}

/** What one step costs by the clock on the wall, and each of its kernels by the GPU's own. */
export async function timeStep(
  device: Device,
  batch: number,
  {
    variant,
    kernels = variant ?? 'usual',
    runs,
  }: {
    readonly variant?: VariantName | undefined;
    /** What the result calls the kernels that were in force. */
    readonly kernels?: string;
    readonly runs: number;
  },
) {
  const model = new Sequential(device, REFERENCE_INPUT, referenceNetwork(), { seed: SEED });
  const samples = upload(device, Math.max(8192, 4 * batch));
  const started = performance.now();
  const step = forced(device, variant, () => record(model, samples, batch));
  step.run(1);
  await device.finish();
  const firstMs = performance.now() - started;

  const timeMs = async (steps: number) => {
    const start = performance.now();
    step.run(steps);
    await device.finish();
    return performance.now() - start;
  };
  for (let i = 0; i < 3; i++) await timeMs(2);
  const aloneMs = Math.min(...(await repeat(5, () => timeMs(1))));
  // So many steps a run that the wait for its end does not count, and a run stays under a second.
  const eachMs = (await timeMs(4)) / 4;
  const stepsARun = Math.max(1, Math.min(256, Math.ceil(200 / eachMs)));
  await timeMs(stepsARun);
  let encodeMs = 0;
  const samplesMs = await repeat(runs, async () => {
    const start = performance.now();
    step.run(stepsARun);
    encodeMs += performance.now() - start;
    await device.finish();
    return (performance.now() - start) / stepsARun;
  });
  return {
    batch,
    variant: kernels,
    step: { ...spread(samplesMs), stepsARun, runs } satisfies Timing,
    /** A step sent and waited for by itself. */
    aloneMs,
    /** JavaScript's share of a step. */
    encodeMs: encodeMs / (runs * stepsARun),
    /** From nothing to the first step done, compiling included. */
    firstMs,
    dispatches: step.recording.commands.length,
    kernels: device.info.features.includes('timestamp-query') ? await kernelTimes(step) : [],
  };
}

async function kernelTimes(step: TrainStep) {
  const passes = await repeat(9, () => step.profile());
  const names = passes[0]?.map(({ label }) => label) ?? [];
  return names.map((kernel, i) => {
    const { medianMs } = spread(passes.map((pass) => pass[i]?.timeMs ?? NaN));
    return { kernel, medianMs };
  });
}

async function repeat<T>(times: number, f: () => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let i = 0; i < times; i++) all.push(await f());
  return all;
}

function spread(samples: readonly number[]) {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  return { medianMs: at(0.5), lowMs: at(0.05), highMs: at(0.95) };
}
