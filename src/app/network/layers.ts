// From a network's text to the engine's layers, and to what they keep.
import { type Module, type Outline, outline } from '../../nn/index.ts';
import { INPUT_SHAPE } from '../data/prepare.ts';
import { checkNetwork } from './check.ts';
import { REFERENCE } from './presets.ts';

/**
 * The layers of a run's network; without one, the reference network's.
 * @throws RangeError that names the layer which is wrong
 */
export function layersOf(text: string | null | undefined, batch?: number): readonly Module[] {
  const { modules, problem } = checkNetwork(text ?? REFERENCE, batch);
  if (!modules) throw new RangeError(`the network cannot be built: ${problem}`);
  return modules;
}

/**
 * What a file of a network's weights has to hold, by name and shape, in the engine's order.
 * @throws RangeError unless it can be built
 */
export const savedOf = (text: string | null | undefined): Outline['saved'] =>
  outline(INPUT_SHAPE, layersOf(text)).saved;

/** The part of it that is learned. */
export const learnedOf = (text: string | null | undefined): Outline['saved'] =>
  outline(INPUT_SHAPE, layersOf(text)).learned;
