// The parameters of a network by name and shape, from its text alone: what a file of it has to hold. They equal
// those of the engine's own layers (a test compares).
import { INPUT_SHAPE } from '../data/prepare.ts';
import { REFERENCE } from '../network.ts';
import { checkNetwork } from './check.ts';

export interface ParameterShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** In the order of the layers. @param text null or undefined: the reference network. @throws RangeError unless it can be built */
export function parametersOf(text: string | null | undefined): readonly ParameterShape[] {
  const { steps, summary, problem } = checkNetwork(text ?? REFERENCE);
  if (!steps || !summary) throw new RangeError(`the network cannot be built: ${problem}`);
  let input: readonly number[] = INPUT_SHAPE;
  return steps.flatMap((step, i) => {
    const { name, outputShape } = summary.rows[i] as (typeof summary.rows)[number];
    const C = input.at(-1) as number;
    input = outputShape;
    const K = outputShape.at(-1) as number;
    const weight =
      'filters' in step ? [step.kernel, step.kernel, C, K] : 'units' in step ? [C, K] : undefined;
    if (!weight) return [];
    return [
      { name: `${name}.weight`, shape: weight },
      { name: `${name}.bias`, shape: [K] },
    ];
  });
}
