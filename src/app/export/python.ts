// What the Python of both frameworks has in common: a network as a tree of built parts, and how values are written.
import { type Module, type Part, part, sequential } from '../../nn/index.ts';

/** The network for samples of that shape, every layer built. @throws TensorError where one does not fit */
export const builtTree = (inputShape: readonly number[], layers: readonly Module[]): Part =>
  part('', sequential(...layers), inputShape);

/** A tuple, such as (3, 3); one number where all are alike. */
export const tuple = (...values: readonly number[]): string =>
  values.every((value) => value === values[0]) ? String(values[0]) : `(${values.join(', ')})`;

/** A call with the arguments that are there: `f(1, bias=False)`. */
export const call = (name: string, ...given: readonly (string | number | undefined)[]): string =>
  `${name}(${given.filter((argument) => argument !== undefined).join(', ')})`;

/** Lines further to the right; empty ones stay empty. */
export const indented = (lines: readonly string[], spaces = 4): string[] =>
  lines.map((line) => (line === '' ? '' : ' '.repeat(spaces) + line));

/** The window's height and width, steps and padding. @throws RangeError where a layer has none */
export function windowOf({ name, built: { window } }: Part) {
  if (!window) throw new RangeError(`${name} has no window`);
  return window;
}

/** Filters of a convolution, or units of a dense layer. */
export const outputsOf = ({ built }: Part): number => built.outputShape.at(-1) ?? 0;
export const channelsOf = ({ inputShape }: Part): number => inputShape.at(-1) ?? 0;
export const hasBias = ({ built }: Part): boolean =>
  built.parameters?.some(({ name }) => name === 'bias') ?? false;

/** What is written for each kind of layer. @throws RangeError on one that has no row */
export function rowOf<T>(
  rows: Readonly<Record<string, T>>,
  { name, module }: Part,
  into: string,
): T {
  const row = Object.hasOwn(rows, module.kind) ? rows[module.kind] : undefined;
  if (row === undefined)
    throw new RangeError(`${name}: there is no ${into} code for a layer of kind ${module.kind}`);
  return row;
}
