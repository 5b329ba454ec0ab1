// The record of one training run, the content of run.json: what was asked for, on what it ran,
// every epoch, the test figures, and how to repeat it. Written so that two runs diff readably.

import type { ClassificationReport, Interval, Summary } from '../nn/index.ts';
import type { ImageShape, Task } from './data/dataset.ts';
import { NONE } from './settings/augment.ts';
import type { RunConfig } from './settings/table.ts';
import { listed } from './wording.ts';

export type { RunConfig };

/** Stands in every record; schema/run.ts reads it back. */
export const RUN_FORMAT = 'weft-run/1';

export interface RunRecord {
  readonly format: typeof RUN_FORMAT;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** 'interrupted': the person ended it; 'diverged': the loss or the weights were no longer finite. */
  readonly stopped: 'completed' | 'interrupted' | 'diverged';
  /** The command line that repeats the run; '' where nothing was trained: weights from a file. */
  readonly command: string;
  readonly notes: readonly string[];
  readonly config: RunConfig;
  readonly adapter: AdapterRecord;
  readonly runtime: RuntimeRecord;
  readonly dataset: DataSetRecord;
  readonly model: Summary;
  readonly epochs: readonly EpochRecord[];
  readonly test: TestRecord;
  readonly speed: SpeedRecord;
  /** Digest of the final weights: the same seed on the same adapter gives the same one. */
  readonly digest: string;
}

/** What its network had to do. */
export const taskOfRun = ({ dataset }: Pick<RunRecord, 'dataset'>): Task => ({
  shape: dataset.shape,
  classes: dataset.classes.length,
});

export interface AdapterRecord {
  readonly name: string;
  readonly vendor: string;
  readonly description: string;
  /** True when the adapter is a CPU that plays a GPU. */
  readonly software: boolean;
  readonly subgroupSize: number | null;
  readonly backend: string | null;
}

export interface RuntimeRecord {
  /** Such as 'Node 20.20.2' or 'Chromium 142'. */
  readonly host: string;
  readonly weft: string;
  readonly commit: string | null;
}

export interface DataSetRecord {
  /** Short, as the option takes it: 'fashion-mnist' or 'builtin'. */
  readonly name: string;
  /** As a person reads it. */
  readonly title: string;
  /** True for the set that weft draws itself. */
  readonly builtin: boolean;
  /** SHA-256 over the contents, hexadecimal. */
  readonly checksum: string;
  /** Where it came from: a folder, an address, or how it was drawn. */
  readonly source: string;
  /** [height, width, channels] of an image. */
  readonly shape: ImageShape;
  readonly classes: readonly string[];
  /** Images per split as trained on; `available` counts the training images before any limit. */
  readonly counts: {
    readonly train: number;
    readonly validation: number;
    readonly test: number;
    readonly available: number;
  };
}

export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Steps done, and those of a whole epoch, of one that was stopped on its way; absent in a whole one. */
  readonly steps?: number;
  readonly stepsInEpoch?: number;
  /** Means over the epoch's batches, measured while training, with dropout and augmentation active. */
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  /** null when nothing was held out. */
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
  /** At the epoch's first step. */
  readonly learningRate: number;
  readonly timeMs: number;
  readonly imagesPerSecond: number;
}

export interface TestRecord {
  readonly loss: number;
  readonly accuracy: number;
  readonly interval: Interval;
  readonly report: ClassificationReport;
  /** Row: true class, column: predicted class. */
  readonly confusion: readonly (readonly number[])[];
}

interface SpeedRecord {
  readonly dispatchesPerStep: number;
  readonly submitsPerStep: number;
  readonly medianStepMs: number;
  readonly p95StepMs: number;
  /** Compilation, tuning and the first step. */
  readonly warmUpMs: number;
  /** From start to finish, evaluation included. */
  readonly totalTimeMs: number;
}

/** What made it harder while the training figures were taken, so that they read low: 'dropout and augmentation', or ''. */
export const activeInTraining = ({ model, config }: RunRecord): string =>
  listed([
    ...(model.rows.some((row) => row.kind === 'dropout') ? ['dropout'] : []),
    ...(config.augment === NONE ? [] : ['augmentation']),
  ]);

/** Reading order of the fields; any other field follows them in alphabetical order. */
const ORDER: readonly string[] = [
  ...['format', 'startedAt', 'finishedAt', 'stopped', 'command', 'notes', 'seed', 'config'],
  ...['adapter', 'runtime', 'dataset', 'model', 'rows', 'epochs', 'test', 'speed', 'digest'],
  ...['name', 'title', 'kind', 'vendor', 'description', 'software', 'host', 'weft', 'commit'],
  ...[
    'builtin',
    'checksum',
    'source',
    'shape',
    'classes',
    'counts',
    'available',
    'train',
    'validation',
  ],
  ...[
    'outputShape',
    'parameters',
    'flops',
    'activationBytes',
    'batchSize',
    'optimizer',
    'epoch',
    'steps',
    'stepsInEpoch',
  ],
  ...[
    'trainLoss',
    'trainAccuracy',
    'validationLoss',
    'validationAccuracy',
    'learningRate',
    'schedule',
    'network',
    'turns',
  ],
  ...['timeMs', 'imagesPerSecond', 'loss', 'accuracy', 'interval', 'low', 'high', 'confidence'],
  ...['report', 'macro', 'weighted', 'precision', 'recall', 'f1', 'support', 'confusion'],
];

/** A list or object of plain values is kept on one line up to this many characters. */
const LINE_WIDTH = 200;

/**
 * JSON text of a record, or of a part of one: fields in reading order, one epoch, layer or matrix row a line, times
 * (…Ms) to 0.1 ms, other fractions to six significant digits outside `config`, which is exact.
 * NaN and infinities, which JSON lacks, become null.
 */
export const toJson = (record: RunRecord | Readonly<Record<string, unknown>>): string =>
  `${render(record, '', '')}\n`;

function render(value: unknown, key: string, indent: string): string {
  if (typeof value === 'number') return renderNumber(value, key);
  if (!isCompound(value)) return JSON.stringify(value ?? null);
  const inner = `${indent}  `;
  const list = Array.isArray(value);
  const parts = list
    ? value.map((item: unknown) => render(item, key, inner))
    : sortedEntries(value).map(([name, item]) => {
        // Options are kept as given, however deep they stand.
        const text = render(item, key === 'config' ? key : name, inner);
        return `${JSON.stringify(name)}: ${text}`;
      });
  const [open, close] = list ? '[]' : '{}';
  if (parts.length === 0) return `${open}${close}`;
  const pad = list ? '' : ' ';
  const line = `${open}${pad}${parts.join(', ')}${pad}${close}`;
  if (fitsOnLine(value) && indent !== '' && indent.length + line.length <= LINE_WIDTH) return line;
  return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`;
}

function isCompound(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** A list of plain values, or an object of plain values and such lists. */
function fitsOnLine(value: object): boolean {
  const items: unknown[] = Object.values(value);
  const plain = (item: unknown) => !isCompound(item);
  if (Array.isArray(value)) return items.every(plain);
  return items.every((item) => plain(item) || (Array.isArray(item) && item.every(plain)));
}

function sortedEntries(object: object): [string, unknown][] {
  const rank = (name: string) => {
    const at = ORDER.indexOf(name);
    return at < 0 ? ORDER.length : at;
  };
  return Object.entries(object)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function renderNumber(value: number, key: string): string {
  if (!Number.isFinite(value)) return 'null';
  if (Number.isInteger(value) || key === 'config') return String(value);
  return String(Number(key.endsWith('Ms') ? value.toFixed(1) : value.toPrecision(6)));
}
