// The packed bench's own program, a stage a call: `node gpu.js probe|verify|steps|merge --out DIR`.
// Each stage leaves DIR/<stage>.json, so that one that hangs or falls takes no other with it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeSafetensors } from '../../src/nn/index.ts';
import { formatChoices, variantNames } from '../../src/tensor/index.ts';
import { openGpu } from '../../src/app/cli/gpu.ts';
import { CURVE_STEPS, curve, drawData, initialWeights, timeStep, tuned } from './steps.ts';
import { type Verification, verify } from './verify.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    adapter: { type: 'string' },
    batches: { type: 'string', default: '128,512,2048' },
    runs: { type: 'string', default: '15' },
    ops: { type: 'string', default: '' },
  },
});
const folder = values.out ?? '.';
const batches = values.batches.split(',').map(Number);
const runs = Number(values.runs);
const say = (line: string) => console.log(line);
const listed = (text: string) => text.split(',').filter((name) => name !== '');

/** Checks on what a native program reads and writes are left out: what a browser may never do. */
const UNSAFE = ['skip_validation', 'disable_robustness'];

const stages: Readonly<Record<string, () => Promise<unknown>>> = {
  async probe() {
    const { device, close } = await openGpu(values.adapter);
    const { limits } = device.gpu;
    const kept = {
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
    };
    const adapter = { ...device.info, limits: kept };
    say(`adapter: ${adapter.name}${adapter.software ? ' (the CPU plays a GPU)' : ''}`);
    close();
    return { adapter, node: process.versions.node };
  },

  async verify() {
    const { device, close } = await openGpu(values.adapter);
    const result = await verify(device, listed(values.ops), say);
    say(`${result.cases - result.failed.length} of ${result.cases} cases right`);
    close();
    if (result.failed.length > 0) process.exitCode = 1;
    return result;
  },

  async steps() {
    const { device, close } = await openGpu(values.adapter);
    // For the PyTorch side: the same first weights and the same images.
    writeFileSync(
      join(folder, 'weights.safetensors'),
      writeSafetensors(await initialWeights(device)),
    );
    const most = drawData(Math.max(...batches));
    writeFileSync(join(folder, 'images.bin'), most.images);
    writeFileSync(join(folder, 'labels.bin'), most.labels);
    const curves = [];
    const times = [];
    const wrong = wrongVariants();
    if (wrong.has(null))
      throw new Error('an op of the step is wrong here; a wrong step is not timed');
    const right = variantNames.filter((variant) => !wrong.has(variant));
    for (const variant of wrong) say(`${variant}: failed the verification and is not timed`);
    for (const batch of batches) {
      for (const variant of right) {
        const loss = await curve(device, batch, variant);
        say(`batch ${batch}, ${variant}: loss ${loss[0]?.toFixed(5)} … ${loss.at(-1)?.toFixed(5)}`);
        curves.push({ batch, variant, loss });
      }
    }
    for (const batch of batches) {
      for (const variant of [undefined, ...right]) {
        times.push(told(await timeStep(device, batch, { variant, runs })));
        await device.finish();
      }
      save({ curves, curveSteps: CURVE_STEPS, times }); // what comes later may hang
    }
    const choices = await tuned(device, batches);
    say(formatChoices(choices));
    for (const batch of batches)
      times.push(told(await timeStep(device, batch, { kernels: 'tuned', runs })));
    close();
    const unsafe = [];
    const open = await openGpu(values.adapter, UNSAFE);
    for (const batch of batches)
      unsafe.push(told(await timeStep(open.device, batch, { runs }), ` (${UNSAFE.join(', ')})`));
    open.close();
    return {
      ...{ curves, curveSteps: CURVE_STEPS, times, tuning: choices },
      unsafe: { toggles: UNSAFE, times: unsafe },
    };
  },

  merge() {
    const names = ['machine', 'packed', 'probe', 'verify', 'bench', 'steps', 'torch'];
    const parts = Object.fromEntries(names.map((name) => [name, part(name)]));
    const all = { format: 'weft-gpu-bench/1', date: new Date().toISOString(), ...parts };
    writeFileSync(join(folder, 'weft-gpu-bench.json'), `${JSON.stringify(all, null, 1)}\n`);
    return Promise.resolve(undefined);
  },
};

/** What `verify` found wrong of the ops that the step is made of; null is an op without variants. */
function wrongVariants(): ReadonlySet<string | null> {
  const step = /^(conv2d|linear|maxPool2d|relu|dropoutMask|softmaxCrossEntropy)$/;
  const { failed } = (part('verify') ?? { failed: [] }) as Verification;
  return new Set(failed.filter(({ op }) => step.test(op)).map(({ variant }) => variant));
}

function part(name: string): unknown {
  const path = join(folder, `${name}.json`);
  if (!existsSync(path)) return null;
  const text = readFileSync(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    return { unreadable: text.slice(0, 2000) };
  }
}

function told(time: Awaited<ReturnType<typeof timeStep>>, more = '') {
  const { medianMs, lowMs, highMs } = time.step;
  const range = `${lowMs.toFixed(3)}–${highMs.toFixed(3)}`;
  const rate = Math.round((1000 * time.batch) / medianMs);
  say(
    `batch ${time.batch}, ${time.variant}${more}: ${medianMs.toFixed(3)} ms (${range}), ${rate} images/s`,
  );
  return time;
}

const name = positionals[0] ?? '';
const save = (result: unknown) =>
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(result));

const stage = stages[name];
if (!stage) {
  console.error(`there is no stage "${name}", only ${Object.keys(stages).join(', ')}`);
  process.exit(1);
}
const result = await stage();
if (result !== undefined) save(result);
