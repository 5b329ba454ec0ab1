// The validation curves of several runs over each other.
import { useMemo, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import { endOf, epochsDone } from '../../extent.ts';
import type { EpochRecord } from '../../record.ts';
import { lossText } from '../../numerals.ts';
import { percent } from '../../wording.ts';
import { LAST_VALUES, NUMBERS, Plot, SHARES, axis, color } from '../figures/plot.tsx';
import type { Compared } from './kept.ts';
import { type Line, lineOf } from './lines.ts';

type Measure = 'accuracy' | 'loss';

const valueOf = (epoch: EpochRecord, measure: Measure) =>
  measure === 'loss' ? epoch.validationLoss : epoch.validationAccuracy;

function optionsOf(
  names: readonly string[],
  epochs: number,
  measure: Measure,
): Omit<uPlot.Options, 'width' | 'height'> {
  const text = (value: number | null) => {
    if (value === null) return '–';
    return measure === 'loss' ? lossText(value) : percent(value);
  };
  return {
    cursor: { points: { size: 7 }, drag: { x: false, y: false } },
    legend: { live: true, markers: { width: 0 } },
    hooks: LAST_VALUES,
    scales: {
      x: { time: false, range: (_, low) => [Math.min(1, epochs - 1, low), epochs] },
      y: { range: (_, low, high) => padded(low, high, measure === 'accuracy' ? 1 : Infinity) },
    },
    axes: [
      axis({ grid: { show: false }, size: 30, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] }),
      axis(measure === 'loss' ? NUMBERS : SHARES),
    ],
    series: [
      { label: 'epoch' },
      ...names.map((label, i): uPlot.Series => {
        const { stroke, width, dash } = lineOf(i, names.length);
        return {
          label,
          stroke: color(stroke),
          width,
          dash: [...dash],
          points: { show: true, size: 6, fill: color(stroke) },
          spanGaps: true,
          value: (_: uPlot, raw: number | null) => text(raw),
        };
      }),
    ],
  };
}

/** Room above and below, so that close runs are told apart. */
function padded(low: number | null, high: number | null, most: number): [number, number] {
  if (low === null || high === null) return [0, 1];
  const room = Math.max(0.1 * (high - low), 0.005);
  return [Math.max(0, low - room), Math.min(most, high + room)];
}

interface OverlayProps {
  readonly runs: readonly Compared[];
  /** Epochs that there is room for at least. */
  readonly least: number;
}

export function Overlay({ runs, least }: OverlayProps) {
  const [measure, setMeasure] = useState<Measure>('accuracy');
  const epochs = Math.max(1, least, ...runs.map((run) => Math.ceil(epochsDone(run.epochs))));
  const names = runs.map(({ name }) => name);
  const options = useMemo(
    () => optionsOf(names, epochs, measure),
    [names.join('\n'), epochs, measure],
  );
  const data = useMemo((): uPlot.AlignedData => {
    const whole = Array.from({ length: epochs }, (_, i) => i + 1);
    const ends = runs.flatMap((run) => run.epochs.map(endOf));
    const x = [...new Set([...whole, ...ends])].sort((a, b) => a - b);
    const lines = runs.map((run) => {
      const at = new Map(run.epochs.map((e) => [endOf(e), valueOf(e, measure)]));
      return x.map((epoch) => at.get(epoch) ?? null);
    });
    return [x, ...lines];
  }, [runs, epochs, measure]);
  return (
    <figure class="overlay">
      <figcaption class="above">
        <b>Validation {measure}</b> of the runs over the epochs.{' '}
        <button
          type="button"
          class="link"
          onClick={() => setMeasure(measure === 'loss' ? 'accuracy' : 'loss')}
        >
          Show the {measure === 'loss' ? 'accuracy' : 'loss'}
        </button>
      </figcaption>
      <Plot
        options={options}
        data={data}
        height={260}
        label={`Validation ${measure} of ${names.join(', ')} over the epochs.`}
      />
    </figure>
  );
}

/** A piece of a run's line, beside its name. */
export function Swatch({ line }: { readonly line: Line }) {
  return (
    <svg class="swatch" viewBox="0 0 36 8" width="36" height="8" aria-hidden="true">
      <line
        x1="0"
        y1="4"
        x2="36"
        y2="4"
        style={{ stroke: `var(${line.stroke})` }}
        stroke-width={line.width}
        stroke-dasharray={line.dash.join(' ')}
      />
    </svg>
  );
}
