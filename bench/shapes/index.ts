// The usual shapes, in the order in which they are told.
import { convolution, product } from './contractions.ts';
import { adam, loss, pool, reduction } from './others.ts';
import type { Shape } from './shape.ts';

const convolutions: readonly Shape[] = [
  convolution(28, 1, 32, 'forward'),
  convolution(28, 1, 32, 'filter gradient'),
  convolution(13, 32, 64, 'forward'),
  convolution(13, 32, 64, 'input gradient'),
  convolution(13, 32, 64, 'filter gradient'),
];

export const quickShapes: readonly Shape[] = [product(512), ...convolutions];

export const usualShapes: readonly Shape[] = [
  product(512),
  product(1024),
  product(2048),
  ...convolutions,
  convolution(5, 64, 128, 'forward'),
  convolution(5, 64, 128, 'input gradient'),
  convolution(5, 64, 128, 'filter gradient'),
  pool('forward'),
  pool('gradient'),
  reduction([0, 1]),
  reduction([0]),
  reduction([1]),
  loss(128, 10, 'forward'),
  loss(128, 10, 'gradient'),
  loss(1024, 1000, 'forward'),
  loss(1024, 1000, 'gradient'),
  adam(1e5),
  adam(1e6),
  adam(1e7),
];
