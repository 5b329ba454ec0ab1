// `npm run bench`: verifies the convolutions, then times the reference training step and each of its kernels.
import { parseArgs } from 'node:util';
import { type Command, type Device, type KernelTime, readConstants } from '../src/tensor/index.ts';
import { Sequential, TrainStep, adam, referenceNetwork } from '../src/nn/index.ts';
import { openGpu } from '../src/app/cli/gpu.ts';
import { convError, uniform } from './verify.ts';

const { values } = parseArgs({
  options: {
    batch: { type: 'string', default: '128' },
    runs: { type: 'string', default: '15' },
    adapter: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const batch = Number(values.batch);
const runs = Number(values.runs);
if (!(Number.isInteger(batch) && batch > 0 && Number.isInteger(runs) && runs > 0)) {
  console.error(
    `--batch and --runs take whole numbers from 1, got ${values.batch}, ${values.runs}`,
  );
  process.exit(1);
}

/** Largest relative error that counts as right: f32 sums of up to 90,000 products. */
const TOLERANCE = 2e-5;

const { device, close } = await openGpu(values.adapter);
const say = (text: string) => {
  if (!values.json) console.log(text);
};
say(`${device.info.name}, batch ${batch}`);

const shapes = [
  { N: batch, H: 28, W: 28, C: 1, K: 32, R: 3 },
  { N: batch, H: 13, W: 13, C: 32, K: 64, R: 3 },
  { N: batch, H: 5, W: 5, C: 64, K: 128, R: 3 },
];
for (const shape of shapes) {
  const error = await convError(device, shape);
  const name = `conv ${shape.R}x${shape.R} ${shape.C}→${shape.K} of ${shape.H}x${shape.W}`;
  if (!(error < TOLERANCE)) {
    console.error(`${name}: wrong by ${error.toExponential(1)}; a wrong kernel is not timed`);
    process.exit(1);
  }
  say(`verified ${name}: largest error ${error.toExponential(1)} of the largest value`);
}

const step = await trainStep(device);
const dispatches = step.recording.commands.length;
step.run(2);
await device.finish();
const wallMs: number[] = [];
for (let i = 0; i < runs; i++) {
  const start = performance.now();
  step.run(4);
  await device.finish();
  wallMs.push((performance.now() - start) / 4);
}
const wall = spread(wallMs);
say(
  `\ntraining step: ${wall.median.toFixed(1)} ms (${wall.low.toFixed(1)}–${wall.high.toFixed(1)}), ` +
    `${Math.round((1000 * batch) / wall.median)} images/s, ${dispatches} dispatches, one submit for 4 steps`,
);

const kernels = device.info.features.includes('timestamp-query') ? await timeKernels() : [];
if (kernels.length > 0) {
  const total = kernels.reduce((sum, k) => sum + k.timeMs, 0);
  say(`\n${'kernel'.padEnd(28)}${'ms'.padStart(9)}${'share'.padStart(8)}${'GFLOP/s'.padStart(10)}`);
  for (const { label, timeMs, flops } of kernels) {
    const rate = flops === undefined ? '' : (flops / timeMs / 1e6).toFixed(1);
    say(
      `${label.padEnd(28)}${timeMs.toFixed(3).padStart(9)}` +
        `${((100 * timeMs) / total).toFixed(1).padStart(7)}%${rate.padStart(10)}`,
    );
  }
  say(`${'sum of kernels'.padEnd(28)}${total.toFixed(3).padStart(9)}`);
}
if (values.json) {
  console.log(
    JSON.stringify({ adapter: device.info, batch, dispatches, stepMs: wall, kernels }, null, 2),
  );
}
close();

/** The reference step over random images. */
async function trainStep(on: Device): Promise<TrainStep> {
  const random = uniform(2);
  const count = 4 * batch;
  const images = on.tensor(
    Uint8Array.from({ length: count * 784 }, () => 128 + 255 * random()),
    [count, 28, 28, 1],
    'u8',
  );
  const labels = on.tensor(
    Uint8Array.from({ length: count }, () => 5 + 10 * random()),
    [count],
    'u8',
  );
  const model = new Sequential(on, [28, 28, 1], referenceNetwork(), { seed: 1 });
  return TrainStep.create(model, adam(), { images, labels }, { batch, seed: 1 });
}

/** Median GPU time of every dispatch of the step, and the FLOPs of the convolutions, dense layers included. */
async function timeKernels() {
  const passes: KernelTime[][] = [];
  for (let i = 0; i < runs; i++) passes.push(await step.profile());
  const commands = step.recording.commands.filter((c) => c.kind === 'dispatch');
  return commands.map((command, i) => ({
    label: command.label,
    timeMs: spread(passes.map((pass) => pass[i]?.timeMs ?? NaN)).median,
    flops: flopsOf(command),
  }));
}

/** 2·N·P·Q·K·R·S·C, from the constants that the kernel was specialised with. */
function flopsOf(command: Command): number | undefined {
  if (command.kind !== 'dispatch' || !command.label.startsWith('conv2d')) return undefined;
  const constants = readConstants(command.program.wgsl);
  return 2 * ['N', 'P', 'Q', 'K', 'R', 'S', 'C'].reduce((n, c) => n * Number(constants[c]), 1);
}

function spread(samples: readonly number[]) {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  return { median: at(0.5), low: at(0.05), high: at(0.95) };
}
