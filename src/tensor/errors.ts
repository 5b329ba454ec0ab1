// The errors a caller of the engine can meet.

/** A call that cannot mean anything: wrong shape, dtype, name or value. Thrown before the GPU sees it. */
export class TensorError extends Error {
  override readonly name = 'TensorError';
}

/** No usable WebGPU adapter. The message says which situation it is and what to do. */
export class NoAdapter extends Error {
  override readonly name = 'NoAdapter';
}

/** A GPU validation or memory error: a bug of ours. Carries the specialized WGSL of the kernel it names. */
export class GpuError extends Error {
  override readonly name: string = 'GpuError';
  constructor(
    message: string,
    readonly kernel?: string,
    readonly wgsl?: string,
  ) {
    super(wgsl === undefined ? message : `${message}\n${numbered(wgsl)}`);
  }
}

/** More memory was wanted than the device gives one tensor, or than the pool may take altogether. Nothing has run then. */
export class OutOfMemory extends GpuError {
  override readonly name = 'OutOfMemory';
  constructor(
    message: string,
    readonly what: 'tensor' | 'pool',
    readonly wantedBytes: number,
    readonly limitBytes: number,
  ) {
    super(message);
  }
}

/** The device is gone (driver reset, GPU process crash, `destroy()`): its tensors are lost with it. */
export class DeviceLost extends Error {
  override readonly name = 'DeviceLost';
  constructor(
    readonly reason: 'destroyed' | 'unknown',
    detail: string,
  ) {
    super(`the GPU device was lost (${reason}): ${detail || 'no detail given'}`);
  }
}

const numbered = (wgsl: string) =>
  wgsl
    .split('\n')
    .map((line, i) => `${String(i + 1).padStart(4)}  ${line}`)
    .join('\n');
