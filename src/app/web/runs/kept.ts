// Runs that are kept to be compared: of each its settings, its curves and what it came to, small enough for
// the browser's storage. What is read back, or from a file, is checked field by field.
import { DataError } from '../../data/dataset.ts';
import { REFERENCE } from '../../network.ts';
import type { EpochRecord, RunConfig, RunRecord } from '../../record.ts';
import { turnsText } from '../../turns.ts';
import { grouped, setting } from '../../wording.ts';
import { OPTIMIZERS } from '../settings.ts';

export interface KeptRun {
  /** When it began, ISO 8601: no two runs of a page begin in one millisecond. */
  readonly id: string;
  /** As the person calls it. */
  readonly name: string;
  readonly stopped: RunRecord['stopped'];
  readonly config: RunConfig;
  readonly epochs: readonly EpochRecord[];
  /** Title of the data set, and its images that were learned from. */
  readonly data: string;
  readonly images: number;
  readonly adapter: string;
  readonly parameters: number;
  /** On the test images. */
  readonly accuracy: number;
  readonly interval: { readonly low: number; readonly high: number };
  readonly timeMs: number;
  readonly digest: string;
}

/** What a run has that is compared, the one under way included. */
export type Compared = Pick<
  KeptRun,
  'id' | 'name' | 'config' | 'epochs' | 'data' | 'images' | 'adapter' | 'parameters' | 'timeMs'
>;

/** More are neither told apart nor worth the room. */
export const MOST_RUNS = 12;

export function keptOf(record: RunRecord, name: string): KeptRun {
  const { low, high } = record.test.interval;
  return {
    id: record.startedAt,
    name,
    stopped: record.stopped,
    config: record.config,
    epochs: record.epochs,
    data: record.dataset.title,
    images: record.dataset.counts.train,
    adapter: record.adapter.name,
    parameters: record.model.parameters,
    accuracy: record.test.accuracy,
    interval: { low, high },
    timeMs: record.speed.totalTimeMs,
    digest: record.digest,
  };
}

/** With one more at the end; it takes the place of itself, and one too many pushes the oldest out. */
export function withRun(runs: readonly KeptRun[], run: KeptRun): readonly KeptRun[] {
  const others = runs.filter(({ id }) => id !== run.id);
  const known = runs.find(({ id }) => id === run.id);
  return [...others, known ? { ...run, name: known.name } : run].slice(-MOST_RUNS);
}

/** The first 'Run n' that is free. */
export function freeName(runs: readonly KeptRun[]): string {
  for (let n = runs.length + 1; ; n++) {
    const name = `Run ${n}`;
    if (runs.every((run) => run.name !== name)) return name;
  }
}

interface Column {
  readonly title: string;
  readonly text: (run: Compared) => string;
}

/** What two runs may differ in, as a table shows it. */
const COLUMNS: readonly Column[] = [
  { title: 'Network', text: ({ config }) => config.network ?? REFERENCE },
  { title: 'Data', text: ({ data }) => data },
  { title: 'Images', text: ({ images }) => grouped(images) },
  { title: 'Held back', text: ({ config }) => setting(config.validation) },
  { title: 'Epochs', text: ({ config }) => grouped(config.epochs) },
  { title: 'Batch', text: ({ config }) => grouped(config.batchSize) },
  { title: 'Optimiser', text: ({ config }) => OPTIMIZERS[config.optimizer] ?? config.optimizer },
  { title: 'Rate', text: ({ config }) => setting(config.learningRate) },
  { title: 'Schedule', text: ({ config }) => config.schedule },
  { title: 'Turns of the rate', text: ({ config }) => turnsText(config.turns ?? []) || 'none' },
  { title: 'Seed', text: ({ config }) => String(config.seed) },
  { title: 'Kernels', text: ({ config }) => (config.tune ? 'the fastest' : 'as usual') },
  { title: 'Adapter', text: ({ adapter }) => adapter },
];

/** The settings in which the runs differ, and those that all share. */
export function compare(runs: readonly Compared[]): {
  readonly different: readonly Column[];
  readonly same: readonly { readonly title: string; readonly text: string }[];
} {
  const isSame = ({ text }: Column) => new Set(runs.map(text)).size < 2;
  return {
    different: COLUMNS.filter((column) => !isSame(column)),
    same: COLUMNS.filter(isSame).flatMap(({ title, text }) =>
      runs[0] ? [{ title, text: text(runs[0]) }] : [],
    ),
  };
}

/** What storage holds: the sound ones among them. */
export function readKept(text: string | null): readonly KeptRun[] {
  try {
    const list: unknown = JSON.parse(text ?? '[]');
    if (!Array.isArray(list)) return [];
    const sound = list.filter(
      (run: unknown): run is KeptRun => wrongField(run, 'run', KEPT) === undefined,
    );
    return sound.slice(-MOST_RUNS);
  } catch {
    return [];
  }
}

/** A run.json, of the page or of `npm run train`. @throws DataError that names what is not as it should be */
export function readRunJson(file: string, text: string): RunRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DataError(file, `is no JSON (${error instanceof Error ? error.message : ''})`);
  }
  if (!isObject(value) || typeof value['format'] !== 'string')
    throw new DataError(file, 'is not the record of a run: it has no format');
  if (value['format'] !== 'weft-run/1')
    throw new DataError(file, `has the format “${value['format']}”, and weft-run/1 is known here`);
  const wrong = wrongField(value, '', RECORD);
  if (wrong !== undefined) throw new DataError(file, `is not the record of a run: ${wrong}`);
  return value as unknown as RunRecord; // what is read of it was looked at
}

type Rule =
  | 'text'
  | 'number'
  | 'numberOrNull'
  | { readonly list: Rule }
  | {
      readonly fields: Readonly<Record<string, Rule>>;
      readonly optional?: Readonly<Record<string, Rule>>;
    }
  | { readonly oneOf: readonly unknown[] };

const CONFIG: Rule = {
  fields: {
    ...{ seed: 'number', epochs: 'number', batchSize: 'number', learningRate: 'number' },
    ...{ validation: 'number', trainLimit: 'numberOrNull' },
    optimizer: { oneOf: Object.keys(OPTIMIZERS) },
    schedule: { oneOf: ['constant', 'cosine'] },
  },
  optional: { network: 'text', turns: { list: { fields: { step: 'number', factor: 'number' } } } },
};
const EPOCHS: Rule = {
  list: {
    fields: {
      ...{ epoch: 'number', trainLoss: 'numberOrNull', trainAccuracy: 'numberOrNull' },
      ...{ validationLoss: 'numberOrNull', validationAccuracy: 'numberOrNull' },
    },
  },
};
const STOPPED: Rule = { oneOf: ['completed', 'interrupted', 'diverged'] };
const INTERVAL: Rule = { fields: { low: 'number', high: 'number' } };

const KEPT: Rule = {
  fields: {
    ...{ id: 'text', name: 'text', data: 'text', adapter: 'text', digest: 'text' },
    ...{ images: 'number', parameters: 'number', accuracy: 'number', timeMs: 'number' },
    ...{ stopped: STOPPED, config: CONFIG, epochs: EPOCHS, interval: INTERVAL },
  },
};
const RECORD: Rule = {
  fields: {
    ...{ startedAt: 'text', digest: 'text', stopped: STOPPED, config: CONFIG, epochs: EPOCHS },
    dataset: { fields: { title: 'text', counts: { fields: { train: 'number' } } } },
    adapter: { fields: { name: 'text' } },
    model: { fields: { parameters: 'number' } },
    test: { fields: { accuracy: 'number', interval: INTERVAL } },
    speed: { fields: { totalTimeMs: 'number' } },
  },
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first field that is not as its rule says, in words. */
function wrongField(value: unknown, path: string, rule: Rule): string | undefined {
  const at = (name: string | number) => (path === '' ? String(name) : `${path}.${name}`);
  if (rule === 'text') return typeof value === 'string' ? undefined : `${path} is no text`;
  if (rule === 'numberOrNull' && value === null) return undefined;
  if (rule === 'number' || rule === 'numberOrNull')
    return typeof value === 'number' && Number.isFinite(value) ? undefined : `${path} is no number`;
  if ('oneOf' in rule)
    return rule.oneOf.includes(value) ? undefined : `${path} is none of ${rule.oneOf.join(', ')}`;
  if ('list' in rule) {
    if (!Array.isArray(value)) return `${path} is no list`;
    return first(value.map((item: unknown, i) => () => wrongField(item, at(i), rule.list)));
  }
  if (!isObject(value)) return `${path || 'it'} is no object`;
  const { fields, optional = {} } = rule;
  return first([
    ...Object.entries(fields).map(
      ([name, of]) =>
        () =>
          wrongField(value[name], at(name), of),
    ),
    ...Object.entries(optional).map(
      ([name, of]) =>
        () =>
          value[name] === undefined || value[name] === null
            ? undefined
            : wrongField(value[name], at(name), of),
    ),
  ]);
}

function first(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const found = check();
    if (found !== undefined) return found;
  }
  return undefined;
}
