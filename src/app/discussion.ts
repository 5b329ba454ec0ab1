// Writes the discussion of a run from its own numbers: every sentence stands on figures that are
// handed out beside it as evidence, and a sentence whose figures do not speak is not written.

import { aboutCalibration, aboutCertainty } from './discussion/certainty.ts';
import { readCollapse } from './discussion/collapse.ts';
import { readCurves } from './discussion/curves.ts';
import { aboutStrengths, aboutWeaknesses } from './discussion/errors.ts';
import { aboutFit } from './discussion/fit.ts';
import { suggest } from './discussion/nextSteps.ts';
import { type Paragraph, type Topic } from './discussion/paragraph.ts';
import { aboutRun } from './discussion/run.ts';
import { type Evaluation } from './evaluation.ts';
import { type RunRecord } from './record.ts';

export type { Paragraph, Topic };

/** Headings for the topics, in the order of the discussion. */
export const TOPICS: Readonly<Record<Topic, string>> = {
  run: 'The run',
  strengths: 'What is strong',
  weaknesses: 'What is weak',
  fit: 'Over- or underfitting',
  certainty: 'How sure the figure is',
  calibration: 'How sure the network is',
  next: 'What to try next',
};

/** Paragraphs in the order of TOPICS; topics without anything to say are left out. */
export function discuss(record: RunRecord, evaluation: Evaluation): readonly Paragraph[] {
  const curves = readCurves(record.epochs, record.dataset.counts.validation);
  const collapse = readCollapse(record, evaluation, curves);
  return [
    aboutRun(record, curves),
    aboutStrengths(evaluation),
    aboutWeaknesses(evaluation),
    aboutFit(record, curves, collapse),
    aboutCertainty(record, evaluation, curves),
    aboutCalibration(evaluation),
    ...suggest(record, evaluation, curves, collapse),
  ].filter((paragraph) => paragraph !== null);
}
