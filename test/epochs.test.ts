// What is kept of the epochs for the replay: in a bounded room the newest, and those as they were.
import { expect, test } from 'vitest';
import { builtinDataSet } from '../src/app/data/builtin.ts';
import { beginReplay, epochAnswers, keepEpoch, keptAnswers } from '../src/app/web/worker/epochs.ts';

const data = await builtinDataSet({ train: 100, test: 10 });

/** A network that calls every image of the epoch by one class, with a probability of 3/4. */
function judged(epoch: number, images: number) {
  const probabilities = new Float32Array(images * 10);
  for (let i = 0; i < images; i++) probabilities[10 * i + (epoch % 10)] = 0.75;
  return { loss: 1, accuracy: 0, predictions: new Int32Array(images), probabilities };
}

test('the epochs of a checkpoint are there again', () => {
  const validation = Uint32Array.from([3, 5, 8, 13, 21]);
  beginReplay(data, validation);
  const seen = [1, 2, 3].map((epoch) => keepEpoch(epoch, judged(epoch, 5)));
  const kept = keptAnswers();
  const confusions = beginReplay(data, validation, kept);
  expect([...confusions.values()]).toEqual(seen);
  const { answers } = epochAnswers(2) ?? {};
  expect(answers?.images).toEqual(validation);
  expect([...(answers?.predicted ?? [])]).toEqual([2, 2, 2, 2, 2]);
  expect(answers?.confidence[4]).toBeCloseTo(0.75, 2);
  expect(keptAnswers()).toEqual(kept);

  // A new run has none, and what is not of these images is passed over.
  expect(beginReplay(data, validation).size).toBe(0);
  expect(beginReplay(data, validation.slice(1), kept).size).toBe(0);
});

test('a long run keeps as many of its last epochs as there is room for', () => {
  const validation = Uint32Array.from({ length: 60_000 }, (_, i) => i % 100);
  beginReplay(data, validation);
  for (let epoch = 1; epoch <= 15; epoch++) keepEpoch(epoch, judged(epoch, validation.length));
  const kept = keptAnswers();
  expect(kept.map(([epoch]) => epoch)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  expect(JSON.stringify(kept).length).toBeLessThan(2.2e6);
});
