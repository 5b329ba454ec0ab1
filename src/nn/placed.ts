// The modules of a network in their places: their full names, the first values of what they keep, and how they are run.
import { type Tensor, TensorError, sizeOf } from '../tensor/index.ts';
import type { Arena, ParameterSpec } from './arena.ts';
import { type Initializer, glorotUniform, zeros } from './initializers.ts';
import type { Part, Training } from './module.ts';
import { randomStream } from './random.ts';

/** A part of a network, and those inside it. */
export interface Placed extends Part {
  /** Its name behind those of the modules around it. */
  readonly path: string;
  /** Its number, in the order in which the modules stand, each before its own parts. */
  readonly stream: number;
  readonly parts: readonly Placed[];
}

/** The parts of a network. The root, which only holds them together, has no name and no number. */
export function placedIn(root: Part): readonly Placed[] {
  let count = 0;
  const place = (part: Part, around: string): Placed => {
    const path = around === '' ? part.name : `${around}.${part.name}`;
    const stream = count++;
    const parts = (part.built.parts ?? []).map((inner) => place(inner, path));
    return { ...part, path, stream, parts };
  };
  return (root.built.parts ?? []).map((part) => place(part, ''));
}

/** A part and all inside it, in the order of their numbers. */
export const withInner = (placed: Placed): readonly Placed[] => [
  placed,
  ...placed.parts.flatMap(withInner),
];

/** What the network keeps, with its first values: the parameters, and the buffers. */
export function specsOf(
  parts: readonly Placed[],
  seed: number,
): { readonly parameters: readonly ParameterSpec[]; readonly buffers: readonly ParameterSpec[] } {
  const all = parts.flatMap(withInner);
  const specs = (
    which: 'parameters' | 'buffers',
    usual: (placed: Placed) => Initializer,
    from: (placed: Placed) => number,
  ) =>
    all.flatMap((placed) =>
      (placed.built[which] ?? []).map(({ name, shape, initializer = usual(placed) }, i) => ({
        name: `${placed.path}.${name}`,
        shape,
        initial: initializer(shape, randomStream(seed, streamOf(placed, from(placed) + i))),
      })),
    );
  return {
    parameters: specs(
      'parameters',
      (placed) => suiting(all, placed),
      () => 0,
    ),
    buffers: specs(
      'buffers',
      () => zeros,
      ({ built }) => built.parameters?.length ?? 0,
    ),
  };
}

/** A stream of random numbers for each of the values that a module keeps. */
const streamOf = ({ stream }: Placed, i: number) => 2 * stream + (i & 1) + 0x1_0000 * (i >> 1);

/** What the next module that is neither a passage nor made of others has said. */
function suiting(all: readonly Placed[], placed: Placed): Initializer {
  const next = all
    .slice(placed.stream + 1)
    .find(({ module, parts }) => parts.length === 0 && module.isPassage !== true);
  return next?.module.suits ?? glorotUniform;
}

/** A part as a function of its input, with what it keeps in the arena. */
export function applied(
  placed: Placed,
  arena: Arena,
  training: Training | undefined,
): (x: Tensor) => Tensor {
  const { module, path, stream, built } = placed;
  const named = (which: 'parameters' | 'buffers') =>
    (built[which] ?? []).map(({ name }) => arena.tensor(`${path}.${name}`));
  const [parameters, buffers] = [named('parameters'), named('buffers')];
  const parts = placed.parts.map((inner) => applied(inner, arena, training));
  return (x) => {
    const y = module.forward(x, { name: path, parameters, buffers, parts, stream, training });
    if (y?.shape?.join() !== [x.shape[0], ...built.outputShape].join()) {
      throw new TensorError(
        `${path} (${module.kind}): build promised [N,${built.outputShape}], forward made ${y} of ${x}`,
      );
    }
    return y;
  };
}

/** Numbers that are learned, in a part and all inside it. */
export const countOf = (placed: Placed): number =>
  withInner(placed)
    .flatMap(({ built }) => built.parameters ?? [])
    .reduce((sum, { shape }) => sum + sizeOf(shape), 0);

/** Floating-point operations of one sample, in a part and all inside it. */
export const flopsOf = (placed: Placed): number =>
  withInner(placed).reduce((sum, { built }) => sum + (built.flops ?? 0), 0);
