// Who takes part, by the names that `--only` takes.
import { openDevice } from '../../src/index.ts';
import type { Contender } from './contender.ts';
import { type PeerResult, type RaceOptions, race } from './race.ts';
import { countFor, startCounting } from './counters.ts';
import type { WasmBackend } from './tensorflowWasm.ts';
import { drawTask, weft } from './weft.ts';

export interface Versions {
  readonly weft: string;
  readonly jax: string;
}

export interface Request extends Omit<RaceOptions, 'tell'> {
  readonly runtime: 'node' | 'chromium';
  readonly batch: number;
  /** Contenders beside weft: 'jax', 'webgpu', 'wasm'. */
  readonly only: readonly string[];
  readonly versions: Versions;
}

export interface Report {
  readonly runtime: Request['runtime'];
  readonly adapter: string;
  readonly batch: number;
  /** How the host waited for the device. */
  readonly waited: string;
  readonly peers: readonly PeerResult[];
}

const WAITED = {
  node: 'slept a millisecond in each turn of the event loop, so as to leave the cores to the device',
  chromium: 'awaited promises in a page',
} as const;

/** @param loadWasm brings TensorFlow.js' WASM backend */
export async function runRace(
  gpu: GPU,
  request: Request,
  tell: (line: string) => void,
  loadWasm: () => Promise<WasmBackend>,
): Promise<Report> {
  startCounting();
  countFor('task');
  const device = await openDevice(gpu);
  const task = await drawTask(device, request.batch);
  const makers: Record<string, () => Promise<Contender>> = {
    async jax() {
      const { jaxJs } = await import('./jax.ts');
      return jaxJs(task, request.versions.jax);
    },
    async webgpu() {
      const { webgpu } = await import('./tensorflow.ts');
      return webgpu(task);
    },
    async wasm() {
      const { wasm } = await import('./tensorflowWasm.ts');
      return wasm(task, loadWasm);
    },
  };
  const ours = async () => weft(await openDevice(gpu), request.versions.weft, task);
  const others = request.only.map((name) => {
    const make = makers[name];
    if (!make) throw new Error(`--only knows ${Object.keys(makers).join(', ')}; got ${name}`);
    return make;
  });
  const peers = await race([ours, ...others], { ...request, tell });
  const { runtime, batch } = request;
  return { runtime, adapter: device.info.name, batch, waited: WAITED[runtime], peers };
}
