// The discussion on synthetic runs: each says what its numbers say, and nothing else. Then the
// evaluation it reads from, and the text of run.json.

import { describe, expect, test } from 'vitest';
import { discuss, TOPICS, type Topic } from '../src/app/discussion.ts';
import { judge, moreFigures, mutualPairs, type Evaluation } from '../src/app/evaluation.ts';
import { toJson } from '../src/app/record.ts';
import { scoreLogits } from '../src/nn/index.ts';
import {
  CLASSES,
  confusionWith,
  evaluationOf,
  judgeProbabilities,
  recordOf,
  type Curve,
  type RecordChanges,
} from './runRecord.ts';

const OVERFIT: Curve = [
  [0.55, 0.8, 0.45, 0.84],
  [0.38, 0.86, 0.36, 0.87],
  [0.3, 0.89, 0.33, 0.881],
  [0.22, 0.92, 0.34, 0.882],
  [0.14, 0.95, 0.39, 0.88],
  [0.08, 0.97, 0.47, 0.879],
];

function discussionOf(changes: RecordChanges, evaluation?: Evaluation) {
  const judged = evaluation ?? evaluationOf(confusionWith(1000, 90));
  const paragraphs = discuss(recordOf({ ...changes, evaluation: judged }), judged);
  const about = (topic: Topic) => paragraphs.filter((p) => p.topic === topic);
  const said = (topic: Topic) =>
    about(topic)
      .map((p) => p.text)
      .join('\n');
  return { paragraphs, about, said };
}

describe('what the curves say', () => {
  test('overfitting names its best epoch, the rise since and the gap', () => {
    const { said, about } = discussionOf({ curve: OVERFIT });
    expect(said('fit')).toContain(
      'overfits: the validation loss was lowest in epoch 3 (0.330) and has risen by 42.4% to 0.470 in the 3 epochs since, while the training loss fell from 0.300 to 0.080',
    );
    expect(said('fit')).toContain('training runs 9.1 points ahead');
    expect(said('fit')).toContain(
      'with dropout active, the training figure reads low, so the true gap is wider',
    );
    expect(about('fit')[0]?.evidence).toMatchObject({
      bestEpoch: 3,
      lastEpoch: 6,
      trainAccuracy: 0.97,
    });
    expect(about('next').map((p) => p.options)).toContainEqual({ epochs: 3 });
    expect(about('next').map((p) => p.options)).toContainEqual({ optimizer: 'adamw' });
    expect(said('next')).not.toContain('More epochs');
  });

  test('augmentation makes the training figure read low, as dropout does', () => {
    const config = { augment: 'flip,shift2' };
    expect(discussionOf({ config }).said('fit')).toContain('with dropout and augmentation active');
    expect(discussionOf({ config, dropout: false }).said('fit')).toContain(
      'measured with augmentation active',
    );
  });

  test('one risen epoch is only the start of overfitting', () => {
    const { said } = discussionOf({ curve: OVERFIT.slice(0, 4).with(3, [0.22, 0.92, 0.36, 0.88]) });
    expect(said('fit')).toContain('may be the start of overfitting');
  });

  test('still improving asks for more epochs, and says why training reads low', () => {
    const { said, about } = discussionOf({});
    expect(said('fit')).toContain('still improving when the run ended');
    expect(said('fit')).toContain('lowered the validation loss by 12.5% to 0.350');
    expect(said('fit')).toContain(
      'training stands 2.7 points lower, as is to be expected: measured with dropout active',
    );
    expect(about('next')[0]).toMatchObject({ options: { epochs: 6 }, evidence: { epochs: 3 } });
    expect(said('fit')).not.toMatch(/overfit/);
  });

  test('without a dropout layer, dropout is not spoken of', () => {
    expect(discussionOf({ dropout: false }).said('fit')).not.toContain('dropout');
    expect(discussionOf({ dropout: false }).said('fit')).toContain('weights still change');
  });

  test('underfitting: levelled off with low accuracies', () => {
    const curve: Curve = [
      [1.3, 0.5, 1.25, 0.52],
      [1.22, 0.54, 1.2, 0.55],
      [1.2, 0.55, 1.199, 0.551],
    ];
    const { said } = discussionOf({ curve }, evaluationOf(confusionWith(1000, 450)));
    expect(said('fit')).toContain('underfits');
    expect(said('fit')).toContain('(55.0%) nor validation accuracy (55.1%) reaches 80%');
    expect(said('next')).toContain('1,610 parameters reach 55.0%');
    const model = (network?: string) => {
      const changes = network === undefined ? { curve } : { curve, config: { network } };
      const judged = evaluationOf(confusionWith(1000, 450));
      return discussionOf(changes, judged).paragraphs.find(({ options }) => options?.['model']);
    };
    expect(model()?.options).toEqual({
      model: 'conv64-pool-conv128-pool-conv256-dense256-drop0.5',
    });
    expect(model('conv3-gap')?.options).toEqual({ model: 'conv6-gap' });
    expect(model('conv1000_s4')).toBeUndefined(); // twice as many is more than can be built
  });

  test('levelled off at a constant rate asks for a falling one', () => {
    const curve: Curve = [
      [0.4, 0.9, 0.31, 0.89],
      [0.33, 0.9, 0.3, 0.893],
      [0.32, 0.9, 0.2999, 0.893],
    ];
    const { said } = discussionOf({ curve });
    expect(said('fit')).toContain('levelled off: the last epoch lowered it by');
    expect(said('next')).toContain('it stayed at 0.001');
  });

  test('a loss that goes up and down asks for a lower learning rate', () => {
    const losses = [0.6, 0.45, 0.62, 0.44, 0.61, 0.46];
    const curve: Curve = losses.map((loss, i) => [0.6 - i / 50, 0.8, loss, 0.8]);
    const { said, about } = discussionOf({ curve });
    expect(said('fit')).toContain('unstable: the validation loss changed direction 4 times');
    expect(about('next')[0]).toMatchObject({ options: { lr: 0.0003 } });
    expect(about('next')[0]?.text).toContain('; 0.0003 takes smaller steps');
  });

  test('one epoch is no curve', () => {
    const { said } = discussionOf({ curve: [[0.8, 0.7, 0.5, 0.82]] });
    expect(said('run')).toBe('The run completed its one epoch over 54,000 images.');
    expect(said('fit')).toContain('cannot be read from one point');
    expect(said('fit')).not.toMatch(/1 epochs/);
  });

  test('without validation nothing is read into the curves', () => {
    const { said } = discussionOf({
      curve: [
        [0.8, 0.7, null, null],
        [0.5, 0.8, null, null],
      ],
    });
    expect(said('fit')).toContain('Nothing was held out');
    expect(said('fit')).toContain('from 0.800 in the first epoch to 0.500 in the last');
    expect(said('certainty')).not.toContain('validation accuracy');
  });
});

describe('runs that ended early', () => {
  test('diverged: said, last good weights, a lower learning rate, the same as where it happened', () => {
    const { said, about } = discussionOf({
      curve: [
        [0.9, 0.7, 0.8, 0.72],
        [NaN, 0.1, NaN, 0.1],
      ],
      stopped: 'diverged',
      config: { learningRate: 0.5, epochs: 5 },
    });
    expect(said('run')).toContain('diverged: after 1 of 5 epochs over 54,000 images');
    expect(said('run')).toContain(
      '(learning rate 0.5). The figures are those of the last good weights',
    );
    expect(about('next')[0]).toMatchObject({ options: { lr: 0.002 } });
    expect(said('next')).not.toContain('More epochs');
    const later = discussionOf({ stopped: 'diverged' });
    expect(later.said('fit')).toContain('Before it diverged the network was still improving');
  });

  test('diverged before the first epoch ended: no curve, no sentence about it', () => {
    const { said, paragraphs } = discussionOf({
      curve: [],
      stopped: 'diverged',
      config: { epochs: 5 },
    });
    expect(said('run')).toContain('after 0 of 5 epochs');
    expect(said('fit')).toBe('');
    expect(paragraphs.every((p) => !/NaN|undefined|Infinity/.test(p.text))).toBe(true);
  });

  test('interrupted: said, and the whole run is proposed instead of more epochs', () => {
    const { said, about } = discussionOf({ stopped: 'interrupted', config: { epochs: 10 } });
    expect(said('run')).toContain('interrupted after 3 of 10 epochs');
    expect(about('next')[0]).toMatchObject({ options: { epochs: 10 } });
    expect(said('next')).not.toContain('More epochs');
  });
});

describe('what the test images say', () => {
  test('strong and weak classes, both directions of a pair, its ceiling', () => {
    const confusion = confusionWith(1000, 0);
    const put = (t: number, p: number, count: number) => {
      const row = confusion[t];
      if (row === undefined) throw new Error(`no class ${t}`);
      row[t] = (row[t] ?? 0) - count;
      row[p] = count;
    };
    put(6, 0, 140);
    put(0, 6, 90);
    put(2, 4, 100);
    put(9, 7, 1);
    const { said, about } = discussionOf({}, evaluationOf(confusion, 0.967));
    expect(said('strengths')).toContain('9,669 of 10,000 test images (96.7%)');
    expect(said('strengths')).toContain('would reach 10.0%');
    expect(said('weaknesses')).toContain(
      'Weakest is Shirt (F1 0.88): 140 of its 1,000 images are taken for something else (recall 86.0%), and 90 of the 950 images called Shirt are not one',
    );
    expect(said('weaknesses')).toContain(
      'Shirt and T-shirt/top: 140 images of Shirt are called T-shirt/top (14.0% of the class), and 90 times the other way round (9.0%), together 69.5% of all 331 errors.',
    );
    expect(said('weaknesses')).toContain(
      'Next comes Pullover–Coat (100); the two pairs make up 99.7%',
    );
    expect(about('weaknesses')[0]?.evidence['Shirt → T-shirt/top']).toBe(140);
    expect(said('next')).toContain(
      'Shirt and T-shirt/top: if these two were never confused, the accuracy would be 99.0% instead of 96.7%',
    );
  });

  test('perfect: no weakness, no ceiling, an interval that is not a point', () => {
    const { said } = discussionOf({}, evaluationOf(confusionWith(100, 0), 0.999));
    expect(said('strengths')).toBe('The network recognizes all 1,000 test images.');
    expect(said('weaknesses')).toBe('');
    expect(said('certainty')).toContain('from 99.6% to 100.0%');
    expect(said('next')).not.toContain('A look at');
  });

  test('no better than chance is not called a strength', () => {
    const { said } = discussionOf({}, evaluationOf(CLASSES.map(() => CLASSES.map(() => 10))));
    expect(said('strengths')).toContain('not clearly more than the 10.0%');
    expect(said('strengths')).not.toContain('best');
  });

  test('a tiny test set: wide interval, singular forms, no pair stands out', () => {
    const confusion = confusionWith(2, 0).with(3, [0, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
    const { said } = discussionOf({}, evaluationOf(confusion));
    expect(said('certainty')).toContain('With 20 test images');
    expect(said('certainty')).toMatch(/too few images to rank networks by/);
    expect(said('certainty')).toContain('rougher still');
    expect(said('weaknesses')).toContain('1 of its 2 images is taken for something else');
    expect(said('weaknesses')).toContain('and nothing else is called Dress');
    expect(said('weaknesses')).toContain('The one error: Dress taken for Coat.');
    expect(said('calibration')).toContain(
      'Its one error was made with more than 90% confidence: test image 7',
    );
  });

  test('overconfidence is named with its size, and its remedy', () => {
    const over = discussionOf({}, evaluationOf(confusionWith(1000, 90), 0.99));
    expect(over.said('calibration')).toContain(
      'overconfident: its mean confidence is 99.0%, its accuracy 91.0%, 8.0 points apart',
    );
    expect(over.said('next')).toContain('promise 8.0 points more');
    const fair = discussionOf({}, evaluationOf(confusionWith(1000, 90), 0.91));
    expect(fair.said('calibration')).toContain('no over- or underconfidence can be seen');
    expect(fair.said('next')).not.toContain('promise');
    const under = discussionOf({}, evaluationOf(confusionWith(1000, 90), 0.7));
    expect(under.said('calibration')).toContain('underconfident');
  });
});

describe('what the data says', () => {
  test('a part of the training images asks for all of them', () => {
    const counts = { train: 9000, validation: 1000, test: 10_000, available: 60_000 };
    const { about, said } = discussionOf({ dataset: { counts } });
    expect(said('next')).toContain(
      'learned from 9,000 of 59,000 training images (15.3%); 1,000 more are held back.',
    );
    const whole = { train: 59_000, validation: 1000, test: 10_000, available: 60_000 };
    expect(discussionOf({ dataset: { counts: whole } }).said('next')).not.toContain('More data');
    expect(about('next')[0]?.options).toEqual({ images: 'all' });
    expect(discussionOf({}).said('next')).not.toContain('More data');
  });

  test('the built-in set does not speak of Fashion-MNIST', () => {
    const { said } = discussionOf({ dataset: { builtin: true } });
    expect(said('run')).toContain(
      'drawn by weft itself, so these figures do not speak of Fashion-MNIST',
    );
    expect(said('next')).toContain('The real photographs');
  });
});

test('paragraphs come in the order of the topics, each with finite evidence', () => {
  const { paragraphs } = discussionOf({ curve: OVERFIT });
  const order = Object.keys(TOPICS);
  const positions = paragraphs.map((p) => order.indexOf(p.topic));
  expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  for (const { evidence } of paragraphs) {
    expect(Object.keys(evidence).length).toBeGreaterThan(0);
    expect(Object.values(evidence).every(Number.isFinite)).toBe(true);
  }
});

describe('judge', () => {
  test('lists errors by confidence and pairs by count', () => {
    const p = [0.7, 0.2, 0.1, 0.05, 0.9, 0.05, 0.3, 0.3, 0.4, 0.1, 0.8, 0.1];
    const evaluation = judgeProbabilities(p, [0, 0, 1, 2], ['a', 'b', 'c']);
    expect(evaluation.misclassified.map((m) => [m.index, m.label, m.predicted])).toEqual([
      [1, 0, 1],
      [3, 2, 1],
      [2, 1, 2],
    ]);
    expect(evaluation.misclassified[0]?.probability).toBeCloseTo(0.9, 6);
    expect(evaluation.misclassified[0]?.probabilityOfTruth).toBeCloseTo(0.05, 6);
    expect(evaluation.confusedPairs[0]).toEqual({
      ...{ label: 0, predicted: 1, count: 1, share: 0.5, shareOfErrors: 1 / 3 },
    });
    expect(mutualPairs(evaluation).map((m) => [m.there.name, m.there.other, m.count])).toEqual([
      ['b', 'c', 2],
      ['a', 'b', 1],
    ]);
    expect(evaluation.accuracy).toBe(0.25);
  });

  const judged = (logits: readonly number[], labels: readonly number[], classes: string[]) =>
    judge(scoreLogits(Float32Array.from(logits), labels, classes.length), labels, classes);

  test('classes that are not alike have a balanced accuracy, more than ten a top-5 accuracy', () => {
    const wrong = judged([9, 0, 9, 0, 9, 0, 9, 0], [0, 0, 0, 1], ['a', 'b']);
    expect([wrong.accuracy, wrong.balancedAccuracy, wrong.topFive]).toEqual([0.75, 0.5, undefined]);
    expect(moreFigures(wrong)).toEqual([['Balanced accuracy', 0.5]]);
    const falling = Array.from({ length: 12 }, (_, k) => -k);
    const many = judged([...falling, ...falling, ...falling], [0, 4, 5], falling.map(String));
    expect(many.topFive).toBeCloseTo(2 / 3, 12);
    expect(moreFigures(many).map(([name]) => name)).toEqual(['Top-5 accuracy']);
  });

  test('takes the loss from the logits, whatever the probabilities round to', () => {
    expect(judged([0, 100], [0], ['a', 'b']).loss).toBe(100);
    expect(judged([0, 100, 3, 1], [1, 0], ['a', 'b']).loss).toBeCloseTo(
      Math.log1p(Math.exp(-2)) / 2,
      12,
    );
    expect(judged([0, 3e38], [0], ['a', 'b']).loss).toBe(Math.fround(3e38));
  });

  test('puts the surest error first, also where all probabilities are 1', () => {
    const { misclassified } = judged([0, 40, 0, 90, 0, 60], [0, 0, 0], ['a', 'b']);
    expect(misclassified.map(({ index }) => index)).toEqual([1, 2, 0]);
    expect(misclassified.map(({ probability }) => probability)).toEqual([1, 1, 1]);
  });

  test('says NaN where the outputs are none, and throws nothing', () => {
    const { loss, calibration, misclassified, accuracy } = judged(
      [0.5, 0.5, NaN, 1],
      [0, 1],
      ['a', 'b'],
    );
    expect([loss, calibration.error, calibration.bias]).toEqual([NaN, NaN, NaN]);
    expect([accuracy, misclassified.length]).toEqual([0.5, 1]);
    expect(judged([Infinity, 0], [0], ['a', 'b']).loss).toBeNaN();
  });

  test('refuses labels that do not match', () => {
    expect(() => judged([0.5, 0.5], [0, 1], ['a', 'b'])).toThrow('label 1 is 1');
    expect(() => judged([0.5, 0.5], [2], ['a', 'b'])).toThrow(
      'label 0 is 2, outside the 2 classes',
    );
  });
});

describe('run.json', () => {
  const text = toJson(recordOf({ config: { learningRate: 0.1 + 0.2 } }));

  test('reads back, in reading order, whatever order it was built in', () => {
    const back = JSON.parse(text) as object;
    expect(Object.keys(back).slice(0, 3)).toEqual(['format', 'startedAt', 'finishedAt']);
    const shuffled = Object.fromEntries(
      Object.entries(recordOf({ config: { learningRate: 0.1 + 0.2 } })).toReversed(),
    );
    expect(toJson(shuffled as unknown as ReturnType<typeof recordOf>)).toBe(text);
  });

  test('one epoch, layer and matrix row a line; rounded, but for the configuration', () => {
    expect(text).toContain(
      '\n    { "epoch": 1, "trainLoss": 0.82, "trainAccuracy": 0.71, "validationLoss": 0.48, "validationAccuracy": 0.83, "learningRate": 0.001, "timeMs": 41000.3, "imagesPerSecond": 1317.2 },\n',
    );
    expect(text).toContain(
      '{ "name": "conv1", "kind": "conv2d", "outputShape": [26, 26, 32], "parameters": 320,',
    );
    expect(text).toContain('\n      [910, 90, 0, 0, 0, 0, 0, 0, 0, 0],\n');
    expect(text).toContain('"medianStepMs": 91.2,');
    expect(text).toContain('"learningRate": 0.30000000000000004');
  });

  test('what JSON lacks becomes null', () => {
    expect(toJson(recordOf({ curve: [[NaN, 0.1, Infinity, 0.1]] }))).toContain('"trainLoss": null');
  });
});
