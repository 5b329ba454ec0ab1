// Colors of the terminal: none unless there is a terminal that shows them and a person who has
// not refused them (https://no-color.org).

/** Colors a terminal can show: 0 (none), 16, 256 or 2^24. */
export type ColorDepth = 0 | 4 | 8 | 24;

export type Rgb = readonly [red: number, green: number, blue: number];

/** A color, or a gray from 0 to 255. */
export type Shade = number | Rgb;

const rgbOf = (shade: Shade): Rgb => (typeof shade === 'number' ? [shade, shade, shade] : shade);

/** How light it is, 0 to 255. */
export const lightOf = (shade: Shade): number => (typeof shade === 'number' ? shade : luma(shade));

/** What decides about colors, so that it can be asked without a terminal. */
export interface TerminalTraits {
  readonly isTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The depth that stream and environment promise; NO_COLOR wins, FORCE_COLOR does without a terminal. */
export function colorDepth({ isTTY, env }: TerminalTraits): ColorDepth {
  const { NO_COLOR, FORCE_COLOR, TERM = '', COLORTERM = '' } = env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return 0;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0';
  if (FORCE_COLOR === '0' || (!forced && (!isTTY || TERM === 'dumb'))) return 0;
  if (/truecolor|24bit/i.test(COLORTERM) || FORCE_COLOR === '3') return 24;
  return /256/.test(TERM) || FORCE_COLOR === '2' ? 8 : 4;
}

/** Styles text; every method returns the text as it came when there are no colors. */
export class Palette {
  readonly depth: ColorDepth;

  constructor(depth: ColorDepth) {
    this.depth = depth;
  }

  bold(text: string): string {
    return this.#wrap('1', text, '22');
  }

  dim(text: string): string {
    return this.#wrap('2', text, '22');
  }

  /** The one accent: bars, numbers that matter, headings. */
  accent(text: string): string {
    return this.#wrap(this.depth >= 8 ? '38;5;38' : '36', text, '39');
  }

  good(text: string): string {
    return this.#wrap('32', text, '39');
  }

  warn(text: string): string {
    return this.#wrap('33', text, '39');
  }

  bad(text: string): string {
    return this.#wrap('31', text, '39');
  }

  /** Text on a colored ground, black or white by the ground's lightness. Needs depth 8 or 24. */
  onGround(ground: Rgb, text: string): string {
    if (this.depth < 8) return text;
    const ink: Rgb = luma(ground) > 128 ? [0, 0, 0] : [255, 255, 255];
    return `\u001b[${this.#code(38, ink)};${this.#code(48, ground)}m${text}\u001b[39;49m`;
  }

  /** '▀' with its upper half and its lower half in two colors, or grays. Needs depth 8 or 24. */
  halfBlocks(upper: readonly Shade[], lower: readonly Shade[]): string {
    let line = '';
    let last = '';
    upper.forEach((top, x) => {
      const bottom = lower[x] ?? 0;
      const style = `\u001b[${this.#code(38, rgbOf(top))};${this.#code(48, rgbOf(bottom))}m`;
      line += style === last ? '▀' : `${style}▀`;
      last = style;
    });
    return line === '' ? '' : `${line}\u001b[39;49m`;
  }

  #wrap(open: string, text: string, close: string): string {
    return this.depth === 0 || text === '' ? text : `\u001b[${open}m${text}\u001b[${close}m`;
  }

  #code(layer: 38 | 48, color: Rgb): string {
    return this.depth === 24 ? `${layer};2;${color.join(';')}` : `${layer};5;${color256(color)}`;
  }
}

/** The nearest of xterm's 256 colors: its gray ramp for grays, else its 6x6x6 cube. */
function color256([r, g, b]: Rgb): number {
  if (r === g && g === b) {
    if (r < 4) return 16;
    return r > 246 ? 231 : 232 + Math.min(23, Math.max(0, Math.round((r - 8) / 10)));
  }
  const step = (v: number) => (v < 48 ? 0 : v < 115 ? 1 : Math.round((v - 55) / 40));
  return 16 + 36 * step(r) + 6 * step(g) + step(b);
}

function luma([r, g, b]: Rgb): number {
  return 0.299 * r + 0.587 * g + 0.114 * b;
}
