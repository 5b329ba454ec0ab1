// What the network is good at, what it is bad at, and which classes it takes for which.

import { mutualPairs, type Evaluation } from '../evaluation.ts';
import { counted, grouped, listed, percent } from '../wording.ts';
import { type Paragraph } from './paragraph.ts';

export function aboutStrengths(evaluation: Evaluation): Paragraph {
  const { count, accuracy, interval, report } = evaluation;
  const hits = count - evaluation.misclassified.length;
  const largest = Math.max(...report.classes.map((c) => c.support));
  const chance = largest / count;
  const evidence: Record<string, number> = { hits, count, accuracy, chance };
  const of = `${grouped(hits)} of ${counted(count, 'test image')} (${percent(accuracy)})`;
  if (hits === count)
    return {
      topic: 'strengths',
      text: `The network recognizes all ${counted(count, 'test image')}.`,
      evidence,
    };
  if (interval.low <= chance)
    return {
      topic: 'strengths',
      text: `The network recognizes ${of}, which is not clearly more than the ${percent(chance)} that always naming the most frequent class would reach.`,
      evidence,
    };
  const best = report.classes
    .filter((c) => c.support > 0 && c.f1 > report.macro.f1)
    .toSorted((a, b) => b.f1 - a.f1)
    .slice(0, 3);
  for (const c of best) evidence[`f1 ${c.name}`] = c.f1;
  const named = listed(best.map((c, i) => `${c.name} (${i === 0 ? 'F1 ' : ''}${c.f1.toFixed(2)})`));
  const classes =
    best.length === 0
      ? ''
      : ` It is best at ${named}; the mean F1 over all classes is ${report.macro.f1.toFixed(2)}.`;
  return {
    topic: 'strengths',
    text: `The network recognizes ${of}, where always naming the most frequent class would reach ${percent(chance)}.${classes}`,
    evidence: { ...evidence, macroF1: report.macro.f1 },
  };
}

export function aboutWeaknesses(evaluation: Evaluation): Paragraph | null {
  const errors = evaluation.misclassified.length;
  if (errors === 0) return null;
  const sentences: string[] = [];
  const evidence: Record<string, number> = { errors };
  const seen = evaluation.report.classes.filter((c) => c.support > 0);
  const weakest = seen.reduce((a, b) => (b.f1 < a.f1 ? b : a));
  if (weakest.f1 < evaluation.report.macro.f1) {
    const k = evaluation.classes.indexOf(weakest.name);
    const hits = evaluation.confusion[k]?.[k] ?? 0;
    const called = evaluation.confusion.reduce((total, row) => total + (row[k] ?? 0), 0);
    const missed = weakest.support - hits;
    const wrongly = called - hits;
    const taken =
      missed === 0
        ? `its ${counted(weakest.support, 'image is', 'images are all')} recognized`
        : `${grouped(missed)} of its ${counted(weakest.support, 'image')} ${missed === 1 ? 'is' : 'are'} taken for something else (recall ${percent(weakest.recall)})`;
    const others =
      called === 0
        ? `no image was called ${weakest.name}`
        : wrongly === 0
          ? `nothing else is called ${weakest.name}`
          : `${grouped(wrongly)} of the ${counted(called, 'image')} called ${weakest.name} ${wrongly === 1 ? 'is' : 'are'} not one (precision ${percent(weakest.precision)})`;
    sentences.push(
      `Weakest is ${weakest.name} (F1 ${weakest.f1.toFixed(2)}): ${taken}, ${missed === 0 ? 'but' : 'and'} ${others}.`,
    );
    Object.assign(evidence, { f1: weakest.f1, missed, called, wrongly });
  }
  sentences.push(...pairSentences(evaluation, evidence));
  return { topic: 'weaknesses', text: sentences.join(' '), evidence };
}

function pairSentences(evaluation: Evaluation, evidence: Record<string, number>): string[] {
  const errors = evaluation.misclassified.length;
  const mutual = mutualPairs(evaluation);
  const top = mutual[0];
  if (top === undefined) return [];
  if (top.count === 1)
    return [
      errors === 1
        ? `The one error: ${top.there.name} taken for ${top.there.other}.`
        : `The ${errors} errors fall on ${mutual.length} different pairs of classes, so no pair stands out.`,
    ];
  const { there, back } = top;
  const reverse =
    back.count === 0
      ? ''
      : `, and ${counted(back.count, 'time')} the other way round (${percent(back.share)})`;
  const sentences = [
    `Most often confused ${mutual.length === 1 ? 'are' : 'with each other are'} ${there.name} and ${there.other}: ${counted(there.count, `image of ${there.name}`, `images of ${there.name}`)} ${there.count === 1 ? 'is' : 'are'} called ${there.other} (${percent(there.share)} of the class)${reverse}, together ${percent(top.count / errors)} of all ${counted(errors, 'error')}.`,
  ];
  evidence[`${there.name} → ${there.other}`] = there.count;
  evidence[`${there.other} → ${there.name}`] = back.count;
  const next = mutual.slice(1, 3).filter((pair) => pair.count > 1);
  if (next.length > 0) {
    const total = [top, ...next].reduce((sum, pair) => sum + pair.count, 0);
    const named = next.map(
      (pair) => `${pair.there.name}–${pair.there.other} (${grouped(pair.count)})`,
    );
    sentences.push(
      `Next ${next.length === 1 ? 'comes' : 'come'} ${listed(named)}; the ${next.length === 1 ? 'two' : 'three'} pairs make up ${percent(total / errors)} of the errors.`,
    );
    for (const pair of next) evidence[`${pair.there.name} ↔ ${pair.there.other}`] = pair.count;
  }
  return sentences;
}
