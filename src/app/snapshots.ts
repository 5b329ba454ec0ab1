// The weights as they were a little while ago: what a diverged run goes back to.
import type { Sequential } from '../nn/index.ts';

/**
 * Copies of the weights before each of the last submits, on the GPU. Two submits are under way at most, and the
 * weights before one are known to be good when all losses of the one before are. Beside them, in memory, the weights
 * that were last looked at one by one.
 */
export class Snapshots {
  readonly #slots;
  #taken = 0;
  #sound: Float32Array | undefined;

  constructor(readonly model: Sequential) {
    const { device, values } = model.arena;
    this.#slots = [0, 1, 2].map(() => device.zeros(values.shape));
  }

  take(): void {
    const { device, values } = this.model.arena;
    const slot = this.#slots[this.#taken++ % this.#slots.length];
    if (slot) device.copy(values, slot);
  }

  /** Whether all weights are finite; then they are remembered. Waits for the GPU. */
  async areSound(): Promise<boolean> {
    const values = (await this.model.arena.values.data()) as Float32Array;
    const isSound = values.every(Number.isFinite);
    if (isSound) this.#sound = values;
    return isSound;
  }

  /** The ways back, the shortest first: before the submit that went before the one with the bad loss; the last sound weights. */
  waysBack(): readonly (() => void)[] {
    const { device, values } = this.model.arena;
    const slot = this.#slots[Math.max(0, this.#taken - this.#slots.length) % this.#slots.length];
    const sound = this.#sound;
    return [
      ...(slot && this.#taken > 0 ? [() => device.copy(slot, values)] : []),
      ...(sound ? [() => device.write(values, sound)] : []),
    ];
  }
}
