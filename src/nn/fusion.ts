// Which layer computes a ReLU, a pool or dropout: itself, or a neighbour whose kernel does it on the way; and which one masks
// for the ReLU when the gradient comes back. One table, one rule.
import type { Built, LayerKind } from './layer.ts';

/** What a layer's kernels do besides its own work. */
export interface Fused {
  /** This layer is computed elsewhere. */
  readonly absorbed: boolean;
  /** Take over the ReLU of a neighbour: conv2d and dense apply it after, maxPool2d before itself. */
  readonly relu: boolean;
  /** conv2d: keep the maximum of each 2x2 window, as the pool behind it would. */
  readonly pool: boolean;
  /** dense: drop, as the dropout layer behind it would. */
  readonly dropout: Dropout | undefined;
  /** Leave that ReLU's gradient to the layer behind, whose `masks` says so. */
  readonly unmasked: boolean;
  /** Keep the gradient where the input is above 0, times this number. */
  readonly masks: number | undefined;
}

/** A dropout layer: its rate, and its number among the layers, which tells its masks from those of others. */
export interface Dropout {
  readonly rate: number;
  readonly stream: number;
}

export const ALONE: Fused = {
  absorbed: false,
  relu: false,
  pool: false,
  dropout: undefined,
  unmasked: false,
  masks: undefined,
};

/** A layer as far as fusion looks at it. */
export interface Part {
  readonly kind: LayerKind;
  readonly built: Built;
}

interface Pattern {
  /** Kinds of adjacent layers, one of them a ReLU. */
  readonly kinds: readonly LayerKind[];
  /** The one of them that takes the others in `takes` over. */
  readonly into: number;
  readonly takes: readonly ('relu' | 'maxPool2d' | 'dropout')[];
  /** Holds while training only; otherwise always. */
  readonly training?: true;
  readonly fits?: (parts: readonly Part[]) => boolean;
}

/** The first pattern that fits is taken. */
const PATTERNS: readonly Pattern[] = [
  {
    kinds: ['conv2d', 'relu', 'maxPool2d'],
    into: 0,
    takes: ['relu', 'maxPool2d'],
    fits: ([conv, , pool]) => isHalved(conv?.built) && isTwoByTwo(pool?.built),
  },
  // Maximum and ReLU commute, and a pool has fewer outputs; its gradient masks for free.
  { kinds: ['conv2d', 'relu', 'maxPool2d'], into: 2, takes: ['relu'] },
  { kinds: ['conv2d', 'relu'], into: 0, takes: ['relu'] },
  { kinds: ['dense', 'relu', 'dropout'], into: 0, takes: ['relu', 'dropout'], training: true },
  { kinds: ['dense', 'relu'], into: 0, takes: ['relu'] },
];

/** The shapes that conv2d pools on the way. */
function isHalved(conv: Built | undefined): boolean {
  const [P = 0, Q = 0, K = 0] = conv?.outputShape ?? [];
  return P >= 2 && Q >= 2 && K % 4 === 0;
}

function isTwoByTwo(pool: Built | undefined): boolean {
  const { R, S, strideH, strideW, top, left, bottom, right } = pool?.window ?? {};
  return (
    [R, S, strideH, strideW].every((n) => n === 2) &&
    [top, left, bottom, right].every((n) => n === 0)
  );
}

const CONTRACTIONS: ReadonlySet<LayerKind> = new Set(['conv2d', 'dense']);

/** What each layer does for its neighbours. */
export function fuse(parts: readonly Part[], training: boolean): readonly Fused[] {
  const fused = parts.map(() => ({ ...ALONE }));
  parts.forEach((_, at) => {
    const pattern = PATTERNS.find(
      (p) =>
        (!p.training || training) &&
        p.kinds.every((kind, i) => kind === parts[at + i]?.kind) &&
        (p.fits?.(parts.slice(at)) ?? true),
    );
    if (!pattern) return;
    const { kinds, into, takes } = pattern;
    for (const kind of takes) {
      const stream = at + kinds.indexOf(kind);
      const adds = {
        relu: { relu: true },
        maxPool2d: { pool: true },
        dropout: { dropout: { rate: parts[stream]?.built.rate ?? 0, stream } },
      }[kind];
      fused[stream] = { ...ALONE, absorbed: true };
      fused[at + into] = { ...(fused[at + into] ?? ALONE), ...adds };
    }
  });
  if (!training) return fused;

  // A contraction's input gradient is masked as it is written, which saves the op in front a pass of its own.
  let before: number | undefined;
  parts.forEach(({ kind }, at) => {
    const from = before === undefined ? undefined : fused[before];
    const to = fused[at];
    if (!to || to.absorbed || kind === 'flatten') return;
    if (
      from?.relu &&
      !from.pool &&
      CONTRACTIONS.has(kind) &&
      parts[before as number]?.kind !== 'maxPool2d'
    ) {
      fused[before as number] = { ...from, unmasked: true };
      fused[at] = { ...to, masks: 1 / (1 - (from.dropout?.rate ?? 0)) };
    }
    before = at;
  });
  return fused;
}
