// From a network's text to the engine's layers, and to what they keep.
import type { Module, Outline } from '../../nn/index.ts';
import type { Task } from '../data/dataset.ts';
import { type Checked, checkNetwork } from './check.ts';
import { REFERENCE } from './presets.ts';

type Text = string | null | undefined;

/** The run's network; without one, the reference network. @throws RangeError that names the layer which is wrong */
function builtOf(text: Text, task: Task, batch?: number) {
  const checked = checkNetwork(text ?? REFERENCE, task, batch);
  if (!isBuilt(checked))
    throw new RangeError(`the network cannot be built: ${checked.problem ?? ''}`);
  return checked;
}

const isBuilt = (checked: Checked): checked is Required<Checked> => checked.problem === undefined;

/**
 * The layers of a run's network; without one, the reference network's.
 * @throws RangeError that names the layer which is wrong
 */
export const layersOf = (text: Text, task: Task, batch?: number): readonly Module[] =>
  builtOf(text, task, batch).modules;

/**
 * What a file of a network's weights has to hold, by name and shape, in the engine's order.
 * @throws RangeError unless it can be built
 */
export const savedOf = (text: Text, task: Task): Outline['saved'] => builtOf(text, task).saved;

/** The part of it that is learned. */
export const learnedOf = (text: Text, task: Task): Outline['learned'] =>
  builtOf(text, task).learned;
