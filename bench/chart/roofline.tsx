// The roofline: what the adapter allows by arithmetic intensity, and every kernel with products as a dot under it.
import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { axis, color, Plot } from '../../src/app/web/figures/plot.tsx';
import { figure, share } from '../report/tables.ts';
import type { Result } from '../result.ts';
import { type Point, pointsOf, ridgeOf, roofAt } from './points.ts';

const HEIGHT = 440;
const LABELS = 8;
const FONT = '12px "Inter Variable", system-ui, sans-serif';

type Options = Omit<uPlot.Options, 'width' | 'height'>;

/** Decades around what is to be seen. */
const decades = (values: readonly number[]): [number, number] => [
  10 ** Math.floor(Math.log10(Math.min(...values))),
  10 ** Math.ceil(Math.log10(Math.max(...values))),
];

/** Area by share of the step; a shape by itself is a small ring. */
const radiusOf = ({ share: part }: Point) => (part === undefined ? 4 : 4 + 16 * Math.sqrt(part));

function optionsOf(points: readonly Point[], x: [number, number], y: [number, number]): Options {
  const words = (ticks: readonly (number | null)[]) =>
    ticks.map((tick) => (tick !== null && Number.isInteger(Math.log10(tick)) ? String(tick) : ''));
  const hidden = { show: false };
  return {
    legend: hidden,
    cursor: { points: hidden, x: false, y: false, drag: { x: false, y: false } },
    scales: {
      x: { time: false, distr: 3, range: x },
      y: { distr: 3, range: y },
    },
    axes: [
      axis({
        label: 'FLOPs a byte',
        labelFont: FONT,
        size: 34,
        values: (_, ticks) => words(ticks),
      }),
      axis({ label: 'GFLOP/s', labelFont: FONT, size: 52, values: (_, ticks) => words(ticks) }),
    ],
    series: [{}, { stroke: color('--ink'), width: 1.5, points: hidden }],
    hooks: {
      draw: [(plot) => drawPoints(plot, points)],
      init: [(plot) => follow(plot, points)],
    },
  };
}

/** Dots, and the names of the largest where there is room. */
function drawPoints(plot: uPlot, points: readonly Point[]): void {
  const { ctx } = plot;
  const ratio = devicePixelRatio;
  const [ink, accent, soft] = ['--ink', '--accent', '--soft'].map((name) => color(name)());
  ctx.save();
  ctx.lineWidth = 1.5 * ratio;
  const taken: { left: number; right: number; y: number }[] = [];
  const place = (p: Point) => ({
    x: plot.valToPos(p.intensity, 'x', true),
    y: plot.valToPos(p.gflopsPerSecond, 'y', true),
  });
  for (const point of points) {
    const { x, y } = place(point);
    ctx.beginPath();
    ctx.arc(x, y, radiusOf(point) * ratio, 0, 2 * Math.PI);
    ctx.globalAlpha = point.share === undefined ? 1 : 0.55;
    ctx.fillStyle = accent ?? '';
    ctx.strokeStyle = (point.share === undefined ? soft : accent) ?? '';
    if (point.share !== undefined) ctx.fill();
    ctx.globalAlpha = 1;
    ctx.stroke();
    taken.push({ left: x - 4 * ratio, right: x + 4 * ratio, y });
  }
  ctx.font = FONT.replace('12px', `${12 * ratio}px`);
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  ctx.fillStyle = ink ?? '';
  const largest = points
    .filter((p) => p.share !== undefined)
    .toSorted((a, b) => (b.share ?? 0) - (a.share ?? 0))
    .slice(0, plot.width > 600 ? LABELS : 0);
  for (const point of largest) {
    const { x, y } = place(point);
    const gap = (radiusOf(point) + 6) * ratio;
    const width = ctx.measureText(point.name).width;
    const sides = [
      { left: x + gap, y },
      { left: x - gap - width, y },
      { left: x + gap / 2, y: y + 1.4 * gap },
      { left: x - gap / 2 - width, y: y + 1.4 * gap },
    ];
    const side = sides.find(
      ({ left, y }) =>
        left > plot.bbox.left &&
        left + width < plot.bbox.left + plot.bbox.width &&
        taken.every(
          (t) => Math.abs(t.y - y) > 14 * ratio || t.right < left || t.left > left + width,
        ),
    );
    if (!side) continue;
    ctx.fillText(point.name, side.left, side.y);
    taken.push({ left: side.left, right: side.left + width, y: side.y });
  }
  ctx.restore();
}

/** The pointer names the dot that it is nearest to. */
function follow(plot: uPlot, points: readonly Point[]): void {
  const tip = document.createElement('div');
  tip.className = 'tip';
  plot.over.append(tip);
  plot.over.addEventListener('mousemove', ({ offsetX, offsetY }) => {
    const away = (p: Point) =>
      Math.hypot(
        plot.valToPos(p.intensity, 'x') - offsetX,
        plot.valToPos(p.gflopsPerSecond, 'y') - offsetY,
      );
    const [nearest] = points.toSorted((a, b) => away(a) - away(b));
    tip.hidden = !nearest || away(nearest) > 40;
    if (!nearest || tip.hidden) return;
    const part = nearest.share === undefined ? '' : `, ${share(nearest.share)} of the step`;
    tip.textContent =
      `${nearest.name} (${nearest.kernels}): ${figure(nearest.gflopsPerSecond)} GFLOP/s, ` +
      `${share(nearest.roofShare)} of the roof${part}`;
    const x = plot.valToPos(nearest.intensity, 'x');
    const isRight = x > plot.over.clientWidth / 2;
    tip.style.left = isRight ? '' : `${x + 14}px`;
    tip.style.right = isRight ? `${plot.over.clientWidth - x + 14}px` : '';
    tip.style.top = `${Math.max(0, plot.valToPos(nearest.gflopsPerSecond, 'y') - 44)}px`;
  });
  plot.over.addEventListener('mouseleave', () => (tip.hidden = true));
  tip.hidden = true;
}

export function Roofline({ result }: { result: Result }) {
  const { ceilings, step, shapes = [] } = result;
  const [options, data] = useMemo(() => {
    const points = [...pointsOf(shapes), ...pointsOf(step?.kernels ?? [], step?.kernelsMs)];
    const ridge = ridgeOf(ceilings);
    const x = decades([ridge, ...points.map((p) => p.intensity)]);
    const xs = [...x, ridge].sort((a, b) => a - b);
    const roof = xs.map((at) => roofAt(at, ceilings));
    const y = decades([roofAt(ridge, ceilings), ...points.map((p) => p.gflopsPerSecond)]);
    const data: uPlot.AlignedData = [xs, roof];
    return [optionsOf(points, x, y), data] as const;
  }, [result]);
  return (
    <figure>
      <Plot
        options={options}
        data={data}
        height={HEIGHT}
        label="Roofline: GFLOP/s of each kernel over its FLOPs a byte, under the adapter's own ceilings. The tables below have the values."
      />
      <figcaption>
        The line is what this adapter allows: {figure(ceilings.bytesPerSecond / 1e9)} GB/s on the
        left, {figure(ceilings.flopsPerSecond / 1e9)} GFLOP/s on the right, both measured in this
        run. Filled dots are kernels of the training step, their area its share of the step; rings
        are shapes timed by themselves. A dot on the line could not be faster. What adds or moves
        but multiplies nothing has no place here; its GB/s stand in the tables.
      </figcaption>
    </figure>
  );
}
