// The optimizers by the name that an option, the address and a file give them; what they do stands in optimizer.ts.

interface OptimizerRow {
  readonly title: string;
  /** A learning rate at which it usually works on networks of this kind. */
  readonly rate: number;
  /** Its momentum, or what takes its place (beta1), where nobody says; null where it has none. */
  readonly momentum: number | null;
}

/**
 * In the order in which one meets them. Adam's rate was chosen by measuring: after two and three epochs of a part of
 * Fashion-MNIST, the amount of work of a slow adapter, 0.002 is ahead of 0.001 (docs/lab-book.md).
 */
export const OPTIMIZERS = {
  adam: { title: 'Adam', rate: 0.002, momentum: 0.9 },
  adamw: { title: 'AdamW', rate: 0.002, momentum: 0.9 },
  sgd: { title: 'SGD', rate: 0.05, momentum: 0 },
  momentum: { title: 'SGD with momentum', rate: 0.01, momentum: 0.9 },
  nesterov: { title: 'SGD with Nesterov momentum', rate: 0.01, momentum: 0.9 },
  rmsprop: { title: 'RMSprop', rate: 0.001, momentum: 0 },
  adagrad: { title: 'Adagrad', rate: 0.01, momentum: null },
  lion: { title: 'Lion', rate: 0.0001, momentum: 0.9 },
  muon: { title: 'Muon', rate: 0.02, momentum: 0.95 },
} as const satisfies Readonly<Record<string, OptimizerRow>>;

export type OptimizerName = keyof typeof OPTIMIZERS;

export const OPTIMIZER_TITLES = titlesOf(OPTIMIZERS);

export const isOptimizer = (name: string): name is OptimizerName => Object.hasOwn(OPTIMIZERS, name);

/** Titles by name, for a choice. */
export function titlesOf<T extends string>(rows: Readonly<Record<T, { readonly title: string }>>) {
  const entries = Object.entries<{ readonly title: string }>(rows);
  return Object.fromEntries(entries.map(([name, { title }]) => [name, title])) as Readonly<
    Record<T, string>
  >;
}
