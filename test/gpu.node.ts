// The tests' WebGPU in Node: Dawn. The engine must not need the globals it brings, so they stay unset.
import { tmpdir } from 'node:os';
import { create } from 'webgpu';
import { nap } from '../src/app/cli/gpu.ts';

process.env['XDG_RUNTIME_DIR'] ??= tmpdir(); // a driver may ask for one; a container has none
// Most of a test's time on lavapipe is LLVM's. For vectors of four lanes, and without some passes, it takes a tenth of
// it; wide.node.ts asks for lavapipe's own eight.
process.env['LP_NATIVE_VECTOR_WIDTH'] ??= '128';
process.env['GALLIVM_PERF'] ??= 'nopt';

/** Kept for life: Dawn is gone once this is collected. */
export const gpu: GPU = create([]);

// It turns the event loop while it waits, and two workers have two cores between them.
nap();
