// The progress of an epoch: one line redrawn in place on a terminal, a plain line now and then
// elsewhere.

import { clock, grouped, percent } from '../../wording.ts';
import { bar } from './charts.ts';
import { type Palette } from './palette.ts';
import { type Screen, StatusLine } from './status.ts';
import { cut, visibleWidth } from './text.ts';

export interface Progress {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Share of the epoch that is done, 0 to 1. */
  readonly share: number;
  /** Running means over the epoch; null before the first reading. */
  readonly loss: number | null;
  readonly accuracy: number | null;
  readonly imagesPerSecond: number | null;
  /** Time left for all epochs. */
  readonly etaMs: number | null;
}

/** A redraw is at most this often seen; more only costs time. */
const REDRAW_MS = 80;
/** Without a terminal: a line at every tenth of an epoch, but not more often than this. */
const PLAIN_LEAST_MS = 1000;
/** Without a terminal: at the latest after this time there is a sign of life. */
const PLAIN_MOST_MS = 10_000;

/** The line, at most `width` columns: parts on the right go first when it is narrow. */
export function progressLine(progress: Progress, width: number, palette: Palette): string {
  const { head, done, tail } = partsOf(progress);
  const fixed = visibleWidth(head) + 1 + visibleWidth(done);
  if (fixed > width) return cut(head, width);
  while (tail.length > 0 && fixed + 8 + visibleWidth(tail.join('')) > width) tail.pop();
  const room = Math.max(0, Math.min(30, width - fixed - 1 - visibleWidth(tail.join(''))));
  const drawn = bar(progress.share, room);
  const rest = '·'.repeat(room - [...drawn].length);
  const middle = room === 0 ? '' : `${palette.accent(drawn)}${palette.dim(rest)} `;
  return `${head} ${middle}${done}${tail.join('')}`;
}

/** The same for a log: no bar, nothing dropped. */
export function plainProgress(progress: Progress): string {
  const { head, done, tail } = partsOf(progress);
  return `${head} ${done}${tail.join('')}`;
}

function partsOf({ epoch, epochs, share, loss, accuracy, imagesPerSecond, etaMs }: Progress) {
  return {
    head: `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
    done: `${Math.floor(share * 100)}%`.padStart(4),
    tail: [
      loss === null ? '' : `  loss ${loss.toFixed(3)}`,
      accuracy === null ? '' : `  acc ${percent(accuracy).padStart(5)}`,
      imagesPerSecond === null ? '' : `  ${grouped(imagesPerSecond).padStart(5)} img/s`,
      etaMs === null ? '' : `  ETA ${clock(etaMs)}`,
    ],
  };
}

/** Draws the progress of one epoch after the other; print other lines through it. */
export class ProgressLine {
  readonly #line: StatusLine;
  readonly #palette: Palette;
  readonly #now: () => number;
  #lastMs = -Infinity;
  #lastTenth = -1;

  /** `now` is in milliseconds, for tests. */
  constructor(screen: Screen, palette: Palette, now: () => number = () => performance.now()) {
    this.#line = new StatusLine(screen, { now });
    this.#palette = palette;
    this.#now = now;
  }

  /** Shows the progress, or does nothing when it was shown a moment ago. */
  update(progress: Progress): void {
    const now = this.#now();
    const since = now - this.#lastMs;
    if (this.#line.isOnTerminal) {
      if (since < REDRAW_MS && progress.share < 1) return;
      this.#line.draw(progressLine(progress, this.#line.width, this.#palette));
    } else {
      const tenth = Math.floor(progress.share * 10) + 10 * progress.epoch;
      const due = (tenth > this.#lastTenth && since >= PLAIN_LEAST_MS) || since >= PLAIN_MOST_MS;
      if (!due || progress.share >= 1) return;
      this.#line.draw(plainProgress(progress));
      this.#lastTenth = tenth;
    }
    this.#lastMs = now;
  }

  /** Puts a line where the progress stood; the next update starts below it. */
  print(line: string): void {
    this.clear();
    this.#line.print(line);
  }

  /** Removes the line from the screen. */
  clear(): void {
    if (this.#line.clear()) this.#lastMs = -Infinity;
  }
}
