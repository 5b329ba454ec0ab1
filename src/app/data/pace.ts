// Long loops that leave room for others: a page that computes stays alive, a terminal shows progress.

export interface PaceOptions {
  /** Called with the share done, 0 to 1, at every pause and at the end. */
  readonly onProgress?: (share: number) => void;
  /** Lets others run, `() => new Promise((done) => setTimeout(done))` for example. */
  readonly pause?: () => Promise<void>;
}

/** Between two pauses; two frames of a page. */
const SLICE_MS = 30;

export class Pace {
  readonly #options: PaceOptions;
  #last = performance.now();

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** True once a time slice is over: then `await rest(share)`. Cheap enough to ask per image. */
  due(): boolean {
    return performance.now() - this.#last > SLICE_MS;
  }

  async rest(share: number): Promise<void> {
    this.#options.onProgress?.(share);
    await this.#options.pause?.();
    this.#last = performance.now();
  }
}
