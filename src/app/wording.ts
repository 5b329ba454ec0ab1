// Numbers in words that people read: shares, counts, durations, sizes. English, no locale of the
// machine, so that a report reads the same everywhere.

/** 10000 → '10,000'. Fractions are rounded. */
export function grouped(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** (1, 'image') → '1 image', (1200, 'image') → '1,200 images', (2, 'class', 'classes') → '2 classes'. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/**
 * 0.9184 → '91.8%'. Never rounds something short of all to '100.0%', nor something above
 * nothing to '0.0%'.
 */
export function percent(share: number, digits = 1): string {
  if (!Number.isFinite(share)) return '–';
  for (let d = digits; d <= 4; d++) {
    const text = (share * 100).toFixed(d);
    if (share > 0 && share < 1 && (Number(text) === 100 || Number(text) === 0)) continue;
    return `${text}%`;
  }
  return share > 0.5 ? '>99.9999%' : '<0.0001%';
}

/** A difference of two shares: 0.0371 → '3.7 points'. */
export function points(difference: number): string {
  return `${(Math.abs(difference) * 100).toFixed(1)} points`;
}

/** ['a', 'b', 'c'] → 'a, b and c'. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** 84_000 → '1:24', 4_000_000 → '1:06:40'. */
export function clock(timeMs: number): string {
  const total = Math.max(0, Math.round(timeMs / 1000));
  const seconds = String(total % 60).padStart(2, '0');
  const minutes = Math.floor(total / 60) % 60;
  const hours = Math.floor(total / 3600);
  return hours > 0
    ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}`
    : `${minutes}:${seconds}`;
}

/** 84_000 → '1 min 24 s', 4_000_000 → '1 h 7 min', 1_940 → '1.9 s', 118.3 → '118 ms'. */
export function duration(timeMs: number): string {
  if (!Number.isFinite(timeMs)) return '–';
  if (timeMs < 999.5) return `${timeMs < 10 ? timeMs.toFixed(1) : timeMs.toFixed(0)} ms`;
  if (timeMs < 9950) return `${(timeMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(timeMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** 966184 → '943.5 KiB'. */
export function bytes(sizeBytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let size = sizeBytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}

/** 6_470_000 → '6.47 M', 18_432 → '18.4 k', 0 → '0'. */
export function compact(value: number): string {
  const steps: readonly [number, string][] = [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ];
  for (const [step, letter] of steps)
    if (value >= step) return `${Number((value / step).toPrecision(3))} ${letter}`;
  return String(Number(value.toPrecision(3)));
}

/** The learning rate and other settings, short but exact: 0.001 → '0.001', 1e-5 → '1e-5'. */
export function setting(value: number): string {
  const rounded = Number(value.toPrecision(12));
  return rounded !== 0 && Math.abs(rounded) < 1e-4 ? rounded.toExponential() : String(rounded);
}
