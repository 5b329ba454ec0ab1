// The optimizers by the name that an option, the address and a file give them; what they do stands in optimizer.ts.

interface OptimizerRow {
  readonly title: string;
  /** A learning rate at which it usually works on networks of this kind. */
  readonly rate: number;
}

/**
 * In the order in which one meets them. Adam's rate was chosen by measuring: after two and three epochs of a part of
 * Fashion-MNIST, the amount of work of a slow adapter, 0.002 is ahead of 0.001 (docs/lab-book.md).
 */
export const OPTIMIZERS = {
  adam: { title: 'Adam', rate: 0.002 },
  adamw: { title: 'AdamW', rate: 0.002 },
  sgd: { title: 'SGD', rate: 0.05 },
  momentum: { title: 'SGD with momentum', rate: 0.01 },
  nesterov: { title: 'SGD with Nesterov momentum', rate: 0.01 },
  rmsprop: { title: 'RMSprop', rate: 0.001 },
} as const satisfies Readonly<Record<string, OptimizerRow>>;

export type OptimizerName = keyof typeof OPTIMIZERS;

export const OPTIMIZER_TITLES = Object.fromEntries(
  Object.entries(OPTIMIZERS).map(([name, { title }]) => [name, title]),
) as Readonly<Record<OptimizerName, string>>;

export const isOptimizer = (name: string): name is OptimizerName => Object.hasOwn(OPTIMIZERS, name);
