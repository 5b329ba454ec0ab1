// Curves over epochs as SVG that needs no script: values show on hover, and stand in a table beside.

import { placeText } from '../extent.ts';
import { html, type Markup } from './markup.ts';
import { rounded, roundScale, spread, wholeTicks } from './scale.ts';

export interface Series {
  readonly name: string;
  /** One value an epoch; null or not finite where there is none. */
  readonly values: readonly (number | null)[];
  /** The accent belongs to one series, the one that decides. */
  readonly accent: boolean;
}

export interface CurveChart {
  readonly title: string;
  readonly series: readonly Series[];
  /** Where each value stands: whole, or a fraction where an epoch was stopped. */
  readonly epochs: readonly number[];
  /** Words for a value, and for a tick with as many decimals as the scale needs. */
  readonly format: (value: number) => string;
  readonly tick: (value: number, digits: number) => string;
  /** Lowest and highest value that can occur; the axis goes no further. */
  readonly floor: number;
  readonly ceiling: number;
  /** A point worth a ring: series, position in its values, and words for it. */
  readonly mark?: { readonly series: number; readonly at: number; readonly text: string };
}

const WIDTH = 460;
const HEIGHT = 300;
const LEFT = 48;
const RIGHT = 118;
const TOP = 14;
const BOTTOM = 40;

/** Curves over epochs, each labeled at its end with its last value. */
export function curveChart(chart: CurveChart): Markup {
  const { series, epochs, format } = chart;
  const width = WIDTH - LEFT - RIGHT;
  const height = HEIGHT - TOP - BOTTOM;
  const finite = series.flatMap((s) => s.values.filter((v) => v !== null && Number.isFinite(v)));
  const values = finite.length > 0 ? finite.filter((v) => v !== null) : [0, 1];
  const low = Math.min(...values);
  const high = Math.max(...values);
  // A range that comes near the floor starts there, so that heights can be compared.
  const near = low - chart.floor < (high - chart.floor) * 0.5;
  const y = roundScale(near ? chart.floor : low, Math.min(high, chart.ceiling), height);
  const last = epochs.at(-1) ?? 1;
  const first = epochs[0] ?? 1;
  const px = (epoch: number) =>
    rounded(LEFT + (last === first ? width / 2 : ((epoch - first) / (last - first)) * width));
  const py = (value: number) => rounded(TOP + height - y.at(value));
  const ends = series.map((s) => lastPoint(s, epochs));
  const labels = spread(
    ends.map((end) => (end === null ? 0 : py(end.value))),
    34,
    TOP + height - 10,
  );
  const grid = y.ticks.map(
    (tick) =>
      html`<line
          class="grid"
          x1="${LEFT}"
          x2="${LEFT + width}"
          y1="${py(tick)}"
          y2="${py(tick)}"
        /><text class="tick" x="${LEFT - 8}" y="${py(tick) + 4}" text-anchor="end"
          >${chart.tick(tick, y.digits)}</text
        >`,
  );
  const whole = wholeTicks(last, 8).filter((tick) => tick >= first);
  const below = (whole.length > 0 ? whole : [last]).map(
    (tick) =>
      html`<text class="tick" x="${px(tick)}" y="${TOP + height + 20}" text-anchor="middle"
        >${placeText(tick)}</text
      >`,
  );
  const lines = series.map((s, i) => {
    const kind = s.accent ? 'first' : 'second';
    const label = labels[i] ?? 0;
    const end = ends[i] ?? null;
    return html`<path
        class="line ${kind}"
        d="${path(s, epochs, px, py)}"
      />${points(s, epochs, px, py, kind)}${
        end === null
          ? null
          : html`<text class="label ${kind}" x="${LEFT + width + 14}" y="${rounded(label)}"
                >${s.name}</text
              ><text class="label value ${kind}" x="${LEFT + width + 14}" y="${rounded(label + 15)}"
                >${format(end.value)}</text
              >`
      }`;
  });
  return html`<svg
    class="chart"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    role="img"
    aria-label="${describe(chart, ends)}"
  >
    ${grid}${below}
    <line
      class="axis"
      x1="${LEFT}"
      x2="${LEFT + width}"
      y1="${TOP + height}"
      y2="${TOP + height}"
    />
    <text class="tick" x="${LEFT + width / 2}" y="${HEIGHT - 2}" text-anchor="middle">epoch</text>
    ${lines}${ring(chart, px, py)}${probes(chart, px, width, height)}
  </svg>`;
}

function lastPoint(series: Series, epochs: readonly number[]) {
  const at = series.values.findLastIndex((v) => v !== null && Number.isFinite(v));
  const value = series.values[at];
  return value === undefined || value === null ? null : { epoch: epochs[at] ?? 0, value };
}

function describe(chart: CurveChart, ends: readonly ReturnType<typeof lastPoint>[]): string {
  const said = chart.series.map((s, i) => {
    const from = s.values.find((v) => v !== null && Number.isFinite(v));
    const end = ends[i];
    return from === undefined || from === null || end === null || end === undefined
      ? `${s.name}: no values`
      : `${s.name} from ${chart.format(from)} to ${chart.format(end.value)}`;
  });
  return `${chart.title} over ${placeText(chart.epochs.at(-1) ?? 0)} epochs: ${said.join('; ')}.`;
}

type Place = (value: number) => number;

/** A path that is broken where a value is missing. */
function path(series: Series, epochs: readonly number[], px: Place, py: Place): string {
  let pen = 'M';
  let d = '';
  series.values.forEach((value, i) => {
    if (value === null || !Number.isFinite(value)) pen = 'M';
    else {
      d += `${pen}${px(epochs[i] ?? 0)} ${py(value)}`;
      pen = 'L';
    }
  });
  return d;
}

/** Points stand on the accent's curve while they are few, and on a curve of one value. */
function points(series: Series, epochs: readonly number[], px: Place, py: Place, kind: string) {
  const few = series.accent ? epochs.length <= 30 : epochs.length === 1;
  if (!few) return null;
  return series.values.map((value, i) =>
    value === null || !Number.isFinite(value)
      ? null
      : html`<circle class="point ${kind}" cx="${px(epochs[i] ?? 0)}" cy="${py(value)}" r="3" />`,
  );
}

function ring({ mark, series, epochs }: CurveChart, px: Place, py: Place): Markup | null {
  const value = mark && series[mark.series]?.values[mark.at];
  if (mark === undefined || value === undefined || value === null) return null;
  const x = px(epochs[mark.at] ?? 0);
  const y = py(value);
  // The words stand on the side where no other curve runs.
  const below =
    series.some((s) => (s.values[mark.at] ?? value) > value) && y + 30 < HEIGHT - BOTTOM;
  return html`<circle class="ring" cx="${x}" cy="${y}" r="6.5" /><text
      class="note"
      x="${x}"
      y="${below ? y + 24 : y - 13}"
      text-anchor="${x > WIDTH - RIGHT - 60 ? 'end' : 'middle'}"
      >${mark.text}</text
    >`;
}

/** A strip an epoch that shows its values while the pointer is over it. */
function probes(chart: CurveChart, px: Place, width: number, height: number): Markup[] {
  const { epochs, series, format } = chart;
  const half = epochs.length < 2 ? width / 2 : width / (epochs.length - 1) / 2;
  return epochs.map((epoch, i) => {
    const x = px(epoch);
    const lines = series.map((s) => {
      const value = s.values[i];
      const shown = value === null || value === undefined || !Number.isFinite(value);
      return `${s.name} ${shown ? '–' : format(value)}`;
    });
    const left = x < LEFT + width / 2;
    return html`<g class="probe"
      ><rect
        x="${rounded(x - half)}"
        y="${TOP}"
        width="${rounded(2 * half)}"
        height="${height}"
      /><g class="tip"
        ><line x1="${x}" x2="${x}" y1="${TOP}" y2="${TOP + height}" /><text
          x="${left ? x + 8 : x - 8}"
          y="${TOP + 12}"
          text-anchor="${left ? 'start' : 'end'}"
          >${[`epoch ${placeText(epoch)}`, ...lines].map((line, n) => html`<tspan x="${left ? x + 8 : x - 8}" dy="${n === 0 ? 0 : 16}">${line}</tspan>`)}</text
        ></g
      ></g
    >`;
  });
}
