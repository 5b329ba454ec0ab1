// The evaluation: the figure that counts, class by class, the confusion matrix, and the worst errors.
import type { ComponentChildren } from 'preact';
import { counted, grouped, percent } from '../../wording.ts';
import { Confusion } from '../figures/confusion.tsx';
import { Bar, Gallery } from '../figures/gallery.tsx';
import { Opens } from '../figures/opens.tsx';
import { Reliability } from '../figures/reliability.tsx';
import { Table } from '../../table.tsx';
import type { PageVerdict } from '../protocol.ts';
import type { Run } from '../state.ts';
import { undrawn } from '../../data/fashion.ts';
import { accuracyTitle } from '../../settings/said.ts';
import { Place } from './place.tsx';
import { Replay } from './replay.tsx';

interface EvaluationProps {
  readonly verdict: PageVerdict | undefined;
  /** Of the data set at hand. */
  readonly checksum: string | undefined;
  /** The run that led to it; none led to weights from a file. */
  readonly run: Run | undefined;
  /** Another is under way, whose verdict takes the place of this one. */
  readonly isNext: boolean;
  /** Where a person's own images are drawn and named. */
  readonly own: ComponentChildren;
}

export function Evaluation({ verdict, checksum, run, isNext, own }: EvaluationProps) {
  if (!verdict)
    return (
      <Place id="evaluation">
        <p>
          Train first. Then this place says how many test images were named rightly, which classes
          are taken for which, and shows the errors of which the network was surest.
        </p>
        {own}
      </Place>
    );
  const { record, errors, gallery, calibration } = verdict;
  const { test, dataset, stopped } = record;
  const { interval, report, confusion, accuracy, loss } = test;
  const isCurrent = dataset.checksum === checksum;
  const [figure = '', unit = ''] = percent(accuracy).split(/(?=%)/);
  return (
    <Place id="evaluation">
      <div class="verdict">
        <p class="figure" id="accuracy">
          {figure}
          <small>{unit}</small>
        </p>
        <p>
          {accuracyTitle(record.config)}:{' '}
          <Opens query={{ title: 'Named rightly', split: 'test', correct: true }} class="inline">
            {grouped(dataset.counts.test - errors)}
          </Opens>{' '}
          of {counted(dataset.counts.test, 'image')} that the network never saw.{' '}
          <span class="soft">
            95% interval {percent(interval.low)} to {percent(interval.high)}; mean cross-entropy{' '}
            {loss.toFixed(3)} nats.
            {verdict.figures.map(([name, share]) => ` ${name} ${percent(share)}.`)}
          </span>
        </p>
      </div>
      {isNext && (
        <p class="notice">
          {run
            ? 'These are the figures of the run before.'
            : 'These are the figures of the weights from a file.'}{' '}
          The one under way is judged when it ends.
        </p>
      )}
      {!isCurrent && (
        <p class="notice">They are of {dataset.title}, not of the data set that is at hand now.</p>
      )}
      {record.config.epochs === 0 && <p class="notice">{record.notes[0]}</p>}
      {stopped !== 'completed' && <p class="notice">{STOPPED[stopped]}</p>}
      {dataset.builtin && (
        <p class="notice">
          These images were drawn by weft itself. The figures do not speak of{' '}
          {undrawn(dataset.classes)}.
        </p>
      )}
      <h3>Class by class</h3>
      <Table
        label="Classification report"
        columns={['Class', '#Precision', '#Recall', '#F1', '#Images', '']}
        rows={report.classes.map((c, label) => [
          <Opens query={{ title: `All of ${c.name}`, split: 'test', label }} class="inline">
            {c.name}
          </Opens>,
          ...scores(c),
          <Bar share={c.f1} />,
        ])}
        foot={[
          ['Macro average', ...scores(report.macro), ''],
          ['Weighted average', ...scores(report.weighted), ''],
        ]}
        caption="Precision: of the images given this name, the share that bears it rightly. Recall: of the images of this class, the share that was found. F1, drawn as bars, is their harmonic mean."
      />
      <h3>Confusion matrix</h3>
      <Confusion matrix={confusion} classes={dataset.classes} images={{ split: 'test' }} />
      {run && record.config.epochs > 0 && (
        <Replay key={record.startedAt} run={run} classes={dataset.classes} />
      )}
      <h3>How sure it is, and how rightly</h3>
      <Reliability calibration={calibration} />
      {gallery.length > 0 && (
        <>
          <h3>
            {gallery.length === 1
              ? 'The error it was surest of'
              : `The ${gallery.length} errors it was surest of`}
          </h3>
          <p class="soft">
            Below each image its true class, then what the network answered, the most probable
            first.
          </p>
          <Gallery mistakes={gallery} classes={dataset.classes} isCurrent={isCurrent} />
          {errors > gallery.length && (
            <Opens query={{ title: 'Errors', split: 'test', correct: false }} class="toErrors">
              All {counted(errors, 'error')}
            </Opens>
          )}
        </>
      )}
      {own}
    </Place>
  );
}

const STOPPED = {
  interrupted: 'The run was stopped; the figures are those of the weights at that point.',
  diverged:
    'The loss was no longer a finite number, so the run ended; the figures are those of the last good weights. A lower learning rate is the first thing to try.',
};

interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly support: number;
}

const scores = (s: Scores) => [
  s.precision.toFixed(3),
  s.recall.toFixed(3),
  s.f1.toFixed(3),
  grouped(s.support),
];
