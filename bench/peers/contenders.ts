// Who takes part, and what all are given.
import { openDevice } from '../../src/index.ts';
import type { Peer, Runtime } from '../result.ts';
import type { Contender, NetworkName } from './contender.ts';
import { type RaceOptions, race } from './race.ts';
import { countFor, startCounting } from './counters.ts';
import type { WasmBackend } from './tensorflowWasm.ts';
import { drawTask, weft } from './weft.ts';

/** Those beside weft. */
export type PeerName = 'jax-js' | 'tfjs-webgpu' | 'tfjs-wasm';

export interface Versions {
  readonly weft: string;
  readonly jax: string;
}

export interface Request extends Omit<RaceOptions, 'tell'> {
  readonly runtime: Runtime;
  readonly network: NetworkName;
  readonly batch: number;
  readonly against: readonly PeerName[];
  readonly versions: Versions;
}

/** @param loadWasm brings TensorFlow.js' WASM backend */
export async function runRace(
  gpu: GPU,
  request: Request,
  tell: (line: string) => void,
  loadWasm: () => Promise<WasmBackend>,
): Promise<Peer[]> {
  startCounting();
  countFor('task');
  const device = await openDevice(gpu);
  const task = await drawTask(device, request.network, request.batch);
  const makers: Record<PeerName, () => Promise<Contender>> = {
    async 'jax-js'() {
      const { jaxJs } = await import('./jax.ts');
      return jaxJs(task, request.versions.jax);
    },
    async 'tfjs-webgpu'() {
      const { webgpu } = await import('./tensorflow.ts');
      return webgpu(task);
    },
    async 'tfjs-wasm'() {
      const { wasm } = await import('./tensorflowWasm.ts');
      return wasm(task, loadWasm);
    },
  };
  const ours = async () => weft(await openDevice(gpu), request.versions.weft, task);
  const others = request.against.map((name) => makers[name]);
  const raced = await race([ours, ...others], { ...request, tell });
  const { runtime, network, batch } = request;
  return raced.map((peer) => ({ ...peer, runtime, adapter: device.info.name, network, batch }));
}
