// WebGPU in Node: Dawn from the npm package `webgpu`, over whatever Vulkan, Metal or D3D driver there is.
import { tmpdir } from 'node:os';
import { type Device, type DeviceOptions, NoAdapter, openDevice } from '../../tensor/index.ts';
import { create } from 'webgpu';

/** An open device, and what ends it. */
export interface OpenGpu {
  readonly device: Device;
  /** Dawn's instance; the device keeps it alive. */
  readonly gpu: GPU;
  readonly close: () => void;
}

/** Dawn rounds the GPU's timestamps to 65.5 µs by default, so that a page cannot spy by them; a kernel may take 5. */
const EXACT_TIMES = 'disable-dawn-features=timestamp_quantization';

/**
 * Opens the best adapter, or the one whose name contains `adapter`, with Dawn's `toggles` enabled.
 * @throws NoAdapter, with what to do about it
 */
export async function openGpu(
  adapter?: string,
  { toggles = [], ...options }: DeviceOptions & { readonly toggles?: readonly string[] } = {},
): Promise<OpenGpu> {
  process.env['XDG_RUNTIME_DIR'] ??= tmpdir(); // drivers ask for one; a container has none
  const gpu = create([
    EXACT_TIMES,
    ...(adapter === undefined ? [] : [`adapter=${adapter}`]),
    ...(toggles.length === 0 ? [] : [`enable-dawn-features=${toggles.join()}`]),
  ]);
  let device: Device;
  try {
    device = await openDevice(gpu, options);
  } catch (error) {
    throw explain(error, adapter);
  }
  const stopNapping = device.info.software ? nap() : () => {};
  return {
    device,
    gpu,
    close: () => {
      stopNapping();
      device.destroy();
    },
  };
}

/**
 * While it waits Dawn turns Node's event loop without pause and so takes a core from a software adapter. It asks for each
 * turn by `setImmediate`, with a native function: those now come a millisecond later, which gives the core back: 1.6 times
 * the speed (lavapipe, two cores, November 2026). All others come when they did.
 */
export function nap(): () => void {
  const real = globalThis.setImmediate;
  const patient = new Proxy(real, {
    apply: (target, self, [f, ...args]: [() => void, ...unknown[]]): unknown =>
      isNative(f) ? setTimeout(f, 1) : Reflect.apply(target, self, [f, ...args]),
  });
  globalThis.setImmediate = patient;
  return () => {
    if (globalThis.setImmediate === patient) globalThis.setImmediate = real;
  };
}

/** Is a function neither written in JavaScript nor bound from one that is? */
const isNative = (f: unknown): boolean =>
  typeof f === 'function' &&
  !f.name.startsWith('bound ') &&
  Function.prototype.toString.call(f).includes('[native code]');

function explain(error: unknown, adapter: string | undefined): unknown {
  const detail = error instanceof Error ? error.message : String(error);
  if (adapter !== undefined && /adapter|backend/i.test(detail)) {
    return new NoAdapter(`there is no adapter "${adapter}" here. ${detail.trim()}`);
  }
  if (!(error instanceof NoAdapter)) return error;
  const advice =
    process.platform === 'linux'
      ? 'Install a Vulkan driver: the one of your graphics card, or Mesa 25 or later (package ' +
        'mesa-vulkan-drivers; Debian 12 has it in bookworm-backports). `node scripts/setup.mjs vulkan` does so as root.'
      : 'Update the graphics driver.';
  return new NoAdapter(`WebGPU found no adapter it can use. ${advice}`);
}
