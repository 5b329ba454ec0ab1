// A shortcut that makes of a block's input what its layers make of it.
import { type Draft, newLayer } from './draft.ts';

type Shape = readonly number[];

/** A convolution of single pixels, with the stride that is wanted; undefined where none fits. */
export function projectionFor(made: Shape, input: Shape): Draft | undefined {
  const [P = 0, Q = 0, K] = made;
  const [H = 0, W = 0, C] = input;
  if (K === undefined || C === undefined) return undefined;
  const stride = Math.max(1, Math.round(H / P));
  if (Math.ceil(H / stride) !== P || Math.ceil(W / stride) !== Q) return undefined;
  return {
    ...newLayer('conv'),
    ...{ size: String(K), kernel: '1', stride: String(stride), activation: 'linear' },
  };
}
