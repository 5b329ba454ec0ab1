// The histogram of pixel values, linear or logarithmic, and its values as a table.
import { useId, useMemo, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { PixelStatistics } from '../../data/eda.ts';
import { readNumber } from '../../readNumber.ts';
import { grouped, percent } from '../../wording.ts';
import { useDoors } from '../doors.ts';
import type { AlbumQuery } from '../protocol.ts';
import { Opens } from './opens.tsx';
import { axis, color, Plot, sharesOf } from './plot.tsx';
import { Table } from '../../table.tsx';

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
  const { album } = useDoors();
  const open = (low: number, high: number) => album(queryOf(low, high));
  const options = useMemo(() => optionsOf(isLog, total, open), [isLog, total]);
  const [starts, counts] = data as [number[], number[]];
  return (
    <figure>
      <Plot
        options={options}
        data={data}
        height={HEIGHT}
        label={`Pixel values of the training images: ${percent(pixels.zeroShare)} are 0, the rest spreads up to ${pixels.max}; the table below has the values.`}
      />
      <p class="soft">
        A column opens the images with the most pixels of these values; so does a range drawn with
        the mouse, or typed here.
      </p>
      <Range onOpen={open} />
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
            <Opens query={queryOf(from, from + VALUES - 1)} class="inline">
              {rangeText(from)}
            </Opens>,
            grouped(counts[i] ?? 0),
            percent((counts[i] ?? 0) / total),
          ])}
        />
      </details>
    </figure>
  );
}

const queryOf = (low: number, high: number): AlbumQuery => ({
  title: low === high ? `Pixels of the value ${low}` : `Pixels from ${low} to ${high}`,
  split: 'train',
  values: [low, high],
});

const HIGHEST = 255;

/** The brush for those who do not draw with a mouse. */
function Range({ onOpen }: { onOpen: (low: number, high: number) => void }) {
  const [texts, setTexts] = useState(['1', '63']);
  const [low = NaN, high = NaN] = texts.map(readNumber);
  const isValue = (value: number) => Number.isInteger(value) && value >= 0 && value <= HIGHEST;
  const problem =
    !isValue(low) || !isValue(high)
      ? `Pixel values are whole numbers from 0 to ${HIGHEST}.`
      : low > high
        ? `From ${low} to ${high} there is nothing: the smaller value comes first.`
        : '';
  const field = (at: 0 | 1, label: string) => (
    <label>
      {label}{' '}
      <input
        type="text"
        inputMode="numeric"
        size={4}
        value={texts[at]}
        aria-invalid={problem !== ''}
        onInput={({ currentTarget: { value } }) =>
          setTexts(texts.map((text, i) => (i === at ? value : text)))
        }
      />
    </label>
  );
  return (
    <form
      class="range"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (problem === '') onOpen(low, high);
      }}
    >
      {field(0, 'Pixels from')} {field(1, 'to')}{' '}
      <button type="submit" aria-disabled={problem !== ''}>
        Show images
      </button>
      <span class="problem" aria-live="polite">
        {problem}
      </span>
    </form>
  );
}

function columns(histogram: Uint32Array): [number[], number[]] {
  const starts = Array.from({ length: histogram.length / VALUES }, (_, i) => i * VALUES);
  const sum = (from: number) =>
    histogram.slice(from, from + VALUES).reduce((total, count) => total + count, 0);
  return [starts, starts.map(sum)];
}

function optionsOf(
  isLog: boolean,
  total: number,
  open: (low: number, high: number) => void,
): Omit<uPlot.Options, 'width' | 'height'> {
  const limited = (value: number) => Math.min(HIGHEST, Math.max(0, Math.round(value)));
  return {
    cursor: {
      y: false,
      // Anything shorter than this is a click.
      drag: { x: true, y: false, setScale: false, dist: 8 },
      points: { show: false },
    },
    hooks: {
      ready: [
        (plot) => {
          // uPlot keeps the click that ends a drag to itself.
          plot.over.addEventListener('click', () => {
            const { idx } = plot.cursor;
            if (typeof idx === 'number') open(idx * VALUES, idx * VALUES + VALUES - 1);
          });
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width === 0) return;
          // Columns stand around their first value.
          const at = (x: number) => plot.posToVal(x, 'x') + VALUES / 2;
          open(limited(at(left)), limited(at(left + width) - 1));
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
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
        ...sharesOf(total),
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
        fill: color('--soft'),
        stroke: color('--soft'),
        width: 0,
        points: { show: false },
        ...(uPlot.paths.bars && { paths: uPlot.paths.bars({ size: [0.86], align: 0 }) }),
        value: (_, raw: number | null) => (raw === null ? '–' : percent(raw / total)),
      },
    ],
  };
}
