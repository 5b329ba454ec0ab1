// How much of a run was done: a stop in the middle of an epoch is said to the step and stands where it is.
import { describe, expect, test } from 'vitest';
import { discuss } from '../src/app/discussion.ts';
import { epochText, extent, placeText, workText } from '../src/app/extent.ts';
import { metricsCsv } from '../src/app/metricsCsv.ts';
import type { EpochRecord, RunRecord } from '../src/app/record.ts';
import { trainingSection } from '../src/app/report/trainingSection.ts';
import { epochLine } from '../src/app/cli/story.ts';
import { confusionWith, evaluationOf, recordOf } from './runRecord.ts';

const evaluation = evaluationOf(confusionWith(100, 9));
const whole = recordOf({ stopped: 'interrupted', config: { epochs: 3 }, evaluation });

/** Stopped after 26 of 141 steps of its nth epoch. */
function stoppedIn(n: number): RunRecord {
  const epochs = whole.epochs
    .slice(0, n)
    .map((e, i): EpochRecord => (i === n - 1 ? { ...e, steps: 26, stepsInEpoch: 141 } : e));
  return { ...whole, epochs };
}

describe('a stop in the middle of an epoch', () => {
  test('is said to the step', () => {
    expect(extent(stoppedIn(1).epochs, 3)).toBe('0.18 of 3 epochs (26 of 141 steps of epoch 1)');
    expect(extent(stoppedIn(3).epochs, 3)).toBe('2.18 of 3 epochs (26 of 141 steps of epoch 3)');
    expect(extent(whole.epochs, 3)).toBe('all 3 epochs');
    expect(extent(whole.epochs.slice(0, 2), 3)).toBe('2 of 3 epochs');
    expect(extent(whole.epochs.slice(0, 1), 1)).toBe('its one epoch');
    expect(extent([], 3)).toBe('0 of 3 epochs');
    expect(workText(stoppedIn(2).epochs)).toBe('1.18 epochs (26 of 141 steps of epoch 2)');
    expect(workText(whole.epochs.slice(0, 1))).toBe('1 epoch');
    expect(epochText(stoppedIn(2).epochs[1]!)).toBe('2, 26 of 141 steps');
  });

  test('never reads as a whole epoch', () => {
    expect([0.18439, 1, 0.9996, 0.00021, 2].map(placeText)).toEqual([
      ...['0.18', '1', '0.9996', '0.0002', '2'],
    ]);
  });

  test('is said so in the discussion', () => {
    const said = (record: RunRecord) =>
      discuss(record, evaluation)
        .map(({ text }) => text)
        .join('\n');
    expect(said(stoppedIn(1))).toContain(
      'interrupted after 0.18 of 3 epochs (26 of 141 steps of epoch 1) over',
    );
    expect(said(stoppedIn(1))).toContain('26 of 141 steps of one epoch make no curve');
    expect(said(stoppedIn(1))).toContain('The whole run: 0.18 of 3 epochs');
    expect(said(stoppedIn(3))).toContain('the last epoch (26 of 141 steps) was the best one');
    expect(said(whole)).not.toContain('steps)');
  });

  test('stands in the report, the terminal and the table where it is', () => {
    const { text } = trainingSection(stoppedIn(2));
    expect(text).toContain('1.18 epochs (26 of 141 steps of epoch 2)');
    expect(text).toContain('2, 26 of 141 steps');
    expect(text).toContain('epoch 1.18');
    expect(trainingSection(stoppedIn(1)).text).toMatch(/<text class="tick"[^>]*>0\.18</);
    expect(epochLine(stoppedIn(2).epochs[1]!, 3)).toMatch(/^epoch 2\/3 \(26 of 141 steps\) /);
    expect(metricsCsv(stoppedIn(2).epochs).split('\r\n')[2]).toMatch(/^1\.1843971631205674,0\.51,/);
  });
});
