// How long the steps were beside the weights they moved, over the training: one line a weight, logarithmic.
import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { logTicks, power } from '../../numerals.ts';
import { LAST_VALUES, NUMBERS, Plot, axis, color } from '../figures/plot.tsx';
import type { Update } from './questions.ts';

const HEIGHT = 240;

export function Ratios({ updates }: { updates: readonly Update[] }) {
  // Biases begin at zero, beside which every step is long.
  const names = [...(updates[0]?.ratios.keys() ?? [])].filter((name) => name.endsWith('weight'));
  const options = useMemo(() => optionsOf(names), [names.join()]);
  const data = useMemo(
    (): uPlot.AlignedData => [
      updates.map(({ stepsDone }) => stepsDone),
      ...names.map((name) => updates.map(({ ratios }) => ratios.get(name) ?? null)),
    ],
    [updates],
  );
  if (updates.length === 0)
    return (
      <p class="soft">
        Open this while a training runs, and it watches how long single steps are beside the weights
        they move.
      </p>
    );
  return (
    <figure>
      <figcaption class="above">
        <b>Length of a step beside its weights</b>, ‖Δw‖ / ‖w‖ of single steps that were watched.
        About 10⁻³ is usual; far above it learning is restless, far below it hardly moves.
      </figcaption>
      <Plot
        options={options}
        data={data}
        height={HEIGHT}
        label={`Length of a step beside its weights over ${updates.length} watched steps; the table above has the last.`}
      />
    </figure>
  );
}

function optionsOf(names: readonly string[]): Omit<uPlot.Options, 'width' | 'height'> {
  const value = (_: uPlot, raw: number | null) => (raw === null ? '–' : power(raw));
  return {
    cursor: { drag: { x: false, y: false } },
    legend: { live: true, markers: { width: 0 } },
    hooks: LAST_VALUES,
    scales: { x: { time: false }, y: { distr: 3 } },
    axes: [
      axis({ grid: { show: false }, size: 30 }),
      axis({
        ...NUMBERS,
        splits: (_, __, low, high) => logTicks(low, high),
        filter: (_, splits) => splits,
      }),
    ],
    series: [
      { label: 'step' },
      ...names.map((label, i) => ({
        label,
        stroke: color(i % 2 === 0 ? '--accent' : '--negative'),
        width: 1.5,
        dash: DASHES[Math.floor(i / 2) % DASHES.length] ?? [],
        points: { show: true, size: 5 },
        value,
      })),
    ],
  };
}

/** Lines are told apart by hue and by dash. */
const DASHES = [[], [6, 4], [2, 3], [10, 3, 2, 3]];
