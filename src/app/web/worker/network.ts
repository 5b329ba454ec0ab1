// The network of the moment: of the run under way, else of the run that is shown, on a device that is there.
import { Sequential } from '../../../nn/index.ts';
import { layersOf } from '../../network/layers.ts';
import { taskOfRun } from '../../record.ts';
import { openGpu } from './gpu.ts';
import { held } from './held.ts';

/** Undefined before a run, and while one is being prepared. @throws where no device can be opened */
export async function presentNetwork(): Promise<Sequential | undefined> {
  if (held.network || held.control || !held.last) return held.network;
  const shown = held.last;
  const device = held.device ?? (await openGpu());
  const { record, weights } = shown.verdict;
  const { network, seed } = record.config;
  const task = taskOfRun(record);
  const model = new Sequential(device, task.shape, layersOf(network, task), { seed });
  model.arena.load(weights);
  // A run that began meanwhile has a network of its own.
  if (held.last === shown && !held.control) held.network ??= model;
  return held.network;
}
