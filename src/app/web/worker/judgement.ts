// What the worker makes of a verdict: the page's view of it, and the files a person can take away.
import { writeSafetensors } from '../../../nn/index.ts';
import { type DataSet, pixelsOf } from '../../data/dataset.ts';
import type { Exploration } from '../../data/eda.ts';
import { discuss, type Paragraph, TOPICS } from '../../discussion.ts';
import { moreFigures, mutualPairs } from '../../evaluation.ts';
import type { Verdict } from '../../experiment.ts';
import { metricsCsv } from '../../metricsCsv.ts';
import { toJson } from '../../record.ts';
import { reportHtml } from '../../report/report.ts';
import type { ExportName, Mistake, PairLook, PageVerdict, Topic } from '../protocol.ts';
import type { Run } from '../runState.ts';
import type { Replay } from './epochs.ts';

/** A run that has ended, with all that its files are made of. */
export interface Finished {
  readonly verdict: Verdict;
  readonly data: DataSet;
  readonly exploration: Exploration;
  readonly discussion: readonly Paragraph[];
  /** The run that led to it, and its epochs; absent for weights from a file. */
  readonly run?: Run;
  readonly replay?: Replay | undefined;
}

const GALLERY = 24;
/** Of confused classes that are shown, and images of each. */
const [PAIRS, PAIR_IMAGES] = [3, 6];
const ANSWERS = 3;

export function finished(
  verdict: Verdict,
  data: DataSet,
  exploration: Exploration,
  of: Pick<Finished, 'run' | 'replay'> = {},
): Finished {
  const discussion = discuss(verdict.record, verdict.evaluation);
  return { verdict, data, exploration, discussion, ...of };
}

export function pageVerdict({ verdict, data, discussion }: Finished): PageVerdict {
  const { record, evaluation } = verdict;
  const { train, validation, available } = record.dataset.counts;
  return {
    record,
    counts: { train, validation, unused: available - train - validation },
    gallery: evaluation.misclassified.slice(0, GALLERY).map((m) => mistake(m.index, verdict, data)),
    errors: evaluation.misclassified.length,
    calibration: evaluation.calibration,
    figures: moreFigures(evaluation),
    pairs: pairs(verdict, data),
    discussion: topics(discussion),
  };
}

function pairs(verdict: Verdict, data: DataSet): PairLook[] {
  const { evaluation } = verdict;
  return mutualPairs(evaluation)
    .slice(0, PAIRS)
    .map(({ count, there }) => {
      const [a, b] = [there.name, there.other].map((name) => data.classes.indexOf(name));
      const between = [a as number, b as number] as const;
      const images = evaluation.misclassified
        .filter(({ label, predicted }) => between.includes(label) && between.includes(predicted))
        .slice(0, PAIR_IMAGES)
        .map(({ index }) => mistake(index, verdict, data));
      return { between, count, images };
    });
}

function mistake(index: number, { probabilities }: Verdict, data: DataSet): Mistake {
  const count = data.classes.length;
  const row = probabilities.slice(index * count, (index + 1) * count);
  const order = [...row.keys()].sort((a, b) => (row[b] as number) - (row[a] as number));
  const label = data.test.labels[index] as number;
  return {
    index,
    label,
    pixels: pixelsOf(data, 'test', index).slice(),
    answers: order.slice(0, ANSWERS).map((k) => ({ label: k, probability: row[k] as number })),
    probabilityOfTruth: row[label] as number,
  };
}

function topics(discussion: readonly Paragraph[]): Topic[] {
  const kinds = Object.keys(TOPICS) as Paragraph['topic'][];
  return kinds
    .map((kind) => ({
      heading: TOPICS[kind],
      paragraphs: discussion
        .filter((paragraph) => paragraph.topic === kind)
        .map(({ text, options }) => ({ text, ...(options && { options }) })),
    }))
    .filter(({ paragraphs }) => paragraphs.length > 0);
}

/** One of the files, with its media type. */
export async function exported(
  what: ExportName,
  run: Finished,
): Promise<{ type: string; bytes: BlobPart }> {
  const { verdict, data, exploration, discussion } = run;
  const { record, evaluation, weights } = verdict;
  switch (what) {
    case 'run.json':
      return { type: 'application/json', bytes: toJson(record) };
    case 'metrics.csv':
      return { type: 'text/csv', bytes: metricsCsv(record.epochs) };
    case 'model.safetensors': {
      const notes = new Map([
        ['format', 'weft'],
        ['dataset', record.dataset.title],
        ['digest', record.digest],
      ]);
      return {
        type: 'application/octet-stream',
        bytes: writeSafetensors(weights, notes) as Uint8Array<ArrayBuffer>,
      };
    }
    case 'report.html':
      return {
        type: 'text/html',
        bytes: reportHtml({ record, evaluation, exploration, data, discussion }),
      };
    case 'model.onnx':
    case 'pytorch.zip':
    case 'model_keras.py': {
      const { exportedTo } = await import('./otherTools.ts');
      return { type: 'application/octet-stream', bytes: await exportedTo(what, record, weights) };
    }
    default:
      return what satisfies never;
  }
}
