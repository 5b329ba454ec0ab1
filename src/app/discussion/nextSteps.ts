// What to try next: suggestions, each bound to something this run showed.

import { type Collapse } from './collapse.ts';
import { type CurveReading } from './curves.ts';
import { type Paragraph } from './paragraph.ts';
import { mutualPairs, type Evaluation } from '../evaluation.ts';
import { lowerRate } from '../divergence.ts';
import { epochsDone, extent } from '../extent.ts';
import {
  type LayerName,
  LAYERS,
  hasKind,
  mapLayers,
  newLayer,
  readNetwork,
  REFERENCE,
  scaledNetwork,
  writeNetwork,
} from '../network.ts';
import { checkNetwork } from '../network/check.ts';
import { readNumber } from '../readNumber.ts';
import { type RunRecord, taskOfRun } from '../record.ts';
import { decayOf } from '../settings/optimizers.ts';
import { SHORT_WARMUP, warmupOf } from '../settings/schedules.ts';
import { counted, grouped, percent, points, setting } from '../wording.ts';

type Suggestion = Omit<Paragraph, 'topic'>;

/** Share of the errors from which a pair of classes is worth a look of its own. */
const HEAVY_PAIR = 0.1;
/** Overconfidence, in accuracy, from which a remedy is proposed. */
const OVERCONFIDENT = 0.02;

/** The most urgent first: what stopped the run, then data, then fit, then the errors themselves. */
export function suggest(
  record: RunRecord,
  evaluation: Evaluation,
  curves: CurveReading | null,
  collapse: Collapse | null,
): readonly Paragraph[] {
  // Weights from a file: what to change in their training is not known here.
  const isTrained = record.config.epochs > 0;
  // Neither more data nor more epochs revive a network that only guesses.
  const found = collapse
    ? fromCollapse(record, collapse)
    : [
        ...(isTrained ? [afterStop(record), moreData(record), ...fromCurves(record, curves)] : []),
        fromConfidence(evaluation),
        fromPairs(evaluation),
      ];
  return found
    .filter((suggestion) => suggestion !== null)
    .map((suggestion) => Object.assign({ topic: 'next' as const }, suggestion));
}

function afterStop(record: RunRecord): Suggestion | null {
  const { learningRate, epochs } = record.config;
  if (record.stopped === 'diverged') {
    const lower = lowerRate(record.config);
    return {
      text: `A lower learning rate: at ${setting(learningRate)} the loss diverged, ${setting(lower)} is the next to try.`,
      evidence: { learningRate, lower },
      options: { lr: lower },
    };
  }
  const done = epochsDone(record.epochs);
  if (record.stopped === 'interrupted' && done < epochs)
    return {
      text: `The whole run: ${extent(record.epochs, epochs)} ${done === 1 ? 'was' : 'were'} done when it was interrupted.`,
      evidence: { done, epochs },
      options: { epochs },
    };
  return null;
}

function moreData(record: RunRecord): Suggestion | null {
  const { builtin, counts } = record.dataset;
  const { train, validation, available } = counts;
  if (builtin)
    return {
      text: `The real photographs: this run saw ${counted(train, 'image')} that weft drew itself.`,
      evidence: { train },
      options: { data: 'DIR' },
    };
  // What is held back judges the network; it is never learned from.
  const usable = available - validation;
  if (train >= usable) return null;
  const held = validation > 0 ? `; ${grouped(validation)} more are held back` : '';
  return {
    text: `More data: the run learned from ${grouped(train)} of ${counted(usable, 'training image')} (${percent(train / usable)})${held}.`,
    evidence: { train, usable, validation },
    options: { images: 'all' },
  };
}

function fromCurves(record: RunRecord, curves: CurveReading | null): (Suggestion | null)[] {
  const v = curves?.validation ?? null;
  // A run that was broken off says what to do first; its curve is not the last word.
  if (curves === null || v === null || record.stopped === 'diverged') return [];
  const { learningRate, epochs, patience } = record.config;
  // What is rounded is what is suggested.
  const slower = Number((learningRate / 3).toPrecision(1));
  const constant = curves.first.learningRate === curves.last.learningRate;
  const more = { epochs: 2 * curves.epochs.length };
  const interrupted = record.stopped === 'interrupted' && epochsDone(record.epochs) < epochs;
  const found: (Suggestion | null)[] = [];
  switch (v.verdict) {
    case 'single':
      if (!interrupted)
        found.push({
          text: 'A few more epochs, so that there is a curve to read: one says nothing about over- or underfitting.',
          evidence: { epochs: 1 },
          options: { epochs: 5 },
        });
      break;
    case 'improving':
      if (!interrupted)
        found.push({
          text: `More epochs: the last of ${curves.epochs.length} still lowered the validation loss by ${percent(v.lastGain)}.`,
          evidence: { epochs: curves.epochs.length, lastGain: v.lastGain },
          options: more,
        });
      break;
    case 'overfitting':
      // With patience a whole run has the weights of that epoch.
      if (patience === 0 || record.stopped !== 'completed')
        found.push({
          text: `To stop at epoch ${v.best.epoch}, where the validation loss was ${v.best.validationLoss.toFixed(3)} instead of ${v.last.validationLoss.toFixed(3)} at the end.`,
          evidence: { bestEpoch: v.best.epoch, bestLoss: v.best.validationLoss },
          options: { epochs: v.best.epoch },
        });
      found.push(regularize(record, v.gap));
      break;
    case 'unstable':
      found.push({
        text: `A lower learning rate: at ${setting(learningRate)} the validation loss ${v.reversals >= 3 ? `changed direction ${counted(v.reversals, 'time')}` : `rose by ${percent(v.riseSinceBest)} after epoch ${v.best.epoch}`}; ${setting(slower)} takes smaller steps.`,
        evidence: { learningRate, reversals: v.reversals, rise: v.riseSinceBest },
        options: { lr: slower },
      });
      break;
    case 'underfitting':
      found.push({
        text: `A network with more filters, or another learning rate than ${setting(learningRate)}: ${counted(record.model.parameters, 'parameter')} reach ${percent(v.last.trainAccuracy)} on the images they are trained on.`,
        evidence: { parameters: record.model.parameters, trainAccuracy: v.last.trainAccuracy },
        ...wider(record),
      });
      break;
    case 'levelled':
      if (v.gapIsClear) found.push(regularize(record, v.gap));
      else if (constant)
        found.push({
          text: `A learning rate that falls towards the end: it stayed at ${setting(curves.last.learningRate)}, and the last epoch changed the validation loss by only ${percent(Math.abs(v.lastGain))}.`,
          evidence: { learningRate: curves.last.learningRate, lastGain: v.lastGain },
          options: { schedule: 'cosine' },
        });
      break;
  }
  return found;
}

/** The same network, twice as wide, where that can be built. */
function wider(record: RunRecord): Pick<Suggestion, 'options'> {
  const network = record.config.network ?? REFERENCE;
  const wide = scaledNetwork(network, 2);
  const isMore = wide !== network && checkNetwork(wide, taskOfRun(record)).problem === undefined;
  return isMore ? { options: { model: wide } } : {};
}

function regularize(record: RunRecord, gap: number): Suggestion | null {
  const { config } = record;
  if (gap <= 0) return null;
  const { optimizer, weightDecay } = config;
  const against = `against the ${points(gap)} between training and validation accuracy`;
  const isAdam = optimizer === 'adam' || optimizer === 'adamw';
  if (isAdam && decayOf(config) === 0)
    return {
      text: `More dropout or weight decay ${against}; AdamW is Adam with weight decay${optimizer === 'adamw' ? ', and here it had none' : ''}.`,
      evidence: { gap },
      options: {
        ...(optimizer === 'adam' && { optimizer: 'adamw' }),
        ...(weightDecay !== null && { 'weight-decay': 'usual' }),
      },
    };
  const model = moreDropout(record);
  return model === undefined
    ? null
    : { text: `More dropout ${against}.`, evidence: { gap }, options: { model } };
}

/** The network with a fifth more of its values dropped, at most 0.8 of them; undefined where there is none. */
function moreDropout(record: RunRecord): string | undefined {
  const layers = readNetwork(record.config.network ?? REFERENCE);
  const raised = (size: string) =>
    String(Math.min(0.8, Number((readNumber(size) + 0.2).toFixed(2))));
  const dropped = mapLayers(layers, (layer) =>
    layer.kind === 'drop' ? { ...layer, size: raised(layer.size) } : layer,
  );
  const more = hasKind(layers, 'drop')
    ? dropped
    : [...layers, { ...newLayer('drop'), size: '0.3' }];
  const model = writeNetwork(more);
  const isMore =
    model !== writeNetwork(layers) && checkNetwork(model, taskOfRun(record)).problem === undefined;
  return isMore ? model : undefined;
}

function fromCollapse(record: RunRecord, { steps }: Collapse): Suggestion[] {
  const { config } = record;
  const { learningRate } = config;
  const lower = lowerRate(config);
  const network = config.network ?? REFERENCE;
  const layers = readNetwork(network);
  const leaky = writeNetwork(
    mapLayers(layers, (layer) =>
      layer.activation === 'relu' &&
      LAYERS[layer.kind as LayerName]?.settings.includes('activation')
        ? { ...layer, activation: 'leakyRelu' }
        : layer,
    ),
  );
  return [
    {
      text: `A lower learning rate: ${setting(learningRate)} made steps that were too long for this network; ${setting(lower)} is the next to try.`,
      evidence: { learningRate, lower },
      options: { lr: lower },
    },
    ...(warmupOf(config) === 0
      ? [
          {
            text: 'A schedule that begins with a short rise: random weights are spared the longest steps.',
            evidence: { steps },
            options: { warmup: SHORT_WARMUP },
          },
        ]
      : []),
    ...(leaky === network
      ? []
      : [
          {
            text: 'Leaky ReLU in place of ReLU: it lets some gradient through where ReLU lets none.',
            evidence: { steps },
            options: { model: leaky },
          },
        ]),
  ];
}

function fromConfidence(evaluation: Evaluation): Suggestion | null {
  const { bias } = evaluation.calibration;
  const { accuracy, interval } = evaluation;
  if (!(bias >= OVERCONFIDENT && accuracy + bias > interval.high)) return null;
  return {
    text: `Not to take the probabilities at their word: they promise ${points(bias)} more than the network keeps.`,
    evidence: { bias },
  };
}

function fromPairs(evaluation: Evaluation): Suggestion | null {
  const errors = evaluation.misclassified.length;
  const top = mutualPairs(evaluation)[0];
  if (top === undefined || top.count < 5 || top.count / errors < HEAVY_PAIR) return null;
  const ceiling = evaluation.accuracy + top.count / evaluation.count;
  return {
    text: `A look at ${top.there.name} and ${top.there.other}: if these two were never confused, the accuracy would be ${percent(ceiling)} instead of ${percent(evaluation.accuracy)}.`,
    evidence: { pair: top.count, ceiling },
  };
}
