// Makes Dawn print, on standard output, the SPIR-V that it would hand to a Vulkan driver for each WGSL file, behind a line
// that names the file.
//   node dump.mjs FILE.wgsl…
import { readFileSync, writeSync } from 'node:fs';
import { create } from 'webgpu';

/** @type {readonly GPUFeatureName[]} */
const OPTIONAL = ['subgroups', 'shader-f16'];
const gpu = create(['enable-dawn-features=dump_shaders']);
const adapter = await gpu.requestAdapter();
if (!adapter) throw new Error('Dawn finds no adapter');
const { features, limits } = adapter;
const device = await adapter.requestDevice({
  requiredFeatures: OPTIONAL.filter((name) => features.has(name)),
  // A kernel may be made for what cards have and WebGPU does not promise.
  requiredLimits: {
    maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
    maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
    maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
  },
});
for (const file of process.argv.slice(2)) {
  writeSync(1, `\n// File: ${file}\n`); // at once, so that Dawn's own lines come after it
  const module = device.createShaderModule({ code: readFileSync(file, 'utf8') });
  for (const { lineNum, message } of (await module.getCompilationInfo()).messages) {
    console.error(`${file}:${lineNum}: ${message}`);
  }
  await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
}
process.exit(); // Dawn would keep it alive
