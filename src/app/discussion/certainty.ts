// How sure the accuracy figure is, and how sure the network is of its own answers.

import { type Evaluation } from '../evaluation.ts';
import { type RunRecord } from '../record.ts';
import { counted, grouped, percent, points } from '../wording.ts';
import { type CurveReading } from './curves.ts';
import { type Paragraph } from './paragraph.ts';

export function aboutCertainty(
  record: RunRecord,
  evaluation: Evaluation,
  curves: CurveReading | null,
): Paragraph {
  const { count, accuracy, interval, report } = evaluation;
  const { low, high } = interval;
  const resolution = 1.96 * Math.sqrt((2 * accuracy * (1 - accuracy)) / count);
  const evidence: Record<string, number> = { count, low, high };
  const sentences = [
    `With ${counted(count, 'test image')} the 95% interval of the accuracy reaches from ${percent(low)} to ${percent(high)} (Wilson).`,
  ];
  if (high - low > 0.05)
    sentences.push(`That is ${points(high - low)} wide: too few images to rank networks by.`);
  else if (resolution > 0) {
    sentences.push(
      `Another network judged on as many images would have to differ by more than about ${points(resolution)} to be told apart.`,
    );
    evidence['resolution'] = resolution;
  }
  const smallest = report.classes.reduce((a, b) => (b.support < a.support ? b : a));
  if (smallest.support > 0 && smallest.support < 30) {
    sentences.push(
      `Figures per class are rougher still: ${smallest.name} has ${counted(smallest.support, 'image')}.`,
    );
    evidence['smallestSupport'] = smallest.support;
  }
  const validation = curves?.validation?.last.validationAccuracy;
  if (validation !== undefined && record.stopped !== 'diverged') {
    const inside = validation >= low && validation <= high;
    sentences.push(
      `The validation accuracy of ${percent(validation)} ${inside ? 'lies inside that interval' : `lies ${validation > high ? 'above' : 'below'} it`}.`,
    );
    evidence['validationAccuracy'] = validation;
  }
  if (record.config.epochs === 0)
    return { topic: 'certainty', text: sentences.join(' '), evidence };
  sentences.push(
    `All of this is one run, with seed ${record.config.seed}; how much another seed would move it was not measured.`,
  );
  evidence['seed'] = record.config.seed;
  return { topic: 'certainty', text: sentences.join(' '), evidence };
}

export function aboutCalibration(evaluation: Evaluation): Paragraph {
  const { accuracy, calibration, classes, interval, misclassified } = evaluation;
  const confidence = accuracy + calibration.bias;
  if (Number.isNaN(confidence))
    return {
      topic: 'calibration',
      text: 'Not all outputs of the network are finite numbers, so nothing can be said of how sure it is.',
      evidence: { accuracy },
    };
  const inside = confidence >= interval.low && confidence <= interval.high;
  const lean = calibration.bias > 0 ? 'overconfident' : 'underconfident';
  // Over few images the bins are so empty that their error is mostly chance.
  const error =
    evaluation.count < 500 ? '' : ` (expected calibration error ${points(calibration.error)})`;
  const sentences = [
    inside
      ? `The network's mean confidence of ${percent(confidence)} lies within the interval of its accuracy of ${percent(accuracy)}: with ${counted(evaluation.count, 'image')} no over- or underconfidence can be seen${error}.`
      : `The network is ${lean}: its mean confidence is ${percent(confidence)}, its accuracy ${percent(accuracy)}, ${points(calibration.bias)} apart${error}.`,
  ];
  const evidence: Record<string, number> = { confidence, accuracy, error: calibration.error };
  const worst = misclassified[0];
  const sure = misclassified.filter((m) => m.probability > 0.9).length;
  if (worst !== undefined && sure > 0) {
    const share = percent(sure / misclassified.length);
    const many =
      misclassified.length === 1
        ? 'Its one error was made with more than 90% confidence'
        : `${counted(sure, 'error')} of ${grouped(misclassified.length)} (${share}) ${sure === 1 ? 'was' : 'were'} made with more than 90% confidence`;
    const name = (k: number) => classes[k] ?? '';
    sentences.push(
      `${many}${sure === 1 ? ': ' : '; the surest is '}test image ${worst.index}, ${name(worst.label)}, called ${name(worst.predicted)} with ${percent(worst.probability)}.`,
    );
    Object.assign(evidence, { sureErrors: sure, surest: worst.probability, image: worst.index });
  }
  return { topic: 'calibration', text: sentences.join(' '), evidence };
}
