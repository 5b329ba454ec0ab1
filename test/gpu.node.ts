// The tests' WebGPU in Node: Dawn. The engine must not need the globals it brings, so they stay unset.
import { tmpdir } from 'node:os';
import { create } from 'webgpu';

process.env['XDG_RUNTIME_DIR'] ??= tmpdir(); // a driver may ask for one; a container has none
// Most of a test's time on lavapipe is LLVM's: it leaves a quarter of that out, and the results keep their bits.
process.env['GALLIVM_PERF'] ??= 'nopt';

/** Kept for life: Dawn is gone once this is collected. */
export const gpu: GPU = create([]);
