// Bars from zero: what each library takes for the same step.
import { useMemo } from 'preact/hooks';
import uPlot from 'uplot';
import { axis, color, Plot } from '../../src/app/web/figures/plot.tsx';
import { figure } from '../report/tables.ts';
import type { Peer } from '../result.ts';
import { peerName } from './points.ts';

const HEIGHT = 320;
const FONT = '13px "Inter Variable", system-ui, sans-serif';

export function PeerBars({ peers }: { peers: readonly Peer[] }) {
  const [options, data] = useMemo(() => {
    const names = peers.map((peer) => peerName(peer, peers));
    const times = peers.map(({ stepMs }) => stepMs.median);
    const isOurs = peers.map(({ name }) => name === 'weft');
    const isNarrow = matchMedia('(max-width: 40rem)').matches;
    const at = peers.map((_, i) => i);
    const only = (ours: boolean) => times.map((time, i) => (isOurs[i] === ours ? time : null));
    const bars = uPlot.paths.bars?.({ size: [0.55, 96] });
    const series = (property: string): uPlot.Series => ({
      fill: color(property),
      stroke: color(property),
      width: 0,
      points: { show: false },
      ...(bars && { paths: bars }),
    });
    const options: Omit<uPlot.Options, 'width' | 'height'> = {
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: [-0.6, peers.length - 0.4] },
        y: { range: [0, 1.12 * Math.max(...times)] },
      },
      axes: [
        axis({
          grid: { show: false },
          splits: () => at,
          values: () => names,
          // Long names stand askew where bars stand close.
          ...(isNarrow ? { rotate: 40, size: 84 } : { size: 42 }),
        }),
        axis({ label: 'ms a step', labelFont: FONT, size: 62, grid: { show: false } }),
      ],
      series: [{}, series('--soft'), series('--accent')],
      hooks: { draw: [(plot) => drawTimes(plot, peers)] },
    };
    const data: uPlot.AlignedData = [at, only(false), only(true)];
    return [options, data] as const;
  }, [peers]);
  return (
    <figure>
      <Plot
        options={options}
        data={data}
        height={HEIGHT}
        label={`Milliseconds a training step: ${peers
          .map((peer) => `${peerName(peer, peers)} ${figure(peer.stepMs.median)}`)
          .join(', ')}.`}
      />
      <figcaption>
        One training step, median, and the 5th to 95th percentile as a line. The same network from
        the same weights on the same batches, in turns, in one run; the losses agreed before times
        counted.
      </figcaption>
    </figure>
  );
}

/** The figure above each bar, and its spread as a line. */
function drawTimes(plot: uPlot, peers: readonly Peer[]): void {
  const { ctx } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = FONT.replace('13px', `${13 * ratio}px`);
  ctx.textAlign = 'center';
  ctx.fillStyle = color('--ink')();
  ctx.strokeStyle = color('--ink')();
  ctx.lineWidth = 1.5 * ratio;
  peers.forEach(({ stepMs }, i) => {
    const x = plot.valToPos(i, 'x', true);
    const [low, high] = [stepMs.low, stepMs.high].map((v) => plot.valToPos(v, 'y', true));
    ctx.beginPath();
    ctx.moveTo(x, low ?? 0);
    ctx.lineTo(x, high ?? 0);
    ctx.stroke();
    ctx.fillText(figure(stepMs.median), x, (high ?? 0) - 8 * ratio);
  });
  ctx.restore();
}
