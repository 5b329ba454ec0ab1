// From an optimizer's name to the engine's recipe.
import { type Optimizer, type Schedule, adam, adamW, rmsprop, sgd } from '../nn/index.ts';
import type { OptimizerName } from './settings/optimizers.ts';

const RECIPES: Readonly<Record<OptimizerName, (learningRate: Schedule) => Optimizer>> = {
  adam: (learningRate) => adam({ learningRate }),
  adamw: (learningRate) => adamW({ learningRate }),
  sgd: (learningRate) => sgd({ learningRate }),
  momentum: (learningRate) => sgd({ learningRate, momentum: 0.9 }),
  nesterov: (learningRate) => sgd({ learningRate, momentum: 0.9, nesterov: true }),
  rmsprop: (learningRate) => rmsprop({ learningRate }),
};

export const optimizerOf = (name: OptimizerName, learningRate: Schedule): Optimizer =>
  RECIPES[name](learningRate);
