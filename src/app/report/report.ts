// The report of a run: one HTML file that needs nothing else, told in the order of the notebook.

import { type DataSet, shapeOf } from '../data/dataset.ts';
import { isFashion, undrawn } from '../data/fashion.ts';
import { type Exploration } from '../data/eda.ts';
import { type Paragraph } from '../discussion.ts';
import { type Evaluation, moreFigures } from '../evaluation.ts';
import { workText } from '../extent.ts';
import { type RunRecord } from '../record.ts';
import { pixelsText } from '../readable.ts';
import { accuracyTitle } from '../settings/said.ts';
import { counted, duration, grouped, percent } from '../wording.ts';
import { dataSection, preparationSection } from './dataSection.ts';
import { discussionSection } from './discussionSection.ts';
import { documentHtml } from './document.ts';
import { evaluationSection } from './evaluationSection.ts';
import figures from './figures.css?raw';
import { type Markup, html } from './markup.ts';
import { modelSection } from './modelSection.ts';
import { imagesOf } from './pixels.ts';
import { moment, runSection } from './runSection.ts';
import { trainingSection } from './trainingSection.ts';

interface ReportInput {
  readonly record: RunRecord;
  readonly evaluation: Evaluation;
  readonly exploration: Exploration;
  /** The set of the run; its test images are those that were judged. */
  readonly data: DataSet;
  readonly discussion: readonly Paragraph[];
}

/** The whole document. Every text that comes from outside is escaped. */
export function reportHtml(input: ReportInput): string {
  const { record, evaluation, exploration, data, discussion } = input;
  const image = (images: Uint8Array) => imagesOf(images, shapeOf(data));
  const sections = [
    { id: 'problem', title: 'Problem', body: problem(record) },
    { id: 'data', title: 'Data', body: dataSection(record, exploration, image(data.train.images)) },
    { id: 'preparation', title: 'Preparation', body: preparationSection(record, exploration) },
    { id: 'model', title: 'Model', body: modelSection(record.model) },
    { id: 'training', title: 'Training', body: trainingSection(record) },
    {
      id: 'evaluation',
      title: 'Evaluation',
      body: evaluationSection(evaluation, image(data.test.images)),
    },
    { id: 'discussion', title: 'Discussion', body: discussionSection(discussion, record.config) },
    { id: 'run', title: 'How it was run', body: runSection(record) },
  ];
  return documentHtml({
    title: `${record.dataset.title}: ${percent(evaluation.accuracy)} ${accuracyTitle(record.config)}`,
    style: figures,
    head: head(record, evaluation),
    hasContents: true,
    sections,
    foot: `Written by weft ${record.runtime.weft} at the end of the run.`,
  });
}

function head(record: RunRecord, evaluation: Evaluation): Markup {
  const { dataset, speed, adapter, epochs, model } = record;
  const { interval, count, misclassified } = evaluation;
  const [figure = '', unit = ''] = percent(evaluation.accuracy).split(/(?=%)/);
  const facts: readonly (readonly [string, string])[] = [
    ['Test loss', Number.isFinite(evaluation.loss) ? evaluation.loss.toFixed(3) : '–'],
    ['Macro F1', evaluation.report.macro.f1.toFixed(3)],
    ...moreFigures(evaluation).map(([name, share]) => [name, percent(share)] as const),
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
    ${dataset.builtin ? html`<p class="notice">The images of this run were drawn by weft itself. The figures do not speak of ${undrawn(dataset.classes)}.</p>` : null}
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
  const [height, width, channels] = dataset.shape;
  const names = dataset.classes.map(
    (name, i) => html`${i === 0 ? '' : ', '}<span class="name">${name}</span>`,
  );
  return html`<p>
      ${isFashion(dataset.classes) ? 'Given a small gray image of a piece of clothing, say which of' : `Given an image of ${pixelsText({ height, width, channels })}, say which of`}
      ${counted(dataset.classes.length, isFashion(dataset.classes) ? 'kind' : 'class', isFashion(dataset.classes) ? 'kinds' : 'classes')}
      it is: ${names}. The network sees labeled images again and again, and is judged on
      ${counted(dataset.counts.test, 'image')} that it never saw.
    </p>
    <p>
      One number does not tell how good it is. The report shows what the data looks like, how
      training went, which classes are taken for which, and how sure the network is when it is
      wrong.
    </p>`;
}
