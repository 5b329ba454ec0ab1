// The tests' WebGPU in Node: Dawn. The engine must not need the globals it brings, so they stay unset.
import { tmpdir } from 'node:os';
import { create } from 'webgpu';
import { nap } from '../src/app/cli/gpu.ts';

process.env['XDG_RUNTIME_DIR'] ??= tmpdir(); // a driver may ask for one; a container has none
/** Kept for life: Dawn is gone once this is collected. */
export const gpu: GPU = create([]);

// It turns the event loop while it waits, and two workers have two cores between them.
nap();
