// The curves of a long run: bounded in number, the same in shape.
import { expect, test } from 'vitest';
import { MOST_POINTS, type Point, thinned, withPoint } from '../src/app/web/points.ts';

const EPOCHS = 40;

/** A loss that falls, with one spike that lasts half an epoch. */
const lossAt = (epoch: number) =>
  2.3 * Math.exp(-epoch / 5) + (epoch > 20 && epoch <= 20.5 ? 5 : 0);

function run(count: number): readonly Point[] {
  let points: readonly Point[] = [];
  for (let i = 1; i <= count; i++) {
    const epoch = (i / count) * EPOCHS;
    points = withPoint(points, { epoch, loss: lossAt(epoch), accuracy: epoch / EPOCHS });
    if (points.length > MOST_POINTS) break;
  }
  return points;
}

test('a short run keeps every point as it came', () => {
  const came = run(MOST_POINTS - 1);
  const next = { epoch: EPOCHS + 1, loss: 1, accuracy: 1 };
  expect(withPoint(came, next)).toEqual([...came, next]);
  expect(withPoint(came, next).length).toBe(MOST_POINTS);
});

test('a million points become a bounded number, over equal stretches, with the means of what they stand for', () => {
  const points = run(1_000_000);
  expect(points.length).toBeLessThanOrEqual(MOST_POINTS);
  expect(points.length).toBeGreaterThan(MOST_POINTS / 4);
  const reaches = points.map(({ epoch }, i) => epoch - (points[i - 1]?.epoch ?? 0));
  expect(Math.min(...reaches)).toBeGreaterThan(0);
  // The oldest are as fine as the others: what was merged earlier is not merged again and again.
  const longest = Math.max(...reaches);
  expect(longest).toBeLessThan(EPOCHS / (MOST_POINTS / 4));
  expect(points[0]?.epoch).toBeLessThanOrEqual(longest * 1.001);
  expect(points.at(-1)?.epoch).toBe(EPOCHS);
  // No stretch crosses the end of an epoch.
  for (let epoch = 1; epoch <= EPOCHS; epoch++)
    expect(points.some((point) => Math.abs(point.epoch - epoch) < 1e-3)).toBe(true);
  for (const [i, { epoch, loss, accuracy }] of points.entries()) {
    const from = points[i - 1]?.epoch ?? 0;
    const middle = (from + epoch) / 2;
    expect(accuracy * EPOCHS).toBeCloseTo(middle, 2);
    if (epoch <= 20 || from >= 20.5) expect(Math.abs(loss - lossAt(middle))).toBeLessThan(0.01);
  }
  // The area under the curve, spike included, is that of all points.
  const area = points.reduce((sum, { loss }, i) => sum + loss * (reaches[i] ?? 0), 0);
  expect(area).toBeCloseTo(2.3 * 5 * (1 - Math.exp(-EPOCHS / 5)) + 5 * 0.5, 2);
  expect(Math.max(...points.map(({ loss }) => loss))).toBeGreaterThan(5);
}, 120_000);

test('a loss that is no number stays one and spoils only its own stretch', () => {
  let points: readonly Point[] = [];
  for (let i = 1; i <= 10_000; i++)
    points = withPoint(points, { epoch: i / 1000, loss: i === 5000 ? NaN : 1, accuracy: 0 });
  expect(points.filter(({ loss }) => Number.isNaN(loss)).length).toBe(1);
});

test('single samples are thinned evenly, the last of them stays', () => {
  let samples: readonly number[] = [];
  for (let step = 1; step <= 50_000; step++) samples = thinned([...samples, step], (at) => at);
  expect(samples.length).toBeLessThanOrEqual(MOST_POINTS);
  expect(samples.length).toBeGreaterThan(MOST_POINTS / 4);
  expect(samples.at(-1)).toBe(50_000);
  const gaps = samples.map((step, i) => step - (samples[i - 1] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(50_000 / (MOST_POINTS / 4));
});
