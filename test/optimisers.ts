// The optimisers by the names and options that the vectors use.
import { type Optimiser, adam, adamW, rmsprop, sgd } from '../src/nn/index.ts';

const OPTIMISERS = { SGD: sgd, Adam: adam, AdamW: adamW, RMSProp: rmsprop };

export function optimiserOf(op: string, hyper: Readonly<Record<string, unknown>>): Optimiser {
  const make = Object.entries(OPTIMISERS).find(([name]) => name === op)?.[1];
  if (!make) throw new Error(`no optimiser ${op}`);
  const { lr, weight_decay: weightDecay = 0, ...rest } = hyper;
  return make({ ...rest, learningRate: Number(lr), weightDecay: Number(weightDecay) });
}
