// The levers of a run under way. A face pulls them at any time; fit looks at them between two submits.

export class RunControl {
  /** A submit should take about this long: short enough to stop at and to leave the machine room, long enough to cost nothing. */
  submitMs: number;
  #isPaused = false;
  #isStopped = false;
  #keepIsDue = false;
  #steps = 0;
  #factor: number | undefined;
  #notice = () => {};

  constructor({ submitMs = 200 }: { readonly submitMs?: number } = {}) {
    this.submitMs = submitMs;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** To hold after the submits under way, with a checkpoint. */
  pause(): void {
    this.#isPaused = true;
    this.#keepIsDue = true;
    this.#notice();
  }

  /** One more step, while paused. */
  step(): void {
    if (this.#isPaused) this.#steps++;
    this.#notice();
  }

  continue(): void {
    this.#isPaused = false;
    this.#steps = 0;
    this.#notice();
  }

  /** To end the training here, in the midst of its epoch, and judge the network as it stands, with a checkpoint to go on from. */
  stop(): void {
    this.#isStopped = true;
    this.#keepIsDue = true;
    this.#notice();
  }

  /** To make a checkpoint soon. */
  keep(): void {
    this.#keepIsDue = true;
    this.#notice();
  }

  /**
   * The learning rate of the schedule times `factor` from the next submit on; it replaces the factor before.
   * @throws RangeError unless the factor is a finite number above 0
   */
  changeRate(factor: number): void {
    if (!(factor > 0 && factor < Infinity))
      throw new RangeError(`a learning rate is multiplied by a number above 0, got ${factor}`);
    this.#factor = factor;
    this.#notice();
  }

  /** Whether a single step is asked for; it is taken off. */
  takeStep(): boolean {
    return this.#steps > 0 && this.#steps-- > 0;
  }

  takeKeep(): boolean {
    const isDue = this.#keepIsDue;
    this.#keepIsDue = false;
    return isDue;
  }

  get keepIsDue(): boolean {
    return this.#keepIsDue;
  }

  takeRateChange(): number | undefined {
    const factor = this.#factor;
    this.#factor = undefined;
    return factor;
  }

  /** Resolves when a lever is pulled next. */
  pulled(): Promise<void> {
    return new Promise((resolve) => {
      this.#notice = resolve;
    });
  }
}
