// A shape that the bench times: what it computes, how it is set up, and how it is held against float64.
import { type Device, Tape, type Tensor } from '../../src/tensor/index.ts';
import { uniform } from '../random.ts';
import type { Work } from '../roofline.ts';

export interface Prepared {
  /** Queues the op and gives its outputs. */
  readonly run: () => readonly Tensor[];
  /** Largest error of these outputs, of the first run, against float64; relative to the largest magnitude. */
  readonly errorOf: (outputs: readonly ArrayLike<number>[]) => number;
  /** To be given back afterwards. */
  readonly tensors: readonly Tensor[];
}

export interface Shape extends Work {
  readonly name: string;
  readonly tolerance: number;
  /** Has kernel variants. */
  readonly hasVariants: boolean;
  readonly prepare: (device: Device) => Prepared;
}

export interface Filled {
  readonly host: Float32Array;
  readonly tensor: Tensor;
}

/** Random numbers from −0.5 to 0.5, on both sides. */
export function filled(device: Device, shape: readonly number[], seed: number): Filled {
  const random = uniform(seed);
  const length = shape.reduce((product, d) => product * d, 1);
  const host = Float32Array.from({ length }, () => random() - 0.5);
  return { host, tensor: device.tensor(host, shape) };
}

export const doubles = (data: ArrayLike<number>) => Float64Array.from(data);

/**
 * The gradient of one op by itself: runs f, which ends in that op, once on a tape, and gives what queues its vjp.
 * @param wanted the op's inputs whose gradients are wanted, by the op's names for them, and their shapes' tensors
 */
export function gradientOf(
  f: () => Tensor,
  dy: Tensor,
  wanted: Readonly<Record<string, Tensor>>,
): () => readonly Tensor[] {
  const { device } = dy;
  const tape = new Tape(Object.values(wanted));
  device.tapes = [tape];
  try {
    f();
  } finally {
    device.tapes = [];
  }
  const entry = tape.entries.at(-1);
  const names = Object.keys(wanted);
  const wants = Object.fromEntries(names.map((name) => [name, true]));
  return () => {
    const made = entry?.gradients({ y: dy }, wants) ?? {};
    return names.map((name) => made[name] as Tensor);
  };
}
