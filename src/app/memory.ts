// A run that does not fit the device's memory: said for people, with the largest batch that does.
import type { TrainStep } from '../nn/index.ts';
import { type Device, OutOfMemory } from '../tensor/index.ts';
import type { RunConfig } from './record.ts';
import { bytes, counted, grouped } from './wording.ts';

/** A run that does not fit the device's memory. A person can mend it. */
export class NoRoom extends RangeError {}

/** What a run takes of the GPU's memory, known from its recordings before the first step. */
export interface RunMemory {
  /** Of the training step's plan: outputs, gradients, and whatever else comes and goes within a step. */
  readonly stepBytes: number;
  /** With the images, the weights and what the optimizer keeps of them, validation and test. */
  readonly bytes: number;
}

/** Of a run whose tensors and recordings all are there: none makes others later. */
export const memoryOf = ({ meter }: Device, { recording }: TrainStep): RunMemory => ({
  stepBytes: recording.plan.bytes,
  bytes: meter.liveBytes + meter.pooledBytes,
});

/** Sizes of this many images are whole multiples of what a buffer is rounded to. */
const STEP = 64;
const GRAIN_BYTES = 256;

/**
 * What `make` makes for a configuration's batch.
 * @throws NoRoom when it finds no memory. Memory grows with the batch along a line, of which two small batches tell
 */
export function withRoom<T>(
  device: Device,
  { batchSize }: RunConfig,
  make: (batch: number) => T,
): T {
  try {
    return make(batchSize);
  } catch (error) {
    if (!(error instanceof OutOfMemory)) throw error;
    throw noRoom(device, batchSize, error, make);
  }
}

function noRoom(
  device: Device,
  batchSize: number,
  error: OutOfMemory,
  record: (batch: number) => unknown,
): NoRoom {
  const largest = largestBatch(device, batchSize, error, record);
  const remedy =
    largest === undefined
      ? 'Make the network smaller.'
      : `The largest batch that fits is ${grouped(largest)}; or make the network smaller.`;
  const [wanted, limit] = [error.wantedBytes, error.limitBytes].map(bytes);
  const room =
    error.what === 'tensor'
      ? `one of its tensors takes ${sized(wanted, error.wantedBytes, limit)}, and this device gives one ${sized(limit, error.limitBytes, wanted)}`
      : `it takes more than ${limit} altogether, the most that weft takes of this device`;
  const message = `A training with ${counted(batchSize, 'image')} a step does not fit: ${room}. ${remedy}`;
  return new NoRoom(message, { cause: error });
}

/** Two sizes that read alike are told apart to the byte. */
const sized = (text = '', size: number, other = ''): string =>
  text === other ? `${grouped(size)} bytes` : text;

function largestBatch(
  { meter }: Device,
  batch: number,
  { what, wantedBytes, limitBytes }: OutOfMemory,
  record: (batch: number) => unknown,
): number | undefined {
  if (what === 'tensor') return Math.floor((batch * limitBytes) / wantedBytes) || undefined;
  const small = batch >= 4 * STEP ? STEP : Math.floor(batch / 4);
  if (small === 0) return undefined;
  const before = meter.liveBytes + meter.pooledBytes;
  const measure = (images: number) => {
    const from = meter.liveBytes + meter.pooledBytes;
    const buffers = meter.buffersCreated;
    record(images);
    return {
      bytes: meter.liveBytes + meter.pooledBytes - from,
      buffers: meter.buffersCreated - buffers,
    };
  };
  try {
    const [one, two] = [measure(small), measure(2 * small)];
    const slope = (two.bytes - one.bytes) / small;
    const fixed = one.bytes - slope * small + GRAIN_BYTES * two.buffers;
    const largest = Math.floor((limitBytes - before - fixed) / slope);
    return largest >= 1 && largest < batch ? largest : undefined;
  } catch {
    return undefined; // no room for these either
  }
}
