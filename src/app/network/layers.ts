// From a network's text to the engine's layers.
import {
  type Module,
  avgPool2d,
  conv2d,
  dense,
  dropout,
  flatten,
  gelu,
  globalAvgPool2d,
  leakyRelu,
  maxPool2d,
  relu,
  sigmoid,
  tanh,
} from '../../nn/index.ts';
import { REFERENCE } from '../network.ts';
import { type Step, checkNetwork } from './check.ts';

/**
 * The layers of a run's network; without one, the reference network's.
 * @throws RangeError that names the layer which is wrong
 */
export function layersOf(text: string | null | undefined, batch?: number): Module[] {
  const { steps, problem } = checkNetwork(text ?? REFERENCE, batch);
  if (!steps) throw new RangeError(`the network cannot be built: ${problem}`);
  return steps.map(layer);
}

/** The layers that have nothing to set. */
const PLAIN = { flatten, gelu, globalAvgPool2d, leakyRelu, relu, sigmoid, tanh };

function layer(step: Step): Module {
  if ('filters' in step) {
    const { filters, kernel, stride, padding } = step;
    return conv2d({ filters, kernel, stride, padding });
  }
  if ('units' in step) return dense({ units: step.units });
  if ('rate' in step) return dropout({ rate: step.rate });
  if ('window' in step) {
    const pool = step.kind === 'maxPool2d' ? maxPool2d : avgPool2d;
    return pool({ window: step.window });
  }
  return PLAIN[step.kind]();
}
