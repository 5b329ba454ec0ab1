// The report's training: curves of loss and accuracy over the epochs, and the values behind them.

import { endOf, epochText, workText } from '../extent.ts';
import { type EpochRecord, type RunRecord, activeInTraining } from '../record.ts';
import { numeral } from '../numerals.ts';
import { counted, duration, grouped, listed, percent, setting } from '../wording.ts';
import { curveChart, type CurveChart, type Series } from './curveChart.ts';
import { html, type Markup } from './markup.ts';

export function trainingSection(record: RunRecord): Markup {
  const { epochs } = record;
  const intro = html`<p>${sentence(record)}</p>`;
  if (epochs.length === 0)
    return html`${intro}
      <p>No epoch was completed, so there is no curve.</p>`;
  const validated = epochs.some((e) => e.validationLoss !== null);
  const series = (
    train: (e: EpochRecord) => number,
    validation: (e: EpochRecord) => number | null,
  ): Series[] => [
    { name: 'training', values: epochs.map(train), accent: !validated },
    ...(validated ? [{ name: 'validation', values: epochs.map(validation), accent: true }] : []),
  ];
  const numbers = epochs.map(endOf);
  const best = bestEpoch(epochs);
  const loss: CurveChart = {
    title: 'Loss',
    series: series(
      (e) => e.trainLoss,
      (e) => e.validationLoss,
    ),
    epochs: numbers,
    format: (value) => (isPlain(value) ? value.toFixed(value < 10 ? 3 : 1) : numeral(value)),
    tick: (value, digits) =>
      isPlain(value) && digits <= 4 ? value.toFixed(digits) : numeral(value, 12),
    floor: 0,
    ceiling: Infinity,
    ...(best !== null && epochs.length > 1 && { mark: { series: 1, at: best, text: 'lowest' } }),
  };
  const accuracy: CurveChart = {
    title: 'Accuracy',
    series: series(
      (e) => e.trainAccuracy,
      (e) => e.validationAccuracy,
    ),
    epochs: numbers,
    format: (value) => percent(value),
    tick: (value, digits) => `${(value * 100).toFixed(Math.max(0, digits - 2))}%`,
    floor: 0,
    ceiling: 1,
  };
  const active = activeInTraining(record);
  return html`${intro}
    <div class="side">
      ${chartFigure(loss, 'Cross-entropy, mean over images, in nats.')}
      ${chartFigure(accuracy, 'Share of images recognized.')}
    </div>
    <p class="soft">
      Training figures are means over an epoch in which the weights still
      change${active && `, taken with ${active} active`}, so they read low.
    </p>
    ${epochTable(epochs)}`;
}

/** A loss that can be written out; others are powers of ten. */
const isPlain = (loss: number) => loss === 0 || (loss >= 0.001 && loss < 1e6);

function sentence({ config, dataset, epochs, speed }: RunRecord): string {
  const work = `${workText(epochs)} over ${counted(dataset.counts.train, 'image')}`;
  const rate = epochs.map((e) => e.imagesPerSecond).filter((v) => Number.isFinite(v));
  const mean = rate.reduce((a, b) => a + b, 0) / rate.length;
  const facts = [
    `batches of ${config.batchSize}`,
    `${optimizerName(config.optimizer)} at a learning rate of ${setting(config.learningRate)}${config.schedule === 'cosine' ? ', reached by a short rise and left along half a cosine down to 0,' : ''}`,
    ...(rate.length > 0 ? [`${grouped(mean)} images a second on average`] : []),
  ];
  return `${work}: ${listed(facts)}. A training step took ${duration(speed.medianStepMs)} at the median (95th percentile ${duration(speed.p95StepMs)}), in ${counted(speed.dispatchesPerStep, 'dispatch', 'dispatches')}.`;
}

/** The field's spelling of an optimizer that an option gives in lowercase. */
function optimizerName(name: string): string {
  const names = new Map([
    ['sgd', 'SGD'],
    ['adam', 'Adam'],
    ['adamw', 'AdamW'],
  ]);
  return names.get(name.toLowerCase()) ?? name;
}

function chartFigure(chart: CurveChart, caption: string): Markup {
  return html`<figure>
    <h3>${chart.title}</h3>
    ${curveChart(chart)}
    <figcaption>${caption}</figcaption>
  </figure>`;
}

function bestEpoch(epochs: readonly EpochRecord[]): number | null {
  let best: number | null = null;
  epochs.forEach(({ validationLoss }, i) => {
    if (validationLoss === null || !Number.isFinite(validationLoss)) return;
    if (validationLoss < (epochs[best ?? -1]?.validationLoss ?? Infinity)) best = i;
  });
  return best;
}

function epochTable(epochs: readonly EpochRecord[]): Markup {
  const fixed = (value: number | null) =>
    value === null || !Number.isFinite(value)
      ? '–'
      : isPlain(value)
        ? value.toFixed(4)
        : numeral(value, 5);
  const share = (value: number | null) => (value === null ? '–' : percent(value, 2));
  const rows = epochs.map(
    (e) =>
      html`<tr>
        <th scope="row" class="n">${epochText(e)}</th>
        <td class="n">${fixed(e.trainLoss)}</td>
        <td class="n">${share(e.trainAccuracy)}</td>
        <td class="n">${fixed(e.validationLoss)}</td>
        <td class="n">${share(e.validationAccuracy)}</td>
        <td class="n">${setting(e.learningRate)}</td>
        <td class="n">${duration(e.timeMs)}</td>
        <td class="n">${grouped(e.imagesPerSecond)}</td>
      </tr>`,
  );
  return html`<details>
    <summary>Every epoch as a table</summary>
    <div class="scroll" role="region" aria-label="Every epoch" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col" class="n">Epoch</th>
            <th scope="col" class="n">Training loss</th>
            <th scope="col" class="n">Training accuracy</th>
            <th scope="col" class="n">Validation loss</th>
            <th scope="col" class="n">Validation accuracy</th>
            <th scope="col" class="n">Learning rate</th>
            <th scope="col" class="n">Time</th>
            <th scope="col" class="n">Images/s</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </details>`;
}
