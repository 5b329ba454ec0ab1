// From the settings of an optimizer to the engine's recipe.
import {
  type Optimizer,
  type Schedule,
  adagrad,
  adam,
  adamW,
  lion,
  muon,
  rmsprop,
  sgd,
} from '../nn/index.ts';
import type { RunConfig } from './record.ts';
import { type OptimizerName, decayOf, momentumOf } from './settings/optimizers.ts';

interface Options {
  readonly learningRate: Schedule;
  readonly weightDecay: number;
}

const RECIPES: Readonly<Record<OptimizerName, (options: Options, momentum: number) => Optimizer>> =
  {
    adam: (options, beta1) => adam({ ...options, beta1 }),
    adamw: (options, beta1) => adamW({ ...options, beta1 }),
    sgd: (options, momentum) => sgd({ ...options, momentum }),
    momentum: (options, momentum) => sgd({ ...options, momentum }),
    nesterov: (options, momentum) => sgd({ ...options, momentum, nesterov: true }),
    rmsprop: (options, momentum) => rmsprop({ ...options, momentum }),
    adagrad: (options) => adagrad(options),
    lion: (options, beta1) => lion({ ...options, beta1 }),
    muon: (options, momentum) => muon({ ...options, momentum }),
  };

export function optimizerOf(
  config: Pick<RunConfig, 'optimizer' | 'momentum' | 'weightDecay'>,
  learningRate: Schedule,
): Optimizer {
  const options = { learningRate, weightDecay: decayOf(config) };
  return RECIPES[config.optimizer](options, momentumOf(config));
}
