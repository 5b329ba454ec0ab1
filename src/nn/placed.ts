// The modules of a network in their places: their full names, the first values of what they keep, and how they are run.
import { type Tensor, TensorError, sizeOf, within } from '../tensor/index.ts';
import type { Arena, ParameterSpec } from './arena.ts';
import { type Initializer, glorotUniform, zeros } from './initializers.ts';
import type { ScaleAndShift, Context, Part, Training } from './module.ts';
import { randomStream } from './random.ts';
import type { SummaryRow } from './summary.ts';

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
  const suiting = new Map<Placed, Initializer>();
  noteSuiting(parts, false, glorotUniform, suiting);
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
      (placed) => suiting.get(placed) ?? glorotUniform,
      () => 0,
    ),
    buffers: specs(
      'buffers',
      () => zeros,
      ({ built }) => built.parameters?.length ?? 0,
    ),
  };
}

/** What is kept of one sort, by name and shape. */
export const keptIn = (
  parts: readonly Placed[],
  which: 'parameters' | 'buffers',
): readonly Pick<ParameterSpec, 'name' | 'shape'>[] =>
  parts
    .flatMap(withInner)
    .flatMap(({ path, built }) =>
      (built[which] ?? []).map(({ name, shape }) => ({ name: `${path}.${name}`, shape })),
    );

/** A stream of random numbers for each of the values that a module keeps. */
const streamOf = ({ stream }: Placed, i: number) => 2 * stream + (i & 1) + 0x1_0000 * (i >> 1);

/**
 * Notes how the weights of every part had best begin: as the next module says that is neither a passage nor made of others.
 * Behind parts side by side comes what comes behind the module that they are in.
 * @returns how weights before the first of these parts had best begin
 */
function noteSuiting(
  parts: readonly Placed[],
  isParallel: boolean,
  behind: Initializer,
  into: Map<Placed, Initializer>,
): Initializer {
  let next = behind;
  for (const placed of parts.toReversed()) {
    const { module, built } = placed;
    const after = isParallel ? behind : next;
    const inside = noteSuiting(placed.parts, built.layout === 'parallel', after, into);
    into.set(placed, inside);
    const own = module.isPassage ? after : (module.suits ?? glorotUniform);
    next = placed.parts.length > 0 ? inside : own;
  }
  return next;
}

/** What a part's functions get. */
function contextOf(placed: Placed, arena: Arena, training: Training | undefined): Context {
  const { path, stream, built } = placed;
  const named = (which: 'parameters' | 'buffers') =>
    (built[which] ?? []).map(({ name }) => arena.tensor(`${path}.${name}`));
  const parts =
    built.layout === 'sequential'
      ? appliedRow(placed.parts, arena, training)
      : placed.parts.map((inner) => applied(inner, arena, training));
  return {
    ...{ name: path, stream, training, parts },
    ...{ parameters: named('parameters'), buffers: named('buffers') },
  };
}

/** A part as a function of its input, with what it keeps in the arena. */
export function applied(
  placed: Placed,
  arena: Arena,
  training: Training | undefined,
): (x: Tensor) => Tensor {
  const { module, path, built } = placed;
  const context = contextOf(placed, arena, training);
  return (x) => {
    const y = within(x.device, { name: path, isBackward: false }, () => module.forward(x, context));
    if (y?.shape?.join() !== [x.shape[0], ...built.outputShape].join()) {
      throw new TensorError(
        `${path} (${module.kind}): build promised [N,${built.outputShape}], forward made ${y.type} of ${x.type}`,
      );
    }
    return y;
  };
}

/** A part that takes over the one behind it; see `appliedRow`. */
function appliedScaled(placed: Placed, behind: Placed, arena: Arena): (x: Tensor) => Tensor {
  const [context, own] = [placed, behind].map((one) => contextOf(one, arena, undefined));
  return (x) =>
    within(x.device, { name: placed.path, isBackward: false }, () => {
      const by = behind.module.scaleAndShift?.(own as Context) as ScaleAndShift;
      return placed.module.scaled?.(x, context as Context, by) as Tensor;
    });
}

/**
 * Parts one after the other, as functions. Outside training a batch normalization goes into the weights of the layer before
 * it, where that can take it over: x ∗ (w · scale) + (b · scale + shift).
 */
export function appliedRow(
  parts: readonly Placed[],
  arena: Arena,
  training: Training | undefined,
): ((x: Tensor) => Tensor)[] {
  return parts.flatMap((placed, i) => {
    const takes = (one: Placed | undefined, other: Placed | undefined) =>
      !training && one?.module.scaled !== undefined && other?.module.scaleAndShift !== undefined;
    if (takes(parts[i - 1], placed)) return [];
    const next = parts[i + 1];
    return takes(placed, next)
      ? appliedScaled(placed, next as Placed, arena)
      : applied(placed, arena, training);
  });
}

/** A row for each part, those inside before what is done with theirs; what only puts others in a row has none. */
export const rowsOf = (placed: Placed): readonly SummaryRow[] => {
  const { path, module, built, parts } = placed;
  const { outputShape, parameters = [], flops = 0 } = built;
  const row: SummaryRow = {
    ...{ name: path, kind: module.kind, outputShape, flops },
    parameters: parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    activationBytes: 4 * sizeOf(outputShape),
  };
  const inner = parts.flatMap(rowsOf);
  return built.layout === 'sequential' ? inner : [...inner, row];
};
