// A cold start: the first step on a device of its own, and each distinct kernel compiled and dispatched by itself.
import type { Device, Dispatch } from '../src/tensor/index.ts';
import type { Cold } from './result.ts';
import { openTraining } from './training.ts';

/** @param open a fresh device; the driver must not remember what it compiled for another one */
export async function measureCold(open: () => Promise<Device>, batch: number): Promise<Cold> {
  const first = await open();
  const start = performance.now();
  const { step } = await openTraining(first, batch);
  step.run(1);
  await first.finish();
  const firstStepMs = performance.now() - start;
  const dispatches = step.recording.commands.filter((c): c is Dispatch => c.kind === 'dispatch');
  const distinct = [...new Map(dispatches.map((d) => [d.program.wgsl, d])).values()];
  const second = await open();
  const kernels = [];
  for (const dispatch of distinct) kernels.push(await compile(second.gpu, dispatch));
  first.destroy();
  second.destroy();
  return { firstStepMs, kernels };
}

/** A pipeline from the dispatch's source, over zeros. */
async function compile(gpu: GPUDevice, { label, program, bound, grid }: Dispatch) {
  const buffers = bound.map(
    ({ bytes }) => gpu.createBuffer({ size: Math.max(16, bytes), usage: 0x80, label }), // STORAGE
  );
  const start = performance.now();
  const layout = gpu.createBindGroupLayout({
    entries: bound.map(({ index, access }) => ({
      binding: index,
      visibility: 0x4, // COMPUTE
      buffer: { type: access === 'read' ? 'read-only-storage' : 'storage' },
    })),
  });
  const pipeline = await gpu.createComputePipelineAsync({
    layout: gpu.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module: gpu.createShaderModule({ code: program.wgsl, label }), entryPoint: 'main' },
  });
  const compiled = performance.now();
  const bindGroup = gpu.createBindGroup({
    layout,
    entries: bound.map(({ index }, i) => ({
      binding: index,
      resource: { buffer: buffers[i] as GPUBuffer },
    })),
  });
  const encoder = gpu.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindGroup);
  pass.dispatchWorkgroups(grid[0], grid[1], grid[2]);
  pass.end();
  gpu.queue.submit([encoder.finish()]);
  await gpu.queue.onSubmittedWorkDone();
  const done = performance.now();
  for (const buffer of buffers) buffer.destroy();
  return { kernel: label, compileMs: compiled - start, firstMs: done - compiled };
}
