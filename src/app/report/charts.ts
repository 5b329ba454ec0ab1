// The report's charts as SVG that needs no script: curves over epochs, the pixel histogram, the
// calibration diagram. Values show on hover; the same values stand in a table beside each chart.

import { type Calibration } from '../../nn/index.ts';
import { grouped, percent } from '../wording.ts';
import { html, type Markup } from './markup.ts';
import { roundScale, spread, wholeTicks } from './scale.ts';

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

/** Curves over epochs, each labelled at its end with its last value. */
export function curveChart(chart: CurveChart): Markup {
  const { series, epochs, format } = chart;
  const width = WIDTH - LEFT - RIGHT;
  const height = HEIGHT - TOP - BOTTOM;
  const all = series.flatMap((s) => s.values.filter((v) => v !== null && Number.isFinite(v)));
  const finite = all.filter((v) => v !== null);
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  // A range that comes near the floor starts there, so that heights can be compared.
  const near = low - chart.floor < (high - chart.floor) * 0.5;
  const y = roundScale(near ? chart.floor : low, Math.min(high, chart.ceiling), height);
  const last = epochs.at(-1) ?? 1;
  const first = epochs[0] ?? 1;
  const px = (epoch: number) =>
    round(LEFT + (last === first ? width / 2 : ((epoch - first) / (last - first)) * width));
  const py = (value: number) => round(TOP + height - y.at(value));
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
  const below = wholeTicks(last, 8).map(
    (tick) =>
      html`<text class="tick" x="${px(tick)}" y="${TOP + height + 20}" text-anchor="middle"
        >${tick}</text
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
          : html`<text class="label ${kind}" x="${LEFT + width + 14}" y="${round(label)}"
                >${s.name}</text
              ><text class="label value ${kind}" x="${LEFT + width + 14}" y="${round(label + 15)}"
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
  return `${chart.title} over ${chart.epochs.length} epochs: ${said.join('; ')}.`;
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
  // Above the lowest point of a curve there is room.
  const below = y - 24 < TOP;
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
      ><rect x="${round(x - half)}" y="${TOP}" width="${round(2 * half)}" height="${height}" /><g
        class="tip"
        ><line x1="${x}" x2="${x}" y1="${TOP}" y2="${TOP + height}" /><text
          x="${left ? x + 8 : x - 8}"
          y="${TOP + 12}"
          text-anchor="${left ? 'start' : 'end'}"
          >${[`epoch ${epoch}`, ...lines].map((line, n) => html`<tspan x="${left ? x + 8 : x - 8}" dy="${n === 0 ? 0 : 16}">${line}</tspan>`)}</text
        ></g
      ></g
    >`;
  });
}

/**
 * Histogram of pixel values in `bins`, the lowest bin, which holds the empty ground, cut off at
 * the top of the scale and labelled with its share.
 */
export function pixelHistogram(bins: readonly number[]): Markup {
  const [w, h, left, top, bottom] = [920, 240, 48, 22, 36];
  const width = w - left - 12;
  const height = h - top - bottom;
  const total = bins.reduce((a, b) => a + b, 0);
  const shares = bins.map((count) => count / total);
  const scale = roundScale(0, Math.max(...shares.slice(1)), height, 4);
  const step = width / bins.length;
  const perBin = 256 / bins.length;
  const columns = shares.map((share, i) => {
    const tall = Math.min(height, Math.max(share > 0 ? 0.5 : 0, scale.at(share)));
    const values = `${i * perBin}–${(i + 1) * perBin - 1}`;
    return html`<rect
      class="column"
      x="${round(left + i * step)}"
      y="${round(top + height - tall)}"
      width="${round(step - 1)}"
      height="${round(tall)}"
      ><title>${values}: ${percent(share)}</title></rect
    >`;
  });
  const grid = scale.ticks.map(
    (tick) =>
      html`<line
          class="grid"
          x1="${left}"
          x2="${left + width}"
          y1="${round(top + height - scale.at(tick))}"
          y2="${round(top + height - scale.at(tick))}"
        /><text
          class="tick"
          x="${left - 8}"
          y="${round(top + height - scale.at(tick)) + 4}"
          text-anchor="end"
          >${(tick * 100).toFixed(Math.max(0, scale.digits - 2))}%</text
        >`,
  );
  const cutOff = (shares[0] ?? 0) > scale.high;
  const ticks = [0, 64, 128, 192, 255].map(
    (value) =>
      html`<text
        class="tick"
        x="${round(left + (value / 255) * width)}"
        y="${h - 14}"
        text-anchor="middle"
        >${value}</text
      >`,
  );
  return html`<svg
    class="chart wide"
    viewBox="0 0 ${w} ${h}"
    role="img"
    aria-label="Histogram of pixel values: ${percent(shares[0] ?? 0)} of ${grouped(total)} pixels lie in 0–${perBin - 1}, ${percent(shares.at(-1) ?? 0)} in ${256 - perBin}–255."
  >
    ${grid}${columns}${ticks}${cutOff ? html`<path class="break" d="M${left - 3} ${top + 13}l${round(step + 6)} -6m0 5l-${round(step + 6)} 6" /><text class="note" x="${round(left + step + 10)}" y="${top + 12}">${percent(shares[0] ?? 0)} of the pixels, beyond the scale</text>` : null}
  </svg>`;
}

/** Accuracy over confidence, a point a bin, its area by its count; the diagonal is what is promised. */
export function calibrationChart(calibration: Calibration): Markup {
  const [size, left, top, bottom] = [236, 68, 12, 44];
  const filled = calibration.bins.filter((bin) => bin.count > 0);
  const most = Math.max(...filled.map((bin) => bin.count));
  const px = (v: number) => round(left + v * size);
  const py = (v: number) => round(top + size - v * size);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (v) =>
      html`<line class="grid" x1="${left}" x2="${left + size}" y1="${py(v)}" y2="${py(v)}" /><text
          class="tick"
          x="${left - 8}"
          y="${py(v) + 4}"
          text-anchor="end"
          >${v * 100}%</text
        ><text class="tick" x="${px(v)}" y="${top + size + 18}" text-anchor="middle"
          >${v * 100}%</text
        >`,
  );
  const dots = filled.map(
    (bin) =>
      html`<circle
        class="dot"
        cx="${px(bin.confidence)}"
        cy="${py(bin.accuracy)}"
        r="${round(3 + 9 * Math.sqrt(bin.count / most))}"
        ><title>
          ${grouped(bin.count)} images: confidence ${percent(bin.confidence)}, accuracy
          ${percent(bin.accuracy)}
        </title></circle
      >`,
  );
  return html`<svg
    class="chart square"
    viewBox="0 0 ${left + size + 16} ${top + size + bottom}"
    role="img"
    aria-label="Calibration: accuracy over confidence in ${filled.length} bins; expected calibration error ${percent(calibration.error)}."
  >
    ${ticks}
    <line class="promise" x1="${px(0)}" y1="${py(0)}" x2="${px(1)}" y2="${py(1)}" />
    ${dots}
    <text class="tick" x="${left + size / 2}" y="${top + size + 38}" text-anchor="middle">
      confidence
    </text>
    <text class="tick" transform="translate(14 ${top + size / 2}) rotate(-90)" text-anchor="middle">
      accuracy
    </text>
  </svg>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
