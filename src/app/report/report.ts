// The report of a run: one HTML file that needs nothing else, told in the order of the notebook.

import { type DataSet } from '../data/dataset.ts';
import { type Exploration } from '../data/eda.ts';
import { type Paragraph } from '../discussion.ts';
import { type Evaluation } from '../evaluation.ts';
import { workText } from '../extent.ts';
import { type RunRecord } from '../record.ts';
import { accuracyTitle } from '../settings/said.ts';
import { counted, duration, grouped, percent } from '../wording.ts';
import { dataSection, preparationSection } from './dataSection.ts';
import { discussionSection } from './discussionSection.ts';
import { evaluationSection } from './evaluationSection.ts';
import figures from './figures.css?raw';
import { html, Markup } from './markup.ts';
import { modelSection } from './modelSection.ts';
import palette from '../palette.css?raw';
import page from './page.css?raw';
import { imagesOf } from './pixels.ts';
import { moment, runSection } from './runSection.ts';
import tables from './tables.css?raw';
import { trainingSection } from './trainingSection.ts';

export interface ReportInput {
  readonly record: RunRecord;
  readonly evaluation: Evaluation;
  readonly exploration: Exploration;
  /** The set of the run; its test images are those that were judged. */
  readonly data: DataSet;
  readonly discussion: readonly Paragraph[];
}

/** Nothing may be loaded and no script may run, whatever a data set's names contain. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** The whole document. Every text that comes from outside is escaped. */
export function reportHtml(input: ReportInput): string {
  const { record, evaluation, exploration, data, discussion } = input;
  const image = (images: Uint8Array) => imagesOf(images, data.width, data.height);
  const sections: readonly (readonly [id: string, title: string, body: Markup])[] = [
    ['problem', 'Problem', problem(record)],
    ['data', 'Data', dataSection(record, exploration, image(data.train.images))],
    ['preparation', 'Preparation', preparationSection(record, exploration)],
    ['model', 'Model', modelSection(record.model)],
    ['training', 'Training', trainingSection(record)],
    ['evaluation', 'Evaluation', evaluationSection(evaluation, image(data.test.images))],
    ['discussion', 'Discussion', discussionSection(discussion, record.config)],
    ['run', 'How it was run', runSection(record)],
  ];
  const title = `${record.dataset.title}: ${percent(evaluation.accuracy)} ${accuracyTitle(record.config)}`;
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${new Markup(palette + page + tables + figures)}
        </style>
      </head>
      <body>
        ${head(record, evaluation)}
        <nav aria-label="Sections">
          <ol>
            ${sections.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}
          </ol>
        </nav>
        <main>
          ${sections.map(
            ([id, name, body]) =>
              html`<section id="${id}" aria-labelledby="${id}-title">
                <h2 id="${id}-title">${name}</h2>
                <div>${body}</div>
              </section> `,
          )}
        </main>
        <footer class="soft">
          Written by weft ${record.runtime.weft} at the end of the run. This file is complete: it
          loads nothing.
        </footer>
      </body>
    </html> `;
  return document.text;
}

function head(record: RunRecord, evaluation: Evaluation): Markup {
  const { dataset, speed, adapter, epochs, model } = record;
  const { interval, count, misclassified } = evaluation;
  const [figure = '', unit = ''] = percent(evaluation.accuracy).split(/(?=%)/);
  const facts: readonly (readonly [string, string])[] = [
    ['Test loss', Number.isFinite(evaluation.loss) ? evaluation.loss.toFixed(3) : '–'],
    ['Macro F1', evaluation.report.macro.f1.toFixed(3)],
    ['Trained', `${workText(epochs)}, ${counted(dataset.counts.train, 'image')}`],
    ['Whole run', duration(speed.totalTimeMs)],
    ['Median step', duration(speed.medianStepMs)],
    ['Adapter', adapter.name],
  ];
  return html`<header>
    <p class="kicker">weft, report of a training run, ${moment(record.startedAt)}</p>
    <h1>${dataset.title}</h1>
    <p class="lead">
      A network of ${counted(model.parameters, 'parameter')} recognizes
      ${grouped(count - misclassified.length)} of ${counted(count, 'test image')} in
      ${counted(dataset.classes.length, 'class', 'classes')}.
    </p>
    ${dataset.builtin ? html`<p class="notice">The images of this run were drawn by weft itself. The figures do not speak of Fashion-MNIST.</p>` : null}
    ${record.stopped === 'completed' ? null : html`<p class="notice">${STOPPED[record.stopped]}</p>`}
    <div class="verdict">
      <p class="figure">${figure}<small>${unit}</small></p>
      <p>
        ${accuracyTitle(record.config)}<br /><span class="soft"
          >95% interval ${percent(interval.low)} to ${percent(interval.high)}</span
        >
      </p>
    </div>
    <dl class="facts">
      ${facts.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </header>`;
}

const STOPPED = {
  interrupted: 'The run was interrupted; the figures are those of the weights at that point.',
  diverged: 'The run diverged; the figures are those of the last good weights.',
};

function problem({ dataset }: RunRecord): Markup {
  const names = dataset.classes.map(
    (name, i) => html`${i === 0 ? '' : ', '}<span class="name">${name}</span>`,
  );
  return html`<p>
      Given a small gray image of a piece of clothing, say which of
      ${counted(dataset.classes.length, 'kind')} it is: ${names}. The network sees labeled images
      again and again, and is judged on ${counted(dataset.counts.test, 'image')} that it never saw.
    </p>
    <p>
      One number does not tell how good it is. The report shows what the data looks like, how
      training went, which classes are taken for which, and how sure the network is when it is
      wrong.
    </p>`;
}
