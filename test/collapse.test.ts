// The discussion of a run that only guesses, and what suggestions may name.
import { describe, expect, test } from 'vitest';
import { discuss, type Topic } from '../src/app/discussion.ts';
import type { Evaluation } from '../src/app/evaluation.ts';
import { OPTIMIZERS } from '../src/app/settings/optimizers.ts';
import { checkNetwork } from '../src/app/network/check.ts';
import {
  CLASSES,
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
      { schedule: 'cosine' },
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

test('suggestions name nothing that there is not', () => {
  const options = ['data', 'model', 'epochs', 'batch', 'lr', 'optimizer', 'schedule', 'images'];
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
              if (name === 'model') expect(checkNetwork(String(value)).problem).toBeUndefined();
              if (name === 'optimizer') expect(Object.keys(OPTIMIZERS)).toContain(value);
            }
          }
        }
  expect(seen).toBeGreaterThan(100);
});
