// The discussion's first paragraph: how much of the run was done, and on which images.

import { undrawn } from '../data/fashion.ts';
import { epochsDone, extent } from '../extent.ts';
import { type RunRecord } from '../record.ts';
import { counted, setting } from '../wording.ts';
import { type CurveReading } from './curves.ts';
import { type Paragraph } from './paragraph.ts';

export function aboutRun(record: RunRecord, curves: CurveReading | null): Paragraph {
  const epochs = curves?.epochs ?? [];
  const { config, dataset, stopped } = record;
  const { train, available } = dataset.counts;
  const planned = config.epochs;
  const work = `${extent(epochs, planned)} over ${counted(train, 'image')}`;
  const rate = setting(config.learningRate);
  const untrained = record.notes[0] ?? 'The weights came from a file; nothing was trained.';
  const said =
    planned === 0
      ? untrained
      : {
          completed: `The run completed ${work}.`,
          interrupted: `The run was interrupted after ${work}; every figure here is that of the weights at that point.`,
          diverged: `The run diverged: after ${work} the loss or the weights were no longer finite numbers (learning rate ${rate}). The figures are those of the last good weights.`,
        }[stopped];
  const builtin = dataset.builtin
    ? ` The ${counted(dataset.counts.test, 'test image')} were drawn by weft itself, so these figures do not speak of ${undrawn(dataset.classes)}.`
    : '';
  return {
    topic: 'run',
    text: said + builtin,
    evidence: {
      epochs: epochsDone(epochs),
      planned,
      train,
      available,
      learningRate: config.learningRate,
    },
  };
}
