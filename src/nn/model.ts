// What the training step and inference ask of a network: any object of this form is one.
import type { Device, Shape, Tensor } from '../tensor/index.ts';
import type { Arena } from './arena.ts';
import type { Training } from './module.ts';

/** A network on a device. `Sequential` is one. */
export interface Model {
  readonly device: Device;
  /** Of one sample. */
  readonly inputShape: Shape;
  /** Of one sample. */
  readonly outputShape: Shape;
  /** What it learns and keeps. */
  readonly arena: Arena;
  /** What it makes of a batch [N, ...inputShape]; with `training` as in a training step. */
  readonly forward: (x: Tensor, training?: Training) => Tensor;
}
