// Runs that are kept to be compared: of each its settings, its curves and what it came to, small enough for
// the browser's storage. What is read back is checked by schema.
import * as v from 'valibot';
import type { EpochRecord, RunConfig, RunRecord } from '../../record.ts';
import {
  type Format,
  type Schema,
  formatIn,
  formatText,
  readFormat,
  readJson,
} from '../../schema/format.ts';
import { EPOCHS, INTERVAL, STOPPED, beyond } from '../../schema/run.ts';
import { agreeing, amount, count, listOf, name, object, share, text } from '../../schema/values.ts';
import { CONFIG, ROWS, textOf } from '../../settings/table.ts';
import { grouped } from '../../wording.ts';

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
  { title: 'Data', text: ({ data }) => data },
  { title: 'Images', text: ({ images }) => grouped(images) },
  ...ROWS.filter(([, { group, key }]) => group !== 'circumstances' && key !== 'trainLimit').map(
    ([, row]): Column => ({
      title: row.title,
      text({ config }) {
        const text = textOf(row, config);
        return row.kind.choices?.[text] ?? (text || 'none');
      },
    }),
  ),
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

const KEPT: Schema<KeptRun> = agreeing(
  object({
    id: name,
    name: text,
    stopped: STOPPED,
    config: CONFIG,
    epochs: EPOCHS,
    data: text,
    images: count,
    adapter: text,
    parameters: count,
    accuracy: share,
    interval: INTERVAL,
    timeMs: amount,
    digest: name,
  }),
  ({ epochs, config }) => beyond(epochs, config),
);

/** The runs in the browser's storage. One that is not sound is passed over, and takes no other with it. */
const STORED: Format<{ readonly runs: readonly KeptRun[] }> = {
  name: 'weft-kept-runs',
  version: 1,
  title: 'a list of kept runs',
  schema: object({
    runs: v.pipe(
      listOf(v.unknown()),
      v.transform((runs) => runs.filter((run) => v.is(KEPT, run))),
      v.array(KEPT),
    ),
  }),
  up: new Map([[0, (list) => ({ runs: list })]]), // a bare list, before there were versions
};

/** What storage holds: the sound ones. @throws DataError on what a newer version of weft has stored, or something else */
export function readStored(stored: string | null): readonly KeptRun[] {
  if (stored === null) return [];
  const value = readJson(FILE, stored);
  return readFormat(FILE, STORED, formatIn(value), value).runs.slice(-MOST_RUNS);
}
const FILE = 'the kept runs of this browser';

/** Whether a newer version of weft has written it; anything else that cannot be read is damaged. */
export function isOfNewer(stored: string | null): boolean {
  try {
    const [, version] =
      /^weft-kept-runs\/(\d+)$/.exec(String(formatIn(JSON.parse(stored ?? '')))) ?? [];
    return Number(version) > STORED.version;
  } catch {
    return false;
  }
}

/** What storage is to hold. */
export const storedText = (runs: readonly KeptRun[]): string =>
  JSON.stringify({ format: formatText(STORED), runs });
