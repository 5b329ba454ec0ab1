// A histogram as small as a word: bars from the least to the largest, the zero marked.
import type { Histogram } from '../../inside/histogram.ts';
import { power } from '../../numerals.ts';
import { signed } from './numbers.ts';

const WIDTH = 120;
const HEIGHT = 28;

/** 0.0123 → '0.0123', 3.2e-5 → '3.2 × 10⁻⁵' */
export function short(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  return size >= 0.01 && size < 1000
    ? signed(value, size < 1 ? 3 : 2)
    : power(value).replace('-', '−');
}

export function Spread({ histogram, label }: { histogram: Histogram; label: string }) {
  const { low, high, counts, count, mean, deviation } = histogram;
  if (count === 0) return <span class="soft">nothing but zeros</span>;
  const most = Math.max(...counts);
  const width = WIDTH / counts.length;
  const text = `${label}: ${short(low)} to ${short(high)}, mean ${short(mean)}, standard deviation ${short(deviation)}`;
  const zero = low < 0 && high > 0 ? (-low / (high - low)) * WIDTH : undefined;
  return (
    <span class="spread">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={text}>
        <title>{text}</title>
        {[...counts].map((n, i) => {
          const height = (n / most) * HEIGHT;
          return <rect x={i * width} y={HEIGHT - height} width={width * 0.9} height={height} />;
        })}
        {zero !== undefined && <line x1={zero} x2={zero} y1={0} y2={HEIGHT} />}
      </svg>
      <span class="n">
        {short(low)}
        <span>{short(high)}</span>
      </span>
    </span>
  );
}
