// What a run of the bench leaves behind: the shape of the JSON files in bench/results. README.md beside this
// file says what each number means; bump SCHEMA when a field changes its meaning.
import type { Adapter, Choice } from '../src/tensor/index.ts';
import type { NetworkName } from './peers/contender.ts';

export const SCHEMA = 1;

/** Median and 5th to 95th percentile of a sample, in the unit that the field's name says. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export type Runtime = 'node' | 'chromium';

export interface Result {
  readonly schema: typeof SCHEMA;
  /** ISO 8601, of the beginning. */
  readonly date: string;
  /** Of the sources; ends in `+` where they had changes that are not committed. */
  readonly commit: string;
  readonly machine: string;
  readonly runtime: Runtime;
  /** Of the runtime and of what computes in it: node, webgpu, chromium. */
  readonly versions: Readonly<Record<string, string>>;
  readonly adapter: Adapter;
  readonly batch: number;
  /** Fewer repeats, fewer shapes: for a look, not for quoting. */
  readonly quick: boolean;
  readonly verified: readonly Verified[];
  readonly ceilings: Ceilings;
  /** What the tuner measured, and so the kernels that the step ran with. */
  readonly tuned?: readonly Choice[];
  readonly noise: Noise;
  readonly step?: StepResult;
  readonly shapes?: readonly KernelRow[];
  /** Shapes left out, and why. */
  readonly skipped?: readonly { readonly name: string; readonly why: string }[];
  readonly scaling?: Scaling;
  /** What the device holds before and after so many steps. */
  readonly memory?: { readonly steps: number; readonly before: Memory; readonly after: Memory };
  readonly cold?: Cold;
  readonly peers?: readonly Peer[];
}

/** Something that agreed with float64. What does not agree is not timed, so it is never in a file. */
export interface Verified {
  readonly name: string;
  /** Largest error, relative to the largest magnitude of what was compared. */
  readonly error: number;
  readonly tolerance: number;
}

/** What this adapter can do at best, measured by kernels that do nothing else. */
export interface Ceilings {
  readonly flopsPerSecond: number;
  /** Bytes read and written by a copy too large for any cache. */
  readonly bytesPerSecond: number;
  /** The same by how many bytes the copy moves, small ones from a cache. */
  readonly copies: readonly { readonly bytes: number; readonly bytesPerSecond: number }[];
  /** One more dispatch of a kernel that does nothing, in a pass. */
  readonly dispatchMs: number;
  /** Sending one such dispatch and waiting for its end. */
  readonly submitMs: number;
}

/** How far the machine can be trusted: one and the same kernel, timed at the beginning and at the end. */
export interface Noise {
  /** (95th − 5th percentile) / median of its samples. */
  readonly spread: number;
  /** Median at the end over median at the beginning, less 1. */
  readonly drift: number;
  /** Share of the cores' time that other processes took meanwhile, where it can be read: a steady load spreads nothing. */
  readonly others?: number;
  readonly verdict: 'quiet' | 'noisy' | 'disturbed';
}

export type Bound = 'compute' | 'bandwidth' | 'launch';

/** One kernel, or one op of a few kernels, repeated back to back in one pass. */
export interface KernelRow {
  /** What is computed, e.g. `matmul 512x512x512` or `conv2d 128x13x13x32 → 64`. */
  readonly name: string;
  /** Stems of the kernels' files, as dispatched. */
  readonly kernels: readonly string[];
  readonly flops: number;
  /** Bytes that must be read or written at least once. */
  readonly bytes: number;
  /** By GPU timestamps; absent where the adapter has none. */
  readonly gpuMs?: Spread;
  /** By the wall clock, the cost of a submit taken off. */
  readonly wallMs: Spread;
  readonly gflopsPerSecond: number;
  readonly gigabytesPerSecond: number;
  /** Time at the roof over time taken: 1 is as fast as the adapter can. Above 1 where a cache was faster than memory. */
  readonly roofShare: number;
  readonly bound: Bound;
}

/** One training step of the reference network. */
export interface StepResult {
  readonly wallMs: Spread;
  readonly imagesPerSecond: number;
  readonly dispatches: number;
  /** One row a dispatch, in the order of the step. */
  readonly kernels: readonly KernelRow[];
  /** Sum of the kernels' medians. */
  readonly kernelsMs: number;
  /** Wall less that sum: launches, waits, what repeating hides; below 0 where kernels overlap. */
  readonly gapMs: number;
  /** Σ max(FLOPs / peak, bytes / bandwidth) over the time taken: the median of samples, each with the peak of its moment. */
  readonly roofShare: number;
  /** Time that our JavaScript takes to encode and submit one step. */
  readonly javaScriptMs: Spread;
}

export interface Scaling {
  readonly steps: readonly { readonly batch: number; readonly stepMs: Spread }[];
  /** stepMs = fixedMs + perImageMs · batch, by least squares. */
  readonly fixedMs: number;
  readonly perImageMs: number;
  /** Largest |measured − line| / line. */
  readonly deviation: number;
}

export interface Memory {
  readonly gpuBytes: number;
  readonly buffersCreated: number;
  readonly bindGroupsCreated: number;
  /** Resident set of the process, where it can be read. */
  readonly processBytes?: number;
}

/** On a device of its own, with the driver's cache off where that can be done. */
export interface Cold {
  /** Building the network, recording the step, which compiles all kernels, and running it. */
  readonly firstStepMs: number;
  /** Each distinct kernel by itself: making the pipeline, then its first dispatch. */
  readonly kernels: readonly {
    readonly kernel: string;
    readonly compileMs: number;
    readonly firstMs: number;
  }[];
}

/** Another library, or weft among them, training the same network on the same batches, interleaved. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  /** What it computes with: webgpu, wasm, … */
  readonly backend: string;
  readonly runtime: Runtime;
  readonly adapter: string;
  /** Trained by all; absent in older results: `reference`. */
  readonly network?: NetworkName;
  readonly batch: number;
  readonly stepMs: Spread;
  /** Steps queued before the host waits for the device; chosen so that a sample takes a quarter of a second. */
  readonly stepsAtOnce: number;
  readonly firstStepMs: number;
  /** Milliseconds for so many images: `{ "128": 12.5, "1000": 80 }`. */
  readonly inferenceMs: Readonly<Record<string, number>>;
  /** These five a step. */
  readonly dispatches: number;
  readonly passes: number;
  readonly submits: number;
  readonly buffersCreated: number;
  readonly bytesWritten: number;
  /** GPU bytes alive during training. */
  readonly liveBytes: number;
  /** Of the first steps; they must agree before times count. */
  readonly losses: readonly number[];
  /** What one has to know of how it ran. */
  readonly notes: readonly string[];
}
