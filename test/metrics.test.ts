// Metrics against hand-computed values and against text that scikit-learn 1.9.1 printed.

import { describe, expect, test } from 'vitest';
import {
  classificationReport,
  formatClassificationReport,
} from '../src/nn/classificationReport.ts';
import {
  accuracy,
  argmaxRows,
  calibration,
  confusionMatrix,
  softmaxRows,
  topKAccuracy,
  wilsonInterval,
} from '../src/nn/metrics.ts';

const LABELS = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3];
const PREDICTIONS = [0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 0, 4, 2];
const NAMES = ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Ankle boot'];

/** Labels and predictions that have the given confusion matrix. */
function samplesOf(matrix: readonly (readonly number[])[]): [number[], number[]] {
  const labels: number[] = [];
  const predictions: number[] = [];
  matrix.forEach((row, t) =>
    row.forEach((count, p) => {
      for (let i = 0; i < count; i++) {
        labels.push(t);
        predictions.push(p);
      }
    }),
  );
  return [labels, predictions];
}

describe('confusion matrix and accuracy', () => {
  test('rows are true classes, columns predictions', () => {
    expect(confusionMatrix(LABELS, PREDICTIONS, 5)).toEqual([
      [3, 1, 0, 0, 0],
      [0, 2, 1, 0, 0],
      [1, 0, 6, 0, 1],
      [0, 0, 1, 0, 0],
      [0, 0, 0, 0, 0],
    ]);
    expect(accuracy(LABELS, PREDICTIONS)).toBe(11 / 16);
  });

  test('bad input is refused with its value', () => {
    expect(() => confusionMatrix([0, 5], [0, 0], 5)).toThrow('labels[1] is 5, classes are 0..4');
    expect(() => confusionMatrix([0], [0.5], 5)).toThrow('predictions[0] is 0.5');
    expect(() => accuracy([0, 1], [0])).toThrow('2 labels, 1 predictions');
    expect(() => accuracy([], [])).toThrow('no samples');
  });
});

describe('classification report', () => {
  const report = classificationReport(LABELS, PREDICTIONS, NAMES);

  test('quotients by zero are 0, averages run over all classes', () => {
    expect(report.classes[0]).toEqual({
      name: 'T-shirt/top',
      precision: 3 / 4,
      recall: 3 / 4,
      f1: 3 / 4,
      support: 4,
    });
    expect(report.classes[4]).toEqual({
      name: 'Ankle boot',
      precision: 0,
      recall: 0,
      f1: 0,
      support: 0,
    });
    expect(report.macro.precision).toBeCloseTo((0.75 + 2 / 3 + 0.75) / 5, 14);
    expect(report.weighted.precision).toBeCloseTo((4 * 0.75 + 3 * (2 / 3) + 8 * 0.75) / 16, 14);
  });

  test('prints as scikit-learn, two and four digits', () => {
    expect(formatClassificationReport(report)).toBe(`\
              precision    recall  f1-score   support

 T-shirt/top       0.75      0.75      0.75         4
     Trouser       0.67      0.67      0.67         3
    Pullover       0.75      0.75      0.75         8
       Dress       0.00      0.00      0.00         1
  Ankle boot       0.00      0.00      0.00         0

    accuracy                           0.69        16
   macro avg       0.43      0.43      0.43        16
weighted avg       0.69      0.69      0.69        16
`);
    const network = [
      [872, 0, 13, 10, 5, 0, 87, 0, 13, 0],
      [5, 966, 0, 20, 4, 0, 2, 0, 3, 0],
      [27, 1, 798, 6, 91, 0, 75, 0, 2, 0],
      [45, 5, 18, 842, 53, 0, 32, 0, 4, 1],
      [0, 0, 101, 17, 814, 0, 64, 0, 4, 0],
      [0, 0, 0, 1, 0, 951, 0, 26, 1, 21],
      [138, 0, 65, 21, 69, 0, 693, 0, 14, 0],
      [0, 0, 0, 0, 0, 11, 0, 964, 2, 23],
      [10, 0, 1, 0, 6, 1, 2, 5, 974, 1],
      [0, 0, 0, 0, 0, 9, 1, 40, 0, 950],
    ];
    const names = [...NAMES.slice(0, 4), 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'];
    const [labels, predictions] = samplesOf(network);
    expect(formatClassificationReport(classificationReport(labels, predictions, names), 4)).toBe(`\
              precision    recall  f1-score   support

 T-shirt/top     0.7949    0.8720    0.8317      1000
     Trouser     0.9938    0.9660    0.9797      1000
    Pullover     0.8012    0.7980    0.7996      1000
       Dress     0.9182    0.8420    0.8785      1000
        Coat     0.7812    0.8140    0.7973      1000
      Sandal     0.9784    0.9510    0.9645      1000
       Shirt     0.7249    0.6930    0.7086      1000
     Sneaker     0.9314    0.9640    0.9474      1000
         Bag     0.9577    0.9740    0.9658      1000
  Ankle boot     0.9538    0.9500    0.9519      1000

    accuracy                         0.8824     10000
   macro avg     0.8836    0.8824    0.8825     10000
weighted avg     0.8836    0.8824    0.8825     10000
`);
  });

  test('a long name widens the first column, an exact tie rounds to even as in Python', () => {
    const [labels, predictions] = samplesOf([
      [1, 7],
      [0, 1],
    ]);
    const names = ['a', 'a class with a long name'];
    expect(formatClassificationReport(classificationReport(labels, predictions, names))).toBe(`\
                          precision    recall  f1-score   support

                       a       1.00      0.12      0.22         8
a class with a long name       0.12      1.00      0.22         1

                accuracy                           0.22         9
               macro avg       0.56      0.56      0.22         9
            weighted avg       0.90      0.22      0.22         9
`);
  });
});

describe('Wilson interval', () => {
  test('textbook values', () => {
    // (0.9 + 0.0192073 ± 1.959964·√(0.0009 + 0.0000922)) / 1.0384146
    const { low, high } = wilsonInterval(90, 100);
    expect(low).toBeCloseTo(0.8256343, 6);
    expect(high).toBeCloseTo(0.9447708, 6);
  });

  test('at the ends it stays inside 0..1 and keeps a width', () => {
    expect(wilsonInterval(0, 10)).toMatchObject({ low: 0 });
    expect(wilsonInterval(0, 10).high).toBeCloseTo(0.2775328, 6);
    expect(wilsonInterval(10, 10).high).toBe(1);
    expect(wilsonInterval(10, 10).low).toBeCloseTo(0.7224672, 6);
    expect(() => wilsonInterval(3, 2)).toThrow('3 hits of 2');
    expect(() => wilsonInterval(0, 0)).toThrow('0 hits of 0');
  });
});

describe('probabilities', () => {
  const probabilities = Float32Array.of(0.7, 0.2, 0.1, 0.1, 0.6, 0.3, 0.3, 0.3, 0.4, 0, 0.25, 0.75);
  const labels = [0, 2, 1, 0];

  test('softmax of large logits, argmax with a tie', () => {
    const p = softmaxRows([1000, 1000, 1000 + Math.log(2)], 3);
    expect(p[0]).toBeCloseTo(0.25, 12);
    expect(p[2]).toBeCloseTo(0.5, 12);
    expect([...argmaxRows([0.4, 0.4, 0.2, 0, 1, 2], 3)]).toEqual([0, 2]);
    expect([...argmaxRows([1, NaN, NaN, NaN, 5, 6], 3)]).toEqual([1, 0]);
    expect(() => softmaxRows([1, 2, 3], 2)).toThrow('3 scores do not make rows of 2');
  });

  test('top-k: a tie goes to the lower class, so top-1 is the accuracy of argmax', () => {
    expect(topKAccuracy(probabilities, labels, 3, 1)).toBe(0.25);
    expect(topKAccuracy(probabilities, labels, 3, 2)).toBe(0.5);
    expect(topKAccuracy(probabilities, labels, 3, 3)).toBe(1);
    expect(topKAccuracy([0.5, 0.5], [1], 2, 1)).toBe(0);
    expect(() => topKAccuracy(probabilities, labels, 3, 4)).toThrow('k is 4');
  });

  test('calibration: gap per bin weighted by its count', () => {
    // Bin (0.5, 0.6]: 0.6 twice, one hit. Bin (0.9, 1]: 0.95 and 1.0, both hits.
    const p = [0.6, 0.4, 0.6, 0.4, 0.95, 0.05, 0, 1];
    const { error, bias, bins } = calibration(p, [0, 1, 0, 1], 2);
    expect(bins.map((b) => b.count)).toEqual([0, 0, 0, 0, 0, 2, 0, 0, 0, 2]);
    expect(bins[5]).toMatchObject({ low: 0.5, high: 0.6, confidence: 0.6, accuracy: 0.5 });
    expect(error).toBeCloseTo(0.5 * 0.1 + 0.5 * 0.025, 12);
    expect(bias).toBeCloseTo(0.5 * 0.1 - 0.5 * 0.025, 12);
  });
});
