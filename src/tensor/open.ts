// Opening a device: what is asked of the adapter, and what must stay alive with it.
import { OPTIONAL, demands, describe } from './adapter.ts';
import { Device } from './device.ts';
import { NoAdapter } from './errors.ts';
import { addMethods } from './methods.ts';
import { type OptionKinds, boolean, checkOptions, listOf, oneOf, text, whole } from './options.ts';
import { Tensor } from './tensor.ts';

/** Of `openDevice`. */
export interface DeviceOptions {
  /** Shown in GPU error messages. */
  readonly label?: string;
  /** The most bytes that live and pooled buffers may take together, by default 4 GiB. */
  readonly poolCapBytes?: number;
  /** The most compiled kernels to keep for later calls, by default 256; see kernel.ts. */
  readonly programCap?: number;
  /** Optional features to leave unused, e.g. to test a fallback: `['subgroups']`. */
  readonly without?: readonly string[];
  /** Tensors as large as the adapter takes; by default 128 MiB, which every adapter does. */
  readonly largeTensors?: boolean;
}

const deviceKinds: OptionKinds<DeviceOptions> = {
  label: text,
  poolCapBytes: whole({ from: 0, to: Infinity }),
  programCap: whole({ from: 1 }),
  without: listOf(oneOf(...OPTIONAL)),
  largeTensors: boolean,
};

/**
 * What each device was opened from. In Node that is Dawn's instance, and Dawn is gone, with all that was made from it,
 * once the instance is collected: so whoever holds the GPU's device holds the instance.
 */
const openedFrom = new WeakMap<GPUDevice, GPU>();

/**
 * Opens a device on the best adapter of `gpu` (`navigator.gpu`, or Dawn's `create([])` in Node). Nobody else needs to
 * keep `gpu`. A program in Node ends by itself when nothing is left to be done, whether the device was destroyed,
 * forgotten or is still held.
 * @throws NoAdapter when there is none, TensorError on options that mean nothing
 */
export async function openDevice(
  gpu: GPU | undefined,
  options: DeviceOptions = {},
): Promise<Device> {
  checkOptions('openDevice', options, deviceKinds);
  if (!gpu) {
    throw new NoAdapter(
      'there is no WebGPU here: use a current Chrome, Edge, Safari or Firefox, on https or localhost',
    );
  }
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    throw new NoAdapter(
      'WebGPU is here but found no adapter: no graphics driver it can use, or it is blocked for this one',
    );
  }
  const wanted = demands(adapter, options);
  const device = await adapter.requestDevice({ label: options.label ?? 'weft', ...wanted });
  addMethods(Tensor.prototype);
  openedFrom.set(device, gpu); // as its last use this also keeps `gpu` through the waiting above
  return new Device(device, describe(adapter.info, wanted.requiredFeatures), options);
}
