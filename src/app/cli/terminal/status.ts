// One line that is redrawn in place on a terminal; elsewhere a line now and then.
import { cut, visibleWidth } from './text.ts';

/** Where lines go; process.stdout is one. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

interface StatusOptions {
  /** Without a terminal: the least time between two lines, by default none. */
  readonly plainMs?: number;
  /** In milliseconds, for tests. */
  readonly now?: () => number;
}

/** Draws a line over the one before; print other lines through it. */
export class StatusLine {
  readonly #screen: Screen;
  readonly #plainMs: number;
  readonly #now: () => number;
  #isDrawn = false;
  #lastMs: number;

  constructor(screen: Screen, { plainMs = 0, now = () => performance.now() }: StatusOptions = {}) {
    this.#screen = screen;
    this.#plainMs = plainMs;
    this.#now = now;
    this.#lastMs = now();
  }

  get isOnTerminal(): boolean {
    return this.#screen.isTTY === true;
  }

  /** One column stays free: some terminals wrap when the last one is written. */
  get width(): number {
    return (this.#screen.columns ?? 80) - 1;
  }

  draw(text: string): void {
    const now = this.#now();
    if (this.isOnTerminal) {
      const shown = visibleWidth(text) > this.width ? cut(text, this.width) : text;
      this.#screen.write(`\r${shown}\u001b[K`);
      this.#isDrawn = true;
    } else if (now - this.#lastMs >= this.#plainMs) this.#screen.write(`${text}\n`);
    else return;
    this.#lastMs = now;
  }

  /** Puts a line where the drawn one stood; the next is drawn below it. */
  print(line: string): void {
    this.clear();
    this.#screen.write(`${line}\n`);
    this.#lastMs = this.#now();
  }

  /** Takes the drawn line from the screen. @returns whether there was one */
  clear(): boolean {
    const wasDrawn = this.#isDrawn;
    if (wasDrawn) this.#screen.write('\r\u001b[K');
    this.#isDrawn = false;
    return wasDrawn;
  }
}
