// The weights as they were a little while ago, on the GPU: what a diverged run goes back to.
import type { Sequential } from '../nn/index.ts';

/**
 * Copies of the weights before each of the last submits, on the GPU. Two submits are under way at
 * most, and the weights before one are known to be good when all losses of the one before are.
 */
export class Snapshots {
  readonly #slots;
  #taken = 0;

  constructor(readonly model: Sequential) {
    const { device, values } = model.arena;
    this.#slots = [0, 1, 2].map(() => device.zeros(values.shape));
  }

  take(): void {
    const { device, values } = this.model.arena;
    const slot = this.#slots[this.#taken++ % this.#slots.length];
    if (slot) device.copy(values, slot);
  }

  /** Puts back the oldest copy kept: from before the submit that went before the one with the bad loss. */
  restore(): void {
    const { device, values } = this.model.arena;
    const slot = this.#slots[Math.max(0, this.#taken - this.#slots.length) % this.#slots.length];
    if (slot) device.copy(slot, values);
  }
}
