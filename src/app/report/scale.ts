// Axes: round tick values over a range, and the way from values to positions.

export interface Scale {
  readonly ticks: readonly number[];
  readonly low: number;
  readonly high: number;
  /** Decimals that tell the ticks apart. */
  readonly digits: number;
  /** Position of a value, in the length given. */
  at(value: number): number;
}

/**
 * A linear scale from 0 to `length` over the round numbers that enclose low..high, with about
 * `count` ticks at multiples of 1, 2 or 5 times a power of ten.
 */
export function roundScale(low: number, high: number, length: number, count = 5): Scale {
  const span = high > low ? high - low : Math.abs(high) || 1;
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((m) => m * power >= raw * 0.999) ?? 10) * power;
  const from = Math.floor(low / step + 1e-9);
  const to = Math.max(from + 1, Math.ceil(high / step - 1e-9));
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = Array.from({ length: to - from + 1 }, (_, i) =>
    Number(((from + i) * step).toFixed(digits)),
  );
  return {
    ticks,
    low: from * step,
    high: to * step,
    digits,
    at: (value) => ((value / step - from) / (to - from)) * length,
  };
}

/** Whole numbers 1..last for an axis, thinned so that at most `most` stand there, the last among them. */
export function wholeTicks(last: number, most: number): readonly number[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((s) => last / s <= most) ?? last;
  const ticks = Array.from({ length: Math.floor(last / step) }, (_, i) => (i + 1) * step);
  const first = step >= 5 ? [1] : [];
  return [...first, ...ticks];
}

/** Moves label positions apart until each has `least` to its neighbor; order is kept. */
export function spread(positions: readonly number[], least: number, most: number): number[] {
  const order = positions
    .map((_, i) => i)
    .sort((a, b) => (positions[a] ?? 0) - (positions[b] ?? 0));
  const out = [...positions];
  let floor = -Infinity;
  for (const i of order) {
    out[i] = Math.max(out[i] ?? 0, floor);
    floor = (out[i] ?? 0) + least;
  }
  let ceiling = most;
  for (const i of order.toReversed()) {
    out[i] = Math.min(out[i] ?? 0, ceiling);
    ceiling = (out[i] ?? 0) - least;
  }
  return out;
}

/** A position in a drawing, to a tenth of a unit. */
export function rounded(position: number): number {
  return Math.round(position * 10) / 10;
}
