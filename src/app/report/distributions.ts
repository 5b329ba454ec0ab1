// Distributions as SVG that needs no script: the histogram of pixel values, the calibration diagram.

import { type Calibration } from '../../nn/index.ts';
import { grouped, percent } from '../wording.ts';
import { html, type Markup } from './markup.ts';
import { rounded, roundScale } from './scale.ts';

/**
 * Histogram of pixel values in `bins`, the lowest bin, which holds the empty ground, cut off at
 * the top of the scale and labeled with its share.
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
      x="${rounded(left + i * step)}"
      y="${rounded(top + height - tall)}"
      width="${rounded(step - 1)}"
      height="${rounded(tall)}"
      ><title>${values}: ${percent(share)}</title></rect
    >`;
  });
  const grid = scale.ticks.map(
    (tick) =>
      html`<line
          class="grid"
          x1="${left}"
          x2="${left + width}"
          y1="${rounded(top + height - scale.at(tick))}"
          y2="${rounded(top + height - scale.at(tick))}"
        /><text
          class="tick"
          x="${left - 8}"
          y="${rounded(top + height - scale.at(tick)) + 4}"
          text-anchor="end"
          >${(tick * 100).toFixed(Math.max(0, scale.digits - 2))}%</text
        >`,
  );
  const cutOff = (shares[0] ?? 0) > scale.high;
  const ticks = [0, 64, 128, 192, 255].map(
    (value) =>
      html`<text
        class="tick"
        x="${rounded(left + (value / 255) * width)}"
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
    ${grid}${columns}${ticks}${cutOff ? html`<path class="break" d="M${left - 3} ${top + 13}l${rounded(step + 6)} -6m0 5l-${rounded(step + 6)} 6" /><text class="note" x="${rounded(left + step + 10)}" y="${top + 12}">${percent(shares[0] ?? 0)} of the pixels, beyond the scale</text>` : null}
  </svg>`;
}

/** Accuracy over confidence, a point a bin, its area by its count; the diagonal is what is promised. */
export function calibrationChart(calibration: Calibration): Markup {
  const [size, left, top, bottom] = [236, 68, 12, 44];
  const filled = calibration.bins.filter((bin) => bin.count > 0);
  const most = Math.max(...filled.map((bin) => bin.count));
  const px = (v: number) => rounded(left + v * size);
  const py = (v: number) => rounded(top + size - v * size);
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
        r="${rounded(3 + 9 * Math.sqrt(bin.count / most))}"
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
