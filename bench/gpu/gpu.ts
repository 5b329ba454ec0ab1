// The packed bench's own program, a stage a call: `node gpu.js probe|verify|steps|merge --out DIR`.
// Each stage leaves DIR/<stage>.json, so that one that hangs or falls takes no other with it.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeSafetensors } from '../../src/nn/index.ts';
import {
  type Choice,
  type Device,
  GpuError,
  formatChoices,
  variantNames,
} from '../../src/tensor/index.ts';
import { openGpu } from '../../src/app/cli/gpu.ts';
import {
  CURVE_STEPS,
  curve,
  drawData,
  initialWeights,
  products,
  timeStep,
  tuned,
} from './steps.ts';
import { type Verification, verify } from './verify.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    adapter: { type: 'string' },
    batches: { type: 'string', default: '128,512,2048' },
    runs: { type: 'string', default: '15' },
    ops: { type: 'string', default: '' },
    variants: { type: 'string', default: variantNames.join() },
    jobs: { type: 'string', default: '1' },
    job: { type: 'string', default: '0' },
  },
});
const folder = values.out ?? '.';
const batches = values.batches.split(',').map(Number);
const runs = Number(values.runs);
const [jobs, job] = [Number(values.jobs), Number(values.job)];
const say = (line: string) => console.log(line);
const listed = (text: string) => text.split(',').filter((name) => name !== '');

/** An instance that is collected while something of it waits to be takes the process with it. */
const instances = new Set<GPU>();

/**
 * A device for one measurement, and its memory gone with it. At batch 2,048 the first layer's output passes the
 * 128 MiB that WebGPU promises.
 */
async function withDevice<T>(
  f: (device: Device) => Promise<T>,
  toggles: readonly string[] = [],
): Promise<T> {
  const options = { toggles, largeTensors: true, poolCapBytes: 16 * 2 ** 30 };
  const { device, gpu, close } = await openGpu(values.adapter, options);
  instances.add(gpu);
  try {
    return await f(device);
  } finally {
    close();
  }
}

/** Checks on what a native program reads and writes are left out: what a browser may never do. */
const UNSAFE = ['skip_validation', 'disable_robustness'];

const stages: Readonly<Record<string, () => Promise<unknown>>> = {
  probe: () =>
    withDevice((device) => {
      const { limits } = device.gpu;
      const kept = {
        maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
        maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
        maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      };
      const adapter = { ...device.info, limits: kept };
      say(`adapter: ${adapter.name}${adapter.software ? ' (the CPU plays a GPU)' : ''}`);
      return Promise.resolve({ adapter, node: process.versions.node });
    }),

  /** Most of it is compiling, which keeps one core busy: so many processes share the cases out. */
  async verify() {
    const started = performance.now();
    await Promise.all(Array.from({ length: jobs }, (_, job) => again('verifyShare', job)));
    const shares = Array.from({ length: jobs }, (_, job) => part(`verifyShare${job}`));
    if (shares.includes(null)) throw new Error('a process that verifies ended before its time');
    const done = shares as Verification[];
    const result: Verification = {
      cases: done.reduce((sum, { cases }) => sum + cases, 0),
      failed: done.flatMap(({ failed }) => failed),
      timeMs: performance.now() - started,
    };
    say(`${result.cases - result.failed.length} of ${result.cases} cases right`);
    if (result.failed.length > 0) process.exitCode = 1;
    return result;
  },

  verifyShare: () => withDevice((device) => verify(device, listed(values.ops), say, { jobs, job })),

  async steps() {
    // For the PyTorch side: the same first weights and the same images.
    const weights = await withDevice(initialWeights);
    writeFileSync(join(folder, 'weights.safetensors'), writeSafetensors(weights));
    const most = drawData(Math.max(...batches));
    writeFileSync(join(folder, 'images.bin'), most.images);
    writeFileSync(join(folder, 'labels.bin'), most.labels);

    const wrong = wrongVariants();
    if (wrong.has(null))
      throw new Error('an op of the step is wrong here; a wrong step is not timed');
    const right = variantNames.filter(
      (variant) => listed(values.variants).includes(variant) && !wrong.has(variant),
    );
    for (const variant of wrong) say(`${variant}: failed the verification and is not timed`);

    const curves: { batch: number; variant: string; loss: number[] }[] = [];
    const times: StepTime[] = [];
    const unsafe: StepTime[] = [];
    const choices: Choice[] = [];
    const skipped: { batch: number; why: string }[] = [];
    const result = {
      ...{ curves, curveSteps: CURVE_STEPS, times, choices, skipped },
      unsafe: { toggles: UNSAFE, times: unsafe },
    };
    for (const batch of batches) {
      try {
        for (const variant of [undefined, ...right])
          await withDevice(async (device) => {
            const loss = await curve(device, batch, variant);
            curves.push({ batch, variant: variant ?? 'usual', loss });
            times.push(told(await timeStep(device, batch, { variant, runs })));
          });
        await withDevice(async (device) => {
          choices.push(...(await tuned(device, batch)));
          curves.push({ batch, variant: 'tuned', loss: await curve(device, batch) });
          times.push(told(await timeStep(device, batch, { kernels: 'tuned', runs })));
        });
        await withDevice(async (device) => {
          unsafe.push(told(await timeStep(device, batch, { runs }), ` (${UNSAFE.join(', ')})`));
        }, UNSAFE);
      } catch (error) {
        if (!(error instanceof GpuError)) throw error;
        skipped.push({ batch, why: error.message }); // such as: more than one tensor may take here
        say(`batch ${batch}: ${error.message}`);
      }
      save(result); // what comes later may hang
    }
    say(formatChoices(choices));
    return result;
  },

  products: () =>
    withDevice(async (device) => {
      const choices = await products(device, [512, 1024, 2048, 4096]);
      say(formatChoices(choices));
      return { choices };
    }),

  merge() {
    const names = ['machine', 'packed', 'probe', 'verify', 'bench', 'steps', 'products', 'torch'];
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

/** Another stage in a process of its own, which says what it has to say here. */
function again(stage: string, job: number): Promise<void> {
  const args = [...process.argv.slice(1, 2), stage, ...process.argv.slice(3), `--job=${job}`];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  return new Promise((resolve) => child.once('close', () => resolve()));
}

type StepTime = Awaited<ReturnType<typeof timeStep>>;

function told(time: StepTime, more = '') {
  const { medianMs, lowMs, highMs } = time.step;
  const range = `${lowMs.toFixed(3)}–${highMs.toFixed(3)}`;
  const rate = Math.round((1000 * time.batch) / medianMs);
  say(
    `batch ${time.batch}, ${time.variant}${more}: ${medianMs.toFixed(3)} ms (${range}), ${rate} images/s`,
  );
  return time;
}

const name = positionals[0] ?? '';
const save = (result: unknown) => {
  const which = name === 'verifyShare' ? `${name}${job}` : name;
  writeFileSync(join(folder, `${which}.json`), JSON.stringify(result));
};

const stage = stages[name];
if (!stage) {
  console.error(`there is no stage "${name}", only ${Object.keys(stages).join(', ')}`);
  process.exit(1);
}
const result = await stage();
if (result !== undefined) save(result);
process.exit(); // the instances would keep it alive
