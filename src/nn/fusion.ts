// Which layer computes a ReLU: itself, or a neighbour whose kernel applies it on the way. One table.
import type { LayerKind } from './layer.ts';

interface Pattern {
  /** Kinds of adjacent layers, one of them a ReLU. */
  readonly kinds: readonly LayerKind[];
  /** The one of them that takes the ReLU over. */
  readonly into: number;
  /** Holds while training only; otherwise always. */
  readonly training?: true;
}

/** The first pattern that fits is taken. */
const PATTERNS: readonly Pattern[] = [
  // Maximum and ReLU commute, and a pool has fewer outputs; its gradient masks for free.
  { kinds: ['conv2d', 'relu', 'maxPool2d'], into: 2 },
  { kinds: ['conv2d', 'relu'], into: 0 },
  // Dropout's gradient visits every element anyway, so it masks for the ReLU too.
  { kinds: ['dense', 'relu', 'dropout'], into: 2, training: true },
  { kinds: ['dense', 'relu'], into: 0 },
];

/** - `alone`: computes itself; `withRelu`: and the ReLU beside it; `absorbed`: this ReLU is computed elsewhere */
export type Role = 'alone' | 'withRelu' | 'absorbed';

/** The role of each layer. */
export function fuse(kinds: readonly LayerKind[], training: boolean): readonly Role[] {
  const roles = kinds.map((): Role => 'alone');
  kinds.forEach((_, at) => {
    const pattern = PATTERNS.find(
      (p) => (!p.training || training) && p.kinds.every((kind, i) => kind === kinds[at + i]),
    );
    if (!pattern) return;
    roles[at + pattern.kinds.indexOf('relu')] = 'absorbed';
    roles[at + pattern.into] = 'withRelu';
  });
  return roles;
}
