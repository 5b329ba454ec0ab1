// Cost over batch size: the measured steps and the line through them.
import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { axis, color, Plot } from '../../src/app/web/figures/plot.tsx';
import { figure, share } from '../report/tables.ts';
import type { Scaling } from '../result.ts';

const HEIGHT = 300;
const FONT = '12px "Inter Variable", system-ui, sans-serif';

export function ScalingChart({ scaling }: { scaling: Scaling }) {
  const { steps, fixedMs, perImageMs, deviation } = scaling;
  const [options, data] = useMemo(() => {
    const most = Math.max(...steps.map(({ batch }) => batch));
    const xs = [0, ...steps.map(({ batch }) => batch)];
    const line = xs.map((batch) => fixedMs + perImageMs * batch);
    const top = 1.1 * Math.max(...line, ...steps.map(({ stepMs }) => stepMs.median));
    const options: Omit<uPlot.Options, 'width' | 'height'> = {
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: [0, 1.05 * most] },
        y: { range: [Math.min(0, fixedMs), top] },
      },
      axes: [
        axis({
          label: 'images a step',
          labelFont: FONT,
          size: 34,
          grid: { show: false },
          splits: () => xs,
        }),
        axis({ label: 'ms a step', labelFont: FONT, size: 56 }),
      ],
      series: [
        {},
        { stroke: color('--soft'), width: 1.25, points: { show: false } },
        {
          stroke: color('--accent'),
          width: 0,
          points: { show: true, size: 10, fill: color('--accent') },
        },
      ],
    };
    const data: uPlot.AlignedData = [xs, line, [null, ...steps.map((s) => s.stepMs.median)]];
    return [options, data] as const;
  }, [scaling]);
  return (
    <figure>
      <Plot
        options={options}
        data={data}
        height={HEIGHT}
        label={`Milliseconds a step over the batch: ${steps
          .map(({ batch, stepMs }) => `${batch} images ${figure(stepMs.median)}`)
          .join(', ')}.`}
      />
      <figcaption>
        Dots are measured, the line is fitted: {figure(fixedMs)} ms and {figure(1000 * perImageMs)}{' '}
        µs an image. The dot furthest from it is off by {share(deviation)}.
      </figcaption>
    </figure>
  );
}
