// The adapter's own ceilings: FLOP/s in registers, bytes/s of copies, the cost of a dispatch and of a submit.
import {
  type Constants,
  type Device,
  type Dispatch,
  type Grid,
  type Kernel,
  type Tensor,
  kernel,
  linearGrid,
} from '../../src/tensor/index.ts';
import type { Ceilings, Spread } from '../result.ts';
import { type Effort, bestOf, timeDispatches } from '../timing.ts';
import copySource from './copy.wgsl?raw';
import emptySource from './empty.wgsl?raw';
import fmaSource from './fma.wgsl?raw';

const fma = kernel('fma', fmaSource);
const copy = kernel('copy', copySource);
const empty = kernel('empty', emptySource);

/** A pass of a sample: many times what timestamps are rounded to. */
const PASS_MS = 20;

/** One dispatch, ready to be timed. */
async function dispatchOf(
  device: Device,
  kernel: Kernel,
  constants: Constants,
  tensors: Readonly<Record<string, Tensor>>,
  grid: Grid,
): Promise<Dispatch> {
  const { commands, compiled } = device.capture(() =>
    device.launch(kernel, constants, tensors, grid),
  );
  await compiled();
  return commands[0] as Dispatch;
}

/** Chains of multiply-adds in an invocation: too few wait for each other, too many leave the registers. */
const WIDTHS = { f32: 1, vec2f: 2, vec3f: 3, vec4f: 4 } as const;
const PER_LOOP = 2 * 16;

/** The dispatch that came out fastest, kept to be timed again. */
export interface Peak {
  readonly dispatch: Dispatch;
  readonly flops: number;
}

/** The fastest multiply-add loop of this adapter, found by trying. */
export async function findPeak(device: Device, effort: Effort): Promise<Peak> {
  const { software } = device.info;
  const groups = software ? 64 : 4096;
  const LOOPS = software ? 256 : 1024;
  const tries: (Peak & { readonly flopsPerMs: number })[] = [];
  for (const [Value, width] of Object.entries(WIDTHS)) {
    for (const BUILTIN of [true, false]) {
      // A factor below 1 keeps the values where they neither overflow nor die away.
      const x = device.tensor(new Float32Array(8).fill(0.5), [8]);
      const y = device.empty([groups * 64 * 4]);
      const dispatch = await dispatchOf(device, fma, { Value, LOOPS, BUILTIN }, { x, y }, [groups]);
      const flops = groups * 64 * LOOPS * PER_LOOP * width;
      const { low } = bestOf(await timeDispatches(device, [dispatch], effort));
      tries.push({ dispatch, flops, flopsPerMs: flops / low });
    }
  }
  return tries.reduce((best, one) => (one.flopsPerMs > best.flopsPerMs ? one : best));
}

const SMALLEST_COPY = 2 ** 20;
const LARGEST_COPY = 2 ** 26;
const EACH = [1, 4, 16] as const;

/** Bytes a second of the large copy, once more. */
export const largeCopy = (device: Device, effort: Effort) => timeCopy(device, LARGEST_COPY, effort);

async function timeCopy(device: Device, bytes: number, effort: Effort): Promise<number> {
  const rates: number[] = [];
  const [x, y] = [device.full([bytes / 4], 1), device.empty([bytes / 4])];
  for (const each of EACH) {
    const VALUES = bytes / 16;
    const grid = linearGrid(VALUES, 64 * each);
    const dispatch = await dispatchOf(device, copy, { VALUES, EACH: each }, { x, y }, grid);
    const { low } = bestOf(await timeDispatches(device, [dispatch], effort));
    rates.push((1000 * 2 * bytes) / low);
  }
  x.storage.release();
  y.storage.release();
  return Math.max(...rates);
}

/** What a submit of one empty dispatch and the wait for its end take. */
async function timeSubmit(device: Device, dispatch: Dispatch): Promise<number> {
  const none: Effort = { runs: 31, passMs: 0, submitMs: 0 };
  return (await timeDispatches(device, [dispatch], none)).wallMs.median;
}

/** What one more empty dispatch in a pass takes: the slope between few and many. */
async function timeLaunch(device: Device, dispatch: Dispatch): Promise<number> {
  const of = async (count: number) => {
    const many = Array.from({ length: count }, () => dispatch);
    return bestOf(await timeDispatches(device, many, { runs: 15, passMs: 0, submitMs: 0 })).median;
  };
  const [few, many] = [200, 2000];
  return ((await of(many)) - (await of(few))) / (many - few);
}

/** The peak by its fastest samples: a ceiling is what the adapter can do, not what it did while others worked. */
export const flopsPerSecond = ({ flops }: Peak, { low }: Spread) => (1000 * flops) / low;

/** What is measured first: how to time, the fastest loop, to be timed again at the end, and all but its FLOP/s. */
export async function measureCeilings(device: Device, runs: number) {
  const nothing = await dispatchOf(device, empty, {}, { y: device.zeros([4], 'u32') }, [1]);
  const submitMs = await timeSubmit(device, nothing);
  const dispatchMs = await timeLaunch(device, nothing);
  const effort: Effort = { runs, passMs: PASS_MS, submitMs };
  const peak = await findPeak(device, effort);
  const copies: Ceilings['copies'][number][] = [];
  for (let bytes = SMALLEST_COPY; bytes <= LARGEST_COPY; bytes *= 4) {
    copies.push({ bytes: 2 * bytes, bytesPerSecond: await timeCopy(device, bytes, effort) });
  }
  const bytesPerSecond = copies.at(-1)?.bytesPerSecond ?? NaN;
  return { effort, peak, costs: { bytesPerSecond, copies, dispatchMs, submitMs } };
}
