// The memory plan of a recording: which of its tensors share a buffer, known before anything runs.

/** The bytes that a tensor of a recording needs, from the first dispatch that touches it to the last. */
export interface Lifetime {
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
  /** What the buffer is called in error messages. */
  readonly label: string;
}

/** A buffer of a memory plan. */
export interface PlannedBuffer {
  readonly bytes: number;
  readonly label: string;
}

/** Which tensors of a recording share a buffer, known before anything runs. */
export interface MemoryPlan {
  readonly buffers: readonly PlannedBuffer[];
  /** The buffer of each lifetime, by its place in the list. */
  readonly places: readonly number[];
  /** Of all buffers together: what the recording holds on the GPU. */
  readonly bytes: number;
}

/**
 * Assigns lifetimes to buffers so that those that overlap in time never share one: the largest first, each to the
 * smallest buffer that is free for as long as it lives. The sizes fall, so no buffer has to grow.
 * (greedy by size: Pisarchyk & Lee 2020, arXiv:2001.03288)
 */
export function planMemory(lifetimes: readonly Lifetime[]): MemoryPlan {
  const order = lifetimes.map((_, i) => i);
  order.sort((a, b) => bytesOf(b) - bytesOf(a) || a - b);
  const buffers: (PlannedBuffer & { readonly taken: Lifetime[] })[] = [];
  const places: number[] = [];
  for (const i of order) {
    const lifetime = lifetimes[i] as Lifetime;
    const isFree = ({ taken }: { readonly taken: readonly Lifetime[] }) =>
      taken.every(({ from, to }) => to < lifetime.from || lifetime.to < from);
    let place = buffers.findLastIndex(isFree); // they stand in falling order: the last one is the smallest
    if (place < 0) {
      place = buffers.length;
      buffers.push({ bytes: lifetime.bytes, label: lifetime.label, taken: [] });
    }
    buffers[place]?.taken.push(lifetime);
    places[i] = place;
  }
  function bytesOf(i: number): number {
    return lifetimes[i]?.bytes ?? 0;
  }
  return {
    buffers: buffers.map(({ bytes, label }) => ({ bytes, label })),
    places,
    bytes: buffers.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
