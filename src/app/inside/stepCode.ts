// The dispatches of the recorded training step: each with the layer whose work it is, and what it is to that layer,
// told by the memory that it is bound to.
import type { LayerInPlace, Sequential } from '../../nn/index.ts';
import type { Bound, Dispatch, Recording, Tensor } from '../../tensor/index.ts';
import { graphToShares } from './graph.ts';
import { type KernelRun, kernelsOf } from './code.ts';

/** `gradients`: it serves both. */
export type Role = 'forward' | 'inputGradient' | 'parameterGradient' | 'gradients';

export interface StepKernel extends KernelRun {
  /** Absent for what serves all layers: the drawing of the batch, the loss, the update, the record. */
  readonly work: { readonly layer: string; readonly role: Role } | undefined;
}

export interface StepCode {
  /** In order. */
  readonly kernels: readonly StepKernel[];
  /** The recording as text: the ops as called, as rewritten, and the dispatches with their memory. */
  readonly asText: Readonly<Record<'traced' | 'rewritten' | 'dispatches', string>>;
  /** What the recording holds on the GPU beside weights and data. */
  readonly bytes: number;
}

export function stepCodeOf(recording: Recording<unknown>, model: Sequential): StepCode {
  const asText = {
    traced: recording.print('traced'),
    rewritten: recording.print('rewritten'),
    dispatches: recording.print('dispatches'),
  };
  const layers = graphToShares(model).map(({ layer }) => layer);
  return { kernels: kernelsIn(recording, layers), asText, bytes: recording.plan.bytes };
}

function kernelsIn(
  { commands }: Recording<unknown>,
  layers: readonly LayerInPlace[],
): StepKernel[] {
  const dispatches = commands.filter((command) => command.kind === 'dispatch');
  return kernelsOf(dispatches).map((kernel, at) => {
    const layer = layers.find(({ name }) => name === dispatches[at]?.part?.name);
    const work = layer && { layer: layer.name, role: roleOf(dispatches.slice(at), layer) };
    return { ...kernel, work };
  });
}

/** Of the first of the dispatches. */
function roleOf([first, ...later]: readonly Dispatch[], layer: LayerInPlace): Role {
  if (!first?.part?.isBackward) return 'forward';
  const { parameters } = layer;
  if (parameters.length === 0) return 'inputGradient';
  if (parameters.some(({ gradient }) => touches(first, gradient))) return 'parameterGradient';
  if (parameters.some(({ tensor }) => touches(first, tensor))) return 'inputGradient';
  // Sums on their way: what those are that read them.
  const written = first.bound.filter(({ access }) => access === 'read_write');
  const readers = later.flatMap((dispatch, i) => {
    const reads = dispatch.bound.some((bound) => written.some((other) => isSame(bound, other)));
    const isOwn = dispatch.part?.name === layer.name;
    return reads && isOwn ? [roleOf(later.slice(i), layer)] : [];
  });
  const [role, ...others] = new Set(readers);
  return role && others.length === 0 ? role : 'gradients';
}

const touches = ({ bound }: Dispatch, { storage, offset }: Tensor) =>
  bound.some((one) => isSame(one, { buffer: storage.buffer, offset }));

type Place = Pick<Bound, 'buffer' | 'offset'>;
const isSame = (a: Place, b: Place) => a.buffer === b.buffer && a.offset === b.offset;
