// Over- or underfitting, in words, from the reading of the curves.

import { lossText } from '../numerals.ts';
import { isPartial, stepsText } from '../extent.ts';
import { type RunRecord, activeInTraining } from '../record.ts';
import { counted, percent, points } from '../wording.ts';
import { type CurveReading, type ValidationReading } from './curves.ts';
import { type Collapse } from './collapse.ts';
import { type Paragraph } from './paragraph.ts';

export function aboutFit(
  record: RunRecord,
  curves: CurveReading | null,
  collapse: Collapse | null,
): Paragraph | null {
  if (curves === null) return null;
  if (collapse) return aboutCollapse(collapse);
  const { first, last, validation } = curves;
  if (validation === null) {
    if (curves.epochs.length === 1) return null;
    return {
      topic: 'fit',
      text: `Nothing was held out for validation, so over- or underfitting cannot be read from the curves; the training loss went from ${first.trainLoss.toFixed(3)} in the first epoch to ${last.trainLoss.toFixed(3)} in the last.`,
      evidence: { firstTrainLoss: first.trainLoss, lastTrainLoss: last.trainLoss },
    };
  }
  const sentences = [verdictSentence(record, validation), gapSentence(record, validation)];
  return {
    topic: 'fit',
    text: sentences.filter((sentence) => sentence !== '').join(' '),
    evidence: {
      bestEpoch: validation.best.epoch,
      bestValidationLoss: validation.best.validationLoss,
      lastEpoch: last.epoch,
      lastValidationLoss: validation.last.validationLoss,
      lastTrainLoss: last.trainLoss,
      trainAccuracy: last.trainAccuracy,
      validationAccuracy: validation.last.validationAccuracy,
      gap: validation.gap,
      reversals: validation.reversals,
    },
  };
}

function aboutCollapse({ loss, guessing, accuracy, named, share, steps }: Collapse): Paragraph {
  const answers =
    share > 0.5
      ? ` It calls ${percent(share)} of the test images ${named}, whatever they show.`
      : '';
  return {
    topic: 'fit',
    text: `The network has collapsed: after ${counted(steps, 'step')} it only guesses. The training loss of the last epoch is ${lossText(loss)}, and that of equal odds ${guessing.toFixed(3)}.${answers} More of the same does not help: where a step was too long, the activations may have died, and no gradient comes through them.`,
    evidence: { loss, guessing, accuracy, share, steps },
  };
}

function verdictSentence(record: RunRecord, v: ValidationReading): string {
  const best = v.best.validationLoss.toFixed(3);
  const now = v.last.validationLoss.toFixed(3);
  const since = v.last.epoch - v.best.epoch;
  const train = `${v.best.trainLoss.toFixed(3)} to ${v.last.trainLoss.toFixed(3)}`;
  const gain =
    v.lastGain >= 0
      ? `lowered it by ${percent(v.lastGain)}`
      : `raised it by ${percent(-v.lastGain)}`;
  const steps = stepsText(v.last);
  const lastEpoch = steps === undefined ? 'the last epoch' : `the last epoch (${steps})`;
  switch (v.verdict) {
    case 'single':
      if (steps !== undefined)
        return `${steps} of one epoch make no curve: the validation loss after them is ${now}, and whether the network over- or underfits cannot be read from one point.`;
      return `One epoch makes no curve: the validation loss after it is ${now}, and whether the network over- or underfits cannot be read from one point.`;
    case 'overfitting':
      return since === 1
        ? `This may be the start of overfitting: ${lastEpoch} raised the validation loss from ${best} to ${now}, while the training loss fell from ${train}.`
        : `The network overfits: the validation loss was lowest in epoch ${v.best.epoch} (${best}) and has risen by ${percent(v.riseSinceBest)} to ${now} in the ${since} epochs since, while the training loss fell from ${train}.`;
    case 'unstable':
      return v.reversals >= 3
        ? `Training is unstable: the validation loss changed direction ${counted(v.reversals, 'time')}, its lowest value was ${best} in epoch ${v.best.epoch}, its last one ${now}.`
        : `Training is unstable: the validation loss rose from ${best} in epoch ${v.best.epoch} to ${now} in epoch ${v.last.epoch}, and the training loss did not fall either (${train}).`;
    case 'improving':
      return record.stopped === 'diverged'
        ? `Before it diverged the network was still improving: the last whole epoch lowered the validation loss by ${percent(v.lastGain)} to ${now}.`
        : `The network was still improving when the run ended: ${lastEpoch} was the best one and lowered the validation loss by ${percent(v.lastGain)} to ${now}.`;
    case 'underfitting':
      return `The network underfits: ${lastEpoch} ${gain}, the validation loss stands at ${now}, and neither training accuracy (${percent(v.last.trainAccuracy)}) nor validation accuracy (${percent(v.last.validationAccuracy)}) reaches 80%.`;
    case 'levelled':
      return v.best.epoch === v.last.epoch
        ? `The validation loss has levelled off: ${lastEpoch} ${gain}, to ${now}, its lowest.`
        : `The validation loss has levelled off: it was lowest in epoch ${v.best.epoch} (${best}) and stands at ${now} in epoch ${v.last.epoch}.`;
  }
}

function gapSentence(record: RunRecord, v: ValidationReading): string {
  const active = activeInTraining(record);
  const epoch = isPartial(v.last)
    ? 'In these steps'
    : v.verdict === 'single'
      ? 'In that epoch'
      : 'In the last epoch';
  const figures = `${epoch} training accuracy is ${percent(v.last.trainAccuracy)}, validation accuracy ${percent(v.last.validationAccuracy)}`;
  const reads = active
    ? `measured with ${active} active, the training figure reads low`
    : 'averaged over an epoch in which the weights still change, the training figure reads low';
  if (v.gapIsClear)
    return `${figures}: training runs ${points(v.gap)} ahead, more than chance explains with ${counted(record.dataset.counts.validation, 'validation image')}${active ? `, and ${reads}, so the true gap is wider` : ''}.`;
  if (v.gap < 0)
    return `${figures}; training stands ${points(v.gap)} lower, as is to be expected: ${reads}.`;
  return `${figures}, ${points(v.gap)} apart${active ? `; ${reads}` : ''}.`;
}
