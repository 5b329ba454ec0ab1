// How much to do where nobody says: the one thing that depends on the adapter, the data and the face.
import type { Adapter } from '../../tensor/index.ts';
import type { Task } from '../data/dataset.ts';

/** What the usual settings depend on. */
export interface Situation {
  /** A terminal is left alone for a few minutes; before a page one waits. */
  readonly face: 'terminal' | 'page';
  readonly adapter: Pick<Adapter, 'name' | 'software'>;
  readonly builtin: boolean;
  /** How the page's set is called in a command: the name of a built-in one ('builtin' unless told), a file or folder. */
  readonly name?: string | undefined;
  /** What a network is to do with its images. */
  readonly task: Task;
  /** Training images that the data set has. */
  readonly available: number;
}

interface Amount {
  readonly face: Situation['face'];
  /** What suits this amount, as run.json says it. */
  readonly name: string;
  readonly fits: (adapter: Situation['adapter']) => boolean;
  readonly epochs: number;
  /** Over the built-in set, which is small. */
  readonly builtinEpochs: number;
  /** Training images, or null for all. */
  readonly images: number | null;
}

/** Everything, whatever the adapter. */
export const FULL = { epochs: 15, builtinEpochs: 15, images: null } as const;

const GPU = { name: 'GPU', fits: (a: Situation['adapter']) => !a.software };
const SLOW = { name: 'slow software adapter', fits: () => true };

/**
 * Measured on two CPU cores (docs/lab-book.md): the terminal's end within about five minutes, the page's in one or two.
 * They are fixed by the kind of adapter, so that the same machine always does the same.
 */
const AMOUNTS: readonly Amount[] = [
  { face: 'terminal', ...GPU, ...FULL },
  {
    ...{ face: 'terminal', name: 'software adapter', fits: (a) => /llvmpipe/i.test(a.name) },
    ...{ epochs: 10, builtinEpochs: 15, images: null },
  },
  { face: 'terminal', ...SLOW, epochs: 3, builtinEpochs: 5, images: 12_000 },
  { face: 'page', ...GPU, epochs: 5, builtinEpochs: 5, images: null },
  { face: 'page', ...SLOW, epochs: 2, builtinEpochs: 2, images: 6000 },
];

const BATCH = 128;

/** Of fewer images than make a step of 128, about four steps an epoch. */
export function usualBatch(available: number): number {
  const learned = 0.8 * available;
  if (available === 0 || learned >= BATCH) return BATCH;
  return 2 ** Math.max(0, Math.floor(Math.log2(learned / 4)));
}

export function amountOf({ face, adapter, builtin, available }: Situation) {
  const { name, images, ...of } = AMOUNTS.find(
    (amount) => amount.face === face && amount.fits(adapter),
  ) as Amount;
  const epochs = builtin ? of.builtinEpochs : of.epochs;
  return { name, epochs, images: images !== null && images < available ? images : null };
}
