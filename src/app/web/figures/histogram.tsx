// The histogram of pixel values, linear or logarithmic, and its values as a table.
import { useId, useMemo, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { PixelStatistics } from '../../data/eda.ts';
import { grouped, percent } from '../../wording.ts';
import { axis, colour, Plot } from './plot.tsx';
import { Table } from './table.tsx';

/** Values to a column: 256 columns would be too thin to point at. */
const VALUES = 8;
const HEIGHT = 260;

/** Where the logarithmic scale is marked, as shares of all pixels. */
const DECADES = [0.001, 0.01, 0.1, 1];

const rangeText = (from: number) => `${from}–${from + VALUES - 1}`;

export function Histogram({ pixels }: { pixels: PixelStatistics }) {
  const [isLog, setLog] = useState(true);
  const id = useId();
  const total = useMemo(() => pixels.histogram.reduce((a, b) => a + b, 0), [pixels]);
  const data = useMemo((): uPlot.AlignedData => columns(pixels.histogram), [pixels]);
  const options = useMemo(() => optionsOf(isLog, total), [isLog, total]);
  const [starts, counts] = data as [number[], number[]];
  return (
    <figure>
      <Plot
        options={options}
        data={data}
        height={HEIGHT}
        label={`Pixel values of the training images: ${percent(pixels.zeroShare)} are 0, the rest spreads up to ${pixels.max}; the table below has the values.`}
      />
      <label class="toggle" for={id}>
        <input
          id={id}
          type="checkbox"
          checked={isLog}
          onChange={(event) => setLog(event.currentTarget.checked)}
        />{' '}
        logarithmic
      </label>
      <details>
        <summary>The histogram as a table</summary>
        <Table
          label="Pixel values"
          columns={['Values', '#Pixels', '#Share']}
          rows={starts.map((from, i) => [
            rangeText(from),
            grouped(counts[i] ?? 0),
            percent((counts[i] ?? 0) / total),
          ])}
        />
      </details>
    </figure>
  );
}

function columns(histogram: Uint32Array): [number[], number[]] {
  const starts = Array.from({ length: histogram.length / VALUES }, (_, i) => i * VALUES);
  const sum = (from: number) =>
    histogram.slice(from, from + VALUES).reduce((total, count) => total + count, 0);
  return [starts, starts.map(sum)];
}

function optionsOf(isLog: boolean, total: number): Omit<uPlot.Options, 'width' | 'height'> {
  return {
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    legend: { live: true, markers: { width: 0 } },
    scales: {
      x: { time: false, range: [-VALUES / 2, 256 - VALUES / 2] },
      y: isLog
        ? { distr: 3, range: () => [total * 5e-4, total] }
        : { range: (_, __, high) => [0, high] },
    },
    axes: [
      axis({ grid: { show: false }, size: 30 }),
      axis({
        size: 56,
        values: (_, ticks) => ticks.map((tick) => shareText(tick / total)),
        // uPlot would keep powers of ten only, and these are shares of the total.
        ...(isLog && {
          splits: () => DECADES.map((share) => share * total),
          filter: (_, splits) => splits,
        }),
      }),
    ],
    series: [
      { label: 'values', value: (_, raw: number | null) => (raw === null ? '–' : rangeText(raw)) },
      {
        label: 'pixels',
        fill: colour('--soft'),
        stroke: colour('--soft'),
        width: 0,
        points: { show: false },
        ...(uPlot.paths.bars && { paths: uPlot.paths.bars({ size: [0.86], align: 0 }) }),
        value: (_, raw: number | null) => (raw === null ? '–' : percent(raw / total)),
      },
    ],
  };
}

const shareText = (share: number) => `${Number((share * 100).toPrecision(2))}%`;
