// A result of the bench, small and made up, for tests of what is written and drawn from one.
import type { KernelRow, Peer, Result } from '../bench/result.ts';

const spread = (median: number) => ({ median, low: 0.9 * median, high: 1.2 * median });

const row = (name: string, kernel: string, more: Partial<KernelRow> = {}): KernelRow => ({
  name,
  kernels: [kernel],
  flops: 2e9,
  bytes: 4e6,
  gpuMs: spread(20),
  wallMs: spread(21),
  gflopsPerSecond: 100,
  gigabytesPerSecond: 0.2,
  roofShare: 0.8,
  bound: 'compute',
  ...more,
});

const peer = (name: string, ms: number): Peer => ({
  name,
  version: '1.2.3',
  backend: 'webgpu',
  runtime: 'chromium',
  adapter: 'SwiftShader',
  batch: 128,
  stepMs: spread(ms),
  firstStepMs: 3 * ms,
  inferenceMs: { 128: ms / 4, 1000: 2 * ms },
  dispatches: 28,
  stepsAtOnce: 4,
  passes: 1,
  submits: 1,
  buffersCreated: 0,
  bytesWritten: 8,
  liveBytes: 2 ** 26,
  losses: [2.3, 2.2],
  notes: name === 'weft' ? [] : ['patched in one place'],
});

export const benchResult: Result = {
  schema: 1,
  date: '2026-11-23T12:00:00.000Z',
  commit: '0123456789ab',
  machine: '2 × AMD EPYC, linux',
  runtime: 'node',
  versions: { node: '20.20.2', webgpu: '0.6.2' },
  adapter: {
    name: 'llvmpipe: Mesa <25>',
    vendor: 'mesa',
    architecture: 'software',
    device: '',
    description: 'llvmpipe',
    software: true,
    features: [],
  },
  batch: 128,
  quick: false,
  verified: [
    { name: 'a', error: 1e-6, tolerance: 2e-5 },
    { name: 'b', error: 1e-5, tolerance: 2e-5 },
  ],
  ceilings: {
    flopsPerSecond: 125e9,
    bytesPerSecond: 12e9,
    copies: [
      { bytes: 2 ** 21, bytesPerSecond: 15e9 },
      { bytes: 2 ** 27, bytesPerSecond: 12e9 },
    ],
    dispatchMs: 0.015,
    submitMs: 1.1,
  },
  noise: { spread: 0.02, drift: -0.01, verdict: 'quiet' },
  step: {
    wallMs: spread(50),
    imagesPerSecond: 2560,
    dispatches: 2,
    kernels: [
      row('conv 3x3 32→64 of 13x13, forward', 'conv2dSubgroup'),
      row('adam', 'adam', {
        flops: 0,
        bytes: 8e6,
        gpuMs: spread(1),
        gflopsPerSecond: 0,
        gigabytesPerSecond: 8,
        roofShare: 0.66,
        bound: 'bandwidth',
      }),
    ],
    kernelsMs: 21,
    gapMs: 29,
    roofShare: 0.33,
    javaScriptMs: spread(0.3),
  },
  shapes: [row('matmul 512x512x512, "quoted"', 'conv2dTiled')],
  skipped: [{ name: 'matmul 2048x2048x2048', why: 'too long' }],
  scaling: {
    steps: [64, 128, 256, 512].map((batch) => ({ batch, stepMs: spread(2 + batch / 3) })),
    fixedMs: 2,
    perImageMs: 1 / 3,
    deviation: 0,
  },
  memory: {
    steps: 1000,
    before: { gpuBytes: 2 ** 26, buffersCreated: 60, bindGroupsCreated: 40, processBytes: 2 ** 28 },
    after: { gpuBytes: 2 ** 26, buffersCreated: 60, bindGroupsCreated: 40, processBytes: 2 ** 28 },
  },
  cold: { firstStepMs: 9000, kernels: [{ kernel: 'conv2dSubgroup', compileMs: 2, firstMs: 500 }] },
  peers: [peer('weft', 600), peer('jax-js', 2900)],
};
