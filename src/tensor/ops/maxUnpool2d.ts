// The gradient of a fused pool where a kernel cannot take the pooled one: dy back in its place, 0 elsewhere.
import source from '../../shaders/maxUnpool.wgsl?raw';
import { linearGrid } from '../grid.ts';
import { kernel } from '../kernel.ts';
import type { Node } from '../node.ts';
import type { Part } from '../part.ts';
import type { Tensor } from '../tensor.ts';
import type { ConvShape } from './convShape.ts';

const maxUnpool = kernel('maxUnpool', source);

interface Tensors {
  /** [N,⌊P/2⌋,⌊Q/2⌋,K] */
  readonly dy: Tensor;
  /** u32 [N,⌊P/2⌋,⌊Q/2⌋,K/4], as `contract` notes it. */
  readonly which: Tensor;
  /** [N,P,Q,K] */
  readonly dx: Tensor;
}

/** A node that fills dx, the gradient of the image that a contraction of shape s pooled. */
export const maxUnpool2d = (
  { dy, which, dx }: Tensors,
  { N, P, Q, K }: ConvShape,
  part: Part | undefined,
): Node => ({
  op: 'maxUnpool2d',
  inputs: { dy, which },
  outputs: { dx },
  attributes: {},
  part,
  variant: undefined,
  run(tensors: { readonly dy: Tensor; readonly which: Tensor; readonly dx: Tensor }) {
    const VALUES = (N * P * Q * K) / 4;
    dy.device.launch(maxUnpool, { P, Q, K, VALUES }, { ...tensors }, linearGrid(VALUES));
  },
});
