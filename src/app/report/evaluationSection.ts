// The report's evaluation: the report per class, the confusion matrix, the most confused pairs and
// the most confident errors with their images, the calibration.

import { type Evaluation, type Misclassified } from '../evaluation.ts';
import { mostConfusedClasses, shownText } from '../readable.ts';
import { counted, grouped, percent } from '../wording.ts';
import { calibrationChart } from './distributions.ts';
import { html, type Markup } from './markup.ts';
import { type ImageSource } from './pixels.ts';

const PAIRS = 6;
const IMAGES_A_PAIR = 5;
const GALLERY = 24;

export function evaluationSection(evaluation: Evaluation, image: ImageSource): Markup {
  const { accuracy, interval, count, loss } = evaluation;
  return html`<p>
      Of ${counted(count, 'test image')}, none of which was used in training,
      ${grouped(count - evaluation.misclassified.length)} were recognized: an accuracy of
      ${percent(accuracy, 2)}, with a 95% interval of ${percent(interval.low, 2)} to
      ${percent(interval.high, 2)} (Wilson), and
      ${Number.isFinite(loss) ? `a mean cross-entropy of ${loss.toFixed(4)}` : 'no mean cross-entropy, since not all outputs are finite numbers'}.
    </p>
    <h3>Class by class</h3>
    ${reportTable(evaluation)}
    <h3>Confusion matrix</h3>
    ${confusionTable(evaluation)} ${pairs(evaluation, image)} ${gallery(evaluation, image)}
    ${calibrationFigure(evaluation)}`;
}

function reportTable({ report }: Evaluation): Markup {
  const cells = (s: { precision: number; recall: number; f1: number; support: number }) =>
    html`<td class="n">${s.precision.toFixed(3)}</td>
      <td class="n">${s.recall.toFixed(3)}</td>
      <td class="n">${s.f1.toFixed(3)}</td>
      <td class="n">${grouped(s.support)}</td>`;
  const row = (c: (typeof report.classes)[number]) =>
    html`<tr>
      <th scope="row">${c.name}</th>
      ${cells(c)}
      <td class="bar" aria-hidden="true"><i style="--share:${c.f1.toFixed(3)}"></i></td>
    </tr>`;
  return html`<table class="wide">
    <thead>
      <tr>
        <th scope="col">Class</th>
        <th scope="col" class="n">Precision</th>
        <th scope="col" class="n">Recall</th>
        <th scope="col" class="n">F1</th>
        <th scope="col" class="n">Images</th>
        <td class="bar" aria-hidden="true">F1</td>
      </tr>
    </thead>
    <tbody>
      ${report.classes.map(row)}
    </tbody>
    <tfoot>
      <tr>
        <th scope="row">Macro average</th>
        ${cells(report.macro)}
        <td></td>
      </tr>
      <tr>
        <th scope="row">Weighted average</th>
        ${cells(report.weighted)}
        <td></td>
      </tr>
    </tfoot>
    <caption>
      Precision: of the images given this name, the share that bears it rightly. Recall: of the
      images of this class, the share that was found. F1 is their harmonic mean.
    </caption>
  </table>`;
}

function confusionTable({ confusion, classes, report }: Evaluation): Markup {
  const supports = report.classes.map((c) => c.support);
  const share = (t: number, p: number) => {
    const support = supports[t] ?? 0;
    return support === 0 ? 0 : (confusion[t]?.[p] ?? 0) / support;
  };
  const shown = mostConfusedClasses(confusion);
  const worst = Math.max(
    ...shown.map((t) => Math.max(...shown.map((p) => (p === t ? 0 : share(t, p))))),
  );
  const cell = (count: number, t: number, p: number) => {
    if (t === p) return html`<td class="hit">${count}</td>`;
    if (count === 0) return html`<td class="none">·</td>`;
    // The root lets errors that are a tenth of the worst still show.
    const ground = Math.sqrt(share(t, p) / worst);
    return html`<td style="--share:${ground.toFixed(3)}">${count}</td>`;
  };
  const rows = shown.map(
    (t) =>
      html`<tr>
        <th scope="row">${classes[t] ?? ''}</th>
        ${shown.map((p) => cell(confusion[t]?.[p] ?? 0, t, p))}
      </tr>`,
  );
  return html`<table class="confusion">
    <thead>
      <tr>
        <th scope="col">True class</th>
        ${shown.map((p) => html`<th scope="col">${classes[p] ?? ''}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
    <caption>
      Rows are true classes, columns what the network said. Gray cells were recognized; an error’s
      ground is the stronger the larger its share of the row.
      ${shownText(shown.length, classes.length)}
    </caption>
  </table>`;
}

function pairs({ confusedPairs, misclassified, classes }: Evaluation, image: ImageSource) {
  if (confusedPairs.length === 0) return null;
  const cards = confusedPairs.slice(0, PAIRS).map((pair) => {
    const name = (k: number) => classes[k] ?? '';
    const found = misclassified.filter(
      (m) => m.label === pair.label && m.predicted === pair.predicted,
    );
    return html`<div>
      <h4>${name(pair.label)} → ${name(pair.predicted)}</h4>
      <p class="soft">${counted(pair.count, 'image')}, ${percent(pair.share)} of the class</p>
      <div class="strip">
        ${found.slice(0, IMAGES_A_PAIR).map((m) => image(m.index, alt(m, classes)))}
      </div>
    </div>`;
  });
  return html`<h3>Most confused pairs</h3>
    <p class="soft">
      The true class stands before the arrow, the answer behind it; of each pair the most confident
      errors are shown.
    </p>
    <div class="pairs">${cards}</div>`;
}

function gallery({ misclassified, classes }: Evaluation, image: ImageSource): Markup | null {
  if (misclassified.length === 0) return null;
  const shown = misclassified.slice(0, GALLERY);
  const figures = shown.map(
    (m) =>
      html`<figure>
        ${image(m.index, alt(m, classes))}
        <figcaption>
          <b>${classes[m.label] ?? ''}</b>called ${classes[m.predicted] ?? ''},
          ${percent(m.probability)}<br />truth ${percent(m.probabilityOfTruth)}
        </figcaption>
      </figure>`,
  );
  const title =
    shown.length === 1 ? 'The most confident error' : `The ${shown.length} most confident errors`;
  return html`<h3>${title}</h3>
    <p class="soft">
      Of ${counted(misclassified.length, 'error')}, those in which the network was surest: the label
      of the data set, what the network called it, and the probabilities that it gave to either.
    </p>
    <div class="gallery">${figures}</div>`;
}

function alt(m: Misclassified, classes: readonly string[]): string {
  return `Test image ${m.index}: ${classes[m.label] ?? ''}, called ${classes[m.predicted] ?? ''}`;
}

function calibrationFigure({ calibration, accuracy }: Evaluation): Markup {
  const rows = calibration.bins
    .filter((bin) => bin.count > 0)
    .map(
      (bin) =>
        html`<tr>
          <th scope="row">${percent(bin.low, 0)} to ${percent(bin.high, 0)}</th>
          <td class="n">${grouped(bin.count)}</td>
          <td class="n">${percent(bin.confidence)}</td>
          <td class="n">${percent(bin.accuracy)}</td>
        </tr>`,
    );
  return html`<h3>Is it as sure as it should be?</h3>
    <div class="side">
      <figure>
        ${calibrationChart(calibration)}
        <figcaption>
          On the dotted line the network keeps what it promises; below it, it is overconfident. The
          larger a dot, the more images.
        </figcaption>
      </figure>
      <figure>
        <table class="wide">
          <thead>
            <tr>
              <th scope="col">Confidence</th>
              <th scope="col" class="n">Images</th>
              <th scope="col" class="n">Mean</th>
              <th scope="col" class="n">Accuracy</th>
            </tr>
          </thead>
          <tbody>
            ${rows}
          </tbody>
          <caption>
            Mean confidence ${percent(accuracy + calibration.bias)}, accuracy ${percent(accuracy)};
            expected calibration error ${percent(calibration.error)}.
          </caption>
        </table>
      </figure>
    </div>`;
}
