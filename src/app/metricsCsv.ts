// The epochs of a run as comma-separated values (RFC 4180): one line an epoch, exact numbers, empty where there is none.
// The end of an epoch that was stopped on its way is a fraction.
import { endOf } from './extent.ts';
import type { EpochRecord } from './record.ts';

const COLUMNS = [
  ['epoch', endOf],
  ['train_loss', (e) => e.trainLoss],
  ['train_accuracy', (e) => e.trainAccuracy],
  ['validation_loss', (e) => e.validationLoss],
  ['validation_accuracy', (e) => e.validationAccuracy],
  ['learning_rate', (e) => e.learningRate],
  ['time_ms', (e) => e.timeMs],
  ['images_per_second', (e) => e.imagesPerSecond],
] as const satisfies readonly (readonly [string, (epoch: EpochRecord) => number | null])[];

export function metricsCsv(epochs: readonly EpochRecord[]): string {
  const rows = epochs.map((epoch) => COLUMNS.map(([, value]) => text(value(epoch))));
  return [COLUMNS.map(([name]) => name), ...rows].map((cells) => `${cells.join(',')}\r\n`).join('');
}

const text = (value: number | null) =>
  value === null || !Number.isFinite(value) ? '' : String(value);
