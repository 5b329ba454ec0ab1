// Counter-based random numbers: each is a hash of key and counter, in integers, so the same seed
// gives the same numbers on every platform, and no stream depends on how much another has drawn.

/** Mixes all bits of a 32-bit integer (the finaliser of MurmurHash3, Appleby 2011). */
export function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

export class Random {
  readonly #key: number;
  #counter = 0;

  /** One stream per list of keys: Random(seed, imageIndex), for example. */
  constructor(...keys: readonly number[]) {
    this.#key = keys.reduce((key, part) => mix(key ^ mix(part + 0x9e3779b9)), 0x243f6a88);
  }

  /** An integer in 0..2^32-1. */
  next(): number {
    return mix(this.#key ^ mix(Math.imul(++this.#counter, 0x9e3779b1)));
  }

  /** In [low, high). */
  uniform(low: number, high: number): number {
    return low + (high - low) * (this.next() / 2 ** 32);
  }

  /** An integer in 0..count-1. */
  integer(count: number): number {
    return Math.floor((this.next() / 2 ** 32) * count);
  }

  chance(probability: number): boolean {
    return this.next() < probability * 2 ** 32;
  }

  /** About normal, in mean ± 3 deviations: the sum of four uniforms needs no logarithm. */
  normal(mean: number, deviation: number): number {
    const sum =
      this.uniform(-1, 1) + this.uniform(-1, 1) + this.uniform(-1, 1) + this.uniform(-1, 1);
    return mean + deviation * sum * 0.8660254037844386; // the sum's variance is 4/3
  }

  /** In place (Fisher and Yates). */
  shuffle<T extends Uint32Array | unknown[]>(list: T): T {
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [list[i], list[j]] = [list[j]!, list[i]!];
    }
    return list;
  }
}
