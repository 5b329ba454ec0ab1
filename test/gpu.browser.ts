// The tests' WebGPU in the browser: its own.

export const gpu: GPU = navigator.gpu;
