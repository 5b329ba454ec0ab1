// The optimizers by the name that an option, the address and a file give them.

export const OPTIMIZER_NAMES = ['adam', 'adamw', 'sgd', 'momentum', 'nesterov', 'rmsprop'] as const;
export type OptimizerName = (typeof OPTIMIZER_NAMES)[number];

/** Their titles, in the order in which one meets them. */
export const OPTIMIZERS: Readonly<Record<string, string>> &
  Readonly<Record<OptimizerName, string>> = {
  adam: 'Adam',
  adamw: 'AdamW',
  sgd: 'SGD',
  momentum: 'SGD with momentum',
  nesterov: 'SGD with Nesterov momentum',
  rmsprop: 'RMSprop',
};
