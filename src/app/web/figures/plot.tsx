// A uPlot chart as a component: made once, fed with data, sized by its place, colored by the page.
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { tickTexts } from '../../numerals.ts';
import 'uplot/dist/uPlot.min.css';

interface PlotProps {
  /** All but the size. Taken when the chart is made, and again when `key` changes. */
  readonly options: Omit<uPlot.Options, 'width' | 'height'>;
  readonly data: uPlot.AlignedData;
  readonly height: number;
  /** What it shows, for those who do not see it; the numbers stand in a table beside it. */
  readonly label: string;
}

export function Plot({ options, data, height, label }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>();
  useEffect(() => {
    const target = place.current;
    if (!target) return undefined;
    const made = new uPlot({ ...options, width: target.clientWidth, height }, data, target);
    plot.current = made;
    const sized = new ResizeObserver(() => {
      if (target.clientWidth !== made.width) made.setSize({ width: target.clientWidth, height });
    });
    sized.observe(target);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const recolor = () => made.redraw(false, true);
    scheme.addEventListener('change', recolor);
    return () => {
      scheme.removeEventListener('change', recolor);
      sized.disconnect();
      made.destroy();
    };
  }, [options, height]);
  useEffect(() => plot.current?.setData(data), [data]);
  return <div ref={place} class="plot" role="img" aria-label={label} />;
}

/** Hooks of a chart of curves: while nobody points at it, its legend tells the last value of each. */
export const LAST_VALUES: uPlot.Hooks.Arrays = {
  // The last of the data before may lie beyond the end of these.
  setData: [(plot) => plot.setLegend({ idxs: plot.data.map(() => null) }, false)],
  setLegend: [
    (plot) => {
      if (plot.legend.idxs?.some((at) => at !== null)) return;
      const last = plot.data.map((column) => {
        const at = Array.from(column).findLastIndex((value) => value !== null);
        return at < 0 ? null : at;
      });
      if (last.some((at) => at !== null)) plot.setLegend({ idxs: last }, false);
    },
  ],
};

/** A color of the page by the name of its property, read when the chart is drawn. */
export const color = (property: string) => () =>
  getComputedStyle(document.documentElement).getPropertyValue(property).trim();

/** Axes as the page's other text: quiet labels, hairline grid, no ticks. */
export function axis(rest: uPlot.Axis): uPlot.Axis {
  const hairline = { stroke: color('--rule'), width: 1 };
  return {
    stroke: color('--soft'),
    font: '12px "Inter Variable", system-ui, sans-serif',
    grid: hairline,
    ticks: { show: false },
    ...rest,
  };
}

/** Ticks that a filter took away are null. */
const texts = (ticks: readonly (number | null)[], factor = 1, unit = ''): string[] => {
  const seen = ticks.filter((tick) => tick !== null);
  const written = new Map(tickTexts(seen.map((tick) => tick * factor)).map((t, i) => [seen[i], t]));
  return ticks.map((tick) => (tick === null ? '' : `${written.get(tick)}${unit}`));
};

/** As wide as its longest text, at least as wide as a chart beside it usually has. */
const size = (_: uPlot, values: string[] | null) =>
  Math.max(46, 14 + 7 * Math.max(0, ...(values ?? []).map((text) => text.length)));

/** An axis of numbers of any size. */
export const NUMBERS: uPlot.Axis = { size, values: (_, ticks) => texts(ticks) };

/** An axis of shares of a total, as percentages. */
export const sharesOf = (total: number): uPlot.Axis => ({
  size,
  values: (_, ticks) => texts(ticks, 100 / total, '%'),
});
export const SHARES = sharesOf(1);
