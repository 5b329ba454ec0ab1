// Optimizer updates: one dispatch moves every parameter of an arena by a rule, which is a row: what it keeps, its constants
// and its WGSL. What changes from step to step is read from tensors.
import { TensorError } from '../errors.ts';
import { linearGrid } from '../grid.ts';
import { type Kernel, kernel } from '../kernel.ts';
import { dim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import frame from '../../shaders/optimize.wgsl?raw';

/** How parameters follow their gradients, element by element. */
export interface UpdateRule {
  /** Of its kernel. */
  readonly name: string;
  /** What is kept beside each parameter, at first 0: f32, by names that the WGSL reads and writes. */
  readonly moments: readonly string[];
  /** Numbers, f32, and flags by the names that the WGSL has for them. */
  readonly constants: Readonly<Record<string, number | boolean>>;
  /**
   * Statements that move `p` and the moments, all vec4f, by the gradient `g`. `lr` is the learning rate, with the factor of
   * the parameter's group; `group.x` is that factor, `group.y` the one of its weight decay, `group.z` 1 where
   * `g` has been made elsewhere; `row` is the step's row, vec4f.
   * @example 'u = MOMENTUM * u + g; p -= lr * u;'
   */
  readonly wgsl: string;
}

const [BEGIN, END] = ['// begin:', '// end\n'];

/** A number as a const of f32. */
const literal = (value: number | boolean) =>
  typeof value === 'boolean' ? String(value) : `${Math.fround(value)}f`;

/** The kernel of a rule. */
export function updateKernel({ name, moments, constants, wgsl }: UpdateRule): Kernel {
  const text = [
    ...Object.entries(constants).map(([key, value]) => `const ${key} = ${literal(value)};`),
    'fn moved(i: u32, old: vec4f, slope: vec4f, row: vec4f, group: vec4f) -> vec4f {',
    '  let lr = row.x * group.x;',
    '  var p = old;',
    '  var g = slope;',
    ...moments.map((moment, at) => `  var ${moment} = kept[${at}u * SLOT + i];`),
    ...wgsl.split('\n').map((line) => `  ${line.trim()}`),
    ...moments.map((moment, at) => `  kept[${at}u * SLOT + i] = ${moment};`),
    '  return p;',
    '}\n',
  ].join('\n');
  const [before, after] = [frame.indexOf(BEGIN), frame.indexOf(END)];
  return kernel(name, frame.slice(0, before) + text + frame.slice(after + END.length));
}

/** The tensors of an update. */
export interface Update {
  /** f32, of any shape. */
  readonly parameters: Tensor;
  /** f32, as many. */
  readonly gradients: Tensor;
  /** f32: the moments one behind the other, then the sum and the average where they are kept, `slot` elements each. */
  readonly kept: Tensor;
  /** f32 [rows, 4]: row u mod rows for update u; the learning rate first. */
  readonly schedule: Tensor;
  /** u32 [2]: seed and step. */
  readonly state: Tensor;
  /** f32 []: what all gradients are multiplied by. */
  readonly scale?: Tensor | undefined;
  /** f32 [slots, 4]: for each 64 values the factors of learning rate and weight decay, 1 where the gradient is a direction that
   * has been scaled before, and 0. A rate of 0 freezes them. */
  readonly factors?: Tensor | undefined;
}

/** Of `updateParameters`. */
export interface UpdateOptions {
  /** Elements from one of the kept arenas to the next, a multiple of 64. */
  readonly slot: number;
  /** Steps whose mean gradient is one update's, by default 1. */
  readonly steps?: number | undefined;
  /** The place among the kept arenas of the sum of gradients, where steps are more than 1. */
  readonly sum?: number | undefined;
  /** The place of the moving average of the parameters, and its decay. */
  readonly average?: { readonly at: number; readonly decay: number } | undefined;
}

/**
 * Moves the parameters, once in `steps` steps. One dispatch.
 * @throws TensorError when there are not as many gradients
 */
export function updateParameters(
  kernel: Kernel,
  { scale, factors, ...tensors }: Update,
  { slot, steps: STEPS = 1, sum: SUM = 0, average }: UpdateOptions,
): void {
  const { parameters, gradients, schedule } = tensors;
  const { device } = parameters;
  if (gradients.size !== parameters.size) {
    throw new TensorError(
      `${kernel.name}: gradients ${gradients.type} is not shaped like ${parameters.type}`,
    );
  }
  const VECTORS = Math.ceil(parameters.size / 4);
  const constants = {
    ...{ VECTORS, SLOT: slot / 4, ROWS: dim(schedule.shape, 0), STEPS, SUM },
    ...{ CLIPPED: scale !== undefined, GROUPED: factors !== undefined },
    ...(average && {
      ...{ AVERAGED: true, AVERAGE: average.at },
      ...{ DECAY: average.decay, GAIN: 1 - average.decay },
    }),
  };
  // What is not asked for is bound to something, and not read.
  const bound = { ...tensors, scale: scale ?? device.one, factors: factors ?? schedule };
  device.launch(kernel, constants, bound, linearGrid(VECTORS));
}
