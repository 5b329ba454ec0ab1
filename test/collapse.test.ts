// What is suggested: to a run that only guesses, overfits or diverged, and what suggestions may name.
import { FASHION_TASK } from '../src/app/data/fashion.ts';
import { describe, expect, test } from 'vitest';
import { discuss, type Topic } from '../src/app/discussion.ts';
import { divergenceCauses } from '../src/app/divergence.ts';
import type { RunConfig } from '../src/app/record.ts';
import type { Evaluation } from '../src/app/evaluation.ts';
import { OPTIMIZERS } from '../src/app/settings/optimizers.ts';
import { checkNetwork } from '../src/app/network/check.ts';
import {
  CLASSES,
  configWith,
  confusionWith,
  evaluationOf,
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
  return { about, said };
}

describe('a network that only guesses', () => {
  /** Every image is called by the name of one class. */
  const oneName = CLASSES.map(() => CLASSES.map((_, p) => (p === 8 ? 1000 : 0)));
  const flat: Curve = [
    [2.41, 0.1, 2.31, 0.1],
    [2.304, 0.099, 2.31, 0.1],
  ];

  test('has collapsed: a lower rate, never more of the same', () => {
    const config = { learningRate: 0.1, schedule: 'constant' } as const;
    const { said, about } = discussionOf({ curve: flat, config }, evaluationOf(oneName, 0.11));
    expect(said('fit')).toContain('The network has collapsed: after 844 steps it only guesses');
    expect(said('fit')).toContain(
      'The training loss of the last epoch is 2.304, and that of equal odds 2.303',
    );
    expect(said('fit')).toContain('It calls 100.0% of the test images Bag');
    expect(about('next').map(({ options }) => options)).toEqual([
      { lr: 0.002 },
      { warmup: 0.05 },
      {
        model:
          'conv32_leakyRelu-pool-conv64_leakyRelu-pool-conv128_leakyRelu-dense128_leakyRelu-drop0.5',
      },
    ]);
    expect(said('next')).not.toMatch(/epochs|data|photographs/);
  });

  test('also where nothing was held back, the loss exploded, or the data are our own', () => {
    const curve: Curve = [[2.9e10, 0.1, null, null]];
    const { said } = discussionOf(
      { curve, dataset: { builtin: true }, config: { optimizer: 'sgd', learningRate: 0.05 } },
      evaluationOf(oneName, 0.11),
    );
    expect(said('fit')).toContain('is 2.9 × 10¹⁰, and that of equal odds 2.303');
    expect(said('next')).toMatch(/^A lower learning rate: 0\.05 .* 0\.005 is the next/);
  });

  test('is none that learned something, or has hardly begun', () => {
    const learned: Curve = [[1.9, 0.3, 1.8, 0.35]];
    expect(discussionOf({ curve: learned }, evaluationOf(oneName, 0.11)).said('fit')).not.toMatch(
      /collapsed/,
    );
    expect(discussionOf({ curve: flat }).said('fit')).not.toMatch(/collapsed/);
    const counts = { train: 640, validation: 64, test: 10_000, available: 60_000 };
    const few = discussionOf({ curve: flat, dataset: { counts } }, evaluationOf(oneName, 0.11));
    expect(few.said('fit')).not.toMatch(/collapsed/);
  });
});

describe('a network that overfits', () => {
  const REGULARIZED = 'conv32-pool-conv64-pool-conv128-dense128-drop0.7';
  test.each<readonly [string, RecordChanges, object | undefined, RegExp]>([
    ['adam', {}, { optimizer: 'adamw' }, /AdamW is Adam with weight decay\.$/],
    ['adam without', { config: { weightDecay: 0 } }, { optimizer: 'adamw', 'weight-decay': 'usual' }, /decay\.$/],
    ['adam that decays', { config: { weightDecay: 1e-4 } }, { model: REGULARIZED }, /^More dropout against/],
    ['adamw', { config: { optimizer: 'adamw' } }, { model: REGULARIZED }, /^More dropout against/],
    ['adamw without', { config: { optimizer: 'adamw', weightDecay: 0 } }, { 'weight-decay': 'usual' }, /none\.$/],
    ['nested', { config: { optimizer: 'sgd', network: 'res(conv1_same-drop0.1)' } }, { model: 'res(conv1_same-drop0.3)' }, /^More/],
    ['none yet', { config: { optimizer: 'sgd', network: 'conv8' } }, { model: 'conv8-drop0.3' }, /^More/],
    ['at its most', { config: { optimizer: 'sgd', network: 'drop0.8' } }, undefined, /^(?!More)/],
  ])('overfitting, %s: what regularizes', (_, changes, options, sentence) => {
    const [, second] = discussionOf({ curve: OVERFIT, ...changes }).about('next');
    expect(second?.options).toEqual(options);
    expect(second?.text ?? '').toMatch(sentence);
  }); // prettier-ignore

  test('with patience the weights of the best epoch are there already, unless the run was cut short', () => {
    const about = (stopped: 'completed' | 'interrupted') =>
      discussionOf({ curve: OVERFIT, stopped, config: { patience: 3 } }).said('next');
    expect(about('completed')).not.toContain('To stop at epoch 3');
    expect(about('interrupted')).toContain('To stop at epoch 3');
  });
});

describe('the causes of a divergence', () => {
  const causesOf = (config: Partial<RunConfig>) => divergenceCauses(configWith(config), 30);
  const options = (config: Partial<RunConfig>) => causesOf(config).map((cause) => cause.options);
  const usual = { momentum: 'usual' };

  test('the learning rate first, what can be set after it', () => {
    const config = { learningRate: 1, batchSize: 8, schedule: 'constant' } as const;
    expect(options({ ...config, optimizer: 'momentum' })).toEqual([
      ...[{ lr: 0.01 }, { optimizer: 'sgd', ...usual }, { warmup: 0.05 }, { batch: 128 }],
    ]);
    expect(causesOf({ ...config, optimizer: 'momentum' })[0]?.text).toContain(
      '1 is 100 times what this optimizer usually takes',
    );
    const turns = [{ step: 20, factor: 10 }];
    const [turned, rate, ...rest] = causesOf({ learningRate: 0.001, turns });
    expect(turned?.text).toContain('changed to 10 times its schedule');
    expect(rate?.options).toEqual({ lr: 0.0001 });
    expect(rest).toEqual([]);
  });

  test.each<readonly [Partial<RunConfig>, object | undefined, RegExp]>([
    [{ optimizer: 'momentum' }, { optimizer: 'sgd', ...usual }, /^Momentum of 0\.9 .* 10 times/],
    [
      { optimizer: 'nesterov', momentum: 0.5 },
      { optimizer: 'sgd', ...usual },
      /of 0\.5 .* 2 times/,
    ],
    [{ optimizer: 'sgd', momentum: 0.99 }, usual, /^Momentum of 0\.99 .* 100 times/],
    [{ optimizer: 'rmsprop', momentum: 0.8 }, usual, /^Momentum of 0\.8 .* 5 times/],
    [{ optimizer: 'momentum', momentum: 0 }, undefined, /^$/],
    [{ optimizer: 'adam', momentum: 0.99 }, undefined, /^$/],
    [{ schedule: 'cosine', warmup: 0 }, { warmup: 0.05 }, /^The schedule/],
    [{ schedule: 'constant', warmup: 0.1 }, undefined, /^$/],
    [{ schedule: 'step' }, { warmup: 0.05 }, /^The schedule/],
  ])('%o', (config, remedy, sentence) => {
    const [, second] = causesOf(config);
    expect(second?.options).toEqual(remedy);
    expect(second?.text ?? '').toMatch(sentence);
  });
});

test('suggestions name nothing that there is not', () => {
  const options = [
    'data',
    'model',
    'epochs',
    'batch',
    'lr',
    'optimizer',
    'schedule',
    'warmup',
    'images',
  ];
  const oneName = CLASSES.map(() => CLASSES.map((_, p) => (p === 8 ? 1000 : 0)));
  const evaluations = [
    undefined,
    evaluationOf(oneName, 0.11),
    evaluationOf(confusionWith(1000, 450)),
  ];
  const curves: Curve[] = [
    OVERFIT,
    OVERFIT.slice(0, 1),
    [[2.4, 0.1, 2.31, 0.1]],
    [...OVERFIT, ...OVERFIT, ...OVERFIT],
    [
      [0.2, 0.99, 0.5, 0.8],
      [0.2, 0.99, 0.5, 0.8],
    ],
  ];
  let seen = 0;
  for (const evaluation of evaluations)
    for (const curve of curves)
      for (const optimizer of ['adam', 'adamw', 'momentum'] as const)
        for (const stopped of ['completed', 'interrupted', 'diverged'] as const) {
          const network = optimizer === 'adamw' ? 'conv8-dense10' : 'reference';
          const { about } = discussionOf(
            { curve, stopped, config: { optimizer, network } },
            evaluation,
          );
          for (const { text, options: given = {} } of about('next')) {
            seen++;
            expect(text).not.toMatch(/augmentation|label smoothing|temperature/i);
            for (const [name, value] of Object.entries(given)) {
              expect(options).toContain(name);
              if (name === 'model')
                expect(checkNetwork(String(value), FASHION_TASK).problem).toBeUndefined();
              if (name === 'optimizer') expect(Object.keys(OPTIMIZERS)).toContain(value);
            }
          }
        }
  expect(seen).toBeGreaterThan(100);
});
