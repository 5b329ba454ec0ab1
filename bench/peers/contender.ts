// What takes part: a library that trains a network, and the task that all are given.

/** One batch, ready to be uploaded before anything is timed. */
export interface Batch {
  /** [N,28,28,1], 0 to 1. */
  readonly x: Float32Array;
  /** [N], the class of each image. */
  readonly labels: Int32Array;
  /** [N,10], the same classes as ones among zeros. */
  readonly oneHot: Float32Array;
  /** [N,units], what dropout multiplies by in this step: 0 or 1 / (1 − rate). Without dropout [N,1], unused. */
  readonly dropout: Float32Array;
}

/** The reference network, or the small residual one with batch normalization (`nn.airNetwork`). */
export type NetworkName = 'reference' | 'air';
export const NETWORKS: readonly NetworkName[] = ['reference', 'air'];

export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface Task {
  readonly network: NetworkName;
  readonly batch: number;
  readonly seed: number;
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
  /** Images to classify, [1000,28,28,1] bytes. */
  readonly unseen: Uint8Array;
  /** The batches of the first steps, in order; peers begin again after the last. */
  readonly batches: readonly Batch[];
  /** Initial parameters by name and in order, convolutions [R,S,C,K], dense layers [I,O], as weft lays them out. */
  readonly weights: ReadonlyMap<string, Weight>;
  /** Likewise what is kept of batches: the running mean and variance of each normalization. */
  readonly statistics: ReadonlyMap<string, Weight>;
}

/** Of batch normalization. */
export const NORM = { epsilon: 1e-5, momentum: 0.1 } as const;

export const ADAM = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-7 } as const;

/** A library at work. All methods leave the weights on its device. */
export interface Contender {
  readonly name: string;
  readonly version: string;
  readonly backend: string;
  readonly notes: readonly string[];
  /** Makes this one the current one, where a library has such a thing. */
  readonly activate?: () => Promise<unknown>;
  /** Uploads weights and batches. Compiles nothing that it need not. */
  readonly prepare: () => Promise<void>;
  /** Queues n training steps. */
  readonly train: (n: number) => Promise<void> | void;
  /** Resolves when all that was queued is done. */
  readonly finish: () => Promise<void>;
  /** Mean loss of the last step. */
  readonly loss: () => Promise<number>;
  /** Logits of the first n unseen images, [n,10], on the host. */
  readonly infer: (n: number) => Promise<Float32Array>;
}

/** The first n unseen images, 0 to 1. */
export const pixels = ({ unseen }: Task, n: number) =>
  Float32Array.from(unseen.subarray(0, n * 784), (byte) => byte / 255);
