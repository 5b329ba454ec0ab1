// Long loops that leave room for others: a page that computes stays alive, a terminal shows progress.

export interface PaceOptions {
  /** Called with the share done, 0 to 1, at every pause and at the end. */
  readonly onProgress?: (share: number) => void;
  /** Lets others run, `() => new Promise((done) => setTimeout(done))` for example. */
  readonly pause?: () => Promise<void>;
  /** Work between two pauses, by default 30 ms: two frames of a page. */
  readonly sliceMs?: number;
}

export class Pace {
  readonly #options: PaceOptions;
  #last = performance.now();

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** True once a time slice is over: then `await rest(share)`. Cheap enough to ask per image. */
  due(): boolean {
    return performance.now() - this.#last >= (this.#options.sliceMs ?? 30);
  }

  async rest(share: number): Promise<void> {
    this.#options.onProgress?.(share);
    await this.#options.pause?.();
    this.#last = performance.now();
  }
}
