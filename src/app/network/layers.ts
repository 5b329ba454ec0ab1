// From a network's text to the engine's layers.
import * as nn from '../../nn/index.ts';
import { REFERENCE } from '../network.ts';
import { type Step, checkNetwork } from './check.ts';

/**
 * The layers of a run's network; without one, the reference network's.
 * @throws RangeError that names the layer which is wrong
 */
export function layersOf(text: string | null | undefined, batch?: number): nn.Layer[] {
  const { steps, problem } = checkNetwork(text ?? REFERENCE, batch);
  if (!steps) throw new RangeError(`the network cannot be built: ${problem}`);
  return steps.map(layer);
}

function layer(step: Step): nn.Layer {
  switch (step.kind) {
    case 'conv2d': {
      const { filters, kernel, stride, padding } = step;
      return nn.conv2d({ filters, kernel, stride, padding });
    }
    case 'maxPool2d':
    case 'avgPool2d':
      return nn[step.kind]({ window: step.window });
    case 'dense':
      return nn.dense({ units: step.units });
    case 'dropout':
      return nn.dropout({ rate: step.rate });
    default:
      return nn[step.kind]();
  }
}
