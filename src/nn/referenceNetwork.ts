// The network that every comparison uses: 28x28x1 to 10 classes, 241,546 parameters, 6.47 MFLOP an image.
import type { Module } from './module.ts';
import { conv2d, dense, dropout, flatten, maxPool2d, relu } from './layers.ts';

/** Input of the reference network, one sample. */
export const REFERENCE_INPUT = [28, 28, 1] as const;

/**
 * The layers of the notebook's own network: three convolutions, two dense layers, dropout; 241,546 parameters, 6.47 MFLOP an
 * image of [28,28,1].
 */
export const referenceNetwork = (): Module[] => [
  conv2d({ filters: 32, kernel: 3 }),
  relu(),
  maxPool2d({ window: 2 }),
  conv2d({ filters: 64, kernel: 3 }),
  relu(),
  maxPool2d({ window: 2 }),
  conv2d({ filters: 128, kernel: 3 }),
  relu(),
  flatten(),
  dense({ units: 128 }),
  relu(),
  dropout({ rate: 0.5 }),
  dense({ units: 10 }),
];
