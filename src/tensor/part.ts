// Whose work a dispatch is: a name that it carries from the op, through its gradient, into a recording.
import type { Device } from './device.ts';

/** A part of a network, on the way to the loss or back from it. */
export interface Part {
  readonly name: string;
  readonly isBackward: boolean;
}

/** Runs f; the dispatches that it queues, and those of their gradients, are the work of that part. */
export function within<T>(device: Device, part: Part | undefined, f: () => T): T {
  const around = device.part;
  device.part = part;
  try {
    return f();
  } finally {
    device.part = around;
  }
}
