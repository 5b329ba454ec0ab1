// The optimizers by the name that an option, the address and a file give them; what they do stands in optimizer.ts.

interface OptimizerRow {
  readonly title: string;
  /** Its learning rate where nobody says; a test sees each learn at it. */
  readonly rate: number;
  /** Its momentum, or what takes its place (beta1), where nobody says; null where it has none. */
  readonly momentum: number | null;
  /** Its weight decay where nobody says; 0 unless given. */
  readonly decay?: number;
  /** Without momentum, of one where it adds steps up: they grow up to 1 / (1 − momentum) times as long. */
  readonly plain?: 'sgd' | 'rmsprop';
}

/**
 * In the order in which one meets them. Adam's rate was chosen by measuring: after two and three epochs of a part of
 * Fashion-MNIST, the amount of work of a slow adapter, 0.002 is ahead of 0.001 (docs/lab-book.md).
 */
export const OPTIMIZERS = {
  adam: { title: 'Adam', rate: 0.002, momentum: 0.9 },
  adamw: { title: 'AdamW', rate: 0.002, momentum: 0.9, decay: 0.01 },
  sgd: { title: 'SGD', rate: 0.05, momentum: 0, plain: 'sgd' },
  momentum: { title: 'SGD with momentum', rate: 0.01, momentum: 0.9, plain: 'sgd' },
  nesterov: { title: 'SGD with Nesterov momentum', rate: 0.01, momentum: 0.9, plain: 'sgd' },
  rmsprop: { title: 'RMSprop', rate: 0.001, momentum: 0, plain: 'rmsprop' },
  adagrad: { title: 'Adagrad', rate: 0.01, momentum: null },
  lion: { title: 'Lion', rate: 0.0001, momentum: 0.9 },
  muon: { title: 'Muon', rate: 0.02, momentum: 0.95 },
} as const satisfies Readonly<Record<string, OptimizerRow>>;

export type OptimizerName = keyof typeof OPTIMIZERS;

export const OPTIMIZER_TITLES = titlesOf(OPTIMIZERS);

/** An optimizer, and what is given of its settings; null is what is usual of it. */
interface Given {
  readonly optimizer: OptimizerName;
  readonly momentum: number | null;
  readonly weightDecay: number | null;
}

const rowOf = (name: OptimizerName): OptimizerRow => OPTIMIZERS[name];

/** The momentum, or beta1, that a run has; 0 where its optimizer has none. */
export const momentumOf = ({ optimizer, momentum }: Omit<Given, 'weightDecay'>): number =>
  momentum ?? rowOf(optimizer).momentum ?? 0;

export const decayOf = ({ optimizer, weightDecay }: Omit<Given, 'momentum'>): number =>
  weightDecay ?? rowOf(optimizer).decay ?? 0;

/** The same without momentum, where that lengthens its steps. */
export const plainOf = (optimizer: OptimizerName): OptimizerName | undefined =>
  rowOf(optimizer).plain;

/** '0.01 of AdamW, else 0'. */
export const DECAYS_TEXT = [
  ...Object.values<OptimizerRow>(OPTIMIZERS).flatMap(({ title, decay }) =>
    decay === undefined ? [] : [`${decay} of ${title}`],
  ),
  'else 0',
].join(', ');

export const isOptimizer = (name: string): name is OptimizerName => Object.hasOwn(OPTIMIZERS, name);

/** Titles by name, for a choice. */
export function titlesOf<T extends string>(rows: Readonly<Record<T, { readonly title: string }>>) {
  const entries = Object.entries<{ readonly title: string }>(rows);
  return Object.fromEntries(entries.map(([name, { title }]) => [name, title])) as Readonly<
    Record<T, string>
  >;
}
