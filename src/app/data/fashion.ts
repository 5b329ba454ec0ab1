// The classes and the images of Fashion-MNIST: what a network is to do with them. In a file of its own: the page has it
// without the readers of files.
import type { Task } from './dataset.ts';

/** The ten classes in their official order. */
export const FASHION_CLASSES = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
] as const;

/** Are these the ten garments? */
export const isFashion = (classes: readonly string[]): boolean =>
  classes.join() === FASHION_CLASSES.join();

/** What drawn images of these classes say nothing about. */
export const undrawn = (classes: readonly string[]): string =>
  isFashion(classes) ? 'Fashion-MNIST' : 'photographs';

export const FASHION_TASK: Task = { shape: [28, 28, 1], classes: FASHION_CLASSES.length };
